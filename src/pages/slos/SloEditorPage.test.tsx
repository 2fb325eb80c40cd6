import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { http, HttpResponse } from 'msw';
import { type SloInput, type SloPatch } from '../../api/types.gen';
import { render } from '../../test/render';
import { at, server } from '../../test/server';
import { anSlo, aPreview, aRehearsal, aStatus } from '../../test/slos';
import SloEditorPage from './SloEditorPage';

function serve() {
  const tried: SloInput[] = [];
  server.use(
    http.get(at('services'), () => HttpResponse.json({ items: [] })),
    http.post(at('slos/preview'), async ({ request }) => {
      const body = (await request.json()) as SloInput;
      tried.push(body);
      if (body.indicator.type === 'ratio' && body.indicator.total.includes('rate(')) {
        const problem = { path: '$.indicator.total', problem: 'must be a bare selector, at column 1' };
        return HttpResponse.json({ code: 'invalid', message: 'not valid', problems: [problem] }, { status: 422 });
      }
      return HttpResponse.json(aPreview({ warnings: [{ doubt: 'few', text: 'only two days of history' }] }));
    })
  );
  return tried;
}

const fill = async (name: string, text: string) => {
  const field = screen.getByRole('textbox', { name: new RegExp(`^${name}`) });
  await userEvent.clear(field);
  await userEvent.click(field);
  await userEvent.paste(text);
};

describe('making an SLO (slo-features 50 and 87)', () => {
  beforeEach(() => {
    config.bootData.user.orgRole = 'Editor' as typeof config.bootData.user.orgRole;
  });

  it('tries it out on history while it is written, once per pause', async () => {
    const tried = serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    expect(screen.getByText(/Once it is clear/)).toBeInTheDocument();
    await fill('All events', 'http_requests_total{service="api"}');
    await fill('Bad events', 'http_requests_total{service="api",code=~"5.."}');
    const preview = screen.getByRole('complementary');
    expect(await within(preview).findByText(/10 bad of 10,000 events; 4 series/)).toBeInTheDocument();
    expect(within(preview).getByText(/How it is counted: Each series is fetched/)).toBeInTheDocument();
    expect(within(preview).getByRole('img', { name: 'Error budget left' })).toBeInTheDocument();
    expect(within(preview).getByText(/^2 times since .* 1 of them pages; 1h 30m in all/)).toBeInTheDocument();
    expect(within(preview).getByText('only two days of history')).toBeInTheDocument();
    await userEvent.type(screen.getByRole('textbox', { name: /^Objective/ }), '99');
    await waitFor(() => expect(tried.at(-1)?.objective).toBe('99.999'));
    expect(tried).toHaveLength(2);
    await userEvent.type(screen.getByRole('textbox', { name: /^Name/ }), 'a name');
    await new Promise((done) => setTimeout(done, 1_000));
    expect(tried).toHaveLength(2);
  });

  it('makes an SLO of others, each with its weight, or of all their events (rows 14 and 15)', async () => {
    const tried = serve();
    const [shop, cart] = [
      anSlo({ id: 'a1', service: 'shop', name: 'orders' }),
      anSlo({ id: 'b2', service: 'cart', name: 'writes' }),
    ];
    const whole = anSlo({ id: 'c3', indicator: { type: 'composite', members: [{ sloId: 'a1' }] } });
    server.use(http.get(at('slos'), () => HttpResponse.json({ items: [shop, cart, whole], total: 3, counts: {} })));
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await userEvent.click(screen.getByRole('combobox', { name: /^What is counted/ }));
    await userEvent.click(await screen.findByRole('option', { name: /Other SLOs/ }));
    expect(screen.queryByText('Budget is counted in')).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('combobox', { name: /^SLO 1/ }));
    expect(screen.queryByRole('option', { name: /api availability/ })).not.toBeInTheDocument();
    await userEvent.click(await screen.findByRole('option', { name: 'shop / orders' }));
    await userEvent.click(screen.getByRole('button', { name: 'Add an SLO' }));
    await userEvent.click(screen.getByRole('combobox', { name: /^SLO 2/ }));
    await userEvent.click(await screen.findByRole('option', { name: 'cart / writes' }));
    const weights = screen.getAllByRole('textbox', { name: /^Weight/ });
    await userEvent.clear(weights[1]!);
    await userEvent.type(weights[1]!, '0.5');
    const members = [
      { sloId: 'a1', weight: '1' },
      { sloId: 'b2', weight: '0.5' },
    ];
    await waitFor(() => expect(tried.at(-1)?.indicator).toEqual({ type: 'composite', members, combine: 'mean' }));
    expect(await screen.findByText(/good, computed from the counts of its members/)).toBeInTheDocument();
    await userEvent.click(screen.getByRole('radio', { name: 'All events added up' }));
    expect(screen.queryByRole('textbox', { name: /^Weight/ })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Take out cart / writes' }));
    await waitFor(() =>
      expect(tried.at(-1)?.indicator).toMatchObject({ members: [{ sloId: 'a1' }], combine: 'pooled' })
    );
    await userEvent.click(screen.getByRole('radio', { name: 'Worst of them' }));
    await waitFor(() => expect(tried.at(-1)?.indicator).toMatchObject({ combine: 'worst' }));
    expect(screen.queryByRole('textbox', { name: /^Weight/ })).not.toBeInTheDocument();
  });

  it('tells how it will be counted, and why not as usual (section 3.3)', async () => {
    serve();
    const why = '20000 series are more than the 10000 that are fetched one by one: the server adds them up';
    server.use(
      http.post(at('slos/preview'), () =>
        HttpResponse.json(aPreview({ status: aStatus({ countedBy: 'server', countedByWhy: why }) }))
      )
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'http_requests_total');
    await fill('Bad events', 'http_requests_total{code=~"5.."}');
    expect(
      await screen.findByText(`How it is counted: Its server adds the differences up. Why: ${why}.`)
    ).toBeInTheDocument();
  });

  it('leads to the settings where the source is not configured, and foretells nothing of nothing (rows 10, 50)', async () => {
    serve();
    const missing = { code: 'source_not_configured', message: 'Loki is not configured' };
    server.use(http.post(at('slos/preview'), () => HttpResponse.json(missing, { status: 424 })));
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await userEvent.click(screen.getByRole('combobox', { name: /^What is counted/ }));
    await userEvent.click(await screen.findByRole('option', { name: /Log lines/ }));
    await fill('All lines', '{app="api"}');
    await fill('Bad lines', '{app="api"} |= "error"');
    const preview = screen.getByRole('complementary');
    expect(await within(preview).findByText('Loki is not configured')).toBeInTheDocument();
    expect(within(preview).getByRole('link', { name: 'Settings' })).toHaveAttribute(
      'href',
      expect.stringMatching(/settings$/)
    );
    const warnings = [{ doubt: 'no_series', text: 'no series of the total exists' }];
    const status = aStatus({ measuredSince: null, status: 'no_data' });
    server.use(http.post(at('slos/preview'), () => HttpResponse.json(aPreview({ status, warnings, series: 0 }))));
    await fill('Bad lines', '{app="api"} |= "failed"');
    expect(await within(preview).findByText('The selectors match no series')).toBeInTheDocument();
    expect(within(preview).queryByText('no series of the total exists')).not.toBeInTheDocument();
    expect(within(preview).getByText(/Nothing was measured, so nobody can tell/)).toBeInTheDocument();
  });

  it('counts calls in traces, by their errors or by how long they took (row 11)', async () => {
    const tried = serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await userEvent.click(screen.getByRole('combobox', { name: /^What is counted/ }));
    await userEvent.click(await screen.findByRole('option', { name: /Calls in traces/ }));
    await fill('Service in traces', 'shop');
    await waitFor(() =>
      expect(tried.at(-1)?.indicator).toMatchObject({ type: 'spans', service: 'shop', threshold: null })
    );
    expect(screen.queryByRole('checkbox', { name: /native histogram/ })).not.toBeInTheDocument();
    expect(screen.getByText('traces_spanmetrics_calls_total')).toBeInTheDocument();
    await fill('Quick enough is at most', '0.25');
    expect(screen.getByText('traces_spanmetrics_latency_bucket')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('checkbox', { name: /native histogram/ }));
    await waitFor(() => expect(tried.at(-1)?.indicator).toMatchObject({ threshold: '0.25', native: true, unit: 's' }));
  });

  it('promises more of the same counts, and puts what is wrong with an objective at it (row 25)', async () => {
    const tried = serve();
    const path = '$.furtherObjectives[1]';
    server.use(
      http.post(at('slos'), () =>
        HttpResponse.json(
          { code: 'invalid', message: 'not valid', problems: [{ path, problem: 'is promised already' }] },
          { status: 422 }
        )
      )
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'a');
    await fill('Bad events', 'b');
    await fill('Name', 'availability');
    await userEvent.type(screen.getByRole('combobox', { name: /^Service/ }), 'api{Enter}');
    const add = screen.getByRole('button', { name: 'Add an objective' });
    await userEvent.click(add);
    await userEvent.click(add);
    expect(screen.getAllByRole('textbox', { name: /^Objective/ })).toHaveLength(3);
    await waitFor(() => expect(tried.at(-1)?.furtherObjectives).toHaveLength(2));
    const goal = { objective: '99', window: { type: 'rolling', days: 7 }, alerting: false };
    expect(tried.at(-1)?.furtherObjectives?.[0]).toEqual(goal);
    expect(tried.at(-1)?.alerting).toBe(true);
    await userEvent.click(screen.getAllByRole('switch', { name: 'Alerts' })[1]!);
    await userEvent.click(screen.getByRole('switch', { name: /^Alert on this objective/ }));
    await waitFor(() => expect(tried.at(-1)?.furtherObjectives?.[1]).toEqual({ ...goal, alerting: true }));
    expect(tried.at(-1)?.alerting).toBe(false);
    await userEvent.click(screen.getByRole('button', { name: 'Save SLO' }));
    expect(await screen.findByText('is promised already')).toBeInTheDocument();
    await userEvent.click(screen.getAllByRole('button', { name: 'Remove the objective 99%' })[0]!);
    await userEvent.click(add);
    await userEvent.click(add);
    await userEvent.click(add);
    expect(add).not.toBeInTheDocument();
  });

  it('counts log lines (row 10)', async () => {
    const tried = serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await userEvent.click(screen.getByRole('combobox', { name: /^What is counted/ }));
    await userEvent.click(await screen.findByRole('option', { name: /Log lines/ }));
    await fill('All lines', '{app="api"}');
    await fill('Bad lines', '{app="api"} |= "error"');
    await waitFor(() =>
      expect(tried.at(-1)?.indicator).toEqual({ type: 'logs', total: '{app="api"}', bad: '{app="api"} |= "error"' })
    );
  });

  it('puts what is wrong with a selector at its field', async () => {
    serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'sum(rate(x[5m]))');
    await fill('Bad events', 'x');
    expect(await screen.findByText('must be a bare selector, at column 1')).toBeInTheDocument();
    expect(screen.getByText('Correct the marked fields to see it.')).toBeInTheDocument();
  });

  it('saves, and shows a refusal at the field with what was typed still there', async () => {
    serve();
    const made: SloInput[] = [];
    server.use(
      http.post(at('slos'), async ({ request }) => {
        made.push((await request.json()) as SloInput);
        const problem = { path: '$.objective', problem: '100% leaves no error budget' };
        return HttpResponse.json({ code: 'invalid', message: 'not valid', problems: [problem] }, { status: 422 });
      })
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    const save = screen.getByRole('button', { name: 'Save SLO' });
    expect(save).toBeDisabled();
    await fill('Name', 'api availability');
    await userEvent.type(screen.getByRole('combobox', { name: /Service/ }), 'api{Enter}');
    await fill('All events', 'a_total');
    await fill('Bad events', 'b_total');
    await fill('Objective', '100');
    await userEvent.click(save);
    expect(await screen.findByText('100% leaves no error budget')).toBeInTheDocument();
    expect(made[0]).toMatchObject({ name: 'api availability', service: 'api', objective: '100' });
    expect(screen.getByRole('textbox', { name: /^Objective/ })).toHaveValue('100');
  });

  it.each([
    ['Latency of', 'Native histogram', 'histogram', { type: 'native_latency', histogram: 'x', threshold: '5' }],
    ['Probe', 'Gauge that is 0 or 1', 'probe', { type: 'probe', probe: 'x' }],
    ['Gauge and', 'Gauge', 'gauge', { type: 'gauge', gauge: 'x', compare: '<', threshold: '5', over: 'avg' }],
    ['Precomputed', 'Share of bad', 'bad', { type: 'share', bad: 'x' }],
  ])('counts another kind: %s', async (kind, label, name, indicator) => {
    const tried = serve();
    server.use(
      http.post(at('slos'), async ({ request }) => {
        tried.push((await request.json()) as SloInput);
        const problem = { path: `$.indicator.${name}`, problem: 'is no selector' };
        return HttpResponse.json({ code: 'invalid', message: 'not valid', problems: [problem] }, { status: 422 });
      })
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('Name', 'another');
    await userEvent.type(screen.getByRole('combobox', { name: /^Service/ }), 'api{Enter}');
    await userEvent.type(screen.getByRole('combobox', { name: /^What is counted/ }), `${kind}{Enter}`);
    await fill(label, 'x');
    if ('threshold' in indicator) {
      await fill('(Threshold|Quick enough)', '5');
    }
    await userEvent.click(screen.getByRole('button', { name: 'Save SLO' }));
    expect(await screen.findByText('is no selector')).toBeInTheDocument();
    expect(tried.at(-1)?.indicator).toEqual(indicator);
    const sliced = ['gauge', 'share'].includes(indicator.type);
    expect(tried.at(-1)?.budgeting?.type).toBe(sliced ? 'timeslices' : 'occurrences');
  });

  it('tells apart by labels, each group with a cap, and names the field that is wrong', async () => {
    serve();
    let made: SloInput | null = null;
    server.use(
      http.post(at('slos'), async ({ request }) => {
        made = (await request.json()) as SloInput;
        const problem = { path: '$.maxGroups', problem: 'must lie between 1 and 500' };
        return HttpResponse.json({ code: 'invalid', message: 'not valid', problems: [problem] }, { status: 422 });
      })
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('Name', 'grouped');
    await userEvent.type(screen.getByRole('combobox', { name: /^Service/ }), 'api{Enter}');
    expect(screen.queryByRole('textbox', { name: /^Groups at most/ })).not.toBeInTheDocument();
    await userEvent.type(screen.getByRole('textbox', { name: /^Also told apart by/ }), 'cluster{Enter}');
    await fill('Groups at most', '900');
    await userEvent.click(screen.getByRole('button', { name: 'Save SLO' }));
    expect(await screen.findByText('must lie between 1 and 500')).toBeInTheDocument();
    expect(made).toMatchObject({ groupBy: ['cluster'], maxGroups: 900 });
  });

  it('says of each objective that alerts how often it would have fired (row 25, row 50)', async () => {
    serve();
    const week = aRehearsal({ objective: '99', windowText: 'rolling 7d', fired: 7, pages: 0 });
    server.use(http.post(at('slos/preview'), () => HttpResponse.json(aPreview({ alerts: [aRehearsal(), week] }))));
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'a_total');
    await fill('Bad events', 'b_total');
    const preview = screen.getByRole('complementary', { name: 'On past data' });
    expect(await within(preview).findByText('99%, rolling 7d')).toBeInTheDocument();
    expect(within(preview).getByText('99.6%, rolling 30d')).toBeInTheDocument();
    expect(within(preview).getByText(/^2 times since .* 1 of them pages/)).toBeInTheDocument();
    expect(within(preview).getByText(/^7 times since .* 0 of them pages/)).toBeInTheDocument();
    server.use(http.post(at('slos/preview'), () => HttpResponse.json(aPreview({ alerts: [] }))));
    await fill('Bad events', 'c_total');
    expect(await within(preview).findByText('Never: none of the objectives alerts.')).toBeInTheDocument();
  });

  it('tries an alert out on history as it is chosen, and says how often it would have fired', async () => {
    const tried = serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'a_total');
    await fill('Bad events', 'b_total');
    const slow = screen.getByRole('group', { name: 'ticket-slow' });
    await userEvent.click(within(slow).getByRole('radio', { name: 'Off' }));
    await userEvent.type(screen.getByRole('textbox', { name: /^Also when so much/ }), '50{Enter}');
    await fill('Failures at least', '7');
    await fill('Tell when nothing was measured for', '900');
    expect(screen.getByText('seconds = 15m')).toBeInTheDocument();
    await waitFor(() =>
      expect(tried.at(-1)?.alerts).toMatchObject({
        rules: [],
        off: ['ticket-slow'],
        spentPercent: [50, 100],
        minFailures: 7,
        noDataSeconds: 900,
      })
    );
    expect(await screen.findByText(/^2 times since/)).toBeInTheDocument();
  });

  it('says what is to be done as the budget is spent, and when its end is in sight (rows 43 and 76)', async () => {
    const tried = serve();
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('All events', 'a');
    await fill('Bad events', 'b');
    await userEvent.click(screen.getByRole('button', { name: 'Add a step' }));
    await fill('Is to be done', 'freeze releases');
    await fill('Tell when the budget is spent within', '259200');
    await waitFor(() =>
      expect(tried.at(-1)?.alerts).toMatchObject({
        budgetPolicy: [{ percent: 50, action: 'freeze releases' }],
        exhaustedWithinSeconds: 259200,
      })
    );
    await userEvent.click(screen.getByRole('button', { name: 'Remove the step at 50%' }));
    expect(screen.getByText('Nothing is agreed yet.')).toBeInTheDocument();
  });

  it('takes own rules and texts, and puts what is wrong with one at it', async () => {
    serve();
    let made: SloInput | null = null;
    server.use(
      http.post(at('slos'), async ({ request }) => {
        made = (await request.json()) as SloInput;
        const problems = [
          { path: '$.alerts.rules[0].factor', problem: 'can never be reached' },
          { path: '$.alerts.rules', problem: 'must have names of their own' },
          { path: '$.alerts.annotations.summary', problem: 'does not know {{ servce }}' },
        ];
        return HttpResponse.json({ code: 'invalid', message: 'not valid', problems }, { status: 422 });
      })
    );
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    await fill('Name', 'own rules');
    await userEvent.type(screen.getByRole('combobox', { name: /^Service/ }), 'api{Enter}');
    await userEvent.click(screen.getByRole('radio', { name: 'by own rules' }));
    await fill('Burn rate above', '2000');
    await userEvent.click(screen.getByRole('button', { name: 'Add a rule' }));
    await userEvent.click(screen.getByRole('button', { name: 'Add a text' }));
    await fill('Text$', '{{ servce }} burns');
    await userEvent.click(screen.getByRole('button', { name: 'Save SLO' }));
    const first = await screen.findByRole('group', { name: 'Rule 1' });
    expect(await within(first).findByText('can never be reached')).toBeInTheDocument();
    expect(screen.getByText('must have names of their own')).toBeInTheDocument();
    expect(screen.getByText('does not know {{ servce }}')).toBeInTheDocument();
    expect(made).toMatchObject({
      alerts: {
        rules: [{ factor: '2000', longSeconds: 3600 }, { name: '' }],
        annotations: { summary: '{{ servce }} burns' },
      },
    });
    await userEvent.click(screen.getByRole('button', { name: 'Remove rule 2' }));
    await userEvent.click(screen.getByRole('button', { name: 'Remove rule 1' }));
    expect(screen.getByRole('radio', { name: 'as usual' })).toBeChecked();
  });

  it('is for Editors', () => {
    config.bootData.user.orgRole = 'Viewer' as typeof config.bootData.user.orgRole;
    render(<SloEditorPage />, { at: '/slos/new', path: '/slos/new' });
    expect(screen.getByText(/Only Editors/)).toBeInTheDocument();
  });
});

describe('changing an SLO', () => {
  it('sends only what changed, and asks whose stays when somebody else changed it too', async () => {
    config.bootData.user.orgRole = 'Editor' as typeof config.bootData.user.orgRole;
    serve();
    let stored = anSlo();
    const patches: SloPatch[] = [];
    server.use(
      http.get(at('slos/:id'), () => HttpResponse.json(stored)),
      http.patch(at('slos/:id'), async ({ request }) => {
        const patch = (await request.json()) as SloPatch;
        patches.push(patch);
        if (patch.version !== stored.version) {
          return HttpResponse.json({ code: 'stale_write', message: 'changed meanwhile' }, { status: 409 });
        }
        return HttpResponse.json({ ...stored, version: stored.version + 1 });
      })
    );
    render(<SloEditorPage />, { at: '/slos/slo-1/edit', path: '/slos/:id/edit' });
    await screen.findByRole('textbox', { name: /^Objective/ });
    stored = anSlo({ version: 4, objective: '99', updatedBy: 'grace' });
    await fill('Objective', '99.95');
    await userEvent.click(screen.getByRole('button', { name: 'Save SLO' }));
    const dialog = await screen.findByRole('dialog', { name: /grace changed this/ });
    expect(within(dialog).getByText('99')).toBeInTheDocument();
    expect(within(dialog).getByText('99.95')).toBeInTheDocument();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Use yours' }));
    await waitFor(() =>
      expect(patches).toEqual([
        { version: 3, objective: '99.95' },
        { version: 4, objective: '99.95' },
      ])
    );
  });
});
