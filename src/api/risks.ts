/** Structural risks of a service: how it is placed and tied together. */
import { queryOptions } from '@tanstack/react-query';
import { read, segment } from './client';

/** The cluster is asked anew, so the answer is kept for minutes. */
export function risksQuery(service: string) {
  return queryOptions({
    queryKey: ['risks', service],
    queryFn: ({ signal }) => read(`services/${segment(service)}/risks`, { signal }),
    staleTime: 5 * 60_000,
  });
}
