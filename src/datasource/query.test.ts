import { CoreApp } from '@grafana/data';
import { asNumeric, isComplete, isNumeric, QUERY_TYPES, type StudioQuery } from './query';
import { defaultQuery, queryOf, startingQuery } from './stored';

describe('a stored query', () => {
  it.each(QUERY_TYPES)('%s has defaults for everything and reads back as itself', (queryType) => {
    const made = defaultQuery(queryType);
    expect(made.queryType).toBe(queryType);
    expect(queryOf(made)).toEqual(made);
    expect(queryOf(JSON.parse(JSON.stringify(made)))).toEqual(made);
  });

  it('keeps what it says and fills what it lacks', () => {
    const stored = { refId: 'B', hide: true, datasource: { uid: 'x' }, queryType: 'incidents', range: 'active' };
    expect(queryOf(stored)).toEqual({
      refId: 'B',
      hide: true,
      datasource: { uid: 'x' },
      queryType: 'incidents',
      format: 'table',
      range: 'active',
      text: '',
      statuses: [],
      stages: [],
      severities: [],
      levels: [],
      services: [],
      assignees: [],
      drills: false,
      live: false,
    });
  });

  it('written by hand may say one word in place of a list, and the type under its short name', () => {
    const query = queryOf({ refId: 'A', type: 'slo_status', service: 'checkout', status: ['breached'] } as never);
    expect(query).toMatchObject({ queryType: 'slo_status', services: ['checkout'], statuses: ['breached'] });
  });

  it.each([
    [{ format: 'pie', range: 7, services: [1, null, 'a'], drills: 'yes', text: {} }],
    [{ format: null, services: 'a', labels: [] }],
  ])('with wrong values gets defaults in their place: %j', (odd) => {
    const query = queryOf({ refId: 'A', queryType: 'incidents', ...odd });
    expect(query).toMatchObject({ format: 'table', range: 'started', services: ['a'], drills: false, text: '' });
  });

  it('of a type that is not known here is left alone', () => {
    expect(queryOf({ refId: 'A', queryType: 'horoscope' })).toBeNull();
  });

  it('without a type is the default one', () => {
    expect(queryOf({ refId: 'A' })).toMatchObject({ queryType: 'slo_status' });
  });
});

describe('another type', () => {
  it('keeps the filter that both have, and drops statuses between incidents and SLOs', () => {
    const incidents = { ...defaultQuery('incidents'), services: ['pay'], statuses: ['open'], format: 'numeric' };
    expect(defaultQuery('mttx', incidents)).toMatchObject({ services: ['pay'], statuses: ['open'], format: 'table' });
    expect(defaultQuery('slo_status', incidents)).toMatchObject({ services: ['pay'], statuses: [] });
  });
});

describe('where a query starts', () => {
  it('an alert rule gets numbers, Explore incidents, a dashboard SLOs', () => {
    const alerting = startingQuery(CoreApp.UnifiedAlerting);
    expect(isNumeric(alerting)).toBe(true);
    expect(startingQuery(CoreApp.Explore).queryType).toBe('incidents');
    expect(startingQuery(CoreApp.PanelEditor)).toMatchObject({ queryType: 'slo_status', format: 'table' });
  });
});

describe('numbers', () => {
  it.each(QUERY_TYPES)('%s says whether it has a form for alert rules', (queryType) => {
    const query: StudioQuery = defaultQuery(queryType);
    const numeric = asNumeric(query);
    if (numeric) {
      expect(isNumeric(numeric)).toBe(true);
    } else {
      expect(isNumeric(query)).toBe(false);
    }
  });

  it('are what seven types can give', () => {
    const able = QUERY_TYPES.filter((each) => asNumeric(defaultQuery(each)) !== null);
    expect(able).toEqual(['slo_status', 'slo_history', 'slo_alerts', 'slo_report', 'incidents', 'mttx', 'services']);
  });
});

describe('what is asked at all', () => {
  it('a story with its incident, pods with their service', () => {
    expect(isComplete(defaultQuery('incident_timeline'))).toBe(false);
    expect(isComplete(defaultQuery('incident_timeline', { refId: 'A', number: 'INC-1' } as never))).toBe(true);
    expect(isComplete(defaultQuery('kubernetes_pods', { refId: 'A', service: 'pay' } as never))).toBe(false);
    expect(isComplete(defaultQuery('slo_status'))).toBe(true);
  });
});
