/** The words that filters know, checked against the types of the API; most urgent first. */
import {
  type EntryType,
  type IncidentSeverity,
  type IncidentStatus,
  type Outcome,
  type SloStatus,
} from '../api/types.gen';

export const INCIDENT_SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly IncidentSeverity[];

export const INCIDENT_STATUSES = [
  'open',
  'acknowledged',
  'investigating',
  'mitigated',
  'resolved',
  'closed',
] as const satisfies readonly IncidentStatus[];

export const SLO_STATUSES = [
  'breached',
  'critical',
  'warning',
  'healthy',
  'no_data',
] as const satisfies readonly SloStatus[];

export const ENTRY_TYPES = [
  'alert',
  'metric_anomaly',
  'log_spike',
  'trace_anomaly',
  'pod_crash',
  'kubernetes_event',
  'deployment',
  'slo_burn',
  'status_change',
  'severity_change',
  'assignment',
  'comment',
  'task',
  'correlation',
  'evidence',
  'notification',
] as const satisfies readonly EntryType[];

/** Kinds of findings: a cause that the engine names, and the signals behind it. */
export const FINDING_TYPES = ['cause', 'metric', 'log', 'infrastructure'] as const;

/** How a check on a log pattern can end. */
export const OUTCOMES = ['found', 'clean', 'no_data', 'skipped', 'failed'] as const satisfies readonly Outcome[];
