import { dateTime, type DataQueryRequest } from '@grafana/data';
import { http, HttpResponse } from 'msw';
import { ApiError } from '../../../api/client';
import { type MetricPointShape } from '../../../api/types.gen';
import { installGrafana } from '../../../test/render';
import { at, server } from '../../../test/server';
import { courseFrame } from './courseFrames';
import { courseQueries, CourseSource } from './CourseSource';

const NONE = { requestRate: null, errorRate: null, p50: null, p95: null, p99: null };
const points: MetricPointShape[] = [
  { ...NONE, at: '2026-01-01T00:00:00Z', errorRate: 1.5 },
  { ...NONE, at: '2026-01-01T00:01:00Z' },
];

describe('the course of a service as frames', () => {
  it('has units and the gaps of what was not measured', () => {
    const frame = courseFrame('errors', { points });
    expect(frame.fields.map(({ values }) => values)).toEqual([
      [1767225600000, 1767225660000],
      [1.5, null],
    ]);
    expect(frame.fields[1]?.config).toMatchObject({ unit: 'percent', color: { fixedColor: 'red' } });
  });

  it('has no rows where nothing was measured', () => {
    expect(courseFrame('latency', { points }).length).toBe(0);
  });
});

describe('the source behind the panels (V1)', () => {
  const range = { from: dateTime('2026-01-01T00:00:00Z'), to: dateTime('2026-01-01T01:00:00Z') };
  const request = { targets: courseQueries('a/b <i>'), range } as unknown as DataQueryRequest;

  beforeEach(() => {
    installGrafana();
  });

  it('asks once for all panels, for the service and the time', async () => {
    const asked: string[] = [];
    server.use(
      http.get(at('metrics/course/:service'), ({ request: { url } }) => {
        asked.push(decodeURIComponent(url));
        return HttpResponse.json({ points });
      })
    );
    const { data } = await new CourseSource().query(request);
    expect(data.map(({ refId, length }) => [refId, length])).toEqual([
      ['errors', 2],
      ['latency', 0],
      ['requests', 0],
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('/course/a/b <i>?from=2026-01-01T00:00:00.000Z&to=2026-01-01T01:00:00.000Z');
  });

  it('hands a failure on as it is, so that the page can say what to do', async () => {
    const refusal = { code: 'source_not_configured', message: 'no Prometheus is configured' };
    server.use(http.get(at('metrics/course/:service'), () => HttpResponse.json(refusal, { status: 409 })));
    const failure = await new CourseSource().query(request).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code: 'source_not_configured' });
  });
});
