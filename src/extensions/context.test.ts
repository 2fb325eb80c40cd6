import { dateTime } from '@grafana/data';
import { pathOf, placeOfAlert, placeOfPanel } from './context';

const LIST = '/a/reliability-studio-app/incidents';
const OURS = { type: 'reliability-studio-datasource', uid: 'x' };

describe('the place of a panel', () => {
  it.each([
    ['labels of its series', { data: { series: [{ fields: [{ labels: { app: 'pay', job: 'x' } }] }] } }],
    ['the variable of its dashboard', { scopedVars: { service: { text: 'pay', value: ['pay'] } } }],
    ['what its PromQL selects', { targets: [{ refId: 'A', expr: 'rate(http{job="pay",code=~"5.."}[5m])' }] }],
    ['what its query of ours asks for', { targets: [{ refId: 'A', datasource: OURS, services: ['pay', '$service'] }] }],
  ])('takes its service from %s', (_what, context) => {
    expect(placeOfPanel(context).services).toEqual(['pay']);
    expect(pathOf(placeOfPanel(context))).toBe(`${LIST}?status=any&service=pay`);
  });

  it('takes its time range, relative or not', () => {
    const timeRange = { from: dateTime('2026-01-01T00:00:00Z'), to: dateTime('2026-01-01T06:00:00Z') };
    expect(pathOf(placeOfPanel({ timeRange }))).toBe(
      `${LIST}?status=any&from=2026-01-01T00%3A00%3A00.000Z&to=2026-01-01T06%3A00%3A00.000Z`
    );
    const relative = placeOfPanel({ timeRange: { from: 'now-6h', to: 'now' } });
    expect((relative.to ?? 0) - (relative.from ?? 0)).toBeCloseTo(6 * 3_600_000, -3);
  });

  it('about one incident leads to it', () => {
    const place = placeOfPanel({ targets: [{ refId: 'A', datasource: OURS, number: 'INC-7' }] });
    expect(pathOf(place)).toBe(`${LIST}/INC-7`);
  });

  it('with a crowd of services names none', () => {
    const fields = Array.from({ length: 9 }, (_, at) => ({ labels: { service: `s${at}` } }));
    expect(placeOfPanel({ data: { series: [{ fields }] } }).services).toEqual([]);
  });

  it.each([undefined, null, 7, 'x', [], { targets: 'no', data: 1, timeRange: { from: 'soon' } }])(
    'survives %j',
    (context) => expect(pathOf(placeOfPanel(context))).toBe(`${LIST}?status=any`)
  );

  it('escapes foreign text', () => {
    const place = placeOfPanel({ scopedVars: { service: { value: 'a&b=c/../x' } } });
    expect(pathOf(place)).toBe(`${LIST}?status=any&service=a%26b%3Dc%2F..%2Fx`);
    const incident = { ...place, incident: '../../evil?x=1' };
    expect(pathOf(incident)).toBe(`${LIST}/..%2F..%2Fevil%3Fx%3D1`);
  });
});

describe('the place of an alert', () => {
  it('is that of its instance first, from an hour before it began to fire', () => {
    const instance = { labels: { service: 'pay' }, activeAt: '2026-01-01T12:00:00Z' };
    const place = placeOfAlert({ instance, rule: { labels: { service: 'other' } } });
    expect(place.services).toEqual(['pay']);
    expect(place.from).toBe(Date.parse('2026-01-01T11:00:00Z'));
  });

  it('is that of its rule otherwise, at any time', () => {
    const place = placeOfAlert({ name: 'Slow', labels: { job: 'pay' } });
    expect(pathOf(place)).toBe(`${LIST}?status=any&service=pay`);
  });

  it.each([undefined, {}, { labels: { service: 1 }, instance: { activeAt: 'x' } }])('survives %j', (context) =>
    expect(pathOf(placeOfAlert(context))).toBe(`${LIST}?status=any`)
  );
});
