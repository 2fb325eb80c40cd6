import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type FieldShape, type TemplateShape } from '../../../api/types.gen';
import { anIncidentDetail } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aField, aTemplate, HOSTILE } from '../../../test/settings';
import { CreateDrawer } from './CreateDrawer';

function backend(templates: TemplateShape[], fields: FieldShape[] = []) {
  const sent: unknown[] = [];
  server.use(
    http.get(at('templates'), () => HttpResponse.json({ items: templates })),
    http.get(at('fields'), () => HttpResponse.json({ items: fields })),
    http.post(at('incidents'), async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(anIncidentDetail({ number: 'INC-9' }), { status: 201 });
    })
  );
  return sent;
}

function show(onDone = vi.fn()) {
  render(
    <CreateDrawer
      services={['db']}
      people={[{ login: 'bo', name: 'Bo Berg' }]}
      me="ada"
      onDone={onDone}
      onClose={vi.fn()}
    />
  );
  return onDone;
}

describe('declaring an incident', () => {
  it('fills in what a template holds, keeps what was typed, and names the template', async () => {
    const sent = backend([aTemplate()]);
    const done = show();
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^What is wrong/), 'Orders hang');
    await user.click(await screen.findByRole('combobox', { name: /^Template/ }));
    await user.click(await screen.findByRole('option', { name: /Database trouble/ }));
    expect(screen.getByLabelText(/^What is wrong/)).toHaveValue('Orders hang');
    expect(screen.getByLabelText(/^Summary/)).toHaveValue('See the **runbook**.');
    expect(screen.getByRole('radio', { name: 'Critical' })).toBeChecked();
    await user.click(screen.getByRole('button', { name: 'Declare' }));
    await waitFor(() => expect(done).toHaveBeenCalledWith('INC-9'));
    expect(sent).toEqual([
      expect.objectContaining({
        template: 'database',
        title: 'Orders hang',
        severity: 'critical',
        service: 'db',
        assignee: 'bo',
        fields: { region: 'eu' },
      }),
    ]);
  });

  it('offers no templates when there are none, or when they are switched off', async () => {
    backend([aTemplate({ enabled: false })]);
    show();
    await screen.findByLabelText(/^What is wrong/);
    await new Promise((later) => setTimeout(later, 50));
    expect(screen.queryByRole('combobox', { name: /^Template/ })).not.toBeInTheDocument();
  });

  it('asks for the fields that an incident needs from its beginning, and only for those', async () => {
    const sent = backend(
      [],
      [
        aField({ key: 'ticket', title: 'Ticket', kind: 'number', requiredOn: ['open'] }),
        aField({ requiredOn: ['resolved'] }),
      ]
    );
    show();
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^What is wrong/), 'x');
    await user.type(await screen.findByLabelText(/^Ticket/), '42');
    expect(screen.queryByLabelText(/^Region/)).not.toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: 'Declare' }));
    await waitFor(() => expect(sent).toEqual([expect.objectContaining({ fields: { ticket: 42 } })]));
  });

  it('puts the problem of a field at that field', async () => {
    backend([], [aField({ key: 'ticket', title: 'Ticket', kind: 'text', requiredOn: ['open'] })]);
    server.use(
      http.post(at('incidents'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.fields.ticket', problem: 'must be filled' }] },
          { status: 422 }
        )
      )
    );
    show();
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^What is wrong/), 'x');
    await screen.findByLabelText(/^Ticket/);
    await user.click(screen.getByRole('button', { name: 'Declare' }));
    expect(await screen.findByText('must be filled')).toBeInTheDocument();
    expect(screen.queryByText('The incident was not declared')).not.toBeInTheDocument();
  });

  it('offers everybody of the directory as assignee, and shows hostile names as text', async () => {
    backend([aTemplate({ name: HOSTILE })]);
    show();
    const user = userEvent.setup();
    await user.click(await screen.findByRole('combobox', { name: 'Assignee' }));
    expect(await screen.findByRole('option', { name: /bo/ })).toHaveTextContent('Bo Berg');
    await user.click(await screen.findByRole('combobox', { name: /^Template/ }));
    expect(await screen.findByRole('option', { name: HOSTILE })).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });
});
