import { anSlo } from '../../../test/slos';
import { formOf, inputOf, NEW_SLO, patchOf, trialOf } from './form';

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
      missingData: 'bad',
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

  it('keep an indicator that is written as code, and try the SLO out all the same', () => {
    const probe = { type: 'probe', probe: 'probe_success{job="shop"}' } as const;
    const form = formOf(anSlo({ indicator: probe }));
    expect(inputOf(form).indicator).toEqual(probe);
    expect(trialOf(form)?.indicator).toEqual(probe);
    expect(patchOf(form, { ...form, owner: 'team-b' }, 3)).toEqual({ version: 3, owner: 'team-b' });
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
    expect(trialOf({ ...NEW_SLO, kind: 'latency', buckets: 'x_bucket', threshold: '0.3' })).not.toBeNull();
  });

  it('take no word for a number', () => {
    expect(inputOf({ ...NEW_SLO, days: 'many' }).window).toEqual({ type: 'rolling', days: -1 });
  });

  it('count missing slices only where there are slices', () => {
    expect(inputOf({ ...NEW_SLO, missingData: 'bad' }).missingData).toBe('ignore');
  });
});
