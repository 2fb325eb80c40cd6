/** What the sources say about a service in a window: numbers, log lines, traces, Kubernetes. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type AskOptions, read, segment } from './client';
import { type MetricCourseShape } from './types.gen';

/** From (included) to (excluded), RFC 3339. */
export interface Span {
  from: string;
  to: string;
}

export const METRICS = ['error-rate', 'latency', 'request-rate', 'availability'] as const;
export type MetricName = (typeof METRICS)[number];

/** What is asked in `what`, kept for half a minute. */
function telemetry<T>(
  what: readonly string[],
  params: NonNullable<AskOptions['params']>,
  ask: (options: AskOptions) => Promise<T>,
  enabled = true
) {
  return queryOptions({
    queryKey: ['telemetry', ...what, params],
    queryFn: ({ signal }) => ask({ params, signal }),
    staleTime: 30_000,
    enabled,
  });
}

export function metricQuery(metric: MetricName, service: string, { from, to }: Span, enabled = true) {
  const ask = (options: AskOptions) => read(`metrics/${metric}/${segment(service)}`, options);
  return telemetry(['metrics', metric, service], { from, to }, ask, enabled);
}

/** Rates and latencies over time; the next minute's takes the place of this one's. */
export function metricCourseQuery(service: string, { from, to }: Span) {
  const ask = (options: AskOptions) => read(`metrics/course/${segment(service)}`, options);
  return {
    ...telemetry(['metrics', 'course', service], { from, to }, ask, service !== ''),
    placeholderData: keepPreviousData<MetricCourseShape>,
  };
}

/** Error lines, or with a text every line that holds it. */
export function logsQuery(service: string, { from, to }: Span, q: string) {
  const kind = q ? 'search' : 'errors';
  const ask = (options: AskOptions) => read(`logs/${segment(service)}/${kind}`, options);
  return telemetry(['logs', service, kind], { from, to, limit: 500, q }, ask);
}

/** Failed traces, or those slower than so many milliseconds. */
export function tracesQuery(service: string, { from, to }: Span, overMs: number | null) {
  const ask = (options: AskOptions) => read(`traces/${segment(service)}`, options);
  return telemetry(['traces', service], { from, to, limit: 100, overMs }, ask);
}

export function podsQuery(namespace: string, service: string) {
  const ask = (options: AskOptions) => read(`kubernetes/pods/${segment(namespace)}/${segment(service)}`, options);
  return telemetry(['pods', namespace, service], {}, ask);
}

export function deploymentsQuery(namespace: string, service: string) {
  const ask = (options: AskOptions) =>
    read(`kubernetes/deployments/${segment(namespace)}/${segment(service)}`, options);
  return telemetry(['deployments', namespace, service], {}, ask);
}

export function kubernetesEventsQuery(namespace: string, service: string, { from, to }: Span) {
  const ask = (options: AskOptions) => read(`kubernetes/events/${segment(namespace)}/${segment(service)}`, options);
  return telemetry(['events', namespace, service], { from, to }, ask);
}
