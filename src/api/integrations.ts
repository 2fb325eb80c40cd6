/** Generic senders of alerts, each with a mapping of its JSON. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type IntegrationInput } from './types.gen';

export const integrationQueries = {
  all: () =>
    queryOptions({
      queryKey: ['integrations'],
      queryFn: async ({ signal }) => (await read('integrations', { signal })).items,
    }),
};

export function useIntegrations() {
  return useQuery(integrationQueries.all());
}

export function useSaveIntegration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body: IntegrationInput }) =>
      call('PUT', `integrations/${segment(name)}`, { body }),
    meta: { done: t('integrations.saved', 'The integration is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: integrationQueries.all().queryKey }),
  });
}

export function useDeleteIntegration() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call('DELETE', `integrations/${segment(name)}`),
    meta: { done: t('integrations.deleted', 'The integration is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: integrationQueries.all().queryKey }),
  });
}
