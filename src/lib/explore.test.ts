import { type DataSourceInstanceSettings, textUtil } from '@grafana/data';
import { config } from '@grafana/runtime';
import { dataSourceUid, exploreUrl } from './explore';

const source = (name: string, isDefault = false) =>
  ({ name, uid: `uid-${name}`, type: 'prometheus', isDefault }) as DataSourceInstanceSettings;

describe('links into Explore (slo-features 88)', () => {
  afterEach(() => {
    config.datasources = {};
  });

  it('lead nowhere without a data source', () => {
    expect(exploreUrl('prometheus', 'up', 'now-1h', 'now')).toBeNull();
  });

  it('prefer the default data source', () => {
    config.datasources = { a: source('a'), b: source('b', true) };
    expect(dataSourceUid('prometheus')).toBe('uid-b');
    expect(dataSourceUid('loki')).toBeNull();
  });

  it('carry the query whole, whatever it holds', () => {
    config.datasources = { a: source('a') };
    const query = 'x{path="/a b&c=d#e"}';
    const url = new URL(exploreUrl('prometheus', query, '1', '2') ?? '', 'http://grafana');
    expect(JSON.parse(url.searchParams.get('panes') ?? '')).toEqual({
      a: {
        datasource: 'uid-a',
        queries: [{ refId: 'A', datasource: { type: 'prometheus', uid: 'uid-a' }, expr: query }],
        range: { from: '1', to: '2' },
      },
    });
  });

  it('stay whole in links of Grafana, which decode the address', () => {
    config.datasources = { a: source('a') };
    const query = 'a{b="c&d#e+100%25"} + 2 % 3';
    const decoded = textUtil.sanitizeUrl(exploreUrl('prometheus', query, '1', '2') ?? '');
    const { a } = JSON.parse(new URL(decoded, 'http://grafana').searchParams.get('panes') ?? '');
    expect(a.queries[0].expr).toBe(query);
  });
});
