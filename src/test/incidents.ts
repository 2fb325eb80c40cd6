/** Incidents as the backend answers them, for tests. */
import {
  type ColleaguePageShape,
  type IncidentDetailShape,
  type IncidentPageShape,
  type IncidentShape,
} from '../api/types.gen';

export function anIncident(change: Partial<IncidentShape> = {}): IncidentShape {
  const number = change.number ?? 'INC-1';
  return {
    number,
    version: 1,
    title: `checkout fails (${number})`,
    summary: '',
    severity: 'high',
    level: change.severity ?? 'high',
    status: 'open',
    stage: '',
    service: 'payments',
    services: [],
    environment: 'production',
    labels: {},
    fields: {},
    roles: {},
    assignee: '',
    links: [],
    drill: false,
    origin: 'alert',
    rootCause: '',
    milestones: {
      started: { at: '2026-03-01T12:00:00Z', by: 'system' },
      detected: { at: '2026-03-01T12:01:00Z', by: 'system' },
      declared: { at: '2026-03-01T12:01:00Z', by: 'system' },
    },
    durations: { detect: 60, acknowledge: null, mitigate: null, resolve: null },
    episodes: [],
    createdAt: '2026-03-01T12:01:00Z',
    createdBy: 'system',
    updatedAt: '2026-03-01T12:01:00Z',
    updatedBy: 'system',
    holdUntil: null,
    mergedInto: null,
    parent: null,
    ...change,
  };
}

export function anIncidentDetail(change: Partial<IncidentDetailShape> = {}): IncidentDetailShape {
  return { ...anIncident(change), alerts: [], timeline: [], tasks: [], correlations: [], sloImpact: [], ...change };
}

export function aPage(items: IncidentShape[], change: Partial<IncidentPageShape> = {}): IncidentPageShape {
  const counts = (value: (incident: IncidentShape) => string) =>
    items.reduce<Record<string, number>>((all, each) => ({ ...all, [value(each)]: (all[value(each)] ?? 0) + 1 }), {});
  return {
    items,
    total: items.length,
    cursor: null,
    facets: {
      status: counts((each) => each.status),
      stage: counts((each) => each.stage),
      severity: counts((each) => each.severity),
      level: counts((each) => each.level),
      service: counts((each) => each.service),
      assignee: counts((each) => each.assignee),
    },
    ...change,
  };
}

export const NOBODY: ColleaguePageShape = { items: [], total: 0, cursor: null };
