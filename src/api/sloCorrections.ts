/** Corrections: time that does not count against budgets. */
import { t } from '@grafana/i18n';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { sloKeys } from './slos';
import { type SloCorrectionInput, type SloCorrectionShape } from './types.gen';

const KEY = ['slo-corrections'] as const;

/** All corrections of the organisation, the latest first. */
export function sloCorrectionsQuery() {
  return queryOptions({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await read('slos/corrections', { signal })).items,
  });
}

/** What to ask for again: the numbers follow from corrections. */
function useRefresh() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: KEY }),
      client.invalidateQueries({ queryKey: sloKeys.all, predicate: ({ queryKey }) => queryKey[1] !== 'preview' }),
    ]);
}

/** Say that some time does not count. */
export function useAddCorrection() {
  const refresh = useRefresh();
  return useMutation({
    meta: { quiet: true, done: t('corrections.added', 'That time does not count any more') },
    mutationFn: (input: SloCorrectionInput) => call('POST', 'slos/corrections', { body: input }),
    onSuccess: refresh,
  });
}

/** Say otherwise what some time counts for; refused when somebody else changed the correction meanwhile. */
export function useEditCorrection() {
  const refresh = useRefresh();
  return useMutation({
    meta: { quiet: true, done: t('corrections.changed', 'The correction is changed') },
    mutationFn: ({ id, input }: { id: string; input: SloCorrectionInput }) =>
      call('PUT', `slos/corrections/${segment(id)}`, { body: input }),
    onSuccess: refresh,
  });
}

/** Take a correction back; it is gone at once, and comes back when that is refused. */
export function useDeleteCorrection() {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `slos/corrections/${segment(id)}`),
    onMutate: async (id) => {
      await client.cancelQueries({ queryKey: KEY });
      const before = client.getQueryData<SloCorrectionShape[]>(KEY);
      client.setQueryData<SloCorrectionShape[]>(KEY, (items) => items?.filter((each) => each.id !== id));
      return { before };
    },
    onError: (_error, _id, result) => client.setQueryData(KEY, result?.before),
    onSettled: refresh,
  });
}
