/** What the settings list, as the backend answers it, for tests. */
import { config } from '@grafana/runtime';
import {
  type CheckShape,
  type DeliveryShape,
  type EnrichmentShape,
  type FieldShape,
  type HeartbeatShape,
  type IdentityRuleShape,
  type TemplateShape,
  type WindowShape,
} from '../api/types.gen';

/** A text that breaks pages which trust what they are told. */
export const HOSTILE = '<img src=x onerror="window.hacked=1">';

export function signInAs(orgRole: 'Admin' | 'Editor' | 'Viewer'): void {
  Object.assign(config.bootData.user, { orgRole, isGrafanaAdmin: false, login: 'ada', name: 'Ada' });
}

export function aWindow(change: Partial<WindowShape> = {}): WindowShape {
  return {
    id: 'w1',
    title: 'database upgrade',
    startsAt: '2026-03-01T12:00:00Z',
    endsAt: '2026-03-01T14:00:00Z',
    services: ['payments'],
    matchers: [],
    effect: 'set_aside',
    repeat: 'once',
    until: null,
    timeZone: 'UTC',
    comment: '',
    enabled: true,
    phase: 'active',
    nextStart: '2026-03-01T12:00:00Z',
    nextEnd: '2026-03-01T14:00:00Z',
    version: 3,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function anIdentityRule(change: Partial<IdentityRuleShape> = {}): IdentityRuleShape {
  return {
    id: 'r1',
    title: 'Pods are one',
    labels: ['pod'],
    how: 'ignore',
    matchers: [{ label: 'service', operator: '=', value: 'checkout' }],
    source: null,
    integration: '',
    position: 0,
    enabled: true,
    version: 3,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function anEnrichment(change: Partial<EnrichmentShape> = {}): EnrichmentShape {
  return {
    id: 'q1',
    title: 'Errors of each pod',
    query: 'sum by (pod) (errors{namespace=$labels.namespace})',
    source: 'prometheus',
    matchers: [],
    windowSeconds: 300,
    position: 0,
    enabled: true,
    version: 2,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function aHeartbeat(change: Partial<HeartbeatShape> = {}): HeartbeatShape {
  return {
    name: 'backup',
    address: 'webhooks/heartbeat/backup',
    title: 'nightly backup',
    intervalSeconds: 86_400,
    graceSeconds: 1_800,
    service: 'db',
    severity: 'high',
    level: '',
    labels: { team: 'data' },
    matchers: [],
    comment: '',
    enabled: true,
    pulse: 'beating',
    lastSeenAt: '2026-03-01T12:00:00Z',
    dueAt: '2026-03-02T12:00:00Z',
    version: 2,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function aField(change: Partial<FieldShape> = {}): FieldShape {
  return {
    key: 'region',
    title: 'Region',
    kind: 'select',
    description: '',
    options: ['eu', 'us'],
    requiredOn: [],
    position: 0,
    enabled: true,
    version: 5,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function aTemplate(change: Partial<TemplateShape> = {}): TemplateShape {
  return {
    key: 'database',
    name: 'Database trouble',
    description: '',
    title: 'The database is slow',
    summary: 'See the **runbook**.',
    severity: 'critical',
    level: '',
    service: 'db',
    services: [],
    environment: '',
    labels: { team: 'data' },
    fields: { region: 'eu' },
    roles: { commander: 'bo' },
    assignee: 'bo',
    drill: false,
    tasks: [{ title: 'Look at locks', kind: 'task', assignee: '', dueMinutes: 15 }],
    comment: '',
    position: 0,
    enabled: true,
    version: 2,
    updatedAt: '2026-03-01T11:00:00Z',
    updatedBy: 'ada',
    ...change,
  };
}

export function aDelivery(change: Partial<DeliveryShape> = {}): DeliveryShape {
  return {
    id: 1,
    target: 'ops-slack',
    state: 'sent',
    news: 'opened',
    incident: 'INC-1',
    headline: 'checkout fails',
    attempts: 1,
    problem: '',
    createdAt: '2026-03-01T12:00:00Z',
    nextAt: null,
    doneAt: '2026-03-01T12:00:01Z',
    ...change,
  };
}

export function aCheck(change: Partial<CheckShape> = {}): CheckShape {
  return {
    id: 'cpu-throttling',
    title: 'CPU is throttled',
    source: 'metrics',
    type: 'saturation',
    kind: 'throttling',
    statistic: 'own noise or fixed threshold',
    query: 'rate(throttled[1m])',
    by: ['pod'],
    unit: '%',
    op: '>',
    threshold: 25,
    points: 3,
    fix: '',
    enabled: true,
    custom: false,
    tuned: false,
    precision: { right: 8, total: 10, share: 0.8 },
    ...change,
  };
}
