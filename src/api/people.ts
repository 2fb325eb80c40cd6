/** Who can be asked to work on an incident. */
import { queryOptions } from '@tanstack/react-query';
import { read } from './client';
import { type PersonPageShape } from './types.gen';

/** Everybody whom the plugin has seen; only Admins may ask. */
export function peopleQuery(enabled: boolean) {
  return queryOptions({
    queryKey: ['people'],
    queryFn: ({ signal }) => read<PersonPageShape>('users', { params: { limit: 200 }, signal }),
    staleTime: 5 * 60_000,
    enabled,
  });
}
