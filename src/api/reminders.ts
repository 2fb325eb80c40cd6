/** Reminders: how long each severity waits, and how often people are reminded. */
import { t } from '@grafana/i18n';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { call, read } from './client';
import { type RemindersInput } from './types.gen';

const reminderQueries = {
  policy: () =>
    queryOptions({
      queryKey: ['reminders'],
      queryFn: ({ signal }) => read('reminders', { signal }),
    }),
};

export function useReminders() {
  return useQuery(reminderQueries.policy());
}

export function useSaveReminders() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: RemindersInput) => call('PUT', 'reminders', { body }),
    meta: { done: t('reminders.saved', 'The reminders are saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: reminderQueries.policy().queryKey }),
  });
}
