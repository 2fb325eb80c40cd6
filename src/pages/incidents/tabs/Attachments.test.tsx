import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type EntryShape } from '../../../api/types.gen';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { HOSTILE } from '../../../test/settings';
import { Timeline } from './Timeline';

const ADDRESS = '/api/plugins/reliability-studio-app/resources/incidents/INC-1/attachments';

function evidence(attachment: unknown, change: Partial<EntryShape> = {}): EntryShape {
  return {
    id: 4,
    occurredAt: '2026-03-01T12:30:00Z',
    recordedAt: '2026-03-01T12:30:00Z',
    type: 'evidence',
    source: 'user',
    title: 'panel attached',
    description: '',
    author: 'ann',
    severity: '',
    metadata: { attachment },
    pinned: false,
    public: false,
    edited: false,
    deleted: false,
    ...change,
  };
}

function show(entries: EntryShape[], readOnly = false) {
  const state = { entries, sent: [] as unknown[], deleted: [] as string[] };
  server.use(
    http.get(at('incidents/INC-1/timeline'), () => HttpResponse.json({ items: state.entries, cursor: null })),
    http.post(at('incidents/INC-1/attachments'), async ({ request }) => {
      state.sent.push(await request.json());
      const made = evidence({ id: 'new', name: 'notes.md', contentType: 'text/markdown', size: 5 }, { id: 9 });
      state.entries = [...state.entries, made];
      return HttpResponse.json(made, { status: 201 });
    }),
    http.delete(at('incidents/INC-1/attachments/:id'), ({ params }) => {
      state.deleted.push(String(params.id));
      return new HttpResponse(null, { status: 204 });
    })
  );
  render(<Timeline number="INC-1" readOnly={readOnly} />);
  return state;
}

const choose = (file: File) => fireEvent.change(screen.getByLabelText('File to attach'), { target: { files: [file] } });

const picture = { id: 'a1', name: 'panel.png', contentType: 'image/png', size: 2048 };

describe('files in the timeline (row 45)', () => {
  it('shows a picture in place and saves it on a click; other files are only saved', async () => {
    show([
      evidence(picture),
      evidence({ id: 'a2', name: 'dump.json', contentType: 'application/json', size: 10 }, { id: 5 }),
    ]);
    expect(await screen.findByRole('img', { name: 'panel.png' })).toHaveAttribute('src', `${ADDRESS}/a1?inline=true`);
    expect(screen.getByRole('link', { name: /panel\.png/ })).toHaveAttribute('href', `${ADDRESS}/a1`);
    expect(screen.getByRole('link', { name: /dump\.json/ })).toHaveAttribute('download', 'dump.json');
    expect(screen.queryByRole('img', { name: 'dump.json' })).not.toBeInTheDocument();
    expect(screen.getByText('2.00 KiB')).toBeInTheDocument();
  });

  it('attaches a file as base64 with its type, tells the limit before, and shows it at once', async () => {
    const state = show([]);
    expect(await screen.findByText(/at most 1.00 MiB each/)).toBeInTheDocument();
    choose(new File(['hello'], 'notes.md'));
    await waitFor(() =>
      expect(state.sent).toEqual([{ name: 'notes.md', contentType: 'text/markdown', content: btoa('hello') }])
    );
    expect(await screen.findByRole('link', { name: /notes\.md/ })).toBeInTheDocument();
  });

  it('sends nothing that is too large, and says how large it may be', async () => {
    const state = show([]);
    await screen.findByText(/at most 1.00 MiB each/);
    choose(new File([new Uint8Array((1 << 20) + 1)], 'big.txt', { type: 'text/plain' }));
    expect(await screen.findByText(/big\.txt has 1\.00 MiB/)).toBeInTheDocument();
    expect(state.sent).toEqual([]);
  });

  it('says why the backend took it not', async () => {
    show([]);
    server.use(
      http.post(at('incidents/INC-1/attachments'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.content', problem: 'does not read as image/png' }] },
          { status: 422 }
        )
      )
    );
    await screen.findByText(/at most 1.00 MiB each/);
    choose(new File(['x'], 'x.png', { type: 'image/png' }));
    expect(await screen.findByText('does not read as image/png')).toBeInTheDocument();
  });

  it('takes a file away after a second thought', async () => {
    const state = show([evidence(picture)]);
    const user = userEvent.setup();
    await user.click(await screen.findByRole('button', { name: 'Take panel.png away' }));
    expect(state.deleted).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Take away' }));
    await waitFor(() => expect(state.deleted).toEqual(['a1']));
  });

  it('lets a Viewer look and save, not attach or take away; a deleted entry has no file', async () => {
    show([evidence(picture), evidence({ ...picture, id: 'a3', name: 'gone.png' }, { id: 6, deleted: true })], true);
    expect(await screen.findByRole('link', { name: /panel\.png/ })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Attach|Take/ })).not.toBeInTheDocument();
    expect(screen.queryByRole('link', { name: /gone\.png/ })).not.toBeInTheDocument();
  });

  it('trusts no name and no shape that it is told', async () => {
    show([
      evidence({ ...picture, id: '../../x', name: HOSTILE, contentType: 'image/svg+xml' }, { description: HOSTILE }),
      evidence('nonsense', { id: 7, title: 'odd' }),
    ]);
    expect(await screen.findByRole('link', { name: new RegExp('onerror') })).toHaveAttribute(
      'href',
      `${ADDRESS}/..%2F..%2Fx`
    );
    expect(screen.getByText('odd')).toBeInTheDocument();
    expect(document.querySelector('img[src="x"], img[src*="inline"]')).toBeNull();
  });
});
