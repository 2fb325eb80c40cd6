/** The timeline of one incident: pages in the order of what happened, comments, pins, corrections. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { incidentKeys } from './incidents';
import { type CommentInput, type EntryPatch, type EntryType } from './types.gen';

const PAGE = 200;

const key = (number: string) => ['incidents', 'timeline', number] as const;

export function timelineQuery(number: string, types: readonly EntryType[]) {
  return infiniteQueryOptions({
    queryKey: [...key(number), types],
    queryFn: ({ pageParam, signal }) =>
      read(`incidents/${segment(number)}/timeline`, {
        params: { type: types, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
  });
}

/** What an entry said before. */
export function entryHistoryQuery(number: string, id: number) {
  return queryOptions({
    queryKey: ['incidents', 'entryHistory', number, id],
    queryFn: ({ signal }) => read(`incidents/${segment(number)}/timeline/${segment(id)}/history`, { signal }),
  });
}

/** After a change: the timeline and the incident that carries its beginning. */
export function useRefreshTimeline(number: string) {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: key(number) }),
      client.invalidateQueries({ queryKey: ['incidents', 'entryHistory', number] }),
      client.invalidateQueries({ queryKey: incidentKeys.one(number) }),
    ]);
}

export function useComment(number: string) {
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: CommentInput) => call('POST', `incidents/${segment(number)}/comments`, { body: input }),
    onSuccess: useRefreshTimeline(number),
  });
}

export function useEditEntry(number: string) {
  return useMutation({
    mutationFn: ({ id, patch }: { id: number; patch: EntryPatch }) =>
      call('PATCH', `incidents/${segment(number)}/timeline/${segment(id)}`, { body: patch }),
    onSuccess: useRefreshTimeline(number),
  });
}

export function useDeleteEntry(number: string) {
  return useMutation({
    mutationFn: (id: number) => call('DELETE', `incidents/${segment(number)}/timeline/${segment(id)}`),
    onSuccess: useRefreshTimeline(number),
  });
}
