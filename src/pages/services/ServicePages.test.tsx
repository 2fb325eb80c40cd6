import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type ServiceInput, type ServiceShape } from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { aService } from '../../test/services';
import ServiceListPage from './ServiceListPage';
import ServicePage from './ServicePage';

const checkout = aService({
  health: 'critical',
  score: 25,
  scoreParts: [{ kind: 'incident', name: 'INC-7', points: -60, text: 'INC-7 (critical) is open' }],
  openIncidents: [{ number: 'INC-7', title: 'Payments fail', severity: 'critical', status: 'open' }],
  dependsOn: ['payments'],
  discovered: ['cache'],
  slos: [{ id: 's1', name: 'availability', status: 'breached', remaining: -2 }],
  runbookUrl: 'javascript:alert(1)',
  links: [{ title: 'Dashboard', url: 'https://grafana.example/d/1' }],
  contacts: [{ kind: 'slack', value: '#shop' }],
  description: 'Takes **orders** <img src=x onerror=alert(1)>',
});
const payments = aService({ name: 'payments', ownerTeam: 'money', dependents: ['checkout'] });
const cache = aService({ name: 'cache', ownerTeam: '', tier: '', declared: false, dependents: [] });

function serve(services: ServiceShape[]) {
  server.use(
    http.get(at('services'), () => HttpResponse.json({ items: services })),
    http.get(at('services/:name'), ({ params }) => {
      const found = services.find((each) => each.name === params.name);
      return found
        ? HttpResponse.json(found)
        : HttpResponse.json({ code: 'not_found', message: 'there is no such service' }, { status: 404 });
    }),
    http.get(at('incidents'), () => HttpResponse.json({ items: [], total: 0, cursor: null, facets: {} })),
    http.get(at('rollouts'), () => HttpResponse.json({ items: [] })),
    http.get(at('changes'), () => HttpResponse.json({ items: [] })),
    http.get(at('services/:name/risks'), () => HttpResponse.json({ items: [] })),
    http.get(at('services/:name/coverage'), ({ params }) =>
      HttpResponse.json({ service: params.name, dialect: '', label: '', share: 0, parts: [] })
    )
  );
}

function as(role: 'Viewer' | 'Editor') {
  config.bootData.user.orgRole = role as typeof config.bootData.user.orgRole;
}

describe('the catalogue of services (V5, F16)', () => {
  beforeEach(() => {
    as('Editor');
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1000);
  });

  it('shows health, owner, open incidents and the worst SLO of each', async () => {
    serve([checkout, payments, cache]);
    render(<ServiceListPage />);
    const table = await screen.findByRole('table', { name: 'Services' });
    const row = within(table).getByRole('row', { name: /checkout/ });
    expect(within(row).getByText('Critical')).toBeInTheDocument();
    expect(within(row).getByText('25 / 100')).toBeInTheDocument();
    expect(within(row).getByRole('link', { name: 'INC-7' })).toBeInTheDocument();
    expect(within(row).getByText('Breached')).toBeInTheDocument();
  });

  const names = () =>
    within(screen.getByRole('table', { name: 'Services' }))
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('link')[0]?.textContent);

  it('lists the worst first: by health, then by points, then by name', async () => {
    const breached = { id: 's2', name: 'availability', status: 'breached' as const, remaining: -1 };
    const search = aService({ name: 'search', score: 60, slos: [breached] });
    const depot = aService({ name: 'depot', health: 'warning', score: 95 });
    serve([cache, depot, payments, search, checkout]);
    render(<ServiceListPage />);
    await screen.findByRole('table', { name: 'Services' });
    expect(names()).toEqual(['checkout', 'depot', 'search', 'cache', 'payments']);
  });

  it('is put in the order of a column by its header, which the address keeps', async () => {
    serve([checkout, payments, cache]);
    const { unmount } = render(<ServiceListPage />, { at: '/?sort=-name' });
    await screen.findByRole('table', { name: 'Services' });
    expect(names()).toEqual(['payments', 'checkout', 'cache']);
    const header = () => screen.getByRole('columnheader', { name: /^Service/ });
    expect(header()).toHaveAttribute('aria-sort', 'descending');
    await userEvent.click(within(header()).getByRole('button'));
    expect(header()).toHaveAttribute('aria-sort', 'none');
    expect(names()).toEqual(['checkout', 'cache', 'payments']);
    await userEvent.click(within(header()).getByRole('button'));
    expect(names()).toEqual(['cache', 'checkout', 'payments']);
    unmount();
  });

  it('says why two services of the same score stand differently', async () => {
    const incident = { kind: 'incident' as const, name: 'INC-9', points: -40, text: 'INC-9 (high) is open' };
    const slo = { kind: 'slo' as const, name: 's3', points: -40, text: "the SLO 'latency' is breached" };
    const further = { kind: 'dependency' as const, name: 'cache', points: -15, text: 'it calls cache' };
    serve([
      aService({ name: 'depot', health: 'critical', score: 60, scoreParts: [incident] }),
      aService({ name: 'search', score: 60, scoreParts: [slo] }),
      aService({
        name: 'orders',
        health: 'warning',
        score: 45,
        scoreParts: [slo, { ...incident, points: -15 }, further],
      }),
    ]);
    render(<ServiceListPage />);
    const row = async (name: string) => within(await screen.findByRole('row', { name: new RegExp(name) }));
    expect((await row('depot')).getByText('INC-9 (high) is open')).toBeInTheDocument();
    expect((await row('search')).getByText("no incident; the SLO 'latency' is breached")).toBeInTheDocument();
    // Its incident makes the warning, though the SLO takes more points away.
    expect((await row('orders')).getByText('INC-9 (high) is open')).toBeInTheDocument();
    expect((await row('orders')).getByRole('note', { name: /-40: the SLO.*-15: it calls cache/ })).toBeInTheDocument();
  });

  it('is narrowed by facets and text that the address keeps', async () => {
    serve([checkout, payments, cache]);
    render(<ServiceListPage />, { at: '/?owner=money' });
    const table = await screen.findByRole('table', { name: 'Services' });
    expect(within(table).getAllByRole('row')).toHaveLength(2);
    await userEvent.type(screen.getByRole('textbox', { name: /Search/ }), 'nothing like it');
    expect(await screen.findByText('No service matches')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Clear filters' }));
    await waitFor(() => expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(4));
  });

  it('draws the map and says the same as a table', async () => {
    serve([checkout, payments, cache]);
    const { container } = render(<ServiceListPage />, { at: '/?view=map' });
    const map = await screen.findByRole('group', { name: 'Map of services' });
    expect(within(map).getByRole('link', { name: 'checkout: Critical' })).toHaveAttribute(
      'href',
      '/a/reliability-studio-app/services/checkout'
    );
    expect(container.querySelectorAll('path[marker-end]')).toHaveLength(2);
    const table = screen.getByRole('region', { name: 'Who calls whom' });
    const row = within(table).getByRole('row', { name: /^checkout/ });
    expect(within(row).getByRole('link', { name: 'payments' })).toBeInTheDocument();
  });

  it('says what to do when there is none', async () => {
    serve([]);
    render(<ServiceListPage />);
    expect(await screen.findByText('No service yet')).toBeInTheDocument();
    expect(screen.getAllByRole('button', { name: 'Declare a service' }).length).toBeGreaterThan(0);
  });

  it('declares a service, and shows a refusal at its field', async () => {
    serve([payments]);
    const sent: ServiceInput[] = [];
    server.use(
      http.post(at('services'), async ({ request }) => {
        sent.push((await request.json()) as ServiceInput);
        const problem = { path: '$.links[0].url', problem: 'must begin with http:// or https://' };
        return HttpResponse.json({ code: 'invalid', message: 'no', problems: [problem] }, { status: 422 });
      })
    );
    render(<ServiceListPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Declare a service' }));
    const drawer = await screen.findByRole('dialog');
    await userEvent.type(within(drawer).getByRole('textbox', { name: /^Name/ }), 'search');
    await userEvent.type(within(drawer).getByRole('textbox', { name: /^Links/ }), 'Team wiki ftp://x');
    await userEvent.type(within(drawer).getByRole('textbox', { name: /^Contacts/ }), 'slack #search');
    await userEvent.click(within(drawer).getByRole('button', { name: 'Save' }));
    expect(await within(drawer).findByText(/must begin with http/)).toBeInTheDocument();
    expect(sent[0]).toMatchObject({
      name: 'search',
      links: [{ title: 'Team wiki', url: 'ftp://x' }],
      contacts: [{ kind: 'slack', value: '#search' }],
    });
  });
});

describe('one service (F19)', () => {
  const show = (name: string) => render(<ServicePage />, { at: `/services/${name}`, path: '/services/:name' });

  it('shows why its health is what it is, whose it is and what it calls', async () => {
    as('Editor');
    serve([checkout, payments, cache]);
    const { container } = show('checkout');
    expect(await screen.findByText('25 of 100 points')).toBeInTheDocument();
    expect(screen.getByText('INC-7 (critical) is open')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: /Dashboard/ })).toHaveAttribute('href', 'https://grafana.example/d/1');
    expect(screen.queryByRole('link', { name: /Runbook/ })).not.toBeInTheDocument();
    expect(screen.getByText('#shop')).toBeInTheDocument();
    expect(screen.getByRole('img', { name: /overspent, -200%/ })).toBeInTheDocument();
    expect(screen.getByText('orders').tagName).toBe('STRONG');
    expect(container.querySelector('img[src="x"]')).toBeNull();
    expect(screen.getByText(/label namespace/)).toBeInTheDocument();
  });

  it('cannot be changed by a Viewer, and by nobody when a file declares it', async () => {
    as('Viewer');
    serve([checkout]);
    const { unmount } = show('checkout');
    await screen.findByText('25 of 100 points');
    expect(screen.queryByRole('button', { name: 'Edit' })).not.toBeInTheDocument();
    unmount();
    as('Editor');
    serve([aService({ provisioned: true })]);
    show('checkout');
    expect(await screen.findByRole('button', { name: 'Edit' })).toBeDisabled();
  });

  it('is forgotten with or without its SLOs, as the button says (D3)', async () => {
    as('Editor');
    serve([checkout]);
    const fates: Array<string | null> = [];
    server.use(
      http.delete(at('services/checkout'), ({ request }) => {
        fates.push(new URL(request.url).searchParams.get('slos'));
        return new HttpResponse(null, { status: 204 });
      })
    );
    const forget = async (button: string, sure: string) => {
      const { unmount } = show('checkout');
      await userEvent.click(await screen.findByRole('button', { name: 'Edit' }));
      await userEvent.click(await screen.findByRole('button', { name: button }));
      await userEvent.click(await screen.findByRole('button', { name: sure }));
      unmount();
    };
    await forget('Forget this service', 'Forget it, keep its SLO');
    await waitFor(() => expect(fates).toEqual(['keep']));
    await forget('Forget it with its SLOs', 'Delete availability with their history');
    await waitFor(() => expect(fates).toEqual(['keep', 'delete']));
  });

  it('says so when there is no such service', async () => {
    serve([]);
    show('ghost');
    expect(await screen.findByText('there is no such service')).toBeInTheDocument();
  });

  it('shows what runs where its label says, and why nothing can be shown', async () => {
    as('Editor');
    serve([aService({ labels: { namespace: 'shop' } })]);
    const refusal = () =>
      HttpResponse.json({ code: 'not_configured', message: 'Kubernetes is not configured' }, { status: 503 });
    server.use(
      http.get(at('kubernetes/deployments/shop/checkout'), refusal),
      http.get(at('kubernetes/pods/shop/checkout'), refusal)
    );
    show('checkout');
    expect(await screen.findByText('Kubernetes is not configured')).toBeInTheDocument();
  });
});
