import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type StatusNamesShape } from '../../../api/types.gen';
import { STATUSES, StatusBadge } from '../../../components/StatusBadge';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { signInAs } from '../../../test/settings';
import { StatusNameList } from './StatusNameList';

function names(changes: Partial<StatusNamesShape> = {}, own: Record<string, string> = { mitigated: 'Stable' }) {
  return {
    statuses: STATUSES.map((status) => ({ status, label: own[status] ?? '', meaning: '' })),
    stages: [],
    version: 2,
    updatedAt: '2026-03-01T12:00:00Z',
    updatedBy: 'ada',
    ...changes,
  } satisfies StatusNamesShape;
}

const backend = (found: StatusNamesShape) => server.use(http.get(at('statuses'), () => HttpResponse.json(found)));

describe('own names of states (row 21)', () => {
  beforeEach(() => signInAs('Admin'));

  it('saves all names with the version that was seen', async () => {
    const sent = vi.fn();
    backend(names());
    server.use(
      http.put(at('statuses'), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(names({ version: 3 }));
      })
    );
    render(<StatusNameList />);
    const field = await screen.findByLabelText('Open is called');
    expect(screen.getByRole('button', { name: 'Save names' })).toBeDisabled();
    expect(screen.getByLabelText('Mitigated is called')).toHaveValue('Stable');
    await userEvent.type(field, 'New');
    await userEvent.click(screen.getByRole('button', { name: 'Save names' }));
    await waitFor(() => expect(sent).toHaveBeenCalled());
    const [body] = sent.mock.calls[0] ?? [];
    expect(body.version).toBe(2);
    expect(body.statuses[0]).toEqual({ status: 'open', label: 'New', meaning: '' });
    expect(body.statuses).toHaveLength(6);
  });

  it('names the field that the backend refuses', async () => {
    backend(names());
    server.use(
      http.put(at('statuses'), () =>
        HttpResponse.json(
          {
            code: 'invalid',
            message: 'refused',
            problems: [{ path: '$.statuses[0].label', problem: 'is the name of mitigated too' }],
          },
          { status: 422 }
        )
      )
    );
    render(<StatusNameList />);
    await userEvent.type(await screen.findByLabelText('Open is called'), 'Stable');
    await userEvent.click(screen.getByRole('button', { name: 'Save names' }));
    expect((await screen.findAllByText(/is the name of mitigated too/)).length).toBeGreaterThan(0);
    expect(screen.getByText('Not saved')).toBeInTheDocument();
    expect(screen.queryByText('Could not load')).not.toBeInTheDocument();
  });

  it('makes own states within the built-in ones, in the order of the work', async () => {
    const sent = vi.fn();
    const stored = { id: 'watching', status: 'mitigated', label: 'Watching', meaning: '', incidents: 3 } as const;
    backend(names({ stages: [stored] }));
    server.use(
      http.put(at('statuses'), async ({ request }) => {
        sent(await request.json());
        return HttpResponse.json(names({ version: 3 }));
      })
    );
    render(<StatusNameList />);
    const save = await screen.findByRole('button', { name: 'Save names' });
    expect(save).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Add an own state' }));
    await userEvent.type(screen.getByLabelText('Name of New state'), 'Waiting for it');
    await userEvent.click(screen.getByRole('button', { name: 'Add an own state' }));
    await userEvent.type(screen.getByLabelText('Name of New state'), 'Analysis');
    expect(screen.getByRole('button', { name: 'Move Analysis down' })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: 'Move Analysis up' }));
    await userEvent.type(screen.getByLabelText('Waiting for it means'), 'they have it');
    await userEvent.click(screen.getByRole('button', { name: 'Remove Watching' }));
    expect(screen.getByText('Watching: 3 stay in Stable')).toBeInTheDocument();
    await userEvent.click(save);
    await waitFor(() => expect(sent).toHaveBeenCalled());
    const [body] = sent.mock.calls[0] ?? [];
    expect(body.stages).toEqual([
      { id: 'analysis', status: 'investigating', label: 'Analysis', meaning: '' },
      { id: 'waiting-for-it', status: 'investigating', label: 'Waiting for it', meaning: 'they have it' },
    ]);
  });

  it('shows at an own state what is wrong with it', async () => {
    const problems = [{ path: '$.stages[0].label', problem: 'is what mitigated is called' }];
    backend(names());
    server.use(
      http.put(at('statuses'), () => HttpResponse.json({ code: 'invalid', message: 'no', problems }, { status: 422 }))
    );
    render(<StatusNameList />);
    await userEvent.click(await screen.findByRole('button', { name: 'Add an own state' }));
    await userEvent.type(screen.getByLabelText('Name of New state'), 'Stable');
    await userEvent.click(screen.getByRole('button', { name: 'Save names' }));
    expect(await screen.findByText('is what mitigated is called')).toBeInTheDocument();
  });

  it('shows others the names and offers nothing that changes', async () => {
    signInAs('Editor');
    backend(names());
    render(<StatusNameList />);
    expect(await screen.findByText('Stable')).toBeInTheDocument();
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Save names' })).not.toBeInTheDocument();
  });

  it('badges speak the name, and the built-in one where there is none', async () => {
    backend(names());
    render(
      <>
        <StatusBadge status="mitigated" />
        <StatusBadge status="open" />
      </>
    );
    expect(await screen.findByText('Stable')).toBeInTheDocument();
    expect(screen.getByText('Open')).toBeInTheDocument();
  });

  it('badges speak the own state, and the built-in one when it is gone or belongs to another', async () => {
    const watching = { id: 'watching', status: 'mitigated', label: 'Watching', meaning: '', incidents: 0 } as const;
    backend(names({ stages: [watching] }));
    render(
      <>
        <StatusBadge status="mitigated" stage="watching" />
        <StatusBadge status="mitigated" stage="gone" />
        <StatusBadge status="resolved" stage="watching" />
      </>
    );
    expect(await screen.findByText('Watching')).toBeInTheDocument();
    expect(screen.getByText('Stable')).toBeInTheDocument();
    expect(screen.getByText('Resolved')).toBeInTheDocument();
  });
});
