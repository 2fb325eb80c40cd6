import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type FieldShape, type IncidentDetailShape, type IncidentPatch } from '../../../api/types.gen';
import { anIncidentDetail } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aField, HOSTILE } from '../../../test/settings';
import { useEditor } from '../workspace/useEditor';
import { CustomFields } from './CustomFields';

function Fields({ incident, readOnly }: { incident: IncidentDetailShape; readOnly: boolean }) {
  const editor = useEditor(incident.number);
  return <CustomFields incident={incident} editor={editor} readOnly={readOnly} people={[{ login: 'bo' }]} me="ada" />;
}

function show(definitions: FieldShape[], fields: Record<string, unknown>, readOnly = false) {
  const sent: IncidentPatch[] = [];
  const incident = anIncidentDetail({ fields });
  server.use(
    http.get(at('fields'), () => HttpResponse.json({ items: definitions })),
    http.get(at('incidents/INC-1'), () => HttpResponse.json(incident)),
    http.patch(at('incidents/INC-1'), async ({ request }) => {
      sent.push((await request.json()) as IncidentPatch);
      return HttpResponse.json({ ...incident, version: 2 });
    })
  );
  render(<Fields incident={incident} readOnly={readOnly} />);
  return sent;
}

describe('custom fields of an incident', () => {
  it('shows each by its kind, what is still needed, and values whose field is gone', async () => {
    show(
      [
        aField(),
        aField({ key: 'tags', title: 'Tags', kind: 'multi' }),
        aField({ key: 'ticket', title: 'Ticket', kind: 'link' }),
        aField({ key: 'loss', title: 'Loss', kind: 'number', requiredOn: ['resolved'] }),
        aField({ key: 'unused', title: 'Unused', enabled: false }),
      ],
      { region: 'eu', tags: ['a', 'b'], ticket: 'https://example.org/1', old: 7 }
    );
    expect(await screen.findByText('eu')).toBeInTheDocument();
    expect(screen.getByText('a, b')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /example\.org\/1/ })).toBeInTheDocument();
    expect(screen.getByText('empty; needed before it is Resolved')).toBeInTheDocument();
    expect(screen.getByText('7')).toBeInTheDocument();
    expect(screen.queryByText('Unused')).not.toBeInTheDocument();
  });

  it('makes no link of an address that is none, and shows hostile text as text', async () => {
    show([aField({ key: 'ticket', title: HOSTILE, kind: 'link' })], { ticket: 'javascript:alert(1)', x: HOSTILE });
    expect(await screen.findByText('javascript:alert(1)')).toBeInTheDocument();
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
    expect(screen.getAllByText(HOSTILE)).toHaveLength(2);
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('offers a Viewer nothing to edit', async () => {
    show([aField()], { region: 'eu' }, true);
    expect(await screen.findByText('eu')).toBeInTheDocument();
    expect(screen.queryByRole('button')).not.toBeInTheDocument();
  });

  it('sends one changed value with all others, as the number that it is', async () => {
    const sent = show([aField({ key: 'loss', title: 'Loss', kind: 'number' })], { loss: 1, old: 'kept' });
    const user = userEvent.setup();
    await user.click(await screen.findByRole('button', { name: 'Edit Loss' }));
    await user.clear(screen.getByLabelText('Loss'));
    await user.type(screen.getByLabelText('Loss'), '2.5');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(sent).toEqual([expect.objectContaining({ fields: { loss: 2.5, old: 'kept' } })]));
    await waitFor(() => expect(screen.queryByLabelText('Loss')).not.toBeInTheDocument());
  });

  it('keeps what was typed when it is refused, and says why', async () => {
    show([aField({ key: 'ticket', title: 'Ticket', kind: 'link' })], {});
    server.use(
      http.patch(at('incidents/INC-1'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.fields.ticket', problem: 'must be an address' }] },
          { status: 422 }
        )
      )
    );
    const user = userEvent.setup();
    await user.click(await screen.findByRole('button', { name: 'Edit Ticket' }));
    await user.type(screen.getByLabelText('Ticket'), 'x');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('must be an address')).toBeInTheDocument();
    expect(screen.getByLabelText('Ticket')).toHaveValue('x');
  });
});
