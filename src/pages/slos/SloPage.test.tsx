import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { Subject } from 'rxjs';
import { LiveChannelEventType } from '@grafana/data';
import { type SloShape } from '../../api/types.gen';
import { render } from '../../test/render';
import { signInAs } from '../../test/settings';
import { at, server } from '../../test/server';
import { aForecast, aHistory, anSlo, aPreview, aStatus } from '../../test/slos';
import SloPage from './SloPage';

function serve(slo: () => SloShape) {
  server.use(
    http.get(at('slos/export'), () => HttpResponse.text('kind: SLO\n')),
    http.get(at('slos/corrections'), () => HttpResponse.json({ items: [] })),
    http.get(at('maintenance-windows'), () => HttpResponse.json({ items: [] })),
    http.get(at('slos/:id/forecast'), () => HttpResponse.json(aForecast())),
    http.get(at('slos/:id'), () => HttpResponse.json(slo())),
    http.get(at('slos/:id/history'), () => HttpResponse.json(aHistory())),
    http.get(at('incidents'), () => HttpResponse.json({ items: [], total: 0, cursor: null, facets: {} }))
  );
}

const show = (live?: Subject<unknown>) => render(<SloPage />, { at: '/slos/slo-1', path: '/slos/:id', live });

describe('one SLO (V4, slo-features 65 to 69, 85, 88)', () => {
  beforeEach(() => {
    config.bootData.user.orgRole = 'Editor' as typeof config.bootData.user.orgRole;
  });

  it('shows each number with its query, its stretch of time and its counts', async () => {
    serve(() => anSlo());
    show();
    const budget = await screen.findByRole('group', { name: 'Error budget left' });
    expect(within(budget).getAllByText('75.0%').length).toBeGreaterThan(0);
    expect(within(budget).getByText('30 of 40 bad events left; 32m 24s of full outage')).toBeInTheDocument();
    await userEvent.click(within(budget).getByRole('button', { name: /counted from/ }));
    expect(await screen.findByText(/last_over_time/)).toBeInTheDocument();
    expect(screen.getByText('9,990 good, 10 bad, 10,000 in all')).toBeInTheDocument();
    expect(screen.getByText('100.0% of this time was measured')).toBeInTheDocument();
    expect(screen.getByText('clear')).toBeInTheDocument();
    for (const chart of ['Error budget left', 'Burn rate of the hour', 'Share of good events']) {
      expect(await screen.findByRole('img', { name: chart })).toBeInTheDocument();
    }
  });

  it('shows what a composite is made of, and counts a mean in time and not in events (rows 14 and 15)', async () => {
    const shop = {
      sloId: 'a1',
      service: 'shop',
      name: 'orders',
      status: 'healthy' as const,
      text: '80% of the budget is left',
      good: 9_990,
      bad: 10,
      total: 10_000,
      sli: 0.999,
      coverage: 1,
      weight: 0.75,
      spent: 0.6,
    };
    const cart = {
      ...shop,
      sloId: 'b2',
      service: 'cart',
      name: 'writes',
      status: 'no_data' as const,
      text: 'nothing was measured for 12 minutes',
      sli: null,
      coverage: null,
      total: 0,
      good: 0,
      bad: 0,
      spent: null,
    };
    const indicator = {
      type: 'composite' as const,
      members: [{ sloId: 'a1', weight: '3' }, { sloId: 'b2' }],
      combine: 'mean' as const,
    };
    serve(() => anSlo({ indicator, status: aStatus({ members: [shop, cart], queries: [], countedBy: 'members' }) }));
    show();
    const part = await screen.findByRole('region', { name: 'What it is made of' });
    const [, first, second] = within(part).getAllByRole('row');
    expect(first).toHaveTextContent(/shop \/ orders.*Healthy.*75.0%.*99.90.*10 bad of 10,000.*60.0%.*100.0%/);
    expect(within(first!).getByRole('link')).toHaveAttribute('href', expect.stringMatching(/slos\/a1$/));
    expect(second).toHaveTextContent(/No data.*nothing was measured for 12 minutes.*no events.*nothing is.*no data/);
    const budget = screen.getByRole('group', { name: 'Error budget left' });
    expect(within(budget).getByText('32m 24s of full outage left')).toBeInTheDocument();
    await userEvent.click(within(budget).getByRole('button', { name: /counted from/ }));
    expect(await screen.findByText('The weighted mean of the SLOs that it is made of, 0.100% bad')).toBeInTheDocument();
    expect(screen.getByText(/Other SLOs have counted; nothing is fetched/)).toBeInTheDocument();
    expect(screen.getByText(/good in the mean of other SLOs/)).toBeInTheDocument();
  });

  it('says which SLO is the worst one, where that one decides (row 14)', async () => {
    const member = {
      service: 'shop',
      status: 'healthy' as const,
      text: '',
      coverage: 1,
      total: 100,
      good: 90,
      bad: 10,
    };
    const members = [
      { ...member, sloId: 'a1', name: 'reads', sli: 0.95, weight: 0, spent: 0 },
      { ...member, sloId: 'b2', name: 'writes', sli: 0.9, weight: 1, spent: 1 },
    ];
    const indicator = {
      type: 'composite' as const,
      members: [{ sloId: 'a1' }, { sloId: 'b2' }],
      combine: 'worst' as const,
    };
    serve(() => anSlo({ indicator, status: aStatus({ members, queries: [] }) }));
    show();
    const part = await screen.findByRole('region', { name: 'What it is made of' });
    const [head, first, second] = within(part).getAllByRole('row');
    expect(head).not.toHaveTextContent(/Weight|Share/);
    expect(first).not.toHaveTextContent('decides');
    expect(second).toHaveTextContent(/shop \/ writes.*it decides.*90.0000%/);
    expect(screen.getByText(/good in the worst of other SLOs/)).toBeInTheDocument();
  });

  it('shows where each further objective stands, with what it was counted from (row 25)', async () => {
    const { window, budget, burnRates } = aStatus();
    const week = {
      objective: '99.99',
      windowText: 'rolling 7d',
      status: 'breached' as const,
      reason: 'budget_spent' as const,
      text: 'the error budget is spent: -150.0% left',
      window,
      budget: budget && { ...budget, remaining: -1.5, badLeft: -15, allowedBad: 10 },
      burnRates,
      uncorrected: null,
      conditions: [],
      firing: '',
    };
    const unknown = { ...week, objective: '90', status: 'no_data' as const, text: 'nothing was measured yet' };
    const goals = [week, { ...unknown, window: null, budget: null, burnRates: [] }];
    serve(() => anSlo({ status: aStatus({ furtherObjectives: goals }) }));
    show();
    const part = await screen.findByRole('region', { name: 'Further objectives' });
    const [, first, second] = within(part).getAllByRole('row');
    expect(first).toHaveTextContent(/99.99%, rolling 7d.*Breached.*-150%.*15 bad events more than the 10/);
    expect(first).toHaveTextContent('1h: 5×');
    expect(second).toHaveTextContent(/No data.*nothing was measured yet/);
    await userEvent.click(within(part).getByRole('button', { name: /counted from/ }));
    expect(await screen.findByText('9,990 good, 10 bad, 10,000 in all')).toBeInTheDocument();
  });

  it('says when no objective alerts, and not that nothing was measured (row 25)', async () => {
    serve(() => anSlo({ alerting: false, status: aStatus({ conditions: [] }) }));
    show();
    expect(await screen.findByText('None of the objectives alerts.')).toBeInTheDocument();
  });

  it('shows the course and the outlook of the objective that the address names (row 25)', async () => {
    const { window, budget, burnRates } = aStatus();
    const week = {
      objective: '99.99',
      windowText: 'rolling 7d',
      status: 'healthy' as const,
      reason: 'budget_left' as const,
      text: '',
      window,
      budget,
      burnRates,
      uncorrected: null,
      conditions: [
        { name: 'page-slow', severity: 'page' as const, judgement: 'holds', text: 'burns 9 times', limit: 5.6 },
      ],
      firing: 'page-slow',
    };
    const furtherObjectives = [{ objective: '99.99', window: { type: 'rolling' as const, days: 7 } }];
    serve(() => anSlo({ furtherObjectives, status: aStatus({ furtherObjectives: [week] }) }));
    const asked: URL[] = [];
    server.use(
      http.get(at('slos/:id/history'), ({ request }) => {
        asked.push(new URL(request.url));
        return HttpResponse.json(aHistory());
      })
    );
    show();
    const course = await screen.findByRole('region', { name: 'Over time' });
    expect(within(course).queryByText(/of the main objective/)).not.toBeInTheDocument();
    await waitFor(() => expect(asked).not.toHaveLength(0));
    expect(asked.at(-1)?.searchParams.has('objective')).toBe(false);
    await userEvent.click(within(course).getByRole('combobox', { name: 'Held against' }));
    await userEvent.click(await screen.findByRole('option', { name: '99.99%, rolling 7d' }));
    expect(await within(course).findByText(/of the main objective, 99.6%, rolling 30d/)).toBeInTheDocument();
    expect(screen.getByText('Alert: page-slow (99.99%, rolling 7d)')).toBeInTheDocument();
    const judged = screen.getByRole('region', { name: 'Alert conditions' });
    expect(
      within(within(judged).getByRole('list', { name: '99.6%, rolling 30d' })).getByRole('listitem')
    ).toHaveTextContent('page-quick');
    expect(
      within(within(judged).getByRole('list', { name: '99.99%, rolling 7d' })).getByRole('listitem')
    ).toHaveTextContent('holdspage-slow');
    await waitFor(() => expect(asked.at(-1)?.searchParams.get('objective')).toBe('1'));
    const span = ['to', 'from'].map((edge) => Date.parse(asked.at(-1)?.searchParams.get(edge) ?? ''));
    // Both edges are of now, a moment apart.
    expect(Math.round((span[0]! - span[1]!) / 1000)).toBe(7 * 86_400);
    expect(await within(course).findByText(/99\.990*%$/)).toBeInTheDocument();
    expect(screen.getByText('Held against 99.99%, rolling 7d.')).toBeInTheDocument();
  });

  it('tells what was promised before, when somebody asks (row 74)', async () => {
    serve(() => anSlo());
    const fields = [
      { field: 'objective', before: '99', after: '99.9' },
      { field: 'owner', before: '', after: '<img src=x onerror="window.hacked=1">' },
    ];
    const edited = { at: '2026-01-02T00:00:00Z', by: 'ada', created: false, fields };
    const created = { at: '2026-01-01T00:00:00Z', by: 'bo', created: true, fields: [] };
    server.use(
      http.get(at('slos/slo-1/changes'), ({ request }) =>
        HttpResponse.json(
          new URL(request.url).searchParams.get('cursor')
            ? { items: [created], cursor: null }
            : { items: [edited], cursor: 'next' }
        )
      )
    );
    show();
    await userEvent.click(await screen.findByText('What was promised before'));
    expect(await screen.findByText(/99% → 99\.9%/)).toBeInTheDocument();
    expect(document.querySelector('img[src="x"]')).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'Older' }));
    expect(await screen.findByText('It was created.')).toBeInTheDocument();
  });

  it('keeps the last good numbers with their time, and says why there are none newer', async () => {
    serve(() => anSlo({ status: aStatus({ status: 'no_data', stale: true, staleReason: 'connection refused' }) }));
    show();
    expect(await screen.findByText('connection refused')).toBeInTheDocument();
    expect(screen.getByText(/These numbers are of 2026-01-31/)).toBeInTheDocument();
    expect(screen.getByText('No data')).toBeInTheDocument();
  });

  it('shows no zero where nothing was measured', async () => {
    serve(() => anSlo({ status: aStatus({ status: 'no_data', window: null, budget: null, burnRates: [] }) }));
    show();
    const reached = await screen.findByRole('group', { name: 'Reached' });
    expect(within(reached).getByText('no data')).toBeInTheDocument();
  });

  it('is up to date within two seconds of a notice (S8)', async () => {
    let left = 0.75;
    serve(() =>
      anSlo({
        status: aStatus({ budget: { remaining: left, consumed: 0, allowedBad: 40, badLeft: 1, minutesLeft: null } }),
      })
    );
    const live = new Subject<unknown>();
    show(live);
    await screen.findAllByText('75.0%');
    left = -0.5;
    live.next({
      type: LiveChannelEventType.Message,
      message: { kind: 'slo', number: 'slo-1', version: 3, change: 'calculated' },
    });
    await waitFor(() => expect(screen.getAllByText('-50.0%').length).toBeGreaterThan(0), { timeout: 2_000 });
  });

  it('is deleted only when its name is typed', async () => {
    serve(() => anSlo());
    const deleted = vi.fn();
    server.use(
      http.delete(at('slos/:id'), ({ params }) => {
        deleted(params.id);
        return new HttpResponse(null, { status: 204 });
      })
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Delete' }));
    const dialog = await screen.findByRole('dialog');
    const confirm = within(dialog).getByRole('button', { name: 'Delete' });
    expect(confirm).toBeDisabled();
    await userEvent.type(within(dialog).getByRole('textbox'), 'api availability');
    await userEvent.click(confirm);
    await waitFor(() => expect(deleted).toHaveBeenCalledWith('slo-1'));
  });

  it('offers a change to the editors that an SLO names, and to Admins (row 63)', async () => {
    serve(() => anSlo({ editors: ['Ada'] }));
    signInAs('Editor');
    const { unmount } = show();
    expect(await screen.findByRole('button', { name: 'Delete' })).toBeInTheDocument();
    expect(screen.getByText('Changed by: Ada')).toBeInTheDocument();
    unmount();
    serve(() => anSlo({ editors: ['bob'] }));
    show();
    expect(await screen.findByRole('button', { name: 'Silence' })).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Delete' })).not.toBeInTheDocument();
    expect(screen.queryByRole('link', { name: 'Edit' })).not.toBeInTheDocument();
  });

  it('gives a Viewer everything to read and nothing to change', async () => {
    config.bootData.user.orgRole = 'Viewer' as typeof config.bootData.user.orgRole;
    serve(() => anSlo({ runbookUrl: 'javascript:alert(1)', description: '<script>alert(1)</script>' }));
    show();
    expect(await screen.findByText('<script>alert(1)</script>')).toBeInTheDocument();
    expect(screen.queryByRole('button', { name: 'Calculate now' })).not.toBeInTheDocument();
    expect(screen.queryByText('Runbook')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Export' }));
    expect(await screen.findByText('kind: SLO')).toBeInTheDocument();
  });

  it('says how the budget goes on, as over each recent stretch (row 70)', async () => {
    serve(() => anSlo());
    show();
    const table = await screen.findByRole('region', { name: 'How it goes on' });
    expect(await within(table).findByText(/is spent at 2026-02-03/)).toBeInTheDocument();
    expect(within(table).getByText('lasts')).toBeInTheDocument();
  });

  it('tries another promise out on the counts that there are, and changes nothing (row 71)', async () => {
    serve(() => anSlo());
    const tried: unknown[] = [];
    server.use(
      http.post(at('slos/:id/what-if'), async ({ request }) => {
        tried.push(await request.json());
        const budget = { remaining: -1.5, consumed: 2.5, allowedBad: 4, badLeft: -6, minutesLeft: null };
        return HttpResponse.json(aPreview({ objective: '99.96', status: aStatus({ status: 'breached', budget }) }));
      })
    );
    show();
    await userEvent.click(await screen.findByText(/What if/));
    const objective = await screen.findByRole('textbox', { name: 'Objective' });
    await userEvent.clear(objective);
    await userEvent.type(objective, '99.96');
    expect(await screen.findByRole('img', { name: /overspent, -150%/ })).toBeInTheDocument();
    expect(screen.getByText(/^2 times since/)).toBeInTheDocument();
    expect(tried.at(-1)).toEqual({ objective: '99.96' });
  });

  it('tells what a calculation did', async () => {
    serve(() => anSlo());
    server.use(
      http.post(at('slos/:id/calculate'), () =>
        HttpResponse.json({ slo: anSlo(), snapshots: 0, outcome: 'failed', message: 'Prometheus is not configured' })
      )
    );
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Calculate now' }));
    expect(await screen.findByText('Failed: Prometheus is not configured')).toBeInTheDocument();
  });
});
