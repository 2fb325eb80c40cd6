import { type DataSourceInstanceSettings } from '@grafana/data';
import { config } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { delay, http, HttpResponse } from 'msw';
import {
  type AlertShape,
  type IncidentDetailShape,
  type MetricCourseShape,
  type MetricPointShape,
  type MetricShape,
  type ReportShape,
  type SplitInput,
  type TaskInput,
  type TaskShape,
} from '../../../api/types.gen';
import { anIncident, anIncidentDetail, aPage, NOBODY } from '../../../test/incidents';
import { aCause, anAnswer, anInvestigation } from '../../../test/investigation';
import { render } from '../../../test/render';
import { at, server } from '../../../test/server';
import { anSlo, aStatus } from '../../../test/slos';
import IncidentPage from '../IncidentPage';
// Tabs are loaded when they are opened; a test must not wait for the compiler.
import './Alerts';
import './BlastRadius';
import './Kubernetes';
import './Logs';
import './Metrics';
import './PostIncident';
import './SloImpact';
import './Tasks';
import './Traces';

const HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
const RESOLVED = {
  milestones: {
    started: { at: '2026-03-01T12:00:00Z', by: 'system' },
    resolved: { at: '2026-03-01T12:30:00Z', by: 'system' },
  },
};

function backend(change: Partial<IncidentDetailShape> = {}, answer = anAnswer()) {
  const incident = anIncidentDetail({ ...RESOLVED, status: 'resolved', ...change });
  server.use(
    http.get(at('incidents'), () => HttpResponse.json(aPage([]))),
    http.get(at('directory'), () => HttpResponse.json(NOBODY)),
    http.get(at('fields'), () => HttpResponse.json({ items: [] })),
    http.get(at('templates'), () => HttpResponse.json({ items: [] })),
    http.get(at('incidents/INC-1'), () => HttpResponse.json(incident)),
    http.get(at('incidents/INC-1/timeline'), () => HttpResponse.json({ items: [], cursor: null })),
    http.get(at('metrics/course/:service'), ({ params }) => HttpResponse.json(aCourse(String(params.service)))),
    http.get(at('incidents/INC-1/investigation'), () => HttpResponse.json(anInvestigation({ answer })))
  );
}

const aCourse = (service: string, points: MetricPointShape[] = []): MetricCourseShape => ({
  ...{ service, start: '2026-03-01T11:30:00Z', end: '2026-03-01T12:30:00Z', stepSeconds: 30 },
  ...{ dialect: 'plain', query: 'q', points },
});

const open = (tab: string) => render(<IncidentPage />, { at: `/incidents/INC-1/${tab}`, path: '/incidents/:id/*' });

function as(orgRole: 'Viewer' | 'Editor') {
  Object.assign(config.bootData.user, { orgRole, login: 'ann', name: 'Ann', isGrafanaAdmin: false });
}

beforeEach(() => as('Editor'));
afterEach(() => {
  expect(document.querySelector('img[src="x"], script')).toBeNull();
});

describe('the overview', () => {
  it('shows what a first run has found so far and what it waits for, and the answer at its end', async () => {
    backend();
    const running = {
      beganAt: '2026-03-01T12:02:00Z',
      waiting: ['logs', 'traces'],
      answer: anAnswer({ headline: 'so far' }),
    };
    server.use(
      http.get(at('incidents/INC-1/investigation'), () =>
        HttpResponse.json(anInvestigation({ state: 'not_investigated', version: 0, answer: null, running }))
      )
    );
    open('');
    expect(await screen.findByText('Investigating. Not answered yet: logs, traces')).toBeVisible();
    expect(await screen.findByRole('region', { name: 'Possible causes' })).toHaveTextContent('payments');
  });

  it('says nothing of the search for causes until it is known, and why it is not', async () => {
    backend();
    let broken = true;
    server.use(
      http.get(at('incidents/INC-1/investigation'), async () => {
        if (broken) {
          await delay(50);
          return HttpResponse.json({ code: 'store_unavailable', message: 'the store is busy' }, { status: 500 });
        }
        return HttpResponse.json(anInvestigation({ answer: anAnswer() }));
      })
    );
    open('blast-radius');
    expect(await screen.findByRole('tab', { name: 'Blast radius' })).toBeVisible();
    expect(screen.queryByText('Not investigated yet')).not.toBeInTheDocument();
    expect(await screen.findByText('the store is busy')).toBeVisible();
    expect(screen.queryByText('Not investigated yet')).not.toBeInTheDocument();
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(screen.queryByText('the store is busy')).not.toBeInTheDocument());
  });

  it('tells services that are not plausible apart from possible causes, with the reason', async () => {
    backend(
      {},
      anAnswer({
        considered: [{ service: 'basket', confidence: 0.001, summary: 'nothing unusual of its own' }],
      })
    );
    open('');
    const told = await screen.findByText('Considered and not plausible (1)');
    await userEvent.click(told);
    expect(screen.getByText('Below 0.05: smaller numbers say nothing.')).toBeVisible();
    expect(screen.getByText('nothing unusual of its own', { exact: false })).toBeVisible();
  });
});

describe('the tab Metrics', () => {
  const metric = (change: Partial<MetricShape>): MetricShape => ({
    ...{ service: 'payments', state: 'ok', value: null, unit: 'percent', dialect: 'plain', query: 'q', values: {} },
    ...{ start: '', end: '' },
    ...change,
  });

  it('shows what was measured in the window of this incident beside what was usual (V1, F8)', async () => {
    backend();
    const windows = new Set<string>();
    const answers = (during: MetricShape, before: MetricShape) => (info: { request: Request }) => {
      const query = new URL(info.request.url).searchParams;
      windows.add(`${query.get('from')} ${query.get('to')}`);
      return HttpResponse.json(query.get('from')?.startsWith('2026-03-01T12:00') ? during : before);
    };
    const latency = { p50: 80, p95: 4780, p99: null };
    server.use(
      http.get(at('metrics/error-rate/payments'), answers(metric({ value: 1 }), metric({ value: 0.1 }))),
      http.get(
        at('metrics/latency/payments'),
        answers(metric({ unit: 'ms', values: latency }), metric({ unit: 'ms', values: { p95: 478 } }))
      ),
      http.get(at('metrics/request-rate/payments'), answers(metric({ unit: 'requests/s', value: 12 }), metric({}))),
      http.get(at('metrics/availability/payments'), answers(metric({ value: 99 }), metric({ value: 99.9 })))
    );
    open('metrics');
    const errors = await screen.findByRole('row', { name: /Error rate/ });
    expect(errors).toHaveTextContent('1.00%');
    expect(screen.getByRole('row', { name: /Latency p95/ })).toHaveTextContent('4.78 s');
    await waitFor(() => expect(screen.getByRole('row', { name: /Latency p95/ })).toHaveTextContent('10×'));
    expect(screen.getByRole('row', { name: /Latency p99/ })).toHaveTextContent('no data');
    expect([...windows].sort()).toEqual([
      '2026-03-01T11:30:00.000Z 2026-03-01T12:00:00.000Z',
      '2026-03-01T12:00:00.000Z 2026-03-01T12:30:00.000Z',
    ]);
  });

  it('draws live panels of the service, from before the onset to the end (row 126)', async () => {
    backend();
    const windows: string[] = [];
    const point = (minute: string, errorRate: number | null): MetricPointShape => ({
      ...{ at: `2026-03-01T${minute}:00Z`, errorRate, requestRate: 12 },
      ...{ p50: null, p95: null, p99: null },
    });
    server.use(
      http.get(at('metrics/course/payments'), ({ request }) => {
        const query = new URL(request.url).searchParams;
        windows.push(`${query.get('from')} ${query.get('to')}`);
        return HttpResponse.json(aCourse('payments', [point('11:45', 0.5), point('12:00', null), point('12:15', 40)]));
      })
    );
    open('metrics');
    const panels = within(await screen.findByRole('region', { name: 'Over time' }));
    expect(panels.getByRole('img', { name: /Failed requests/ })).toBeInTheDocument();
    expect(panels.getByRole('img', { name: /Requests/ })).toBeInTheDocument();
    expect(panels.queryByRole('img', { name: /Latency/ })).not.toBeInTheDocument();
    expect(windows).toEqual(['2026-03-01T11:30:00.000Z 2026-03-01T12:30:00.000Z']);
  });

  it('says that nobody configured the source, and where to', async () => {
    backend();
    const missing = { code: 'source_not_configured', message: 'prometheus is not configured' };
    server.use(http.get(at('metrics/:name/payments'), () => HttpResponse.json(missing, { status: 424 })));
    open('metrics');
    expect(await screen.findByText('prometheus is not configured')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'Settings' })).toHaveAttribute(
      'href',
      expect.stringContaining('/settings')
    );
  });
});

/** Addresses of the links that a test found, as Grafana would read them. */
const paneOf = (link: HTMLElement): { queries: Array<Record<string, unknown>>; range: unknown } =>
  JSON.parse(new URL(link.getAttribute('href') ?? '', 'http://grafana').searchParams.get('panes') ?? '{}').a;

describe('the ways on from a tab (row 124)', () => {
  const RANGE = { from: String(Date.parse('2026-03-01T12:00:00Z')), to: String(Date.parse('2026-03-01T12:30:00Z')) };

  beforeEach(() => {
    const source = (type: string) => ({ name: type, uid: `uid-${type}`, type }) as DataSourceInstanceSettings;
    const types = ['prometheus', 'loki', 'tempo', 'reliability-studio-datasource'];
    config.datasources = Object.fromEntries(types.map((type) => [type, source(type)]));
    // What the server of Grafana tells of its apps; that for traces is not there.
    const apps = ['grafana-metricsdrilldown-app', 'grafana-lokiexplore-app'];
    Object.assign(config, { apps: Object.fromEntries(apps.map((id) => [id, { id }])) });
  });
  afterEach(() => {
    config.datasources = {};
    Object.assign(config, { apps: {} });
  });

  const drilldown = async () => (await screen.findByRole('link', { name: 'Open in Drilldown' })).getAttribute('href');

  it('lead from Metrics with all of its queries, from the usual to the end', async () => {
    backend();
    const found = {
      service: 'payments',
      state: 'ok',
      value: 1,
      unit: 'percent',
      dialect: '',
      values: {},
      start: '',
      end: '',
    };
    server.use(
      http.get(at('metrics/course/payments'), () => HttpResponse.json(aCourse('payments'))),
      http.get(at('metrics/:name/payments'), ({ params }) =>
        HttpResponse.json({ ...found, query: `m_${String(params.name).replaceAll('-', '_')}{service="payments"}` })
      )
    );
    open('metrics');
    const { queries, range } = paneOf(await screen.findByRole('link', { name: 'Open in Explore' }));
    expect(range).toEqual({ ...RANGE, from: String(Date.parse('2026-03-01T11:30:00Z')) });
    expect(queries.map((each) => each.refId)).toEqual(['A', 'B', 'C', 'D']);
    expect(await drilldown()).toContain('metric=m_error_rate');
  });

  it('lead from Logs and Traces, cut to the window, and into no app that is not there', async () => {
    backend();
    server.use(
      http.get(at('logs/payments/errors'), () => HttpResponse.json({ items: [], query: '{app="payments"}' })),
      http.get(at('traces/payments'), () => HttpResponse.json({ items: [], query: '{ status = error }' }))
    );
    const logs = open('logs');
    expect(paneOf(await screen.findByRole('link', { name: 'Open in Explore' })).range).toEqual(RANGE);
    expect(await drilldown()).toContain(`/explore/app/payments/logs?from=${RANGE.from}&to=${RANGE.to}`);
    logs.unmount();
    open('traces');
    expect(paneOf(await screen.findByRole('link', { name: 'Open in Explore' })).queries[0]).toMatchObject({
      query: '{ status = error }',
      queryType: 'traceql',
    });
    expect(screen.queryByRole('link', { name: 'Open in Drilldown' })).not.toBeInTheDocument();
  });

  it('lead from Kubernetes to the pods as data, and to their restarts', async () => {
    backend({ labels: { namespace: 'shop' } });
    server.use(
      ...['pods', 'deployments', 'events'].map((what) =>
        http.get(at(`kubernetes/${what}/shop/payments`), () => HttpResponse.json({ items: [] }))
      )
    );
    open('kubernetes');
    const { queries, range } = paneOf(await screen.findByRole('link', { name: 'Open in Explore' }));
    expect(range).toEqual(RANGE);
    expect(queries[0]).toMatchObject({ queryType: 'kubernetes_pods', namespace: 'shop', service: 'payments' });
    expect(await drilldown()).toContain('metric=kube_pod_container_status_restarts_total');
  });

  it('lead from a possible cause to the telemetry of its service, asked as the tabs ask and only of sources that answer', async () => {
    const sources = { metrics: 'used', logs: 'used', traces: 'failed' };
    const other = aCause({ service: 'basket', rank: 2, named: false, summary: 'basket: slow by itself' });
    backend({}, anAnswer({ causes: [aCause(), other], sources }));
    const asked: string[] = [];
    const query = 'sum(rate(http_requests_total{service="payments"}[1m]))';
    server.use(
      http.get(at('metrics/error-rate/:service'), () => HttpResponse.json({ query, values: {} })),
      http.get(at('logs/:service/errors'), ({ params }) => {
        asked.push(`logs of ${String(params.service)}`);
        return HttpResponse.json({ items: [], query: `{app="${String(params.service)}"}` });
      }),
      http.get(at('traces/:service'), () => {
        asked.push('traces');
        return HttpResponse.json({ items: [], query: '{}' });
      })
    );
    open('');
    const metrics = within(await screen.findByRole('group', { name: 'Metrics of payments' }));
    const { queries, range } = paneOf(metrics.getByRole('link', { name: 'Explore' }));
    expect(queries[0]).toMatchObject({ expr: query });
    expect(range).toEqual({ ...RANGE, from: String(Date.parse('2026-03-01T11:30:00Z')) });
    expect(await metrics.findByRole('link', { name: 'Drilldown' })).toHaveAttribute(
      'href',
      expect.stringContaining('metric=http_requests_total')
    );
    const logs = within(await screen.findByRole('group', { name: 'Logs of payments' }));
    expect(paneOf(logs.getByRole('link', { name: 'Explore' })).range).toEqual(RANGE);
    expect(await logs.findByRole('link', { name: 'Drilldown' })).toHaveAttribute(
      'href',
      expect.stringContaining(`/explore/app/payments/logs?from=${RANGE.from}&to=${RANGE.to}`)
    );
    // A source that failed is not asked, and a cause that is folded asks nothing.
    expect(screen.queryByRole('group', { name: 'Traces of payments' })).not.toBeInTheDocument();
    expect(asked).toEqual(['logs of payments']);
    await userEvent.click(
      within(screen.getByRole('article', { name: /basket/ })).getByRole('button', { name: /Evidence/ })
    );
    expect(await screen.findByRole('group', { name: 'Logs of basket' })).toBeInTheDocument();
  });

  it('lead from what it cost to the course of the SLOs, and to what each counts', async () => {
    backend({ sloImpact: [{ sloId: 'slo-1', name: 'availability', bad: 3, total: 9, budgetShare: 0.1 }] });
    const counts = 'increase(http_requests_total{service="payments"}[1m])';
    server.use(http.get(at('slos/slo-1'), () => HttpResponse.json(anSlo({ status: aStatus({ queries: [counts] }) }))));
    open('slos');
    const whole = paneOf(await screen.findByRole('link', { name: 'Open in Explore' }));
    expect(whole.range).toEqual(RANGE);
    expect(whole.queries.map((each) => each.metric)).toEqual(['bad', 'budget_remaining']);
    const row = await screen.findByRole('row', { name: /availability.*Explore/ });
    expect(paneOf(within(row).getByRole('link', { name: 'Explore' })).queries[0]).toMatchObject({ expr: counts });
    expect(await within(row).findByRole('link', { name: 'Drilldown' })).toHaveAttribute(
      'href',
      expect.stringContaining('metric=http_requests_total')
    );
  });
});

describe('the tab Logs', () => {
  it('shows lines of the window only, and searches for a text as it is (F9, A24, A25)', async () => {
    backend();
    const asked: URL[] = [];
    const lines = ({ request }: { request: Request }) => {
      asked.push(new URL(request.url));
      const line = { at: '2026-03-01T12:01:00Z', ns: '1', text: HOSTILE, level: 'error', meaning: '', labels: {} };
      return HttpResponse.json({ items: [line], query: '{app="payments"}' });
    };
    server.use(http.get(at('logs/payments/errors'), lines), http.get(at('logs/payments/search'), lines));
    open('logs');
    expect(await screen.findByText(HOSTILE)).toBeInTheDocument();
    await userEvent.type(screen.getByRole('searchbox'), '"{Enter}');
    await waitFor(() => expect(asked.at(-1)?.searchParams.get('q')).toBe('"'));
    for (const { searchParams } of asked) {
      expect(searchParams.get('from')).toBe('2026-03-01T12:00:00.000Z');
      expect(searchParams.get('to')).toBe('2026-03-01T12:30:00.000Z');
    }
  });
});

describe('the tab Traces', () => {
  it('shows failed traces of the window, or slow ones (F10)', async () => {
    backend();
    const asked: URLSearchParams[] = [];
    server.use(
      http.get(at('traces/payments'), ({ request }) => {
        const query = new URL(request.url).searchParams;
        asked.push(query);
        const trace = { id: 'abc', rootService: 'web', rootName: 'POST /pay', start: '2026-03-01T12:01:00Z' };
        const own = { spanName: 'POST /charge', spanMs: 1500 };
        const item = { ...trace, ...own, durationMs: 4780, error: !query.has('overMs') };
        return HttpResponse.json({ items: [item], query: '{}' });
      })
    );
    open('traces');
    expect(await screen.findByRole('row', { name: /POST \/pay/ })).toHaveTextContent(
      /POST \/charge.*1\.50 s.*4\.78 s.*failed/
    );
    await userEvent.click(screen.getByRole('radio', { name: 'Over 1 s' }));
    expect(await screen.findByText('slow')).toBeInTheDocument();
    expect(asked.map((each) => each.get('overMs'))).toEqual([null, '1000']);
    expect(asked[0]?.get('to')).toBe('2026-03-01T12:30:00.000Z');
  });
});

describe('the tab Kubernetes', () => {
  it('shows pods with reason, restarts and age, deployments and events of the window (F11, A21-A23)', async () => {
    backend({ labels: { namespace: 'shop' } });
    const events: URLSearchParams[] = [];
    server.use(
      http.get(at('kubernetes/pods/shop/payments'), () =>
        HttpResponse.json({
          items: [
            {
              ...{ name: 'payments-1', namespace: 'shop', phase: 'Running', node: 'n1', ready: 0, containers: 1 },
              ...{ restarts: 7, trouble: 'CrashLoopBackOff', lastExit: 'OOMKilled', exitCode: 137, images: [] },
              created: '2026-03-01T11:00:00Z',
            },
          ],
        })
      ),
      http.get(at('kubernetes/deployments/shop/payments'), () =>
        HttpResponse.json({
          items: [
            {
              ...{ name: 'payments', namespace: 'shop', desired: 3, ready: 1, updated: 3, images: ['pay:v2'] },
              ...{ revision: '2', lastRollout: '2026-03-01T11:59:00Z', problem: '' },
            },
          ],
        })
      ),
      http.get(at('kubernetes/events/shop/payments'), ({ request }) => {
        events.push(new URL(request.url).searchParams);
        const event = { type: 'Warning', reason: 'BackOff', message: HOSTILE, object: 'Pod/payments-1', count: 4 };
        return HttpResponse.json({ items: [{ at: '2026-03-01T12:01:00Z', ...event }] });
      })
    );
    open('kubernetes');
    const pod = await screen.findByRole('row', { name: /payments-1.*CrashLoopBackOff/ });
    expect(pod).toHaveTextContent(/0\/1.*7.*OOMKilled \(exit code 137\).*ago/);
    expect(await screen.findByRole('row', { name: /1\/3.*pay:v2/ })).toBeInTheDocument();
    expect(await screen.findByText(HOSTILE)).toBeInTheDocument();
    // What led to it is shown too: the quarter of an hour before.
    expect(events[0]?.get('from')).toBe('2026-03-01T11:45:00.000Z');
  });
});

describe('the tabs about what it costs and who feels it', () => {
  it('shows what each SLO lost, and no number where nothing was measured', async () => {
    backend({
      sloImpact: [
        { sloId: 'a', name: 'payments availability', bad: 120, total: 4000, budgetShare: 0.31 },
        { sloId: 'b', name: 'payments latency', bad: 0, total: 0, budgetShare: null },
      ],
    });
    open('slos');
    expect(await screen.findByRole('row', { name: /payments availability/ })).toHaveTextContent(/120.*4,000.*31\.0%/);
    expect(screen.getByRole('row', { name: /payments latency/ })).toHaveTextContent('no data');
  });

  it('shows callers as a picture and says the same in a table (row 58)', async () => {
    backend();
    open('blast-radius');
    expect(await screen.findByRole('img', { name: /Callers of payments/ })).toBeInTheDocument();
    expect(screen.getByRole('row', { name: /checkout/ })).toHaveTextContent(/1.*42%.*seen/);
  });

  it('says so when nobody is known to call it', async () => {
    backend({}, anAnswer({ blastRadius: { center: 'payments', nodes: [], edges: [] } }));
    open('blast-radius');
    expect(await screen.findByText('Nobody is known to call payments')).toBeInTheDocument();
  });
});

describe('the tab Tasks', () => {
  it('adds a follow-up and ticks a task off, and takes the tick back when it is refused', async () => {
    backend();
    let refuse: () => void = () => undefined;
    const tasks: TaskShape[] = [
      {
        ...{ id: 1, kind: 'task', title: 'page the database team', assignee: 'bo', done: false, dueAt: null },
        ...{ createdAt: '2026-03-01T12:00:00Z', createdBy: 'ann', doneAt: null },
      },
    ];
    server.use(
      http.get(at('incidents/INC-1/tasks'), () => HttpResponse.json({ items: tasks })),
      http.post(at('incidents/INC-1/tasks'), async ({ request }) => {
        const input = (await request.json()) as TaskInput;
        const task = { ...tasks[0], ...input, id: 2, kind: input.kind ?? 'task' } as TaskShape;
        tasks.push(task);
        return HttpResponse.json(task, { status: 201 });
      }),
      http.patch(at('incidents/INC-1/tasks/1'), async () => {
        await new Promise<void>((done) => (refuse = done));
        return HttpResponse.json({ code: 'conflict', message: 'not now' }, { status: 409 });
      })
    );
    open('tasks');
    await userEvent.click(await screen.findByRole('radio', { name: 'Follow-up' }));
    await userEvent.type(screen.getByLabelText('What is to be done'), 'add a canary');
    await userEvent.click(screen.getByRole('button', { name: 'Add' }));
    const later = screen.getByRole('region', { name: 'Follow-ups' });
    expect(await within(later).findByLabelText('add a canary')).not.toBeChecked();
    await userEvent.click(screen.getByLabelText('page the database team'));
    await waitFor(() => expect(screen.getByLabelText('page the database team')).toBeChecked());
    // Nobody can be asked how it is: the tick goes because the change is taken back.
    server.use(http.get(at('incidents/INC-1/tasks'), () => HttpResponse.json({ message: 'away' }, { status: 503 })));
    refuse();
    await waitFor(() => expect(screen.getByLabelText('page the database team')).not.toBeChecked());
  });
});

describe('the tab Alerts', () => {
  const alert = (id: number, name: string): AlertShape => ({
    ...{
      id,
      name,
      source: 'alertmanager',
      integration: '',
      fingerprint: 'f',
      firing: true,
      startsAt: '2026-03-01T12:00:00Z',
    },
    ...{ endsAt: null, receivedAt: '2026-03-01T12:00:00Z', labels: { note: HOSTILE }, annotations: {} },
    ...{ generatorUrl: 'javascript:window.hacked=1', incident: 'INC-1', reason: 'joined_service' },
    reasonText: 'it shares service=payments',
  });

  it('says why each alert is here, and splits the chosen ones off', async () => {
    backend({ alerts: [alert(1, 'HighErrors'), alert(2, 'HighLatency')] });
    const sent: SplitInput[] = [];
    server.use(
      http.post(at('incidents/INC-1/split'), async ({ request }) => {
        sent.push((await request.json()) as SplitInput);
        return HttpResponse.json(anIncident({ number: 'INC-9' }), { status: 201 });
      })
    );
    open('alerts');
    const row = await screen.findByRole('row', { name: /HighErrors/ });
    expect(row).toHaveTextContent('it shares service=payments');
    expect(document.querySelector('a[href^="javascript"]')).toBeNull();
    await userEvent.click(screen.getByLabelText('Choose HighLatency'));
    await userEvent.click(screen.getByRole('button', { name: 'Split off (1)' }));
    await waitFor(() => expect(sent).toEqual([{ alerts: [2] }]));
  });

  it('lets a Viewer read them only', async () => {
    as('Viewer');
    backend({ alerts: [alert(1, 'HighErrors')] });
    open('alerts');
    await screen.findByRole('row', { name: /HighErrors/ });
    expect(screen.queryByRole('checkbox')).not.toBeInTheDocument();
  });
});

describe('the tab Post-incident', () => {
  it('shows the report, and asks when somebody else wrote meanwhile (row 47)', async () => {
    backend();
    let report: ReportShape = { text: '# facts', version: 0, written: false, updatedAt: null, updatedBy: '' };
    server.use(
      http.get(at('incidents/INC-1/report'), () => HttpResponse.json(report)),
      http.put(at('incidents/INC-1/report'), async ({ request }) => {
        const { text, version } = (await request.json()) as { text: string; version: number };
        if (version !== report.version) {
          return HttpResponse.json({ code: 'stale_write', message: 'changed' }, { status: 409 });
        }
        report = { ...report, text, version: version + 1, written: true, updatedBy: 'ann' };
        return HttpResponse.json(report);
      })
    );
    open('post-incident');
    expect(await screen.findByRole('heading', { name: 'facts' })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Write' }));
    report = { ...report, text: '# theirs', version: 1, written: true, updatedBy: 'bo' };
    await userEvent.type(screen.getByLabelText('Report in Markdown'), ' and more');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));
    const dialog = await screen.findByRole('dialog');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Use yours' }));
    await waitFor(() => expect(report.text).toBe('# facts and more'));
  });
});

describe('the address', () => {
  it('falls back to the overview for a tab that does not exist', async () => {
    backend();
    open('nonsense');
    expect(await screen.findByRole('tab', { name: 'Overview', selected: true })).toBeInTheDocument();
  });
});
