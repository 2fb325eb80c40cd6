/**
 * The query model: one type for each query type of the backend. Names and words are those of the backend's models;
 * empty lists mean all. `stored.ts` has the defaults.
 */
import { type DataQuery } from '@grafana/schema';

/** Which incidents. Lists hold words of the backend or dashboard variables (`$service`). */
export interface IncidentFilter {
  text: string;
  statuses: string[];
  /** Ids of own states. */
  stages: string[];
  severities: string[];
  /** Ids of levels of an own ladder; `severities` holds what they count as. */
  levels: string[];
  services: string[];
  assignees: string[];
  /** Whether exercises are shown among the others. */
  drills: boolean;
}

/** Which SLOs. */
export interface SloFilter {
  sloIds: string[];
  services: string[];
  statuses: string[];
  labels: Record<string, string>;
}

export const RANGES = ['started', 'active', 'all'] as const;
export const MTTX_METRICS = ['detect', 'acknowledge', 'mitigate', 'resolve'] as const;
export const MTTX_GROUPS = ['service', 'severity', 'level', 'team'] as const;
export const MTTX_PERIODS = ['day', 'week', 'month'] as const;
export const FIRING = ['both', 'firing', 'over'] as const;
export const SLO_METRICS = [
  'budget_remaining',
  'burn_rate',
  'sli',
  'error_ratio',
  'bad_left',
  'minutes_left',
  'coverage',
] as const;
export const SLO_COURSES = ['budget_remaining', 'burn_rate', 'sli', 'good', 'bad', 'total', 'coverage'] as const;

export const REPORT_UNITS = ['week', 'month', 'quarter', 'year'] as const;

const TABLE = ['table'] as const;
const TABLE_NUMERIC = ['table', 'numeric'] as const;

/** Forms of an answer that each type offers, the default first; types that are not here have one form. */
export const FORMATS = {
  incidents: ['table', 'numeric', 'annotations'],
  mttx: ['table', 'numeric', 'timeseries'],
  alerts: TABLE,
  incident_timeline: ['table', 'annotations', 'logs'],
  findings: TABLE,
  causes: TABLE,
  log_patterns: TABLE,
  rollouts: ['table', 'annotations'],
  services: TABLE_NUMERIC,
  slo_status: TABLE_NUMERIC,
  slo_alerts: TABLE_NUMERIC,
  slo_report: TABLE_NUMERIC,
} as const;

interface Typed<T extends string> extends DataQuery {
  queryType: T;
}

type Form<T extends keyof typeof FORMATS> = (typeof FORMATS)[T][number];

export interface IncidentsQuery extends Typed<'incidents'>, IncidentFilter {
  format: Form<'incidents'>;
  range: (typeof RANGES)[number];
  /** Ask again whenever an incident changes. */
  live: boolean;
}

export interface MttxQuery extends Typed<'mttx'>, IncidentFilter {
  format: Form<'mttx'>;
  metric: (typeof MTTX_METRICS)[number];
  by: (typeof MTTX_GROUPS)[number];
  /** How long the time series takes one mean over. */
  every: (typeof MTTX_PERIODS)[number];
}

export interface AlertsQuery extends Typed<'alerts'> {
  /** null: those that fire and those that are over. */
  firing: boolean | null;
}

export interface TimelineQuery extends Typed<'incident_timeline'> {
  /** `INC-42`. */
  number: string;
  types: string[];
  format: Form<'incident_timeline'>;
  live: boolean;
}

export interface FindingsQuery extends Typed<'findings'>, IncidentFilter {
  number: string;
  types: string[];
  live: boolean;
}

export interface CausesQuery extends Typed<'causes'>, IncidentFilter {
  number: string;
  /** Only causes that are likely enough to be shown on the incident's page. */
  plausible: boolean;
  live: boolean;
}

export interface BlastRadiusQuery extends Typed<'blast_radius'> {
  number: string;
  live: boolean;
}

export interface LogPatternsQuery extends Typed<'log_patterns'> {
  number: string;
  services: string[];
  outcomes: string[];
  live: boolean;
}

export interface RolloutsQuery extends Typed<'rollouts'> {
  services: string[];
  format: Form<'rollouts'>;
}

export interface ServicesQuery extends Typed<'services'> {
  format: Form<'services'>;
}

export interface ServiceGraphQuery extends Typed<'service_graph'> {
  services: string[];
}

/** Which of their objectives. */
export interface SloObjectives {
  /** Numbers of further objectives as well, labelled with objective and window. */
  objectives: boolean;
  /** One objective alone, by its number: 0 is the main one; empty: nothing is said. */
  objective: string;
}

export interface SloStatusQuery extends Typed<'slo_status'>, SloFilter, SloObjectives {
  format: Form<'slo_status'>;
  metric: (typeof SLO_METRICS)[number];
}

export interface SloHistoryQuery extends Typed<'slo_history'>, SloFilter {
  metric: (typeof SLO_COURSES)[number];
  /** The objective that it is held against, by its number; empty: the main one. */
  objective: string;
}

export interface SloAlertsQuery extends Typed<'slo_alerts'>, SloFilter, SloObjectives {
  format: Form<'slo_alerts'>;
}

export interface SloReportQuery extends Typed<'slo_report'> {
  unit: (typeof REPORT_UNITS)[number];
  /** Where calendar periods begin: `Europe/Berlin`. */
  zone: string;
  /** The running one and so many before it. */
  periods: number;
  sloIds: string[];
  services: string[];
  format: Form<'slo_report'>;
}

/** Asked through the app, which alone may reach the cluster. */
export interface KubernetesQuery extends Typed<'kubernetes_pods'> {
  namespace: string;
  service: string;
  /** Label that names the service on pods; the app's own choice when empty. */
  label: string;
}

export type StudioQuery =
  | IncidentsQuery
  | MttxQuery
  | AlertsQuery
  | TimelineQuery
  | FindingsQuery
  | CausesQuery
  | BlastRadiusQuery
  | LogPatternsQuery
  | RolloutsQuery
  | ServicesQuery
  | ServiceGraphQuery
  | SloStatusQuery
  | SloHistoryQuery
  | SloAlertsQuery
  | SloReportQuery
  | KubernetesQuery;

export type QueryType = StudioQuery['queryType'];

/** In the order in which the editor offers them. */
export const QUERY_TYPES: readonly QueryType[] = [
  'slo_status',
  'slo_history',
  'slo_alerts',
  'slo_report',
  'incidents',
  'incident_timeline',
  'findings',
  'causes',
  'blast_radius',
  'log_patterns',
  'rollouts',
  'mttx',
  'alerts',
  'services',
  'service_graph',
  'kubernetes_pods',
];

/** Whether there is anything to ask: a story needs its incident, pods need a service. */
export function isComplete(query: StudioQuery): boolean {
  switch (query.queryType) {
    case 'incident_timeline':
    case 'blast_radius':
    case 'log_patterns':
      return query.number !== '';
    case 'kubernetes_pods':
      return query.namespace !== '' && query.service !== '';
    default:
      return true;
  }
}

/** Whether alert rules and server-side expressions can use the answer: numbers only. */
export function isNumeric(query: StudioQuery): boolean {
  const numbers = 'format' in query && (query.format === 'numeric' || query.format === 'timeseries');
  return query.queryType === 'slo_history' || numbers;
}

/** The same query in the form that alert rules can use; null when its type has none. */
export function asNumeric(query: StudioQuery): StudioQuery | null {
  switch (query.queryType) {
    case 'incidents':
    case 'mttx':
    case 'services':
    case 'slo_status':
    case 'slo_alerts':
    case 'slo_report':
      return { ...query, format: 'numeric' };
    case 'slo_history':
      return query;
    default:
      return null;
  }
}

/** Whether the query wants to be asked again when an incident changes. */
export function isLive(query: StudioQuery): boolean {
  return 'live' in query && query.live;
}
