/** What the sources say about a service in a window: numbers, log lines, traces, Kubernetes. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type CallOptions, read, segment } from './client';
import {
  type DeploymentListShape,
  type EventListShape,
  type LogListShape,
  type MetricCourseShape,
  type MetricShape,
  type PodListShape,
  type TraceListShape,
} from './types.gen';

/** From (included) to (excluded), RFC 3339. */
export interface Span {
  from: string;
  to: string;
}

export const METRICS = ['error-rate', 'latency', 'request-rate', 'availability'] as const;
export type MetricName = (typeof METRICS)[number];

function telemetry<T>(path: string, params: NonNullable<CallOptions['params']>, enabled = true) {
  return queryOptions({
    queryKey: ['telemetry', path, params],
    queryFn: ({ signal }) => read<T>(path, { params, signal }),
    staleTime: 30_000,
    enabled,
  });
}

export function metricQuery(metric: MetricName, service: string, { from, to }: Span, enabled = true) {
  return telemetry<MetricShape>(`metrics/${metric}/${segment(service)}`, { from, to }, enabled);
}

/** Rates and latencies over time; the next minute's takes the place of this one's. */
export function metricCourseQuery(service: string, { from, to }: Span) {
  const path = `metrics/course/${segment(service)}`;
  return {
    ...telemetry<MetricCourseShape>(path, { from, to }, service !== ''),
    placeholderData: keepPreviousData<MetricCourseShape>,
  };
}

/** Error lines, or with a text every line that holds it. */
export function logsQuery(service: string, { from, to }: Span, q: string) {
  const path = `logs/${segment(service)}/${q ? 'search' : 'errors'}`;
  return telemetry<LogListShape>(path, { from, to, limit: 500, q });
}

/** Failed traces, or those slower than so many milliseconds. */
export function tracesQuery(service: string, { from, to }: Span, overMs: number | null) {
  return telemetry<TraceListShape>(`traces/${segment(service)}`, { from, to, limit: 100, overMs });
}

const place = (namespace: string, service: string) => `${segment(namespace)}/${segment(service)}`;

export function podsQuery(namespace: string, service: string) {
  return telemetry<PodListShape>(`kubernetes/pods/${place(namespace, service)}`, {});
}

export function deploymentsQuery(namespace: string, service: string) {
  return telemetry<DeploymentListShape>(`kubernetes/deployments/${place(namespace, service)}`, {});
}

export function kubernetesEventsQuery(namespace: string, service: string, { from, to }: Span) {
  return telemetry<EventListShape>(`kubernetes/events/${place(namespace, service)}`, { from, to });
}
