import {
  CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceInstanceSettings,
  dateTime,
  LoadingState,
  LiveChannelEventType,
  LiveChannelConnectionState,
} from '@grafana/data';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { http, HttpResponse } from 'msw';
import { firstValueFrom, lastValueFrom, Subject, toArray } from 'rxjs';
import { installGrafana } from '../test/render';
import { at, server } from '../test/server';
import { DataSource } from './DataSource';
import { type StudioQuery } from './query';
import { defaultQuery, queryOf } from './stored';

const VALUES: Record<string, string | string[]> = {
  $service: ['pay', 'cart'],
  $one: 'pay',
  $none: '',
  $incident: 'INC-7',
};

/** Grafana's template service as far as one variable in a text goes. */
const templates = {
  replace: (text: string, _scoped: unknown, format?: (value: unknown) => string) =>
    Object.entries(VALUES).reduce((done, [name, value]) => {
      const shown = typeof format === 'function' ? () => format(value) : () => [value].flat().join(',');
      return done.includes(name) ? done.replaceAll(name, shown()) : done;
    }, text),
  containsTemplate: () => false,
  getVariables: () => [],
} as unknown as TemplateSrv;

const settings = { id: 1, uid: 'studio', type: 'reliability-studio-datasource', name: 'Studio', jsonData: {} };

function request(...targets: StudioQuery[]): DataQueryRequest<StudioQuery> {
  return {
    requestId: 'Q1',
    app: CoreApp.Dashboard,
    interval: '1m',
    intervalMs: 60_000,
    maxDataPoints: 100,
    range: { from: dateTime(0), to: dateTime(60_000), raw: { from: 'now-1h', to: 'now' } },
    scopedVars: {},
    startTime: 0,
    targets,
    timezone: 'utc',
  };
}

/** Answers `/api/ds/query` with one empty table per query and remembers what was asked. */
function backend(): Array<Record<string, unknown>> {
  const asked: Array<Record<string, unknown>> = [];
  server.use(
    http.post('http://localhost/api/ds/query', async ({ request: sent }) => {
      const body = (await sent.json()) as { queries: Array<Record<string, unknown> & { refId: string }> };
      asked.push(...body.queries);
      const frame = (refId: string) => ({ schema: { refId, fields: [] }, data: { values: [] } });
      const results = body.queries.map(({ refId }) => [refId, { status: 200, frames: [frame(refId)] }]);
      return HttpResponse.json({ results: Object.fromEntries(results) });
    })
  );
  return asked;
}

let source: DataSource;

beforeEach(() => {
  installGrafana();
  setTemplateSrv(templates);
  source = new DataSource(settings as unknown as DataSourceInstanceSettings, templates);
});

describe('a query', () => {
  it('goes to the backend with its defaults filled in and its variables replaced', async () => {
    const asked = backend();
    const query = { ...defaultQuery('incidents'), services: ['$service', 'web'], severities: ['$none'], text: '$one' };
    await lastValueFrom(source.query(request(query as StudioQuery)));
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      refId: 'A',
      queryType: 'incidents',
      services: ['pay', 'cart', 'web'],
      stages: [],
      severities: [],
      levels: [],
      text: 'pay',
      datasource: { uid: 'studio' },
    });
  });

  it('of several parts of a text keeps the text as one', () => {
    const query = { ...defaultQuery('slo_status'), sloIds: ['slo-$one'], labels: { team: '$one', env: '$none' } };
    expect(source.applyTemplateVariables(query as StudioQuery, {})).toMatchObject({
      sloIds: ['slo-pay'],
      labels: { team: 'pay' },
    });
  });

  it('names one objective of SLOs, by a variable too (row 25)', () => {
    const query = { ...defaultQuery('slo_history'), objective: '$one' };
    expect(source.applyTemplateVariables(query as StudioQuery, {})).toMatchObject({ objective: 'pay' });
    const written = { refId: 'A', queryType: 'slo_history', objective: 2 };
    expect(queryOf(written as never)).toMatchObject({ objective: '2' });
  });

  it('is not asked while it lacks its incident, or when it is hidden', async () => {
    const asked = backend();
    const hidden = { ...defaultQuery('incidents'), hide: true };
    await lastValueFrom(source.query(request(defaultQuery('incident_timeline'), hidden)), { defaultValue: null });
    expect(asked).toEqual([]);
  });

  it('of an unknown type goes to the backend as it is, whose error names the types there are', async () => {
    const asked = backend();
    await lastValueFrom(source.query(request({ refId: 'A', queryType: 'horoscope', sign: 'leo' } as never)));
    expect(asked[0]).toMatchObject({ queryType: 'horoscope', sign: 'leo' });
  });

  it('reads in one line', () => {
    const query = { ...defaultQuery('slo_status'), services: ['pay'] } as StudioQuery;
    expect(source.getQueryDisplayText(query)).toBe('slo_status services=pay table budget_remaining');
    expect(source.getQueryDisplayText({ ...defaultQuery('alerts'), firing: false } as StudioQuery)).toBe(
      'alerts not firing'
    );
  });

  it('starts as what fits the place', () => {
    expect(source.getDefaultQuery(CoreApp.Explore)).toMatchObject({ queryType: 'incidents' });
  });
});

describe('pods', () => {
  const pod = { name: 'pay-1', namespace: 'shop', phase: 'Running', node: 'n1', ready: 1, containers: 1, restarts: 3 };
  const query = { ...defaultQuery('kubernetes_pods'), namespace: 'shop', service: '$one' } as StudioQuery;

  it('are asked from the app and become a table', async () => {
    const more = { trouble: 'CrashLoopBackOff', lastExit: 'Error', exitCode: 1, images: ['pay:2'], created: null };
    server.use(http.get(at('kubernetes/pods/shop/pay'), () => HttpResponse.json({ items: [{ ...pod, ...more }] })));
    const answer = await lastValueFrom(source.query(request(query)));
    const [frame] = answer.data;
    expect(frame.refId).toBe('A');
    const shown = Object.fromEntries(
      frame.fields.map((each: { name: string; values: unknown[] }) => [each.name, each.values[0]])
    );
    expect(shown).toMatchObject({ pod: 'pay-1', trouble: 'CrashLoopBackOff', restarts: 3, created: null });
  });

  it('that cannot be had are an error of their own query only', async () => {
    backend();
    const body = { code: 'source', message: 'Kubernetes is not configured', retryable: false };
    server.use(http.get(at('kubernetes/pods/shop/pay'), () => HttpResponse.json(body, { status: 409 })));
    const both = request({ ...defaultQuery('services'), refId: 'B' } as StudioQuery, query);
    const answers = await lastValueFrom(source.query(both).pipe(toArray()));
    expect(new Set(answers.map((each) => each.key)).size).toBe(2);
    const errors = answers.flatMap((each) => each.errors ?? []);
    expect(errors).toEqual([{ refId: 'A', message: 'Kubernetes is not configured', status: 409 }]);
    expect(answers.flatMap((each) => each.data)).toHaveLength(1);
  });
});

describe('a live query', () => {
  it('is asked again after a change, with the range of then', async () => {
    const live = new Subject<unknown>();
    installGrafana(live);
    const asked = backend();
    const answers: DataQueryResponse[] = [];
    const query = { ...defaultQuery('incidents'), live: true } as StudioQuery;
    const subscription = source.query(request(query)).subscribe((answer) => answers.push(answer));
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    expect(answers[0]?.state).toBe(LoadingState.Streaming);

    const message = { kind: 'incident', number: 'INC-1', version: 2, change: 'status' };
    live.next({ type: LiveChannelEventType.Status, state: LiveChannelConnectionState.Connected });
    live.next({ type: LiveChannelEventType.Message, message });
    live.next({ type: LiveChannelEventType.Message, message });
    await vi.waitFor(() => expect(answers).toHaveLength(2), 3_000);
    expect(asked).toHaveLength(2);
    subscription.unsubscribe();
    live.next({ type: LiveChannelEventType.Message, message });
    expect(asked).toHaveLength(2);
  });
});

describe('annotations', () => {
  it('are incidents as marks unless a timeline was chosen', () => {
    const prepare = source.annotations.prepareQuery!;
    const annotation = { name: 'x', enable: true, iconColor: 'red' };
    expect(prepare(annotation)).toMatchObject({ queryType: 'incidents', format: 'annotations', refId: 'Anno' });
    const stored = { refId: 'X', queryType: 'incident_timeline', number: 'INC-1' } as never;
    expect(prepare({ ...annotation, target: stored })).toMatchObject({ number: 'INC-1', format: 'annotations' });
    const table = { refId: 'X', queryType: 'slo_status', services: ['pay'] } as never;
    expect(prepare({ ...annotation, target: table })).toMatchObject({ queryType: 'incidents', services: ['pay'] });
  });
});

describe('variables', () => {
  const ask = async (stored: object) => {
    const answer = await firstValueFrom(source.variables.query({ ...request(), targets: [stored] } as never));
    const [frame] = answer.data;
    const column = (name: string): string[] => frame.fields.find((each: { name: string }) => each.name === name).values;
    return column('text').map((text, row) => [text, column('value')[row]]);
  };

  function stored(columns: Record<string, Array<string | null>>) {
    const fields = Object.keys(columns).map((name) => ({ name, type: 'string', typeInfo: { frame: 'string' } }));
    const frame = { schema: { refId: 'A', fields }, data: { values: Object.values(columns) } };
    server.use(
      http.post('http://localhost/api/ds/query', () =>
        HttpResponse.json({ results: { A: { status: 200, frames: [frame] } } })
      )
    );
  }

  it('list services, each once', async () => {
    stored({ service: ['pay', 'cart', 'pay', null] });
    expect(await ask({ refId: 'A', list: 'services' })).toEqual([
      ['pay', 'pay'],
      ['cart', 'cart'],
    ]);
  });

  it('list SLOs by id, and tell two of one name apart', async () => {
    stored({ slo: ['up', 'up', 'fast'], slo_id: ['1', '2', '3'] });
    expect(await ask({ refId: 'A', list: 'slos' })).toEqual([
      ['1 up', '1'],
      ['2 up', '2'],
      ['fast', '3'],
    ]);
  });

  it('list incidents with number and title', async () => {
    stored({ incident: ['INC-1'], title: ['<b>slow</b>'] });
    expect(await ask({ refId: 'A', list: 'incidents' })).toEqual([['INC-1 <b>slow</b>', 'INC-1']]);
  });

  it('list fixed words without asking', async () => {
    expect((await ask({ refId: 'A', list: 'severities' })).map(([, value]) => value)).toEqual([
      'critical',
      'high',
      'medium',
      'low',
    ]);
  });

  it('fail in words when the list cannot be had', async () => {
    server.use(
      http.post('http://localhost/api/ds/query', () =>
        HttpResponse.json({ results: { A: { status: 500, error: 'the store is away' } } }, { status: 207 })
      )
    );
    await expect(ask({ refId: 'A', list: 'services' })).rejects.toThrow('the store is away');
  });
});
