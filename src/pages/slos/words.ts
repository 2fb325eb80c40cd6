/** What an SLO counts, in words. */
import { t } from '@grafana/i18n';
import { type SloShape, type SloStatusShape, type SloWay } from '../../api/types.gen';
import { combineOf } from './counting';

/** What must hold for a request: the middle of "99.9% … over 30 days". */
export function indicatorText(indicator: SloShape['indicator']): string {
  if (indicator.type === 'latency') {
    return t('slo.quick', 'of requests within {{- threshold}} s', { threshold: indicator.threshold });
  }
  if (indicator.type === 'spans' && indicator.threshold) {
    return t('slo.quick', 'of requests within {{- threshold}} s', { threshold: indicator.threshold });
  }
  if (indicator.type === 'logs') {
    return t('slo.good-lines', 'of log lines good');
  }
  const combine = combineOf(indicator);
  if (combine === 'mean') {
    return t('slo.good-mean', 'good in the mean of other SLOs');
  }
  if (combine === 'worst') {
    return t('slo.good-worst', 'good in the worst of other SLOs');
  }
  return combine === 'pooled'
    ? t('slo.good-pooled', 'of the events of other SLOs good')
    : t('slo.good', 'of events good');
}

/** How it is counted, and why so where that is not the usual way. */
export function countedText({ countedBy = 'snapshots', countedByWhy = '' }: SloStatusShape): string {
  const ways: Record<SloWay, string> = {
    snapshots: t('slo.by-snapshots', 'Each series is fetched and its differences are made here, exactly.'),
    server: t('slo.by-server', 'Its server adds the differences up.'),
    anchored: t('slo.by-anchored', 'Its server adds the differences up, in anchored ranges.'),
    answers: t('slo.by-answers', 'Its server is asked about each bucket of time.'),
    members: t('slo.by-members', 'Other SLOs have counted; nothing is fetched.'),
  };
  return countedByWhy === ''
    ? ways[countedBy]
    : t('slo.by-why', '{{- way}} Why: {{- why}}.', { way: ways[countedBy], why: countedByWhy });
}

/** A field of a definition, as the editor calls it. */
export function fieldText(field: string): string {
  const texts: Record<string, string> = {
    name: t('slo.field.name', 'Name'),
    service: t('slo.field.service', 'Service'),
    objective: t('slo.field.objective', 'Objective'),
    window: t('slo.field.window', 'Window'),
    indicator: t('slo.field.indicator', 'What is counted'),
    budgeting: t('slo.field.budgeting', 'Budget is counted in'),
    alerts: t('slo.field.alerts', 'When it alerts'),
    owner: t('slo.field.owner', 'Owner'),
    description: t('slo.field.description', 'Description'),
    labels: t('slo.field.labels', 'Labels'),
    editors: t('slo.field.editors', 'May be changed by'),
    alerting: t('slo.field.alerting', 'Alert on the main objective'),
    runbookUrl: t('slo.field.runbook', 'Runbook'),
    groupBy: t('slo.field.groups', 'Also told apart by'),
    missingData: t('slo.field.missing', 'Missing data'),
    delaySeconds: t('slo.field.delay', 'Samples are complete after'),
  };
  const further = /^furtherObjectives\[(\d+)\]$/.exec(field);
  return further
    ? t('slo.field.further', 'Further objective {{- number}}', { number: Number(further[1]) + 1 })
    : (texts[field] ?? field);
}
