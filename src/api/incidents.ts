/** Incidents: lists, one with everything that belongs to it, and how they are changed. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { call, read, segment } from './client';
import {
  type BulkInput,
  type IncidentDetailShape,
  type IncidentInput,
  type IncidentPageShape,
  type IncidentShape,
  type IncidentStatus,
  type SplitInput,
} from './types.gen';

export const SORTS = ['-started', 'started', '-updated', 'severity', 'status', '-number'] as const;
export type IncidentSort = (typeof SORTS)[number];

/** Which incidents, and in which order; empty lists exclude nothing. */
export interface IncidentFilter {
  q: string;
  status: readonly IncidentStatus[];
  /** Ids of levels of the severity ladder. */
  level: readonly string[];
  /** Ids of own states. */
  stage: readonly string[];
  service: readonly string[];
  /** Logins; an empty one means nobody. */
  assignee: readonly string[];
  /** `name=value`; several values of one name are alternatives. */
  label: readonly string[];
  drill: boolean | null;
  /** Whether it is part of another. */
  part: boolean | null;
  from: string;
  to: string;
  sort: IncidentSort;
}

export const NO_FILTER: IncidentFilter = {
  q: '',
  status: [],
  level: [],
  stage: [],
  service: [],
  assignee: [],
  label: [],
  drill: null,
  part: null,
  from: '',
  to: '',
  sort: '-started',
};

const PAGE = 100;

export const incidentKeys = {
  all: ['incidents'] as const,
  lists: ['incidents', 'list'] as const,
  heads: ['incidents', 'head'] as const,
  labels: ['incidents', 'labels'] as const,
  one: (number: string) => ['incidents', 'one', number] as const,
  similar: (number: string) => ['incidents', 'similar', number] as const,
};

function paramsOf(filter: IncidentFilter, limit: number, cursor?: string) {
  return { ...filter, limit, cursor };
}

/** Pages of a list, joined at their cursors. The first one brings the head along. */
export function incidentListQuery(filter: IncidentFilter) {
  return infiniteQueryOptions({
    queryKey: [...incidentKeys.lists, filter],
    queryFn: async ({ pageParam, signal, client }) => {
      const page = await read('incidents', { params: paramsOf(filter, PAGE, pageParam), signal });
      if (pageParam === '') {
        client.setQueryData(incidentHeadQuery(filter).queryKey, page);
      }
      return page;
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/**
 * How many there are by each filter's choices. The list's first page says so; after a change it is asked for
 * apart, so that rows stay where they are.
 */
export function incidentHeadQuery(filter: IncidentFilter) {
  return queryOptions({
    queryKey: [...incidentKeys.heads, filter],
    queryFn: ({ signal }) => read('incidents', { params: paramsOf(filter, 1), signal }),
    placeholderData: keepPreviousData,
    select: (page) => ({ total: page.total, facets: page.facets }),
  });
}

/** How many incidents each label would show; a label that is chosen hides none of the others. */
export function incidentLabelsQuery(filter: IncidentFilter) {
  const asked = { ...filter, label: [], sort: NO_FILTER.sort };
  return queryOptions({
    queryKey: [...incidentKeys.labels, asked],
    queryFn: async ({ signal }) => (await read('incidents/labels', { params: asked, signal })).labels,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
}

/** One incident; its timeline, tasks, alerts and what it cost are part of the answer. */
export function incidentQuery(number: string) {
  return queryOptions({
    queryKey: incidentKeys.one(number),
    queryFn: ({ signal }) => read(`incidents/${segment(number)}`, { signal }),
  });
}

export function similarQuery(number: string) {
  return queryOptions({
    queryKey: incidentKeys.similar(number),
    queryFn: ({ signal }) => read(`incidents/${segment(number)}/similar`, { signal }),
    staleTime: 60_000,
  });
}

/** Whether a filter would show this incident; text is the backend's to judge and counts as found. */
export function matches(filter: IncidentFilter, incident: IncidentShape): boolean {
  const oneOf = <T>(wanted: readonly T[], ...found: T[]) =>
    wanted.length === 0 || found.some((each) => wanted.includes(each));
  const started = Date.parse(incident.milestones.started?.at ?? incident.createdAt);
  return (
    oneOf(filter.status, incident.status) &&
    oneOf(filter.level, incident.level) &&
    oneOf(filter.service, incident.service, ...incident.services) &&
    oneOf(filter.assignee, incident.assignee) &&
    carries(filter.label, incident.labels) &&
    (filter.drill === null || filter.drill === incident.drill) &&
    (filter.part === null || filter.part === (incident.parent !== null)) &&
    !(started < moment(filter.from)) &&
    !(started >= moment(filter.to))
  );
}

/** For each name that is asked for, the incident has one of the values. */
function carries(wanted: readonly string[], labels: Record<string, string>): boolean {
  const nameOf = (label: string) => label.slice(0, label.indexOf('='));
  return [...new Set(wanted.map(nameOf))].every((name) => wanted.includes(`${name}=${labels[name] ?? ''}`));
}

/** Milliseconds of a moment as addresses write it; NaN compares with nothing. */
function moment(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

/** Put a newer incident into every list that shows it; rows keep their places. */
export function patchLists(client: QueryClient, incident: IncidentShape): void {
  client.setQueriesData<{ pages: IncidentPageShape[]; pageParams: unknown[] }>(
    { queryKey: incidentKeys.lists },
    (list) => list && { ...list, pages: list.pages.map((page) => patched(page, incident)) }
  );
}

function patched(page: IncidentPageShape, incident: IncidentShape): IncidentPageShape {
  const before = page.items.find((each) => each.number === incident.number);
  if (!before || before.version > incident.version) {
    return page;
  }
  return { ...page, items: page.items.map((each) => (each === before ? incident : each)) };
}

/** Take a newer answer about one incident in, unless a newer one is there already. */
export function keepDetail(client: QueryClient, detail: IncidentDetailShape): void {
  client.setQueryData<IncidentDetailShape>(incidentKeys.one(detail.number), (before) =>
    before && before.version > detail.version ? before : detail
  );
  patchLists(client, detail);
}

export function useCreateIncident() {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: IncidentInput) => call('POST', 'incidents', { body: input }),
    onSuccess: (made) => {
      keepDetail(client, made);
      return client.invalidateQueries({ queryKey: incidentKeys.heads });
    },
  });
}

/** Delete an incident with everything that belongs to it; its alerts stay. */
export function useDeleteIncident(number: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: () => call('DELETE', `incidents/${segment(number)}`),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: incidentKeys.lists }),
        client.invalidateQueries({ queryKey: incidentKeys.heads }),
      ]),
  });
}

export function useBulkChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: BulkInput) => call('POST', 'incidents/bulk', { body: input }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: incidentKeys.lists }),
        client.invalidateQueries({ queryKey: incidentKeys.heads }),
      ]),
  });
}

export function useMergeIncidents(number: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (numbers: string[]) => call('POST', `incidents/${segment(number)}/merge`, { body: { numbers } }),
    onSettled: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
  });
}

/** Split alerts off into a new incident, or undo a merge. */
export function useSplitIncident(number: string) {
  const client = useQueryClient();
  return useMutation({
    meta: { quiet: true },
    mutationFn: (input: SplitInput) => call('POST', `incidents/${segment(number)}/split`, { body: input }),
    onSettled: () => client.invalidateQueries({ queryKey: incidentKeys.all }),
  });
}
