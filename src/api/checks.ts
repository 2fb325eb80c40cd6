/** The checks of investigations: those that ship, as they were switched and tuned, and those that people added. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type CheckShape, type CheckTuningInput, type CustomCheckInput } from './types.gen';

export const checkQueries = {
  all: () =>
    queryOptions({
      queryKey: ['checks'],
      queryFn: async ({ signal }) => (await read('checks', { signal })).items,
    }),
};

export function useChecks() {
  return useQuery(checkQueries.all());
}

/** Switch a check on or off; shown at once, and taken back when it is refused. */
export function useSwitchCheck() {
  const client = useQueryClient();
  const { queryKey } = checkQueries.all();
  return useMutation({
    mutationFn: (check: CheckShape) => {
      const enabled = !check.enabled;
      return check.custom
        ? call('PUT', `checks/${segment(check.id)}`, { body: { ...customOf(check), enabled } })
        : call('PATCH', `checks/${segment(check.id)}`, { body: { ...tuningOf(check), enabled } });
    },
    onMutate: async ({ id, enabled }) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData(queryKey);
      client.setQueryData(queryKey, (all) =>
        all?.map((each) => (each.id === id ? { ...each, enabled: !enabled } : each))
      );
      return before;
    },
    onError: (_error, _check, before) => client.setQueryData(queryKey, before),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

/** Give a check that ships another threshold. */
export function useTuneCheck() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, tuning }: { id: string; tuning: CheckTuningInput }) =>
      call('PATCH', `checks/${segment(id)}`, { body: tuning }),
    meta: { done: t('checks.tuned-done', 'The check is tuned'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: checkQueries.all().queryKey }),
  });
}

/** Add a check, or replace the one with this id. */
export function useSaveCheck() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, body }: { id?: string; body: CustomCheckInput }) =>
      id ? call('PUT', `checks/${segment(id)}`, { body }) : call('POST', 'checks', { body }),
    meta: { done: t('checks.saved', 'The check is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: checkQueries.all().queryKey }),
  });
}

/** Forget a tuning, so that the check is as it ships; or a check of one's own. */
export function useForgetCheck() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `checks/${segment(id)}`),
    meta: { done: t('checks.forgotten', 'Done; the next investigation follows it') },
    onSettled: () => client.invalidateQueries({ queryKey: checkQueries.all().queryKey }),
  });
}

/** The tuning that a check has now: what is sent replaces it whole. */
function tuningOf(check: CheckShape): CheckTuningInput {
  return {
    enabled: check.enabled,
    ...(check.tuned && check.threshold !== null && { threshold: check.threshold, points: check.points }),
  };
}

/** What is sent to replace a check of one's own. */
export function customOf(check: CheckShape): CustomCheckInput {
  const { title, query, op, threshold, points, by, kind, unit, fix, enabled } = check;
  return {
    title,
    query,
    op,
    by,
    kind,
    unit,
    fix,
    enabled,
    ...(threshold !== null && { threshold }),
    ...(points !== null && { points }),
  };
}
