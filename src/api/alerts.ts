/** Alert episodes of the organisation, wherever they went, and declaring an incident for one that went nowhere. */
import { t } from '@grafana/i18n';
import { infiniteQueryOptions, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { type PromotionInput } from './types.gen';

const PAGE = 100;
const EVERY_MS = 30_000;

export interface AlertFilter {
  /** Only those that fire. */
  firing: boolean;
  /** Why they are where they are; any when empty. */
  reason: string;
}

export const alertListQuery = ({ firing, reason }: AlertFilter) =>
  infiniteQueryOptions({
    queryKey: ['alerts', { firing, reason }],
    queryFn: ({ pageParam, signal }) =>
      read('alerts', {
        params: { firing: firing ? 'true' : '', reason, cursor: pageParam, limit: PAGE },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    // Alerts without an incident are told to nobody, so the list looks by itself.
    refetchInterval: EVERY_MS,
  });

export function useAlerts(filter: AlertFilter) {
  return useInfiniteQuery(alertListQuery(filter));
}

/** Declare an incident for an alert. */
export function usePromoteAlert() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => call('POST', `alerts/${segment(id)}/incident`, { body: {} satisfies PromotionInput }),
    meta: { done: t('alerts.promoted', 'The incident is declared') },
    onSettled: () => client.invalidateQueries({ queryKey: ['alerts'] }),
  });
}
