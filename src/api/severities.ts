/** The severity ladder of the organisation: what incidents may be, most urgent first. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read } from './client';
import { incidentKeys } from './incidents';
import { type SeveritiesInput } from './types.gen';

/** People change it seldom. */
const FRESH = 5 * 60_000;

export const severitiesQuery = () =>
  queryOptions({
    queryKey: ['severities'],
    queryFn: ({ signal }) => read('severities', { signal }),
    staleTime: FRESH,
  });

export function useSeverities() {
  return useQuery(severitiesQuery());
}

export function useSaveSeverities() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SeveritiesInput) => call('PUT', 'severities', { body }),
    meta: { done: t('severities.saved', 'The severities are saved'), quiet: true },
    onSuccess: (answer) => {
      client.setQueryData(severitiesQuery().queryKey, answer);
      return client.invalidateQueries({ queryKey: incidentKeys.all });
    },
  });
}
