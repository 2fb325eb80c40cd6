import { type SloAlertsInput, type SloInput } from '../../../api/types.gen';
import { anSlo } from '../../../test/slos';
import { alertFields, chooseTier, tierChoice } from './alerts';
import { formOf, inputOf, NEW_SLO, patchOf, type SloForm, trialOf } from './form';

describe('the fields of the editor', () => {
  it('keep the objective exactly as it was typed', () => {
    expect(inputOf({ ...NEW_SLO, objective: ' 99.99999 % ' }).objective).toBe('99.99999');
  });

  it.each([
    anSlo(),
    anSlo({ indicator: { type: 'ratio', total: 'a', good: 'b' }, labels: { a: 'x=y' } }),
    anSlo({
      indicator: { type: 'latency', buckets: 'x_bucket', threshold: '0.3' },
      window: { type: 'calendar', unit: 'quarter', zone: 'Europe/Berlin' },
      budgeting: { type: 'timeslices', target: '99', sliceSeconds: 300 },
      missingData: 'last',
    }),
    anSlo({ budgeting: { type: 'ratio_timeslices', sliceSeconds: 60 } }),
  ])('say the SLO that they were filled from', (slo) => {
    const { indicator, window, budgeting, labels, missingData, objective, delaySeconds } = slo;
    expect(inputOf(formOf(slo))).toMatchObject({
      indicator,
      window,
      budgeting,
      labels,
      missingData,
      objective,
      delaySeconds,
    });
    expect(patchOf(formOf(slo), formOf(slo), 3)).toEqual({ version: 3 });
  });

  it.each<SloInput['indicator']>([
    { type: 'native_latency', histogram: 'x_seconds', threshold: '0.25' },
    { type: 'probe', probe: 'probe_success{job="shop"}' },
    { type: 'gauge', gauge: 'lag', compare: '<=', threshold: '100', over: 'max' },
    { type: 'share', good: 'job:availability' },
    { type: 'share', bad: 'job:errors' },
    { type: 'logs', total: '{app="api"}', bad: '{app="api"} |= "error"' },
    {
      type: 'spans',
      service: 'shop',
      names: 'connector',
      span: 'GET /',
      kind: 'client',
      threshold: '0.25',
      native: true,
      unit: 'ms',
    },
    {
      type: 'composite',
      members: [
        { sloId: 'a1', weight: '2.5' },
        { sloId: 'b2', weight: '1' },
      ],
      combine: 'mean',
    },
    { type: 'composite', members: [{ sloId: 'a1', weight: '1' }], combine: 'pooled' },
    { type: 'composite', members: [{ sloId: 'a1', weight: '1' }], combine: 'worst' },
    { type: 'query', total: 'sum(increase(a[$window]))', bad: 'sum(increase(b[$window]))' },
  ])('hold an indicator of every kind: %o', (indicator) => {
    const form = formOf(anSlo({ indicator }));
    expect(inputOf(form).indicator).toEqual(indicator);
    expect(trialOf(form)?.indicator).toEqual(indicator);
    expect(patchOf(form, { ...form, owner: 'team-b' }, 3)).toEqual({ version: 3, owner: 'team-b' });
    expect(trialOf({ ...form, part: '', series: '', spanService: '', members: [] })).toBeNull();
  });

  it('count errors of spans when there is no threshold, whatever was chosen for durations before', () => {
    const form = { ...NEW_SLO, kind: 'spans', spanService: 'shop', native: true, spanUnit: 'ms' } as const;
    expect(inputOf(form).indicator).toMatchObject({ threshold: null, native: false, unit: 's' });
  });

  it('keep with which hour a period begins, though nobody types it here', () => {
    const window = { type: 'calendar', unit: 'month', zone: 'UTC', anchor: '2024-01-15T06:00' } as const;
    const form = formOf(anSlo({ window }));
    expect(patchOf(form, { ...form, zone: 'Europe/Berlin' }, 3).window).toEqual({ ...window, zone: 'Europe/Berlin' });
  });

  it('hold groups, but not for shares, which have no counts', () => {
    const form = formOf(anSlo({ groupBy: ['cluster'], maxGroups: 20 }));
    expect(inputOf(form)).toMatchObject({ groupBy: ['cluster'], maxGroups: 20 });
    expect(inputOf({ ...form, maxGroups: 'few' }).maxGroups).toBe(-1);
    expect(inputOf({ ...form, kind: 'share' }).groupBy).toEqual([]);
    expect(inputOf({ ...form, kind: 'query' }).groupBy).toEqual(['cluster']);
  });

  it('hold an alert whole, and refuse no number by themselves', () => {
    const alerts: SloAlertsInput = {
      rules: [{ name: 'fast', severity: 'page', longSeconds: 3600, shortSeconds: 300, factor: '10' }],
      off: ['budget-50'],
      severities: { 'budget-75': 'page' },
      spentPercent: [50, 75, 100],
      minFailures: 5,
      minTotal: 100,
      trafficAware: true,
      sustainSeconds: 120,
      noDataSeconds: 900,
      budgetPolicy: [
        { percent: 50, action: 'tell the team' },
        { percent: 100, action: 'freeze releases' },
      ],
      exhaustedWithinSeconds: 86400,
      annotations: { summary: 'two\nlines = {{ service }}' },
    };
    const form = formOf(anSlo({ alerts }));
    expect(inputOf(form).alerts).toEqual(alerts);
    expect(trialOf({ ...form, total: 'a', part: 'b' })?.alerts).toEqual(alerts);
    const other = { ...form.alerts, spent: ['100', '50 %', 'much'], noDataSeconds: ' ' };
    expect(inputOf({ ...form, alerts: other }).alerts).toMatchObject({
      spentPercent: [-1, 50, 100],
      noDataSeconds: null,
    });
  });

  it('choose how urgent a usual tier is, and keep the choices for others', () => {
    const start = alertFields({ off: ['budget-50'], severities: { 'ticket-slow': 'page' } });
    const off = { ...start, ...chooseTier(start, 'page-slow', 'page', 'off') };
    expect(off).toMatchObject({ off: ['budget-50', 'page-slow'], severities: { 'ticket-slow': 'page' } });
    expect(tierChoice(off, 'page-slow', 'page')).toBe('off');
    const ticket = { ...off, ...chooseTier(off, 'page-slow', 'page', 'ticket') };
    expect(tierChoice(ticket, 'page-slow', 'page')).toBe('ticket');
    expect({ ...ticket, ...chooseTier(ticket, 'page-slow', 'page', 'page') }).toEqual(start);
  });

  it('send only what was changed', () => {
    const form = formOf(anSlo());
    expect(patchOf(form, { ...form, objective: '99' }, 7)).toEqual({ version: 7, objective: '99' });
  });

  it('are tried out as soon as something can be counted, whatever the name', () => {
    expect(trialOf(NEW_SLO)).toBeNull();
    expect(trialOf({ ...NEW_SLO, total: 'a' })).toBeNull();
    expect(trialOf({ ...NEW_SLO, total: 'a', part: 'b' })).toMatchObject({
      name: 'preview',
      indicator: { type: 'ratio', total: 'a', bad: 'b' },
    });
    expect(trialOf({ ...NEW_SLO, kind: 'latency', series: 'x_bucket', threshold: '0.3' })).not.toBeNull();
  });

  it('hold further objectives, each with its window (row 25)', () => {
    const further: SloInput['furtherObjectives'] = [
      { objective: '99.99', window: { type: 'rolling', days: 7 }, alerting: true },
      {
        objective: '99',
        window: { type: 'calendar', unit: 'month', zone: 'Europe/Berlin', anchor: '2024-01-15T06:00' },
        alerting: false,
      },
    ];
    const form = formOf(anSlo({ furtherObjectives: further }));
    expect(inputOf(form).furtherObjectives).toEqual(further);
    expect(patchOf(form, { ...form, further: form.further.slice(1) }, 3)).toEqual({
      version: 3,
      furtherObjectives: further.slice(1),
    });
    expect(patchOf(form, { ...form, alerting: false }, 3)).toEqual({ version: 3, alerting: false });
    expect(trialOf({ ...form, part: 'b', further: [{ ...form.further[0]!, objective: ' ' }] })).toBeNull();
  });

  it('tell shares apart where a slice is good or bad, and not where it counts with its share (row 13)', () => {
    const form: SloForm = { ...NEW_SLO, kind: 'share', groupBy: ['route'], budgeting: 'timeslices' };
    expect(inputOf(form).groupBy).toEqual(['route']);
    expect(inputOf({ ...form, budgeting: 'ratio_timeslices' }).groupBy).toEqual([]);
    expect(inputOf({ ...form, kind: 'composite', budgeting: 'occurrences' }).groupBy).toEqual([]);
  });

  it('take all events from one server and the bad ones from another (row 16)', () => {
    const form: SloForm = { ...NEW_SLO, kind: 'mixed', total: 'sum(a[$window])', part: '{app="api"}', groupBy: ['a'] };
    const indicator = { type: 'mixed', total: 'sum(a[$window])', bad: '{app="api"}' };
    expect(inputOf(form)).toMatchObject({ indicator, groupBy: [] });
    expect(formOf(anSlo({ indicator: indicator as SloInput['indicator'] }))).toMatchObject({
      kind: 'mixed',
      total: form.total,
      side: 'bad',
      part: form.part,
    });
    expect(trialOf({ ...form, part: ' ' })).toBeNull();
  });

  it('take no word for a number', () => {
    expect(inputOf({ ...NEW_SLO, days: 'many' }).window).toEqual({ type: 'rolling', days: -1 });
  });

  it('count missing slices only where there are slices', () => {
    expect(inputOf({ ...NEW_SLO, missingData: 'bad' }).missingData).toBe('ignore');
  });
});
