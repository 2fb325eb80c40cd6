/** Incidents of one service in a stretch of time, with what each cost the SLOs of that service. */
import { keepPreviousData, queryOptions, useQueries, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { read } from './client';
import { incidentKeys, incidentQuery } from './incidents';
import { type IncidentPageShape, type IncidentShape, type SloImpactShape, type SloShape } from './types.gen';

/** The newest ones; what each cost is asked for one by one. */
const MOST = 12;

/** Incidents that began in a stretch of time, the newest first; moments in RFC 3339. */
export function incidentsBetweenQuery(service: string, from: string, to: string, limit = MOST) {
  return queryOptions({
    queryKey: [...incidentKeys.all, 'between', service, from, to, limit],
    queryFn: ({ signal }) => read('incidents', { params: { service, from, to, limit }, signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

export interface SloIncident {
  incident: IncidentShape;
  /** Null while it is asked for, and when the incident's time was not measured. */
  impact: SloImpactShape | null;
}

export interface SloIncidentList {
  query: UseQueryResult<IncidentPageShape>;
  items: SloIncident[];
}

export function useSloIncidents(slo: SloShape, from: string, to: string): SloIncidentList {
  const query = useQuery(incidentsBetweenQuery(slo.service, from, to));
  const incidents = query.data?.items ?? [];
  const details = useQueries({ queries: incidents.map((each) => incidentQuery(each.number)) });
  return {
    query,
    items: incidents.map((incident, index) => ({
      incident,
      impact: details[index]?.data?.sloImpact.find((each) => each.sloId === slo.id) ?? null,
    })),
  };
}
