import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type SloShape } from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { aHistory, anSlo, aStatus } from '../../test/slos';
import SloListPage from './SloListPage';

const COUNTS = { breached: 1, critical: 0, warning: 0, healthy: 1, no_data: 1 };

/** The backend with these SLOs; answers as many as a page asks for, and keeps what was asked. */
function serve(slos: SloShape[]) {
  const asked: URL[] = [];
  server.use(
    http.get(at('slos'), ({ request }) => {
      const url = new URL(request.url);
      asked.push(url);
      const wanted = url.searchParams.getAll('status');
      const found = slos.filter((each) => wanted.length === 0 || wanted.includes(each.status.status));
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const limit = Number(url.searchParams.get('limit'));
      const more = from + limit < found.length;
      return HttpResponse.json({
        items: found.slice(from, from + limit),
        total: found.length,
        cursor: more ? String(from + limit) : null,
        counts: COUNTS,
      });
    }),
    http.get(at('slos/:id/history'), () => HttpResponse.json(aHistory(60))),
    http.get(at('maintenance-windows'), () => HttpResponse.json({ items: [] })),
    http.get(at('services'), () => HttpResponse.json({ items: [] }))
  );
  return asked;
}

const breached = anSlo({
  id: 'a',
  name: 'checkout availability',
  status: aStatus({
    status: 'breached',
    budget: { remaining: -3.1, consumed: 4.1, allowedBad: 10, badLeft: -31, minutesLeft: -90 },
  }),
});
const silent = anSlo({
  id: 'b',
  name: 'search latency',
  status: aStatus({
    status: 'no_data',
    text: 'Prometheus did not answer',
    stale: true,
    staleReason: 'Prometheus did not answer',
    window: null,
    budget: null,
    burnRates: [],
  }),
});

describe('the list of SLOs (F4, F17, slo-features 61 and 69)', () => {
  beforeEach(() => {
    config.bootData.user.orgRole = 'Editor' as typeof config.bootData.user.orgRole;
    vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(600);
    vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1000);
  });

  it('shows the worst with a course of at least 24 points, and overspent budgets with their sign', async () => {
    serve([breached, silent, anSlo()]);
    render(<SloListPage />);
    const cards = await screen.findByRole('region', { name: /worst off/ });
    expect(within(cards).getAllByRole('link')).toHaveLength(3);
    expect(within(cards).getByText('-310%')).toBeInTheDocument();
    expect(within(cards).getByText('no data')).toBeInTheDocument();
    await waitFor(() => {
      const lines = within(cards).getAllByRole('img');
      expect(lines.every((line) => Number(line.dataset.points) >= 24)).toBe(true);
    });
    const table = await screen.findByRole('table', { name: 'SLOs' });
    expect(within(table).getByRole('img', { name: /overspent, -310%/ })).toBeInTheDocument();
    expect(within(table).getByRole('img', { name: /not known/ })).toBeInTheDocument();
    expect(within(table).getByLabelText('Prometheus did not answer')).toBeInTheDocument();
  });

  it('says that more is promised, and how the worst of that stands (row 25)', async () => {
    const goal = { objective: '99', windowText: 'rolling 7d', reason: 'budget_left' as const, text: '' };
    const rest = { window: null, budget: null, burnRates: [], uncorrected: null, conditions: [], firing: '' };
    const furtherObjectives = [
      { ...goal, ...rest, status: 'healthy' as const },
      { ...goal, ...rest, objective: '99.99', status: 'critical' as const },
    ];
    serve([anSlo({ status: aStatus({ furtherObjectives }) })]);
    render(<SloListPage />, { at: '/slos', path: '/slos' });
    expect(await screen.findByLabelText('+2, worst: Critical')).toBeInTheDocument();
  });

  it('takes its filters from the address and puts them there', async () => {
    const asked = serve([breached, silent, anSlo()]);
    render(<SloListPage />, { at: '/?status=breached&q=check&service=api' });
    expect(await screen.findByRole('table')).toBeInTheDocument();
    const list = asked.find((url) => url.searchParams.get('limit') === '200');
    expect(list?.searchParams.toString()).toContain('q=check&status=breached&service=api');
    expect(screen.getByRole('textbox', { name: /Search/ })).toHaveValue('check');
    await userEvent.click(screen.getByRole('button', { name: /No data 1/ }));
    await waitFor(() => expect(asked.at(-1)?.searchParams.getAll('status')).toEqual(['breached', 'no_data']));
  });

  it('shows only those that burn, as the address says (row 61)', async () => {
    const asked = serve([breached, anSlo()]);
    render(<SloListPage />, { at: '/?burning=true' });
    const burning = await screen.findByRole('button', { name: 'Burning', pressed: true });
    const lists = () => asked.filter((url) => url.searchParams.get('limit') === '200');
    expect(lists()[0]?.searchParams.get('burning')).toBe('true');
    await userEvent.click(burning);
    await waitFor(() => expect(lists().at(-1)?.searchParams.has('burning')).toBe(false));
  });

  it('says what to do when there is none, by role', async () => {
    serve([]);
    const { unmount } = render(<SloListPage />);
    expect(await screen.findByRole('link', { name: 'Create the first SLO' })).toHaveAttribute(
      'href',
      expect.stringContaining('/slos/new')
    );
    unmount();
    config.bootData.user.orgRole = 'Viewer' as typeof config.bootData.user.orgRole;
    render(<SloListPage />);
    expect(await screen.findByText(/role Editor/)).toBeInTheDocument();
    expect(screen.queryByRole('link', { name: /New SLO/ })).not.toBeInTheDocument();
  });

  it('tells of a failure and tries again', async () => {
    server.use(
      http.get(at('slos'), () => HttpResponse.json({ message: 'the store is locked', code: 'store' }, { status: 500 }))
    );
    render(<SloListPage />);
    expect(await screen.findByText('the store is locked')).toBeInTheDocument();
    serve([breached]);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('table')).toBeInTheDocument();
  });

  it('draws only the rows in view of ten thousand, and fetches a page at a time', async () => {
    const asked = serve(Array.from({ length: 10_000 }, (_, i) => anSlo({ id: `s${i}`, name: `slo ${i}` })));
    render(<SloListPage />);
    const table = await screen.findByRole('table');
    expect(table).toHaveAttribute('aria-rowcount', '10001');
    expect(within(table).getAllByRole('row').length).toBeLessThan(60);
    expect(asked.filter((url) => url.searchParams.get('limit') === '200')).toHaveLength(1);
  });

  it('shows hostile names as text', async () => {
    serve([anSlo({ name: '<img src=x onerror=alert(1)>', owner: '{{constructor}}' })]);
    const { container } = render(<SloListPage />);
    expect((await screen.findAllByText('<img src=x onerror=alert(1)>')).length).toBeGreaterThan(0);
    expect(container.querySelector('img[src="x"]')).toBeNull();
  });

  it('tries an import out before it writes (slo-features 55, 57)', async () => {
    serve([breached]);
    const bodies: unknown[] = [];
    server.use(
      http.post(at('slos/import'), async ({ request }) => {
        const body = (await request.json()) as { dryRun: boolean };
        bodies.push(body);
        const item = { service: 'api', id: 'new', warnings: [] };
        return HttpResponse.json({
          dryRun: body.dryRun,
          items: [
            { ...item, name: 'one', action: 'created', problems: [] },
            { ...item, name: 'two', action: 'refused', problems: [{ path: 'spec.query', problem: 'is not bare' }] },
          ],
        });
      })
    );
    render(<SloListPage />);
    await userEvent.click(await screen.findByRole('button', { name: 'Import' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.type(within(dialog).getByRole('textbox'), 'kind: SLO');
    expect(within(dialog).queryByRole('button', { name: 'Import' })).not.toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Try it out' }));
    expect(await within(dialog).findByText('would be created')).toBeInTheDocument();
    expect(within(dialog).getByText('spec.query: is not bare')).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Import' }));
    expect(await within(dialog).findByText('created')).toBeInTheDocument();
    expect(bodies).toEqual([
      { text: 'kind: SLO', mode: 'strict', dryRun: true },
      { text: 'kind: SLO', mode: 'strict', dryRun: false },
    ]);
  });
});

describe('the report over periods (slo-features 75)', () => {
  it('says for each period whether the promise was kept, and what cost most', async () => {
    serve([breached]);
    const line = {
      start: '2026-01-01T00:00:00Z',
      end: '2026-02-01T00:00:00Z',
      countedFrom: '2026-01-01T00:00:00Z',
      countedTo: '2026-02-01T00:00:00Z',
      complete: true,
      good: 9_000,
      bad: 1_000,
      total: 10_000,
      coverage: 0.98,
      sli: 0.9,
      met: false,
      consumed: 2.5,
      badLeft: -600,
      incidents: [{ number: 7, title: 'Payments fail', bad: 900, spent: 2.25 }],
    };
    const silentLine = {
      ...line,
      start: '2026-02-01T00:00:00Z',
      complete: false,
      sli: null,
      met: null,
      consumed: null,
    };
    const asked: URL[] = [];
    server.use(
      http.get(at('slos/report'), ({ request }) => {
        asked.push(new URL(request.url));
        return HttpResponse.json({
          unit: 'quarter',
          zone: 'UTC',
          items: [
            {
              id: 'a',
              name: 'checkout',
              service: 's',
              objective: '96',
              lines: [line, { ...silentLine, incidents: [] }],
            },
          ],
          total: 1,
          cursor: null,
        });
      })
    );
    render(<SloListPage />, { at: '/?view=report&unit=quarter' });
    const table = await screen.findByRole('region', { name: /Report over periods/ });
    expect(within(table).getByText('96%: missed')).toBeInTheDocument();
    expect(within(table).getByText('250%')).toBeInTheDocument();
    expect(within(table).getByRole('link', { name: 'INC-7 Payments fail: 225%' })).toBeInTheDocument();
    expect(within(table).getByText('96%: no events')).toBeInTheDocument();
    expect(within(table).getByText('2026-02-01 (not over)')).toBeInTheDocument();
    expect(asked[0]?.searchParams.get('unit')).toBe('quarter');
  });
});
