/** Incidents that are part of another. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { incidentKeys } from './incidents';

export function partsQuery(number: string) {
  return queryOptions({
    queryKey: [...incidentKeys.one(number), 'parts'],
    queryFn: async ({ signal }) => (await read(`incidents/${segment(number)}/parts`, { signal })).items,
  });
}

/** Make incidents part of this one, one after the other; the first refusal ends it and is told. */
export function useTakeIn(number: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: async (parts: readonly string[]) => {
      for (const incident of parts) {
        await call('POST', `incidents/${segment(number)}/parts`, { body: { incident } });
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
  });
}

export function useLetGo(parent: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (part: string) => call('DELETE', `incidents/${segment(parent)}/parts/${segment(part)}`),
    onSettled: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
  });
}
