/** A correction as people type it. */
import { type Category, type SloCorrectionInput, type SloCorrectionShape, type SloShape } from '../../../api/types.gen';

export type Reach = 'slo' | 'service' | 'everything';
export type Repeat = 'once' | 'DAILY' | 'WEEKLY' | 'MONTHLY';
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

/** The correction that the fields say, for this SLO or more. */
export function correctionOf(form: CorrectionForm, slo: Pick<SloShape, 'id' | 'service'>): SloCorrectionInput {
  const reaches: Record<Reach, Partial<SloCorrectionInput>> = {
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
    recurrence: recurrenceOf(form),
    zone: form.zone,
    treatment: form.treated === 'usual' ? null : form.treated,
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
