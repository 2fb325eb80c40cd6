/** Changes that pipelines, flag services and people told of. */
import { queryOptions } from '@tanstack/react-query';
import { read } from './client';

/** The newest changes of a service since `from` (RFC 3339). */
export function changesQuery(service: string, from: string, limit: number) {
  return queryOptions({
    queryKey: ['changes', service, from, limit],
    queryFn: ({ signal }) => read('changes', { params: { service, from, limit }, signal }),
    staleTime: 60_000,
  });
}
