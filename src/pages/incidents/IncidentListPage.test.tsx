import { LiveChannelConnectionState, LiveChannelEventType } from '@grafana/data';
import { config } from '@grafana/runtime';
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { useLocation } from 'react-router-dom';
import { Subject } from 'rxjs';
import { type BulkInput, type IncidentShape } from '../../api/types.gen';
import { anIncident, anIncidentDetail, aPage, NOBODY } from '../../test/incidents';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import IncidentListPage from './IncidentListPage';

function as(orgRole: 'Viewer' | 'Editor' | 'Admin') {
  Object.assign(config.bootData.user, { orgRole, login: 'ann', name: 'Ann', isGrafanaAdmin: false });
}

/** A backend with these incidents, and the queries that lists were asked with. */
function backend(items: IncidentShape[]) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(at('incidents'), ({ request }) => {
      const query = new URL(request.url).searchParams;
      asked.push(query);
      const statuses = query.getAll('status');
      return HttpResponse.json(aPage(items.filter((each) => !statuses.length || statuses.includes(each.status))));
    }),
    http.get(at('directory'), () => HttpResponse.json(NOBODY)),
    http.get(at('fields'), () => HttpResponse.json({ items: [] })),
    http.get(at('templates'), () => HttpResponse.json({ items: [] }))
  );
  return asked;
}

function Address() {
  const { pathname, search } = useLocation();
  return <output aria-label="address">{pathname + search}</output>;
}

function show(where = '/', live?: Subject<unknown>) {
  const ui = (
    <>
      <IncidentListPage />
      <Address />
    </>
  );
  return render(ui, { at: where, ...(live && { live }) });
}

const HOSTILE = '<img src=x onerror="window.hacked=1">';

const address = () => screen.getByLabelText('address').textContent;
const rows = () => screen.getAllByRole('row').slice(1);

describe('the list of incidents', () => {
  beforeEach(() => as('Editor'));

  it('shows what is active, and says so in what it asks for (F5, F15)', async () => {
    const asked = backend([anIncident(), anIncident({ number: 'INC-2', status: 'resolved' })]);
    show();
    expect(await screen.findByText('checkout fails (INC-1)')).toBeInTheDocument();
    expect(screen.queryByText('checkout fails (INC-2)')).not.toBeInTheDocument();
    expect(asked[0]?.getAll('status')).toEqual(['open', 'acknowledged', 'investigating', 'mitigated']);
    expect(document.body).not.toHaveTextContent('Invalid');
  });

  it('restores everything from a link and asks the backend for exactly that (F5)', async () => {
    const asked = backend([anIncident()]);
    show('/?q=%22&severity=critical&service=a%2Fb&sort=severity&status=any');
    await screen.findByText('checkout fails (INC-1)');
    const query = asked.find((each) => each.get('limit') !== '1');
    expect(query?.get('q')).toBe('"');
    expect(query?.getAll('level')).toEqual(['critical']);
    expect(query?.getAll('service')).toEqual(['a/b']);
    expect(query?.getAll('status')).toEqual([]);
    expect(query?.get('sort')).toBe('severity');
    expect(screen.getByRole('searchbox')).toHaveValue('"');
  });

  it('searches when typing pauses, and keeps the text in the address (row 36)', async () => {
    const asked = backend([anIncident()]);
    show();
    await screen.findByText('checkout fails (INC-1)');
    await userEvent.type(screen.getByRole('searchbox'), 'cart');
    expect(screen.getByRole('searchbox')).toHaveValue('cart');
    await waitFor(() => expect(address()).toContain('q=cart'));
    expect(asked.map((each) => each.get('q')).filter(Boolean)).not.toContain('c');
  });

  it('narrows by a facet that tells its counts (row 36)', async () => {
    backend([anIncident(), anIncident({ number: 'INC-2', severity: 'critical' })]);
    show();
    await screen.findByText('checkout fails (INC-1)');
    await userEvent.click(screen.getByRole('button', { name: 'Severity' }));
    const group = await screen.findByRole('group', { name: 'Severity' });
    expect(group).toHaveTextContent(/Critical1/);
    await userEvent.click(within(group).getByLabelText('Critical'));
    await waitFor(() => expect(address()).toContain('level=critical'));
  });

  it('shows own states and narrows by them (row 21)', async () => {
    const stages = [{ id: 'vendor', status: 'investigating', label: 'Vendor has it', meaning: '', incidents: 1 }];
    server.use(
      http.get(at('statuses'), () =>
        HttpResponse.json({ statuses: [], stages, version: 1, updatedAt: null, updatedBy: '' })
      )
    );
    const asked = backend([anIncident({ status: 'investigating', stage: 'vendor' })]);
    show();
    expect(await screen.findByText('Vendor has it')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Own state' }));
    const group = await screen.findByRole('group', { name: 'Own state' });
    expect(group).toHaveTextContent(/Vendor has it1/);
    await userEvent.click(within(group).getByLabelText('Vendor has it'));
    await waitFor(() => expect(address()).toContain('stage=vendor'));
    await waitFor(() => expect(asked.at(-1)?.getAll('stage')).toEqual(['vendor']));
  });

  it('narrows by labels, which are counted when somebody looks (row 36)', async () => {
    const asked = backend([anIncident()]);
    const counted: URLSearchParams[] = [];
    server.use(
      http.get(at('incidents/labels'), ({ request }) => {
        counted.push(new URL(request.url).searchParams);
        return HttpResponse.json({ labels: { team: { shop: 3, [HOSTILE]: 1 } } });
      })
    );
    show('/?severity=high&label=tier%3D1');
    await screen.findByText('checkout fails (INC-1)');
    expect(counted).toHaveLength(0);
    await userEvent.click(screen.getByRole('button', { name: 'Label: tier=1' }));
    await userEvent.click(await screen.findByRole('checkbox', { name: 'team=shop' }));
    expect(screen.getByText(`team=${HOSTILE}`)).toBeInTheDocument();
    await waitFor(() => expect(asked.at(-1)?.getAll('label')).toEqual(['tier=1', 'team=shop']));
    expect(counted[0]?.getAll('label')).toEqual([]);
    expect(counted[0]?.get('level')).toBe('high');
    expect(address()).toContain('label=tier%3D1&label=team%3Dshop');
  });

  it('says that nothing is active, and what to do', async () => {
    backend([]);
    show();
    expect(await screen.findByText('Nothing is on fire')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Show all incidents' }));
    expect(address()).toContain('status=any');
    expect(await screen.findByText('No incidents yet')).toBeInTheDocument();
  });

  it('tells a failure and tries again', async () => {
    server.use(
      http.get(at('incidents'), () =>
        HttpResponse.json({ code: 'bad', message: 'the cursor is gone' }, { status: 400 })
      ),
      http.get(at('directory'), () => HttpResponse.json(NOBODY)),
      http.get(at('fields'), () => HttpResponse.json({ items: [] })),
      http.get(at('templates'), () => HttpResponse.json({ items: [] }))
    );
    show();
    expect(await screen.findByText('the cursor is gone')).toBeInTheDocument();
    backend([anIncident()]);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('checkout fails (INC-1)')).toBeInTheDocument();
  });

  it('shows hostile text as text', async () => {
    backend([anIncident({ title: '<img src=x onerror="window.hacked=1">', service: '"><script>' })]);
    show();
    expect(await screen.findByText('<img src=x onerror="window.hacked=1">')).toBeInTheDocument();
    expect(document.querySelector('img[src="x"], script')).toBeNull();
  });

  it('gives a Viewer everything to read and nothing to change, with the reason', async () => {
    as('Viewer');
    backend([anIncident()]);
    show();
    await screen.findByText('checkout fails (INC-1)');
    expect(screen.getByText(/needs the role Editor/)).toBeInTheDocument();
    expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
    await userEvent.keyboard('c');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
  });

  it('is worked with single keys, but not while somebody types', async () => {
    backend([anIncident(), anIncident({ number: 'INC-2' })]);
    show();
    await screen.findByText('checkout fails (INC-1)');
    await userEvent.keyboard('jjk');
    expect(rows()[0]).toHaveAttribute('aria-current', 'true');
    await userEvent.keyboard('x');
    expect(screen.getByRole('toolbar')).toHaveTextContent('1 chosen');
    await userEvent.keyboard('/');
    expect(screen.getByRole('searchbox')).toHaveFocus();
    await userEvent.keyboard('jx?');
    expect(screen.getByRole('searchbox')).toHaveValue('jx?');
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument();
    await userEvent.keyboard('{Escape}?');
    expect(await screen.findByRole('dialog')).toHaveTextContent('Next, previous incident');
  });

  it('opens the current incident with Enter', async () => {
    backend([anIncident()]);
    show();
    await screen.findByText('checkout fails (INC-1)');
    await userEvent.keyboard('j{Enter}');
    expect(address()).toBe('/a/reliability-studio-app/incidents/INC-1');
  });

  it('tells what became of each, and asks before it resolves what still fires', async () => {
    const sent: BulkInput[] = [];
    backend([anIncident(), anIncident({ number: 'INC-2' })]);
    server.use(
      http.post(at('incidents/bulk'), async ({ request }) => {
        const body = (await request.json()) as BulkInput;
        sent.push(body);
        return HttpResponse.json({
          outcomes: body.numbers.map((number) =>
            number === 'INC-2' && !body.force
              ? { number, ok: false, code: 'still_firing', message: '1 of its alerts still fires (HighErrors)' }
              : { number, ok: true, code: '', message: '' }
          ),
        });
      })
    );
    show();
    await screen.findByText('checkout fails (INC-1)');
    await userEvent.click(screen.getByLabelText('Select all that are loaded'));
    await userEvent.click(screen.getByRole('button', { name: 'Resolve' }));
    const dialog = await screen.findByRole('dialog');
    expect(dialog).toHaveTextContent('1 of its alerts still fires (HighErrors)');
    await userEvent.click(within(dialog).getByRole('button', { name: /Resolve 1 although/ }));
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(sent.map(({ numbers, force }) => [numbers, force])).toEqual([
      [['INC-1', 'INC-2'], undefined],
      [['INC-2'], true],
    ]);
  });

  it('shows beside each field what is wrong with it', async () => {
    backend([]);
    server.use(
      http.post(at('incidents'), () =>
        HttpResponse.json(
          {
            code: 'invalid',
            message: 'no',
            problems: [{ path: '$.assignee', problem: "nobody with the login 'bo' has been seen" }],
          },
          { status: 422 }
        )
      )
    );
    show();
    await screen.findByText('Nothing is on fire');
    await userEvent.keyboard('c');
    await userEvent.type(await screen.findByLabelText(/What is wrong/), 'checkout fails');
    await userEvent.click(screen.getByRole('button', { name: 'Declare' }));
    expect(await screen.findByText("nobody with the login 'bo' has been seen")).toBeInTheDocument();
    expect(screen.getByLabelText(/What is wrong/)).toHaveValue('checkout fails');
  });

  it('follows changes in place, counts what is new, and takes it in when asked (F3, F23)', async () => {
    const live = new Subject<unknown>();
    const items = [anIncident()];
    const asked = backend(items);
    server.use(
      http.get(at('incidents/INC-1'), () =>
        HttpResponse.json(anIncidentDetail({ version: 2, status: 'acknowledged' }))
      ),
      http.get(at('incidents/INC-2'), () => HttpResponse.json(anIncidentDetail({ number: 'INC-2' }))),
      // Not among those that are shown: nobody who looks at what is active is told of it.
      http.get(at('incidents/INC-3'), () => HttpResponse.json(anIncidentDetail({ number: 'INC-3', status: 'closed' })))
    );
    const tell = (number: string, change: string) =>
      live.next({
        type: LiveChannelEventType.Message,
        message: { kind: 'incident', number, version: 2, change },
      });
    show('/', live);
    await screen.findByText('checkout fails (INC-1)');
    act(() =>
      live.next({
        type: LiveChannelEventType.Status,
        state: LiveChannelConnectionState.Connected,
        id: 'x',
        timestamp: 0,
      })
    );
    // With the connection the list is asked for again: something may have changed before.
    await waitFor(() => expect(asked).toHaveLength(2));
    items.push(anIncident({ number: 'INC-2' }));
    act(() => {
      tell('INC-1', 'status_change');
      tell('INC-2', 'opened');
      tell('INC-2', 'opened');
      tell('INC-3', 'opened');
    });
    await screen.findByRole('button', { name: '1 new' });
    await waitFor(() => expect(rows()[0]).toHaveTextContent('Acknowledged'));
    await act(() => new Promise((later) => setTimeout(later, 300)));
    const pill = screen.getByRole('button', { name: '1 new' });
    await userEvent.click(pill);
    expect(await screen.findByText('checkout fails (INC-2)')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: '1 new' })).not.toBeInTheDocument();
  });

  it('judges a new incident by the filter of now, whatever was asked before (stale callbacks)', async () => {
    const live = new Subject<unknown>();
    backend([anIncident()]);
    let answer: (() => void) | null = null;
    const release = () => answer?.();
    server.use(
      http.get(at('incidents/INC-2'), async () => {
        await new Promise<void>((done) => (answer = done));
        return HttpResponse.json(anIncidentDetail({ number: 'INC-2', severity: 'low' }));
      })
    );
    const shown = show('/?severity=low&severity=high', live);
    await screen.findByText('checkout fails (INC-1)');
    const opened = { kind: 'incident', number: 'INC-2', version: 1, change: 'opened' };
    act(() => live.next({ type: LiveChannelEventType.Message, message: opened }));
    await waitFor(() => expect(answer).not.toBeNull());
    // Before the answer is there, the person looks for something that the new incident is not.
    await userEvent.click(screen.getByRole('radio', { name: 'Ended' }));
    await waitFor(() => expect(address()).toContain('status=resolved'));
    release();
    await act(() => new Promise((later) => setTimeout(later, 600)));
    expect(screen.queryByRole('button', { name: /new/ })).not.toBeInTheDocument();
    shown.unmount();
    expect(live.observed).toBe(false);
  });
});
