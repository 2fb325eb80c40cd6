/** The service catalogue: who owns what, what it depends on, and what is wrong with it now. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, read, segment } from './client';
import { useAnewOnNotices } from './incidentNotices';
import { type ServiceInput, type ServicePatch } from './types.gen';

export const serviceKeys = {
  all: ['services'] as const,
  list: ['services', 'list'] as const,
  one: (name: string) => ['services', 'one', name] as const,
};

/** Every service, by name. */
export function serviceListQuery() {
  return queryOptions({
    queryKey: serviceKeys.list,
    queryFn: ({ signal }) => read('services', { signal }),
    staleTime: 30_000,
  });
}

export function serviceQuery(name: string) {
  return queryOptions({
    queryKey: serviceKeys.one(name),
    queryFn: ({ signal }) => read(`services/${segment(name)}`, { signal }),
    staleTime: 30_000,
  });
}

export function useDeclareService() {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: ServiceInput) => call('POST', 'services', { body: input }),
    onSuccess: () => client.invalidateQueries({ queryKey: serviceKeys.all }),
  });
}

export function useChangeService(name: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (patch: ServicePatch) => call('PATCH', `services/${segment(name)}`, { body: patch }),
    onSuccess: (changed) => {
      client.setQueryData(serviceKeys.one(name), changed);
      return client.invalidateQueries({ queryKey: serviceKeys.all });
    },
  });
}

/** What becomes of the SLOs that name the service; without it a service that has some is not forgotten. */
export type SloFate = 'delete' | 'keep';

export function useForgetService() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, slos }: { name: string; slos?: SloFate }) =>
      call('DELETE', `services/${segment(name)}`, { params: slos && { slos } }),
    onSuccess: (_nothing, { name }) => {
      client.removeQueries({ queryKey: serviceKeys.one(name) });
      return client.invalidateQueries({ queryKey: serviceKeys.list });
    },
  });
}

/** Health follows from open incidents, so their notices concern services too. */
export function useServiceNotices(): void {
  useAnewOnNotices(serviceKeys.all);
}
