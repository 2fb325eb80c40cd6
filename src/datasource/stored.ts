/** The way from what a dashboard has stored to a whole query of the model, with a default for everything absent. */
import { CoreApp } from '@grafana/data';
import { type DataQuery } from '@grafana/schema';
import { isRecord, isString, oneOf } from '../lib/guards';
import {
  FORMATS,
  MTTX_GROUPS,
  MTTX_METRICS,
  MTTX_PERIODS,
  RANGES,
  REPORT_UNITS,
  SLO_COURSES,
  SLO_METRICS,
  QUERY_TYPES,
  asNumeric,
  type IncidentFilter,
  type QueryType,
  type SloFilter,
  type SloObjectives,
  type StudioQuery,
} from './query';

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
        every: oneOf(raw.every, MTTX_PERIODS, 'week'),
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
    case 'causes':
      return {
        ...base,
        queryType,
        ...incidentFilter(raw),
        number: text(raw.number),
        plausible: raw.plausible !== false,
        live: raw.live === true,
      };
    case 'blast_radius':
      return { ...base, queryType, number: text(raw.number), live: raw.live === true };
    case 'log_patterns':
      return {
        ...base,
        queryType,
        number: text(raw.number),
        services: texts(raw.services ?? raw.service),
        outcomes: texts(raw.outcomes),
        live: raw.live === true,
      };
    case 'rollouts':
      return {
        ...base,
        queryType,
        services: texts(raw.services ?? raw.service),
        format: oneOf(raw.format, FORMATS.rollouts, 'table'),
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
        ...objectivesOf(raw),
      };
    case 'slo_history':
      return {
        ...base,
        queryType,
        ...sloFilter(raw),
        metric: oneOf(raw.metric, SLO_COURSES, 'budget_remaining'),
        objective: numberText(raw.objective),
      };
    case 'slo_alerts':
      return {
        ...base,
        queryType,
        ...sloFilter(raw),
        format: oneOf(raw.format, FORMATS.slo_alerts, 'table'),
        ...objectivesOf(raw),
      };
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

/** A number as text, in which a dashboard variable may stand; dashboards written by hand have the number. */
function numberText(value: unknown): string {
  return typeof value === 'number' ? String(value) : text(value);
}

function incidentFilter(raw: Record<string, unknown>): IncidentFilter {
  return {
    text: text(raw.text),
    statuses: texts(raw.statuses ?? raw.status),
    stages: texts(raw.stages),
    severities: texts(raw.severities ?? raw.severity),
    levels: texts(raw.levels),
    services: texts(raw.services ?? raw.service),
    assignees: texts(raw.assignees ?? raw.assignee),
    drills: raw.drills === true,
  };
}

function objectivesOf(raw: Record<string, unknown>): SloObjectives {
  return { objectives: raw.objectives === true, objective: numberText(raw.objective) };
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
