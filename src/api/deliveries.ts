/** The delivery log: what was told to whom, what failed and why, and telling it again. */
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
import { FALLBACK_INTERVAL } from './queryClient';
import { type State } from './types.gen';

const PAGE = 50;
const KEY = ['deliveries'] as const;

/** Empty parts exclude nothing. */
export interface DeliveryFilter {
  states: readonly State[];
  target: string;
  incident: string;
}

export const deliveryQueries = {
  page: ({ states, target, incident }: DeliveryFilter) =>
    infiniteQueryOptions({
      queryKey: [...KEY, states, target, incident],
      queryFn: ({ pageParam, signal }) =>
        read('deliveries', {
          params: { state: states, target, incident, cursor: pageParam, limit: PAGE },
          signal,
        }),
      initialPageParam: '',
      getNextPageParam: (last) => last.cursor ?? undefined,
      // No notice tells of a message that went out.
      refetchInterval: FALLBACK_INTERVAL,
    }),
  targets: () =>
    queryOptions({
      queryKey: ['targets'],
      queryFn: async ({ signal }) => (await read('targets', { signal })).items,
    }),
};

export function useDeliveries(filter: DeliveryFilter) {
  return useInfiniteQuery(deliveryQueries.page(filter));
}

/** Who is told, as the settings say. */
export function useTargets() {
  return useQuery(deliveryQueries.targets());
}

export function useSendAgain() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => call('POST', `deliveries/${segment(String(id))}/again`),
    meta: { done: t('deliveries.again-done', 'The message waits to be sent again') },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
