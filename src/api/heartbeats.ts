/** Heartbeats: signals that are expected, and how each stands. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { FALLBACK_INTERVAL } from './queryClient';
import { type HeartbeatInput } from './types.gen';

export const heartbeatQueries = {
  all: () =>
    queryOptions({
      queryKey: ['heartbeats'],
      queryFn: async ({ signal }) => (await read('heartbeats', { signal })).items,
      // No notice tells of a signal that came.
      refetchInterval: FALLBACK_INTERVAL,
    }),
};

export function useHeartbeats() {
  return useQuery(heartbeatQueries.all());
}

export function useSaveHeartbeat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, body }: { name: string; body: HeartbeatInput }) =>
      call('PUT', `heartbeats/${segment(name)}`, { body }),
    meta: { done: t('heartbeats.saved', 'The heartbeat is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: heartbeatQueries.all().queryKey }),
  });
}

export function useDeleteHeartbeat() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => call('DELETE', `heartbeats/${segment(name)}`),
    meta: { done: t('heartbeats.deleted', 'The heartbeat is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: heartbeatQueries.all().queryKey }),
  });
}
