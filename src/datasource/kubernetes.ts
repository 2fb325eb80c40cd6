/**
 * Pods of a service, asked through the app.
 *
 * The process of the data source holds no credentials of sources; the app does. So this answer has the app's
 * checks and the person's own role, and alert rules, which have no browser, cannot ask for it.
 */
import {
  type DataFrame,
  type DataQueryResponse,
  type DataQueryResponseData,
  type Field,
  FieldType,
} from '@grafana/data';
import { from, type Observable } from 'rxjs';
import { apiError, read, segment } from '../api/client';
import { type PodShape } from '../api/types.gen';
import { type KubernetesQuery } from './query';

/** One frame or one error for each query. */
export function podFrames(queries: readonly KubernetesQuery[]): Observable<DataQueryResponse> {
  return from(Promise.all(queries.map(answerTo)).then(together));
}

async function answerTo(query: KubernetesQuery): Promise<DataQueryResponse> {
  const { refId } = query;
  try {
    const found = await read(`kubernetes/pods/${segment(query.namespace)}/${segment(query.service)}`, {
      params: { label: query.label },
    });
    return { data: [podFrame(found.items, refId)] };
  } catch (failure) {
    const { message, status } = apiError(failure);
    return { data: [], errors: [{ refId, message, status }] };
  }
}

function together(answers: DataQueryResponse[]): DataQueryResponse {
  const data: DataQueryResponseData[] = answers.flatMap((each) => each.data);
  const errors = answers.flatMap((each) => each.errors ?? []);
  return errors.length > 0 ? { data, errors } : { data };
}

/** Pods as a table, with the names that the Kubernetes panel reads. */
export function podFrame(pods: readonly PodShape[], refId: string): DataFrame {
  const column = (name: string, type: FieldType, of: (pod: PodShape) => unknown): Field => ({
    name,
    type,
    config: {},
    values: pods.map(of),
  });
  return {
    refId,
    name: 'kubernetes_pods',
    meta: { preferredVisualisationType: 'table' },
    length: pods.length,
    fields: [
      column('pod', FieldType.string, (pod) => pod.name),
      column('namespace', FieldType.string, (pod) => pod.namespace),
      column('phase', FieldType.string, (pod) => pod.phase),
      column('ready', FieldType.number, (pod) => pod.ready),
      column('containers', FieldType.number, (pod) => pod.containers),
      column('restarts', FieldType.number, (pod) => pod.restarts),
      column('trouble', FieldType.string, (pod) => pod.trouble),
      column('last_exit', FieldType.string, (pod) => pod.lastExit),
      column('node', FieldType.string, (pod) => pod.node),
      column('images', FieldType.string, (pod) => pod.images.join(', ')),
      column('created', FieldType.time, (pod) => (pod.created === null ? null : Date.parse(pod.created))),
    ],
  };
}
