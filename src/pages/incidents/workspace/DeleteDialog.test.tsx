import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { anIncidentDetail, aPage, NOBODY } from '../../../test/incidents';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import IncidentPage from '../IncidentPage';

function show(orgRole: 'Editor' | 'Admin', answer: () => Response) {
  Object.assign(config.bootData.user, { orgRole, login: 'ann', name: 'Ann', isGrafanaAdmin: false });
  let asked = 0;
  const nothing = () => HttpResponse.json({ code: 'not_found', message: 'there is none' }, { status: 404 });
  server.use(
    http.get(at('incidents'), () => HttpResponse.json(aPage([]))),
    http.get(at('directory'), () => HttpResponse.json(NOBODY)),
    http.get(at('fields'), () => HttpResponse.json({ items: [] })),
    http.get(at('templates'), () => HttpResponse.json({ items: [] })),
    http.get(at('incidents/INC-1'), () => HttpResponse.json(anIncidentDetail())),
    http.get(at('incidents/INC-1/investigation'), nothing),
    http.get(at('incidents/INC-1/timeline'), () => HttpResponse.json({ items: [], cursor: null })),
    http.delete(at('incidents/INC-1'), () => {
      asked += 1;
      return answer();
    })
  );
  render(<IncidentPage />, { at: '/incidents/INC-1', path: '/incidents/:id/*' });
  return () => asked;
}

const gone = () => new HttpResponse(null, { status: 204 });

async function ask() {
  await userEvent.click(await screen.findByRole('button', { name: 'More' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Delete' }));
  return screen.findByRole('dialog');
}

describe('deleting an incident', () => {
  it('is asked of an Admin, who types its number, and leads to the list', async () => {
    const asked = show('Admin', gone);
    const dialog = await ask();
    const sure = within(dialog).getByRole('button', { name: 'Delete for good' });
    expect(sure).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'INC-1');
    await userEvent.click(sure);
    await waitFor(() => expect(asked()).toBe(1));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
  });

  it('says why it was refused, and the incident stays', async () => {
    const asked = show('Admin', () =>
      HttpResponse.json({ code: 'forbidden', message: 'only Admins' }, { status: 403 })
    );
    const dialog = await ask();
    await userEvent.type(within(dialog).getByRole('textbox'), 'INC-1');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Delete for good' }));
    expect(await within(dialog).findByText('only Admins')).toBeInTheDocument();
    expect(asked()).toBe(1);
    expect(screen.getByRole('heading', { level: 1, hidden: true })).toBeInTheDocument();
  });

  it('is not offered to an Editor', async () => {
    show('Editor', gone);
    await userEvent.click(await screen.findByRole('button', { name: 'More' }));
    expect(await screen.findByRole('menuitem', { name: 'Is a drill' })).toBeInTheDocument();
    expect(screen.queryByRole('menuitem', { name: 'Delete' })).not.toBeInTheDocument();
  });
});
