/** What an SLO promised before. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { read, segment } from './client';
import { sloKeys } from './slos';

const PAGE = 50;

/** Changes of one SLO's definition, newest first. */
export function sloChangesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [...sloKeys.one(id), 'changes'],
    queryFn: ({ pageParam, signal }) =>
      read(`slos/${segment(id)}/changes`, {
        params: { cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
}
