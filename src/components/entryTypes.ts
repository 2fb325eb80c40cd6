/** Kinds of timeline entries in words and pictures. */
import { t } from '@grafana/i18n';
import { type IconName } from '@grafana/ui';
import { type EntryType } from '../api/types.gen';

export const ENTRY_TYPES: readonly EntryType[] = [
  ...(['comment', 'status_change', 'severity_change', 'assignment', 'alert', 'slo_burn', 'deployment'] as const),
  ...(['kubernetes_event', 'pod_crash', 'metric_anomaly', 'log_spike', 'trace_anomaly', 'correlation'] as const),
  ...(['evidence', 'task', 'notification'] as const),
];

export const ENTRY_ICONS: Record<EntryType, IconName> = {
  alert: 'bell',
  assignment: 'user',
  comment: 'comment-alt',
  correlation: 'bolt',
  deployment: 'rocket',
  evidence: 'file-alt',
  kubernetes_event: 'kubernetes',
  log_spike: 'gf-logs',
  metric_anomaly: 'chart-line',
  notification: 'envelope',
  pod_crash: 'bug',
  severity_change: 'exclamation-triangle',
  slo_burn: 'fire',
  status_change: 'arrow-right',
  task: 'check-circle',
  trace_anomaly: 'gf-traces',
};

export function entryTypeText(type: EntryType): string {
  const texts: Record<EntryType, string> = {
    alert: t('entry.alert', 'Alert'),
    assignment: t('entry.assignment', 'Assignment'),
    comment: t('entry.comment', 'Comment'),
    correlation: t('entry.correlation', 'Investigation'),
    deployment: t('entry.deployment', 'Deployment'),
    evidence: t('entry.evidence', 'Evidence'),
    kubernetes_event: t('entry.kubernetes-event', 'Kubernetes event'),
    log_spike: t('entry.log-spike', 'Log spike'),
    metric_anomaly: t('entry.metric-anomaly', 'Metric anomaly'),
    notification: t('entry.notification', 'Notification'),
    pod_crash: t('entry.pod-crash', 'Pod crash'),
    severity_change: t('entry.severity-change', 'Severity change'),
    slo_burn: t('entry.slo-burn', 'SLO burn'),
    status_change: t('entry.status-change', 'Status change'),
    task: t('entry.task', 'Task'),
    trace_anomaly: t('entry.trace-anomaly', 'Trace anomaly'),
  };
  return texts[type];
}
