import { type DataSourceInstanceSettings } from '@grafana/data';
import { config } from '@grafana/runtime';
import { logsDrilldown, metricIn, metricsDrilldown, streamIn, tracesDrilldown } from './drilldown';

const SPAN = { from: '2026-03-01T12:00:00Z', to: '2026-03-01T12:30:00Z' };
const FROM = String(Date.parse(SPAN.from));
const TO = String(Date.parse(SPAN.to));

const source = (type: string) => ({ name: type, uid: `uid-${type}`, type }) as DataSourceInstanceSettings;
const parsed = (address: string | null) => new URL(address ?? '', 'http://grafana');

describe('links into the Drilldown apps (incident-features 124)', () => {
  beforeEach(() => {
    config.datasources = { p: source('prometheus'), l: source('loki'), t: source('tempo') };
  });
  afterEach(() => {
    config.datasources = {};
  });

  it('lead nowhere without a data source, and from a query without a metric', () => {
    expect(metricsDrilldown('vector(1)', SPAN)).toBeNull();
    config.datasources = {};
    expect(metricsDrilldown('up{job="a"}', SPAN)).toBeNull();
    expect(logsDrilldown('{app="a"}', SPAN)).toBeNull();
    expect(tracesDrilldown('a', 'errors', SPAN)).toBeNull();
  });

  it('carry the metric, what narrows it, and the time', () => {
    const url = parsed(metricsDrilldown('sum(rate(http_requests_total{service="a|b",code=~"5.."}[2m]))', SPAN));
    expect(url.pathname).toBe('/a/grafana-metricsdrilldown-app/drilldown');
    expect(url.searchParams.get('metric')).toBe('http_requests_total');
    expect(url.searchParams.getAll('var-filters')).toEqual(['service|=|a__gfp__b', 'code|=~|5..']);
    expect(['from', 'to', 'var-ds'].map((each) => url.searchParams.get(each))).toEqual([FROM, TO, 'uid-prometheus']);
  });

  it('open a stream at the label that names it', () => {
    const url = parsed(logsDrilldown('{namespace=~"s.*", app="a/b"} |= "{x=\\"y\\"}"', SPAN));
    expect(url.pathname).toBe('/a/grafana-lokiexplore-app/explore/app/a-b/logs');
    expect(url.searchParams.getAll('var-filters')).toEqual(['namespace|=~|s.*', 'app|=|a/b']);
    expect(parsed(logsDrilldown('{service_name="a"}', SPAN)).pathname).toMatch(/explore\/service\/a\/logs$/);
    expect(parsed(logsDrilldown('{app=~"a"}', SPAN)).pathname).toMatch(/lokiexplore-app\/explore$/);
  });

  it('open the traces of a service', () => {
    const url = parsed(tracesDrilldown('pay&ments', 'duration', SPAN));
    expect(url.searchParams.getAll('var-filters')).toEqual(['resource.service.name|=|pay&ments']);
    expect(url.searchParams.get('var-metric')).toBe('duration');
  });

  it('read selectors with anything in their values', () => {
    expect(metricIn('a_b:c { x = "}\\"{" , y!~"z" } > 1')).toEqual({
      metric: 'a_b:c',
      matchers: [
        { name: 'x', operator: '=', value: '}"{' },
        { name: 'y', operator: '!~', value: 'z' },
      ],
    });
    expect(streamIn('')).toEqual([]);
  });
});
