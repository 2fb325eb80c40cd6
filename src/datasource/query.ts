/**
 * The query model: one type for each query type of the backend, its defaults, and the way from what a dashboard
 * has stored to such a type. Names and words are those of the backend's models; empty lists mean all.
 */
import { CoreApp } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';
import { isRecord, isString, oneOf } from '../lib/guards';

/** Which incidents. Lists hold words of the backend or dashboard variables (`$service`). */
export interface IncidentFilter {
  text: string;
  statuses: string[];
  severities: string[];
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
export const MTTX_GROUPS = ['service', 'severity'] as const;
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
  mttx: TABLE_NUMERIC,
  alerts: TABLE,
  incident_timeline: ['table', 'annotations', 'logs'],
  findings: TABLE,
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

export interface ServicesQuery extends Typed<'services'> {
  format: Form<'services'>;
}

export interface ServiceGraphQuery extends Typed<'service_graph'> {
  services: string[];
}

export interface SloStatusQuery extends Typed<'slo_status'>, SloFilter {
  format: Form<'slo_status'>;
  metric: (typeof SLO_METRICS)[number];
}

export interface SloHistoryQuery extends Typed<'slo_history'>, SloFilter {
  metric: (typeof SLO_COURSES)[number];
}

export interface SloAlertsQuery extends Typed<'slo_alerts'>, SloFilter {
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
  'mttx',
  'alerts',
  'services',
  'service_graph',
  'kubernetes_pods',
];

/** What a stored query asks for, or null when its type is not known here: a later version may have written it. */
export function queryOf(stored: DataQuery): StudioQuery | null {
  const raw: Record<string, unknown> = { ...stored };
  const named = raw.queryType ?? raw.type ?? 'slo_status';
  const queryType = QUERY_TYPES.find((each) => each === named);
  return queryType ? build(queryType, raw, stored) : null;
}

/** A new query of a type; what its predecessor had in common with it stays. */
export function defaultQuery(queryType: QueryType, before: DataQuery = { refId: 'A' }): StudioQuery {
  const { format: _format, metric: _metric, types: _types, ...rest }: Record<string, unknown> = { ...before };
  // Statuses of incidents and of SLOs are different words, so they only stay within a family.
  const family = (name: unknown) => (isString(name) && name.startsWith('slo_') ? 'slo' : 'other');
  const kept = family(before.queryType) === family(queryType) ? rest : { ...rest, statuses: [] };
  return build(queryType, kept, before);
}

/** What a new query in this place of Grafana starts as. */
export function startingQuery(app: CoreApp | undefined): StudioQuery {
  const status = defaultQuery('slo_status');
  switch (app) {
    case CoreApp.UnifiedAlerting:
    case CoreApp.CloudAlerting:
      return asNumeric(status) ?? status;
    case CoreApp.Explore:
      return defaultQuery('incidents');
    default:
      return status;
  }
}

/** Whether there is anything to ask: a story needs its incident, pods need a service. */
export function isComplete(query: StudioQuery): boolean {
  switch (query.queryType) {
    case 'incident_timeline':
      return query.number !== '';
    case 'kubernetes_pods':
      return query.namespace !== '' && query.service !== '';
    default:
      return true;
  }
}

/** Whether alert rules and server-side expressions can use the answer: numbers only. */
export function isNumeric(query: StudioQuery): boolean {
  return query.queryType === 'slo_history' || ('format' in query && query.format === 'numeric');
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

function build(queryType: QueryType, raw: Record<string, unknown>, from: DataQuery): StudioQuery {
  const { refId, hide, datasource } = from;
  const base = { refId, ...(hide !== undefined && { hide }), ...(datasource !== undefined && { datasource }) };
  switch (queryType) {
    case 'incidents':
      return {
        ...base,
        queryType,
        ...incidentFilter(raw),
        format: oneOf(raw.format, FORMATS.incidents, 'table'),
        range: oneOf(raw.range, RANGES, 'started'),
        live: raw.live === true,
      };
    case 'mttx':
      return {
        ...base,
        queryType,
        ...incidentFilter(raw),
        format: oneOf(raw.format, FORMATS.mttx, 'table'),
        metric: oneOf(raw.metric, MTTX_METRICS, 'resolve'),
        by: oneOf(raw.by, MTTX_GROUPS, 'service'),
      };
    case 'alerts':
      return { ...base, queryType, firing: typeof raw.firing === 'boolean' ? raw.firing : null };
    case 'incident_timeline':
      return {
        ...base,
        queryType,
        number: text(raw.number),
        types: texts(raw.types),
        format: oneOf(raw.format, FORMATS.incident_timeline, 'table'),
        live: raw.live === true,
      };
    case 'findings':
      return {
        ...base,
        queryType,
        ...incidentFilter(raw),
        number: text(raw.number),
        types: texts(raw.types),
        live: raw.live === true,
      };
    case 'services':
      return { ...base, queryType, format: oneOf(raw.format, FORMATS.services, 'table') };
    case 'service_graph':
      return { ...base, queryType, services: texts(raw.services) };
    case 'slo_status':
      return {
        ...base,
        queryType,
        ...sloFilter(raw),
        format: oneOf(raw.format, FORMATS.slo_status, 'table'),
        metric: oneOf(raw.metric, SLO_METRICS, 'budget_remaining'),
      };
    case 'slo_history':
      return { ...base, queryType, ...sloFilter(raw), metric: oneOf(raw.metric, SLO_COURSES, 'budget_remaining') };
    case 'slo_alerts':
      return { ...base, queryType, ...sloFilter(raw), format: oneOf(raw.format, FORMATS.slo_alerts, 'table') };
    case 'slo_report':
      return {
        ...base,
        queryType,
        unit: oneOf(raw.unit, REPORT_UNITS, 'month'),
        zone: text(raw.zone) || 'UTC',
        periods: typeof raw.periods === 'number' ? raw.periods : 6,
        sloIds: texts(raw.sloIds ?? raw.sloId),
        services: texts(raw.services ?? raw.service),
        format: oneOf(raw.format, FORMATS.slo_report, 'table'),
      };
    case 'kubernetes_pods':
      return {
        ...base,
        queryType,
        namespace: text(raw.namespace),
        service: text(raw.service),
        label: text(raw.label),
      };
  }
}

function incidentFilter(raw: Record<string, unknown>): IncidentFilter {
  return {
    text: text(raw.text),
    statuses: texts(raw.statuses ?? raw.status),
    severities: texts(raw.severities ?? raw.severity),
    services: texts(raw.services ?? raw.service),
    assignees: texts(raw.assignees ?? raw.assignee),
    drills: raw.drills === true,
  };
}

function sloFilter(raw: Record<string, unknown>): SloFilter {
  const labels = isRecord(raw.labels) ? Object.entries(raw.labels) : [];
  return {
    sloIds: texts(raw.sloIds ?? raw.sloId),
    services: texts(raw.services ?? raw.service),
    statuses: texts(raw.statuses ?? raw.status),
    labels: Object.fromEntries(labels.flatMap(([name, value]) => (isString(value) ? [[name, value]] : []))),
  };
}

function text(value: unknown): string {
  return isString(value) ? value.trim() : '';
}

/** A list of words; one word alone counts as a list of it, since people write models by hand. */
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter(isString).filter((each) => each !== '');
}
