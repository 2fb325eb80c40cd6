/** What a menu of Grafana knows about where it was opened, narrowed: which services, which incident, when. */
import { dateMath, isDateTime } from '@grafana/data';
import { DATASOURCE_ID, pageUrl } from '../constants';
import { isRecord, isString } from '../lib/guards';

/** Labels that name a service, the most telling first; the backend reads them in the same order. */
const SERVICE_LABELS = ['service', 'service_name', 'app', 'job'] as const;

/** More services than these say nothing about what somebody looks at. */
const MOST_SERVICES = 5;

export interface Place {
  services: string[];
  /** `INC-42`, when the place is about one incident. */
  incident: string;
  /** Milliseconds. */
  from: number | null;
  to: number | null;
}

/** The page of the app that shows what this place is about. */
export function pathOf({ services, incident, from, to }: Place): string {
  if (incident !== '') {
    return pageUrl('incidents', incident);
  }
  const query = new URLSearchParams({ status: 'any' });
  services.forEach((service) => query.append('service', service));
  if (from !== null && to !== null) {
    query.set('from', new Date(from).toISOString());
    query.set('to', new Date(to).toISOString());
  }
  return `${pageUrl('incidents')}?${query}`;
}

/** A dashboard panel: its queries, the labels of its series, the dashboard's variables, its time range. */
export function placeOfPanel(context: unknown): Place {
  const panel = isRecord(context) ? context : {};
  const targets = list(panel.targets).filter(isRecord);
  const own = targets.filter((each) => isRecord(each.datasource) && each.datasource.type === DATASOURCE_ID);
  const asked = own.flatMap((each) => list(each.services).filter(isConcrete));
  const series = isRecord(panel.data) ? list(panel.data.series).filter(isRecord) : [];
  const labelled = series
    .flatMap((frame) => list(frame.fields))
    .flatMap((field) => serviceOf(isRecord(field) && field.labels));
  const written = targets.flatMap((each) => (isString(each.expr) ? servicesIn(each.expr) : []));
  const range = isRecord(panel.timeRange) ? panel.timeRange : {};
  return {
    services: few([...asked, ...variable(panel.scopedVars), ...labelled, ...written]),
    incident: own.map((each) => each.number).filter(isConcrete)[0] ?? '',
    from: moment(range.from, false),
    to: moment(range.to, true),
  };
}

/** An alert rule, or one of its instances: its labels, and since when it fires. */
export function placeOfAlert(context: unknown): Place {
  const alert = isRecord(context) ? context : {};
  const instance = isRecord(alert.instance) ? alert.instance : {};
  const rule = isRecord(alert.rule) ? alert.rule : {};
  const labels = [instance.labels, alert.labels, rule.labels];
  const [service] = labels.flatMap(serviceOf);
  const since = isString(instance.activeAt) ? Date.parse(instance.activeAt) : NaN;
  // The incident may have begun a little before the rule noticed.
  const from = Number.isNaN(since) ? null : since - 60 * 60_000;
  return { services: service ? [service] : [], incident: '', from, to: from === null ? null : Date.now() };
}

function serviceOf(labels: unknown): string[] {
  const found = isRecord(labels) ? SERVICE_LABELS.map((name) => labels[name]).find(isConcrete) : undefined;
  return found === undefined ? [] : [found];
}

/** Services that a query selects by an equal sign. */
function servicesIn(expr: string): string[] {
  return [...expr.matchAll(/\b(?:service|service_name|app|job)\s*=\s*"([^"]+)"/g)]
    .map((match) => match[1])
    .filter(isConcrete);
}

function variable(scoped: unknown): string[] {
  const held = isRecord(scoped) && isRecord(scoped.service) ? scoped.service.value : undefined;
  return (Array.isArray(held) ? held : [held]).filter(isConcrete);
}

/** A text that is no variable: `$service` names nothing outside its dashboard. */
function isConcrete(value: unknown): value is string {
  return isString(value) && value !== '' && !value.includes('$');
}

function few(services: string[]): string[] {
  const distinct = [...new Set(services)];
  return distinct.length > MOST_SERVICES ? [] : distinct;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function moment(raw: unknown, roundUp: boolean): number | null {
  const at = isDateTime(raw) ? raw : isString(raw) ? dateMath.toDateTime(raw, { roundUp }) : undefined;
  return at?.isValid() ? at.valueOf() : null;
}
