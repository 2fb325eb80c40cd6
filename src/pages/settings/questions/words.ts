/** Whom a question goes to, in words. */
import { t } from '@grafana/i18n';
import { type EnrichmentSource } from '../../../api/types.gen';

export function askedText(source: EnrichmentSource): string {
  switch (source) {
    case 'prometheus':
      return t('questions.prometheus', 'Prometheus (PromQL)');
    case 'loki':
      return t('questions.loki', 'Loki (LogQL)');
  }
}
