import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type FieldShape, type TemplateShape } from '../../../api/types.gen';
import { NOBODY } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { aField, aTemplate, HOSTILE, signInAs } from '../../../test/settings';
import SettingsPage from '../SettingsPage';

function backend(fields: FieldShape[], templates: TemplateShape[]) {
  server.use(
    http.get(at('fields'), () => HttpResponse.json({ items: fields })),
    http.get(at('templates'), () => HttpResponse.json({ items: templates })),
    http.get(at('directory'), () => HttpResponse.json(NOBODY))
  );
}

const show = () => render(<SettingsPage />, { at: '/settings/forms', path: '/settings/*' });

describe('templates and custom fields', () => {
  beforeEach(() => signInAs('Admin'));

  it('shows what each field holds and when it is needed, and what a template begins with', async () => {
    backend([aField({ requiredOn: ['resolved'] })], [aTemplate()]);
    show();
    const fields = within(await screen.findByRole('region', { name: 'Custom fields' }));
    expect(await fields.findByText('Region')).toBeInTheDocument();
    expect(fields.getByText('one of a list: eu, us')).toBeInTheDocument();
    expect(fields.getByText('Resolved')).toBeInTheDocument();
    expect(
      await screen.findByText('“The database is slow” · db · for bo · roles: 1 · fields: 1 · tasks: 1')
    ).toBeInTheDocument();
  });

  it('says what to do when there is nothing', async () => {
    backend([], []);
    show();
    expect(await screen.findByText('No field is defined')).toBeInTheDocument();
    expect(await screen.findByText('No template is written')).toBeInTheDocument();
  });

  it('tells each failure by itself', async () => {
    backend([], [aTemplate()]);
    server.use(http.get(at('fields'), () => HttpResponse.json({ code: 'bad', message: 'no fields' }, { status: 400 })));
    show();
    expect(await screen.findByText('no fields')).toBeInTheDocument();
    expect(await screen.findByText('Database trouble')).toBeInTheDocument();
  });

  it('lets an Editor write templates, and only an Admin define fields', async () => {
    signInAs('Editor');
    backend([aField()], [aTemplate()]);
    show();
    expect(await screen.findByRole('button', { name: 'Add a template' })).toBeInTheDocument();
    expect(await screen.findByText('Region')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Define a field' })).not.toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Edit Region' })).not.toBeInTheDocument();
  });

  it('lets a Viewer change nothing', async () => {
    signInAs('Viewer');
    backend([aField()], [aTemplate()]);
    show();
    expect(await screen.findByText('Database trouble')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: /Add a template|Define|Edit|Delete/ })).not.toBeInTheDocument();
  });

  it('shows hostile text as text', async () => {
    backend([aField({ title: HOSTILE, options: [HOSTILE] })], [aTemplate({ name: HOSTILE, title: HOSTILE })]);
    show();
    await waitFor(() => expect(screen.getAllByText(HOSTILE, { exact: false })).toHaveLength(6));
    expect(document.querySelector('img[src="x"]')).toBeNull();
  });

  it('changes a field over the version that was seen, its options one to a line', async () => {
    let sent: unknown;
    backend([aField()], []);
    server.use(
      http.put(at('fields/region'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(aField());
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Edit Region' }));
    const options = screen.getByLabelText(/^Options/);
    await user.type(options, '{enter}asia');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(sent).toEqual({
        title: 'Region',
        kind: 'select',
        description: '',
        options: ['eu', 'us', 'asia'],
        requiredOn: [],
        position: 0,
        enabled: true,
        version: 5,
      })
    );
  });

  it('writes a template with tasks, and puts a refusal at its field', async () => {
    let sent: unknown;
    backend([], []);
    server.use(
      http.put(at('templates/net'), async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json(
          { code: 'invalid', message: 'no', problems: [{ path: '$.assignee', problem: 'nobody is called so' }] },
          { status: 422 }
        );
      })
    );
    const user = userEvent.setup();
    show();
    await user.click(await screen.findByRole('button', { name: 'Add a template' }));
    await user.type(screen.getByLabelText(/^Name/), 'Network');
    await user.type(screen.getByLabelText(/^Key/), 'net');
    await user.type(screen.getByLabelText(/^Roles/), 'commander=bo');
    await user.click(screen.getByRole('button', { name: 'Add a task' }));
    await user.type(screen.getByLabelText('What is to be done'), 'Ping');
    await user.type(screen.getByLabelText('Due after minutes'), '5');
    await user.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('nobody is called so')).toBeInTheDocument();
    expect(sent).toMatchObject({
      name: 'Network',
      roles: { commander: 'bo' },
      tasks: [{ title: 'Ping', dueMinutes: 5 }],
    });
  });
});
