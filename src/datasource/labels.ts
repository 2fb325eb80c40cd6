/** How query types and their words are called in the editor, with a line of help for each. */
import { t } from '@grafana/i18n';
import { type ComboboxOption } from '@grafana/ui';
import { type QueryType } from './query';

interface Told {
  label: string;
  description: string;
}

/** Every query type with what it answers. */
export function typeOptions(): Array<ComboboxOption<QueryType>> {
  const told: Record<QueryType, Told> = {
    slo_status: {
      label: t('query.type.slo-status', 'SLO status'),
      description: t('query.type.slo-status-help', 'Where SLOs stand now: budget left, burn rate, SLI'),
    },
    slo_history: {
      label: t('query.type.slo-history', 'SLO history'),
      description: t('query.type.slo-history-help', 'The course of SLOs over the time range, the worst first'),
    },
    slo_alerts: {
      label: t('query.type.slo-alerts', 'SLO burn-rate alerts'),
      description: t('query.type.slo-alerts-help', 'Each alert condition of each SLO and whether it fires'),
    },
    slo_report: {
      label: t('query.type.slo-report', 'SLO report'),
      description: t('query.type.slo-report-help', 'How SLOs did in calendar weeks, months, quarters or years'),
    },
    incidents: {
      label: t('query.type.incidents', 'Incidents'),
      description: t('query.type.incidents-help', 'Incidents as rows, as counts, or as marks on graphs'),
    },
    incident_timeline: {
      label: t('query.type.timeline', 'Incident timeline'),
      description: t('query.type.timeline-help', 'What happened in one incident, in order'),
    },
    findings: {
      label: t('query.type.findings', 'Findings'),
      description: t('query.type.findings-help', 'Causes and signals that investigations found'),
    },
    causes: {
      label: t('query.type.causes', 'Causes'),
      description: t('query.type.causes-help', 'Ranked causes of incidents with their confidence'),
    },
    blast_radius: {
      label: t('query.type.blast-radius', 'Blast radius'),
      description: t('query.type.blast-radius-help', 'Who feels an incident; shown by the node graph panel'),
    },
    log_patterns: {
      label: t('query.type.log-patterns', 'Log patterns'),
      description: t('query.type.log-patterns-help', 'Log lines that are new or came more often in an incident'),
    },
    rollouts: {
      label: t('query.type.rollouts', 'Rollouts'),
      description: t('query.type.rollouts-help', 'New versions of services with their verdicts'),
    },
    mttx: {
      label: t('query.type.mttx', 'Mean times (MTTx)'),
      description: t('query.type.mttx-help', 'Mean time to detect, acknowledge, mitigate and resolve'),
    },
    alerts: {
      label: t('query.type.alerts', 'Alerts'),
      description: t('query.type.alerts-help', 'Alert episodes, and which incident each joined and why'),
    },
    services: {
      label: t('query.type.services', 'Services'),
      description: t('query.type.services-help', 'The catalog with health and open incidents'),
    },
    service_graph: {
      label: t('query.type.service-graph', 'Service graph'),
      description: t('query.type.service-graph-help', 'Who calls whom; shown by the node graph panel'),
    },
    kubernetes_pods: {
      label: t('query.type.pods', 'Kubernetes pods'),
      description: t('query.type.pods-help', 'Pods of a service as they are now; asked through the app'),
    },
  };
  return words(told);
}

/** Forms of an answer. */
export function formatOptions<T extends string>(offered: readonly T[]): Array<{ value: T; label: string }> {
  const told: Record<string, string> = {
    table: t('query.format.table', 'Table'),
    numeric: t('query.format.numeric', 'Numbers'),
    timeseries: t('query.format.timeseries', 'Time series'),
    annotations: t('query.format.annotations', 'Annotations'),
    logs: t('query.format.logs', 'Log lines'),
  };
  return offered.map((value) => ({ value, label: told[value] ?? value }));
}

/** Which incidents, by time. */
export function rangeOptions(): Array<ComboboxOption<'started' | 'active' | 'all'>> {
  return words({
    started: {
      label: t('query.range.started', 'Began in the time range'),
      description: t('query.range.started-help', 'Open or not'),
    },
    active: {
      label: t('query.range.active', 'Open now'),
      description: t('query.range.active-help', 'Whenever they began'),
    },
    all: {
      label: t('query.range.all', 'All'),
      description: t('query.range.all-help', 'Whatever the time range is'),
    },
  });
}

/** One number about an SLO, with its unit. */
export function sloMetricOptions<T extends string>(offered: readonly T[]): Array<ComboboxOption<T>> {
  const told: Record<string, Told> = {
    budget_remaining: {
      label: t('query.slo.budget', 'Error budget left'),
      description: t('query.slo.budget-help', 'Share of the budget; below 0% it is overspent'),
    },
    burn_rate: {
      label: t('query.slo.burn', 'Burn rate'),
      description: t('query.slo.burn-help', 'Of the last hour; 1 spends the budget exactly in its window'),
    },
    sli: { label: t('query.slo.sli', 'SLI'), description: t('query.slo.sli-help', 'Share of good events') },
    error_ratio: {
      label: t('query.slo.errors', 'Error ratio'),
      description: t('query.slo.errors-help', 'Share of bad events'),
    },
    bad_left: {
      label: t('query.slo.bad-left', 'Bad events left'),
      description: t('query.slo.bad-left-help', 'How many more the budget allows'),
    },
    minutes_left: {
      label: t('query.slo.minutes', 'Minutes left'),
      description: t('query.slo.minutes-help', 'How many minutes of full outage the budget allows'),
    },
    coverage: {
      label: t('query.slo.coverage', 'Coverage'),
      description: t('query.slo.coverage-help', 'Share of the window that was measured'),
    },
    good: { label: t('query.slo.good', 'Good events'), description: t('query.slo.per-point', 'Per point') },
    bad: { label: t('query.slo.bad', 'Bad events'), description: t('query.slo.per-point', 'Per point') },
    total: { label: t('query.slo.total', 'All events'), description: t('query.slo.per-point', 'Per point') },
  };
  return offered.map((value) => ({ value, label: value, ...told[value] }));
}

/** One of the mean times. */
export function mttxOptions(): Array<ComboboxOption<'detect' | 'acknowledge' | 'mitigate' | 'resolve'>> {
  return words({
    detect: {
      label: t('query.mttx.mttd', 'MTTD'),
      description: t('query.mttx.detect-help', 'From the onset to detection'),
    },
    acknowledge: {
      label: t('query.mttx.mtta', 'MTTA'),
      description: t('query.mttx.acknowledge-help', 'From detection to acknowledgement'),
    },
    mitigate: {
      label: t('query.mttx.mttm', 'MTTM'),
      description: t('query.mttx.mitigate-help', 'From the onset to mitigation'),
    },
    resolve: {
      label: t('query.mttx.mttr', 'MTTR'),
      description: t('query.mttx.resolve-help', 'From the onset to resolution'),
    },
  });
}

/** Calendar periods of a report. */
export function unitOptions(): Array<{ value: 'week' | 'month' | 'quarter' | 'year'; label: string }> {
  return [
    { value: 'week', label: t('query.unit.week', 'Week') },
    { value: 'month', label: t('query.unit.month', 'Month') },
    { value: 'quarter', label: t('query.unit.quarter', 'Quarter') },
    { value: 'year', label: t('query.unit.year', 'Year') },
  ];
}

/** What a mean is taken over. */
export function groupOptions(): Array<{ value: 'service' | 'severity' | 'level' | 'team'; label: string }> {
  return [
    { value: 'service', label: t('query.by.service', 'Service') },
    { value: 'severity', label: t('query.by.severity', 'Severity') },
    { value: 'level', label: t('query.by.level', 'Level of the own ladder') },
    { value: 'team', label: t('query.by.team', 'Team that owns the service') },
  ];
}

/** How long one point of a course of mean times lasts. */
export function periodOptions(): Array<{ value: 'day' | 'week' | 'month'; label: string }> {
  return [
    { value: 'day', label: t('query.every.day', 'Day') },
    { value: 'week', label: t('query.every.week', 'Week') },
    { value: 'month', label: t('query.every.month', 'Month') },
  ];
}

/** Alerts by state. */
export function firingOptions(): Array<{ value: 'both' | 'firing' | 'over'; label: string }> {
  return [
    { value: 'both', label: t('query.firing.both', 'Both') },
    { value: 'firing', label: t('query.firing.firing', 'Firing') },
    { value: 'over', label: t('query.firing.over', 'Over') },
  ];
}

function words<T extends string>(told: Record<T, Told>): Array<ComboboxOption<T>> {
  const options: Array<ComboboxOption<T>> = [];
  for (const value in told) {
    options.push({ value, ...told[value] });
  }
  return options;
}
