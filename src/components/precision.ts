/** How often a check was right, in words. */
import { t } from '@grafana/i18n';
import { type PrecisionShape } from '../api/types.gen';

export function precisionText(precision: PrecisionShape | null): string {
  return precision
    ? t('checks.precision-text', '{{- right}} of {{- total}} ({{- percent}}%)', {
        right: precision.right,
        total: precision.total,
        percent: Math.round(precision.share * 100),
      })
    : t('checks.no-grade', 'no grade yet');
}
