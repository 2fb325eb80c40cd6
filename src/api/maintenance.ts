/** Maintenance windows: when alerts are expected, and what was held back because of them. */
import {
  infiniteQueryOptions,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { t } from '@grafana/i18n';
import { call, read, segment } from './client';
import { type WindowInput, type WindowShape } from './types.gen';

const PAGE = 50;
const KEY = ['maintenance'] as const;

export const maintenanceQueries = {
  all: () =>
    queryOptions({
      queryKey: [...KEY, 'windows'],
      queryFn: async ({ signal }) => (await read('maintenance-windows', { signal })).items,
    }),
  held: () =>
    infiniteQueryOptions({
      queryKey: [...KEY, 'held'],
      queryFn: ({ pageParam, signal }) =>
        read('alerts', {
          params: { reason: 'maintenance', cursor: pageParam, limit: PAGE },
          signal,
        }),
      initialPageParam: '',
      getNextPageParam: (last) => last.cursor ?? undefined,
    }),
};

export function useWindows() {
  return useQuery(maintenanceQueries.all());
}

/** Alerts that a window kept from opening anything, newest first. */
export function useHeldBack() {
  return useInfiniteQuery(maintenanceQueries.held());
}

/** Declare a window, or replace the one with this id. */
export function useSaveWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, window }: { id?: string; window: WindowInput }) =>
      id
        ? call('PATCH', `maintenance-windows/${segment(id)}`, { body: window })
        : call('POST', 'maintenance-windows', { body: window }),
    meta: { done: t('maintenance.saved', 'The maintenance window is saved'), quiet: true },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** End the run that is on at this moment. */
export function useEndWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (window: WindowShape) =>
      call('PATCH', `maintenance-windows/${segment(window.id)}`, {
        body: { ...inputOf(window), endsAt: new Date().toISOString() },
      }),
    meta: { done: t('maintenance.ended', 'The maintenance window is over') },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteWindow() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `maintenance-windows/${segment(id)}`),
    meta: { done: t('maintenance.deleted', 'The maintenance window is deleted') },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** What is sent to change a window: all of it, over the version that was seen. */
export function inputOf(window: WindowShape): WindowInput & { version: number } {
  const { id: _id, phase: _phase, nextStart: _start, nextEnd: _end, updatedAt: _at, updatedBy: _by, ...input } = window;
  return input;
}
