import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import {
  type BudgetCostListShape,
  type BudgetCostShape,
  type InsightsShape,
  type WeekShape,
} from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { aCheck } from '../../test/settings';
import InsightsPage from './InsightsPage';
import { everyWeek } from './WeeklyTrend';

const week = (start: string, incidents: number): WeekShape => ({
  start,
  incidents,
  means: { resolve: { seconds: 600, count: incidents } },
});

const insights: InsightsShape = {
  start: '2026-01-01T00:00:00Z',
  end: '2026-02-01T00:00:00Z',
  incidents: 7,
  bySeverity: { critical: 2, low: 5 },
  byService: { '<img src=x onerror=alert(1)>': 4, checkout: 3 },
  means: { detect: { seconds: 65, count: 7 }, acknowledge: { seconds: null, count: 0 } },
  unattended: 2,
  weeks: [week('2026-01-05T00:00:00Z', 2), week('2026-01-19T00:00:00Z', 5)],
  recurring: [{ title: 'Disk full', service: 'checkout', count: 3, last: '2026-01-20T00:00:00Z' }],
  causes: [{ cause: '<b>disk</b>', services: ['cart', 'search'], count: 2, last: '2026-01-20T00:00:00Z' }],
  followUpsOpen: 4,
  followUpsOverdue: 1,
};

const answer = (body: InsightsShape) =>
  server.use(
    http.get(at('insights'), () => HttpResponse.json(body)),
    http.get(at('insights/budget'), () => HttpResponse.json(costs())),
    http.get(at('checks'), () => HttpResponse.json({ items: [] }))
  );

const costs = (change: Partial<BudgetCostListShape> = {}): BudgetCostListShape => ({
  start: insights.start,
  end: insights.end,
  items: [],
  lookedAt: 0,
  leftOut: 0,
  ...change,
});

const cost: BudgetCostShape = {
  service: '<b>checkout</b>',
  sloId: 'slo-1',
  name: 'availability',
  incidents: 3,
  incidentSeconds: 5400,
  events: true,
  bad: 1234,
  total: 90_000,
  spent: 0.257,
  consumed: 1.5,
  periodBad: 7200,
  periodTotal: 1_440_000,
  coverage: 0.98,
  countedFrom: '2026-01-01T00:00:00Z',
  countedTo: '2026-02-01T00:00:00Z',
  queries: ['http_requests_total{service="checkout"}'],
};

describe('the insights page', () => {
  it('shows each mean with the number of incidents behind it, and says when there is none', async () => {
    answer(insights);
    render(<InsightsPage />);
    expect(await screen.findByText('1m 5s')).toBeInTheDocument();
    expect(screen.getByText('mean of 7')).toBeInTheDocument();
    expect(screen.getAllByText('no incident has both milestones')).toHaveLength(3);
  });

  it('shows foreign text as text and leads to the incidents of a service', async () => {
    answer(insights);
    render(<InsightsPage />);
    const list = await screen.findByRole('region', { name: 'By service' });
    expect(list.querySelector('img')).toBeNull();
    expect(within(list).getByRole('link', { name: 'checkout' })).toHaveAttribute(
      'href',
      expect.stringContaining('incidents?service=checkout')
    );
  });

  it('shows root causes that came back, as text, with the services that they hit (row 93)', async () => {
    answer(insights);
    render(<InsightsPage />);
    const section = await screen.findByRole('region', { name: 'Recurring root causes' });
    const row = within(section).getByRole('row', { name: /<b>disk/ });
    expect(row).toHaveTextContent('cartsearch2');
    expect(within(row).getByRole('link', { name: 'cart' })).toBeInTheDocument();
  });

  it('says what incidents took of each budget, out of how many events of which time, and what was asked (product 9)', async () => {
    answer(insights);
    server.use(
      http.get(at('insights/budget'), () => HttpResponse.json(costs({ items: [cost], lookedAt: 2, leftOut: 7 })))
    );
    render(<InsightsPage />);
    const section = await screen.findByRole('region', { name: 'What incidents took of error budgets' });
    const row = await within(section).findByRole('row', { name: /availability/ });
    expect(within(row).getByRole('link', { name: 'availability' })).toHaveAttribute(
      'href',
      expect.stringContaining('slos/slo-1')
    );
    for (const text of ['<b>checkout</b>', '3 (1h 30m)', '1,234 of 90,000', '25.7%', '150%']) {
      expect(row).toHaveTextContent(text);
    }
    expect(row).toHaveTextContent('1,440,000 eventssince 2026-01-01 00:00, 98% measured');
    expect(row).toHaveTextContent('http_requests_total{service="checkout"}');
    expect(within(section).getByText('7 more SLOs are not looked at: choose a shorter period')).toBeInTheDocument();
  });

  it('shows no events of an SLO that counts shares of time', async () => {
    answer(insights);
    const mean = { ...cost, events: false, bad: 250_000, total: 1_000_000 };
    server.use(http.get(at('insights/budget'), () => HttpResponse.json(costs({ items: [mean], lookedAt: 1 }))));
    render(<InsightsPage />);
    const row = await screen.findByRole('row', { name: /availability/ });
    expect(row).toHaveTextContent('25.000%');
    expect(row).not.toHaveTextContent(/events|1,000,000/);
  });

  it('tells a period in which incidents cost nothing from one in which nothing was measured', async () => {
    answer(insights);
    const { unmount } = render(<InsightsPage />);
    expect(await screen.findByText(/No SLO measures a service that had incidents/)).toBeInTheDocument();
    unmount();
    server.use(http.get(at('insights/budget'), () => HttpResponse.json(costs({ lookedAt: 2 }))));
    render(<InsightsPage />);
    expect(await screen.findByText(/cost none of the SLOs/)).toBeInTheDocument();
  });

  it('says how often each check was right, the least reliable first, and none that nobody graded', async () => {
    answer(insights);
    const graded = (id: string, right: number, total: number) =>
      aCheck({ id, title: id, precision: { right, total, share: right / total } });
    const items = [
      graded('slow', 9, 10),
      graded('<b>queue</b>', 1, 4),
      aCheck({ id: 'new', title: 'new', precision: null }),
    ];
    server.use(http.get(at('checks'), () => HttpResponse.json({ items })));
    render(<InsightsPage />);
    const section = await screen.findByRole('region', { name: 'How often checks were right' });
    const rows = await within(section).findAllByRole('row');
    expect(rows.slice(1).map((row) => row.textContent)).toEqual(['<b>queue</b>1 of 4 (25%)', 'slow9 of 10 (90%)']);
  });

  it('asks for the period of the address', async () => {
    let asked = new URLSearchParams();
    server.use(
      http.get(at('insights'), ({ request }) => {
        asked = new URL(request.url).searchParams;
        return HttpResponse.json(insights);
      }),
      http.get(at('checks'), () => HttpResponse.json({ items: [] }))
    );
    render(<InsightsPage />, { at: '/?from=1767225600000&to=1769904000000' });
    await waitFor(() => expect(asked.get('from')).toBe('2026-01-01T00:00:00.000Z'));
    expect(asked.get('to')).toBe('2026-02-01T00:00:00.000Z');
  });

  it('shows the trend that its address names', async () => {
    answer(insights);
    render(<InsightsPage />, { at: '/?trend=resolve' });
    expect(await screen.findByRole('radio', { name: 'MTTR' })).toBeChecked();
    expect(screen.getByRole('listitem', { name: /Week of 2026-01-05: 10m/ })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'Incidents' }));
    expect(await screen.findByRole('listitem', { name: /Week of 2026-01-05: 2 incidents/ })).toBeInTheDocument();
  });

  it('says what to do when nothing happened', async () => {
    answer({ ...insights, incidents: 0 });
    render(<InsightsPage />);
    expect(await screen.findByText('No incidents in this period')).toBeInTheDocument();
  });

  it('tries again after a failure', async () => {
    server.use(
      http.get(at('insights'), () => HttpResponse.json({ code: 'bad', message: 'too long' }, { status: 422 }), {
        once: true,
      })
    );
    render(<InsightsPage />);
    expect(await screen.findByText('too long')).toBeInTheDocument();
    answer(insights);
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('1m 5s')).toBeInTheDocument();
  });

  it('keeps weeks without an incident in the trend', () => {
    const trend = { ...insights, start: insights.weeks[0]?.start ?? '', end: '2026-01-20T00:00:00Z' };
    expect(everyWeek(trend).map((each) => each.week?.incidents ?? null)).toEqual([2, null, 5]);
    expect(everyWeek({ ...trend, weeks: [] })).toEqual([]);
  });

  it('shows the whole period, also before the first incident and after the last', () => {
    const trend = { ...insights, start: '2025-12-24T00:00:00Z', end: '2026-01-28T00:00:00Z' };
    expect(everyWeek(trend).map((each) => each.week?.incidents ?? null)).toEqual([null, null, 2, null, 5, null]);
  });
});
