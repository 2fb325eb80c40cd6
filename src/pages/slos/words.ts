/** What an SLO counts, in words. */
import { t } from '@grafana/i18n';
import { type SloShape } from '../../api/types.gen';

/** What must hold for a request: the middle of "99.9 % … over 30 days". */
export function indicatorText(indicator: SloShape['indicator']): string {
  if (indicator.type === 'latency') {
    return t('slo.quick', 'of requests within {{- threshold}} s', { threshold: indicator.threshold });
  }
  return t('slo.good', 'of events good');
}
