/** SLOs that are made of others. */
import { t } from '@grafana/i18n';
import { type SloShape } from '../../api/types.gen';
import { countText, percentText } from '../../lib/numbers';

/** Whether its counts are shares of time and no events: what a weighted mean comes to. */
export function isMean(indicator: SloShape['indicator']): boolean {
  return indicator.type === 'composite' && indicator.combine !== 'pooled';
}

/** What was bad of all: events, or the share that a mean is. */
export function badText(indicator: SloShape['indicator'], bad: number, total: number): string {
  return isMean(indicator)
    ? t('slo.bad-share', '{{- share}} bad', { share: percentText(total > 0 ? bad / total : null, 3) })
    : t('slo.bad-of', '{{- bad}} bad of {{- total}}', { bad: countText(bad), total: countText(total) });
}
