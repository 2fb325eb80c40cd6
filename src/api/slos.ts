/** SLOs: lists, one with its course, and how they are made, tried out, changed and exchanged as code. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  skipToken,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { call, read, readText, segment } from './client';
import { useNotices } from './live';
import { askAgain } from './queryClient';
import {
  type CalendarUnit,
  type SloImportInput,
  type SloInput,
  type SloPatch,
  type SloShape,
  type SloStatus,
} from './types.gen';

/** The worst first. */
export const SLO_STATUSES = ['breached', 'critical', 'warning', 'healthy', 'no_data'] as const satisfies SloStatus[];

export const EXPORT_FORMATS = ['openslo', 'prometheus'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Which SLOs; empty lists exclude nothing. */
export interface SloFilter {
  q: string;
  status: readonly SloStatus[];
  service: readonly string[];
  /** Only those whose alert fires. */
  burning: boolean;
}

const PAGE = 200;
/** Counts change once a minute; notices tell of what people do in between. */
const MINUTE = 60_000;

export const sloKeys = {
  all: ['slos'] as const,
  lists: ['slos', 'list'] as const,
  one: (id: string) => ['slos', 'one', id] as const,
  history: (id: string) => ['slos', 'history', id] as const,
};

/** Pages of a list, the worst first, joined at their cursors. */
export function sloListQuery({ q, status, service, burning }: SloFilter) {
  return infiniteQueryOptions({
    queryKey: [...sloKeys.lists, q, status, service, burning],
    queryFn: ({ pageParam, signal }) =>
      read('slos', {
        params: { q, status, service, burning: burning ? 'true' : undefined, limit: PAGE, cursor: pageParam },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: MINUTE,
  });
}

/** The worst SLOs of all, or of one service. */
export function worstSlosQuery(limit: number, service?: string) {
  return queryOptions({
    queryKey: [...sloKeys.lists, 'worst', limit, service],
    queryFn: ({ signal }) => read('slos', { params: { limit, service }, signal }),
    refetchInterval: MINUTE,
  });
}

export function sloQuery(id: string) {
  return queryOptions({
    queryKey: sloKeys.one(id),
    queryFn: ({ signal }) => read(`slos/${segment(id)}`, { signal }),
    refetchInterval: MINUTE,
  });
}

/**
 * The course between two moments in RFC 3339, without them the last 30 days; held against one of the objectives, by
 * its number, 0 being the main one.
 */
export function sloHistoryQuery(id: string, points: number, from?: string, to?: string, objective = 0) {
  return queryOptions({
    queryKey: [...sloKeys.history(id), points, from, to, objective],
    queryFn: ({ signal }) =>
      read(`slos/${segment(id)}/history`, {
        params: { from, to, points, ...held(objective) },
        signal,
      }),
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** What an SLO would be on the history that there is; null asks nothing. */
export function sloPreviewQuery(input: SloInput | null) {
  return queryOptions({
    queryKey: ['slos', 'preview', input],
    queryFn: input
      ? ({ signal }) => call('POST', 'slos/preview', { params: { points: 300 }, body: input, signal })
      : skipToken,
    retry: false,
    staleTime: MINUTE,
    refetchOnWindowFocus: false,
  });
}

/** What an SLO that exists would be with these changes, on its own counts; null asks nothing. */
export function whatIfQuery(id: string, patch: SloPatch | null) {
  return queryOptions({
    queryKey: ['slos', 'what-if', id, patch],
    queryFn: patch
      ? ({ signal }) => call('POST', `slos/${segment(id)}/what-if`, { params: { points: 200 }, body: patch, signal })
      : skipToken,
    retry: false,
    staleTime: MINUTE,
    placeholderData: keepPreviousData,
  });
}

/** How the budget of one of the objectives goes on from here. */
export function sloForecastQuery(id: string, objective = 0) {
  return queryOptions({
    queryKey: ['slos', 'forecast', id, objective],
    queryFn: ({ signal }) => read(`slos/${segment(id)}/forecast`, { params: held(objective), signal }),
    staleTime: MINUTE,
  });
}

function held(objective: number): { objective?: number } {
  return objective === 0 ? {} : { objective };
}

/** Which calendar periods a report is about. */
export interface ReportPeriods {
  unit: CalendarUnit;
  zone: string;
  periods: number;
}

/** How all SLOs did in calendar periods. */
export function sloReportQuery({ unit, zone, periods }: ReportPeriods) {
  return infiniteQueryOptions({
    queryKey: ['slos', 'report', unit, zone, periods],
    queryFn: ({ pageParam, signal }) =>
      read('slos/report', { params: { unit, zone, periods, limit: 100, cursor: pageParam }, signal }),
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: MINUTE,
  });
}

/** The same for a spreadsheet. */
export function useReportCsv() {
  return useMutation({
    mutationFn: ({ unit, zone, periods }: ReportPeriods) =>
      readText('slos/report', { params: { unit, zone, periods, limit: 200, format: 'csv' } }),
  });
}

/** SLOs as code: of all services, or of one. */
export function sloExportQuery(format: ExportFormat, service?: string) {
  return queryOptions({
    queryKey: ['slos', 'export', format, service],
    queryFn: ({ signal }) => readText('slos/export', { params: { format, service }, signal }),
    gcTime: 0,
  });
}

function keep(client: QueryClient, slo: SloShape): Promise<void> {
  client.setQueryData(sloKeys.one(slo.id), slo);
  return client.invalidateQueries({ queryKey: sloKeys.lists });
}

export function useCreateSlo() {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: SloInput) => call('POST', 'slos', { body: input }),
    onSuccess: (made) => keep(client, made),
  });
}

export function useEditSlo(id: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (patch: SloPatch) => call('PATCH', `slos/${segment(id)}`, { body: patch }),
    onSuccess: (changed) => {
      void client.invalidateQueries({ queryKey: sloKeys.history(id) });
      return keep(client, changed);
    },
  });
}

export function useDeleteSlo() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call('DELETE', `slos/${segment(id)}`),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: sloKeys.one(id) });
      client.removeQueries({ queryKey: sloKeys.history(id) });
      return client.invalidateQueries({ queryKey: sloKeys.lists });
    },
  });
}

/** Count what is due now. */
export function useCalculateSlo(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('POST', `slos/${segment(id)}/calculate`),
    onSuccess: ({ slo }) => {
      void client.invalidateQueries({ queryKey: sloKeys.history(id) });
      return keep(client, slo);
    },
  });
}

export function useImportSlos() {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: SloImportInput) => call('POST', 'slos/import', { body: input }),
    onSuccess: (_done, { dryRun }) => (dryRun ? undefined : client.invalidateQueries({ queryKey: sloKeys.all })),
  });
}

const CHANGING = ['list', 'one', 'history', 'forecast'];

/** While the component is there, notices of SLOs make the cache ask again. */
export function useSloNotices(): void {
  const client = useQueryClient();
  useNotices(
    () =>
      void askAgain(client, {
        queryKey: sloKeys.all,
        predicate: ({ queryKey }) => CHANGING.includes(String(queryKey[1])),
      }),
    { about: 'slo' }
  );
}
