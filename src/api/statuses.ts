/** What the organisation calls the states of its incidents, and its own states within them. */
import { t } from '@grafana/i18n';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, read } from './client';
import { incidentKeys } from './incidents';
import { type StatusNamesInput } from './types.gen';

/** People change them seldom. */
const FRESH = 5 * 60_000;

const statusNamesQuery = () =>
  queryOptions({
    queryKey: ['statuses'],
    queryFn: ({ signal }) => read('statuses', { signal }),
    staleTime: FRESH,
  });

export function useStatusNames() {
  return useQuery(statusNamesQuery());
}

export function useSaveStatusNames() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: StatusNamesInput) => call('PUT', 'statuses', { body }),
    meta: { done: t('status-names.saved', 'The names are saved'), quiet: true },
    onSuccess: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
    onSettled: () => client.invalidateQueries({ queryKey: statusNamesQuery().queryKey }),
  });
}
