/** What an SLO's counts are: events, or shares of time that only look like numbers of something. */
import { t } from '@grafana/i18n';
import { type Combine, type SloShape } from '../../api/types.gen';
import { countText, percentText } from '../../lib/numbers';

/** What says how an SLO counts. */
export type Counting = Pick<SloShape, 'indicator' | 'budgeting'>;

/** How it is put together from others; null: it counts for itself. */
export function combineOf(indicator: SloShape['indicator']): Combine | null {
  return indicator.type === 'composite' ? (indicator.combine ?? 'mean') : null;
}

/** Whether its counts are shares of time and no events: those of a mean, of the worst, and of slices bad in part. */
export function countsShares({ indicator, budgeting }: Counting): boolean {
  const combine = combineOf(indicator);
  return combine === 'mean' || combine === 'worst' || budgeting.type === 'ratio_timeslices';
}

/** What was bad of all: events, or the share that it comes to. */
export function badText(slo: Counting, bad: number, total: number): string {
  if (countsShares(slo) && total <= 0) {
    return t('slo.no-events', 'no events');
  }
  return countsShares(slo)
    ? t('slo.bad-share', '{{- share}} bad', { share: shareText(bad, total) })
    : t('slo.bad-of', '{{- bad}} bad of {{- total}}', { bad: countText(bad), total: countText(total) });
}

/** The bad ones alone, as the cells of a table show them. */
export function badCell(slo: Counting | undefined, bad: number | undefined, total: number | undefined): string {
  return slo && countsShares(slo) ? shareText(bad ?? 0, total ?? 0) : countText(bad);
}

function shareText(bad: number, total: number): string {
  return percentText(total > 0 ? bad / total : null, 3);
}
