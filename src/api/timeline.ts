/** The timeline of one incident: pages in the order of what happened, comments, pins, corrections. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { incidentKeys } from './incidents';
import {
  type CommentInput,
  type EntryPageShape,
  type EntryPatch,
  type EntryShape,
  type EntryType,
  type HistoryShape,
} from './types.gen';

const PAGE = 200;

const key = (number: string) => ['incidents', 'timeline', number] as const;

export function timelineQuery(number: string, types: readonly EntryType[]) {
  return infiniteQueryOptions({
    queryKey: [...key(number), types],
    queryFn: ({ pageParam, signal }) =>
      read<EntryPageShape>(`incidents/${segment(number)}/timeline`, {
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
    queryFn: ({ signal }) => read<HistoryShape>(`incidents/${segment(number)}/timeline/${id}/history`, { signal }),
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
    mutationFn: (input: CommentInput) =>
      call<EntryShape>('POST', `incidents/${segment(number)}/comments`, { body: input }),
    onSuccess: useRefreshTimeline(number),
  });
}

export function useEditEntry(number: string) {
  return useMutation({
    mutationFn: ({ id, patch }: { id: number; patch: EntryPatch }) =>
      call<EntryShape>('PATCH', `incidents/${segment(number)}/timeline/${id}`, { body: patch }),
    onSuccess: useRefreshTimeline(number),
  });
}

export function useDeleteEntry(number: string) {
  return useMutation({
    mutationFn: (id: number) => call<void>('DELETE', `incidents/${segment(number)}/timeline/${id}`),
    onSuccess: useRefreshTimeline(number),
  });
}
