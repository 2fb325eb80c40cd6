/** A correction as people type it. */
import { type Category, type SloCorrectionInput, type SloCorrectionShape, type SloShape } from '../../../api/types.gen';

/** `kept`: what the correction says and these fields cannot, stays as it is. */
export type Reach = 'slo' | 'service' | 'everything' | 'kept';
export type Repeat = 'once' | 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'kept';
export type Treated = 'usual' | 'drop' | 'good';

/** As calendars write weekdays, from Monday. */
export const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;

export interface CorrectionForm {
  /** RFC 3339; empty while it is no moment. */
  start: string;
  end: string;
  reason: string;
  category: Category;
  reach: Reach;
  repeat: Repeat;
  /** Of a weekly one; none: the weekday of the first time. */
  days: string[];
  zone: string;
  treated: Treated;
}

const HOUR = 3_600_000;

/** The hour that was full last, which is what most outages are about. */
export function newCorrection(now: number, zone: string): CorrectionForm {
  const end = Math.floor(now / HOUR) * HOUR;
  return {
    start: new Date(end - HOUR).toISOString(),
    end: new Date(end).toISOString(),
    reason: '',
    category: 'maintenance',
    reach: 'slo',
    repeat: 'once',
    days: [],
    zone,
    treated: 'usual',
  };
}

/** The fields of a correction that there is. */
export function formOf(correction: SloCorrectionShape, slo: Pick<SloShape, 'id' | 'service'>): CorrectionForm {
  const { start, end, reason, category, recurrence, zone, treatment } = correction;
  const { repeat, days } = repeatOf(recurrence);
  return {
    start,
    end,
    reason,
    category,
    reach: reachOf(correction, slo),
    repeat,
    days,
    zone,
    treated: treatment ?? 'usual',
  };
}

function reachOf(
  { everything, sloIds, services, labels }: SloCorrectionShape,
  slo: Pick<SloShape, 'id' | 'service'>
): Reach {
  if (everything) {
    return 'everything';
  }
  const only = (found: readonly string[], wanted: string) => found.length === 1 && found[0] === wanted;
  const plain = Object.keys(labels).length === 0;
  if (plain && services.length === 0 && only(sloIds, slo.id)) {
    return 'slo';
  }
  return plain && sloIds.length === 0 && only(services, slo.service) ? 'service' : 'kept';
}

/** A rule of recurrence as the fields say it. */
export function repeatOf(recurrence: string): { repeat: Repeat; days: string[] } {
  if (recurrence === '') {
    return { repeat: 'once', days: [] };
  }
  const [, repeat, days = ''] =
    /^FREQ=(DAILY|WEEKLY|MONTHLY)(?:;BYDAY=((?:MO|TU|WE|TH|FR|SA|SU)(?:,\w\w)*))?$/.exec(recurrence) ?? [];
  const known = repeat === 'DAILY' || repeat === 'WEEKLY' || repeat === 'MONTHLY';
  return known && (days === '' || repeat === 'WEEKLY')
    ? { repeat, days: days ? days.split(',') : [] }
    : { repeat: 'kept', days: [] };
}

/**
 * The correction that the fields say, for this SLO or more.
 *
 * @param before the correction that is changed; absent for a new one.
 */
export function correctionOf(
  form: CorrectionForm,
  slo: Pick<SloShape, 'id' | 'service'>,
  before?: SloCorrectionShape
): SloCorrectionInput {
  const reaches: Record<Reach, Partial<SloCorrectionInput>> = {
    kept: before ? { sloIds: before.sloIds, services: before.services, labels: before.labels } : { sloIds: [slo.id] },
    slo: { sloIds: [slo.id] },
    service: { services: [slo.service] },
    everything: { everything: true },
  };
  return {
    start: form.start,
    end: form.end,
    reason: form.reason.trim(),
    category: form.category,
    ...reaches[form.reach],
    recurrence: form.repeat === 'kept' ? (before?.recurrence ?? '') : recurrenceOf(form),
    zone: form.zone,
    treatment: form.treated === 'usual' ? null : form.treated,
    ...(before && { version: before.version }),
  };
}

function recurrenceOf({ repeat, days }: CorrectionForm): string {
  if (repeat === 'once') {
    return '';
  }
  const chosen = WEEKDAYS.filter((day) => days.includes(day));
  return repeat === 'WEEKLY' && chosen.length > 0 ? `FREQ=WEEKLY;BYDAY=${chosen.join(',')}` : `FREQ=${repeat}`;
}

/** Whether a correction is about this SLO: each part that it gives must fit. */
export function concerns(correction: SloCorrectionShape, slo: Pick<SloShape, 'id' | 'service' | 'labels'>): boolean {
  const { everything, sloIds, services, labels } = correction;
  return (
    everything ||
    ((sloIds.length === 0 || sloIds.includes(slo.id)) &&
      (services.length === 0 || services.includes(slo.service)) &&
      Object.entries(labels).every(([name, value]) => slo.labels[name] === value))
  );
}
