/** Who did what, and who has called: for administrators. */
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { RESOURCES } from '../constants';
import { hrefOf } from '../lib/href';
import { read } from './client';

const LIMIT = 100;

export const auditQueries = {
  deeds: () =>
    infiniteQueryOptions({
      queryKey: ['audit'],
      queryFn: ({ pageParam, signal }) => read('audit', { params: { cursor: pageParam, limit: LIMIT }, signal }),
      initialPageParam: '',
      getNextPageParam: (last) => last.cursor ?? undefined,
    }),
  people: () =>
    infiniteQueryOptions({
      queryKey: ['people', 'admin'],
      queryFn: ({ pageParam, signal }) => read('users', { params: { cursor: pageParam, limit: LIMIT }, signal }),
      initialPageParam: '',
      getNextPageParam: (last) => last.cursor ?? undefined,
    }),
};

/** The newest changes as a spreadsheet. */
export function auditExportUrl(): string {
  return hrefOf(`${RESOURCES}/audit/export`);
}

export function useAudit() {
  return useInfiniteQuery(auditQueries.deeds());
}

export function usePeopleOfOrganisation() {
  return useInfiniteQuery(auditQueries.people());
}
