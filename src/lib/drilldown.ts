/**
 * Links into Grafana's Drilldown apps, cut to a stretch of time.
 *
 * Their addresses are no contract of Grafana's: what is written here is what those apps read since Grafana 12. An
 * address that such an app does not know any more opens the app at its beginning.
 */
import { dataSourceUid, type System } from './explore';
import { type TimeSpan } from './incidentWindow';

/** The apps, as Grafana knows them. */
export const DRILLDOWN_APPS: Record<System, string> = {
  prometheus: 'grafana-metricsdrilldown-app',
  loki: 'grafana-lokiexplore-app',
  tempo: 'grafana-exploretraces-app',
};

export interface Matcher {
  name: string;
  operator: string;
  value: string;
}

const MATCHERS = String.raw`\{((?:[^"}]|"(?:\\.|[^"\\])*")*)\}`;
const MATCHER = /([\w.]+)\s*(=~|!~|!=|=)\s*"((?:\\.|[^"\\])*)"/g;

/** The first metric of a PromQL query with its matchers; null when it names none. */
export function metricIn(promql: string): { metric: string; matchers: Matcher[] } | null {
  const found = new RegExp(String.raw`([a-zA-Z_:][\w:]*)\s*${MATCHERS}`).exec(promql);
  return found ? { metric: found[1] ?? '', matchers: matchersIn(found[2] ?? '') } : null;
}

/** The matchers of a LogQL query's stream selector. */
export function streamIn(logql: string): Matcher[] {
  return matchersIn(new RegExp(MATCHERS).exec(logql)?.[1] ?? '');
}

function matchersIn(text: string): Matcher[] {
  return [...text.matchAll(MATCHER)].map(([, name = '', operator = '=', value = '']) => ({
    name,
    operator,
    value: value.replace(/\\(.)/g, '$1'),
  }));
}

/** Metrics Drilldown at the metric of this query; null when that names none, or no data source could answer. */
export function metricsDrilldown(promql: string, span: TimeSpan): string | null {
  const found = metricIn(promql);
  return found && addressOf('prometheus', 'drilldown', span, [['metric', found.metric], ...filters(found.matchers)]);
}

/** Logs Drilldown at the stream of this query. */
export function logsDrilldown(logql: string, span: TimeSpan): string | null {
  const matchers = streamIn(logql);
  const of = matchers.find(({ operator }) => operator === '=');
  // It opens on one label's value; what else the stream is narrowed by are filters.
  const path = of && `explore/${of.name === 'service_name' ? 'service' : of.name}/${slug(of.value)}/logs`;
  return addressOf('loki', path ?? 'explore', span, filters(matchers));
}

/** Traces Drilldown at a service: its failed or its slow requests. */
export function tracesDrilldown(service: string, shown: 'errors' | 'duration', span: TimeSpan): string | null {
  return addressOf('tempo', 'explore', span, [
    ['var-primarySignal', 'nestedSetParent<0'],
    ['var-metric', shown],
    ...filters([{ name: 'resource.service.name', operator: '=', value: service }]),
  ]);
}

function filters(matchers: readonly Matcher[]): Array<[string, string]> {
  return matchers.map(({ name, operator, value }) => ['var-filters', [name, operator, value].map(piped).join('|')]);
}

/** As Grafana's variables write what separates their own parts. */
function piped(text: string): string {
  return text.replaceAll('|', '__gfp__').replaceAll(',', '__gfc__').replaceAll('#', '__gfh__');
}

/** A value as a part of the path, where the app itself writes a hyphen for a slash. */
function slug(value: string): string {
  return encodeURIComponent(value.replaceAll('/', '-'));
}

function addressOf(system: System, path: string, span: TimeSpan, more: Array<[string, string]>): string | null {
  const uid = dataSourceUid(system);
  if (!uid) {
    return null;
  }
  const range: Array<[string, string]> = [
    ['from', String(Date.parse(span.from))],
    ['to', String(Date.parse(span.to))],
    ['var-ds', uid],
  ];
  return `/a/${DRILLDOWN_APPS[system]}/${path}?${new URLSearchParams([...range, ...more]).toString()}`;
}
