/** What an SLO promised before. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { read, segment } from './client';
import { sloKeys } from './slos';
import { type SloChangePageShape } from './types.gen';

const PAGE = 50;

/** Changes of one SLO's definition, newest first. */
export function sloChangesQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: [...sloKeys.one(id), 'changes'],
    queryFn: ({ pageParam, signal }) =>
      read<SloChangePageShape>(`slos/${segment(id)}/changes`, {
        params: { cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
}
