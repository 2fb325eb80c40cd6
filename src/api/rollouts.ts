/** Rollouts of a service, and what became of each. */
import { queryOptions } from '@tanstack/react-query';
import { read } from './client';

/** The newest rollouts of a service since `from` (RFC 3339). */
export function rolloutsQuery(service: string, from: string, limit: number) {
  return queryOptions({
    queryKey: ['rollouts', service, from, limit],
    queryFn: ({ signal }) => read('rollouts', { params: { service, from, limit }, signal }),
    staleTime: 60_000,
  });
}
