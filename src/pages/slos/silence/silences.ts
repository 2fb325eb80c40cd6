/** A silence of an SLO is a maintenance window over the alerts that carry its id: one mechanism, seen from here. */
import { type SloShape, type WindowInput, type WindowShape } from '../../../api/types.gen';

/** The label of an SLO's alerts that names the SLO. */
const LABEL = 'slo_id';

/** The window that keeps this SLO's alerts from opening anything. */
export function silenceOf(slo: SloShape, title: string, reason: string, from: Date, seconds: number): WindowInput {
  return {
    title,
    startsAt: from.toISOString(),
    endsAt: new Date(from.getTime() + seconds * 1000).toISOString(),
    matchers: [{ label: LABEL, operator: '=', value: slo.id }],
    effect: 'set_aside',
    comment: reason,
  };
}

/** Windows that are on and cover every alert of this SLO: those made for it, and those over its service or over all. */
export function silencing(slo: Pick<SloShape, 'id' | 'service'>, windows: readonly WindowShape[]): WindowShape[] {
  return windows.filter(
    ({ enabled, phase, services, matchers }) =>
      enabled &&
      phase === 'active' &&
      (services.length === 0 || services.includes(slo.service)) &&
      matchers.every(({ label, operator, value }) => label === LABEL && operator === '=' && value === slo.id)
  );
}

/** Whether the window is about this SLO alone. */
export function isOwn(slo: Pick<SloShape, 'id'>, { matchers }: WindowShape): boolean {
  return matchers.some(({ label, value }) => label === LABEL && value === slo.id);
}
