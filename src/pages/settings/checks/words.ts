/** What the parts of a check are called. */
import { t } from '@grafana/i18n';
import { type CheckShape, type Source } from '../../../api/types.gen';

export const SOURCES: readonly Source[] = ['metrics', 'logs', 'traces', 'kubernetes', 'changes', 'topology'];

export function sourceText(source: Source): string {
  const texts: Record<Source, string> = {
    metrics: t('checks.source-metrics', 'Metrics'),
    logs: t('checks.source-logs', 'Logs'),
    traces: t('checks.source-traces', 'Traces'),
    kubernetes: t('checks.source-kubernetes', 'Kubernetes'),
    changes: t('checks.source-changes', 'Changes'),
    topology: t('checks.source-topology', 'Topology'),
  };
  return texts[source];
}

/** When the check finds something, in one line. */
export function conditionText({ statistic, op, threshold, points, unit }: CheckShape): string {
  const fixed =
    op !== null && threshold !== null
      ? t('checks.fixed', '{{- op}} {{- limit}} at {{- count}} points', {
          op,
          limit: unit === '' || unit === '%' ? `${threshold}${unit}` : `${threshold} ${unit}`,
          count: points ?? 1,
          defaultValue_one: '{{- op}} {{- limit}} at {{- count}} point',
        })
      : '';
  switch (statistic) {
    case 'own noise':
      return t('checks.noise', 'departs from its own noise');
    case 'fact':
      return t('checks.fact', 'it is the case');
    case 'fixed threshold':
      return fixed;
    case 'own noise or fixed threshold':
      return t('checks.either', 'departs from its own noise, or {{- fixed}}', { fixed });
  }
}
