/** What telemetry shows of a service, and what would show the rest. */
import { queryOptions } from '@tanstack/react-query';
import { read, segment } from './client';

/** Every source is asked anew, so the answer is kept for minutes. */
export function coverageQuery(service: string) {
  return queryOptions({
    queryKey: ['coverage', service],
    queryFn: ({ signal }) => read(`services/${segment(service)}/coverage`, { signal }),
    staleTime: 5 * 60_000,
  });
}
