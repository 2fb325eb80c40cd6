/** SLOs for the tests of this folder, shaped as the backend answers. */
import {
  type HistoryPointShape,
  type SloForecastShape,
  type SloHistoryShape,
  type SloPreviewShape,
  type SloRehearsalShape,
  type SloShape,
  type SloStatusShape,
} from '../api/types.gen';

export function aStatus(part: Partial<SloStatusShape> = {}): SloStatusShape {
  const window = {
    windowSeconds: 2_592_000,
    start: '2026-01-01T00:00:00Z',
    end: '2026-01-31T00:00:00Z',
    good: 9_990,
    bad: 10,
    total: 10_000,
    coverage: 1,
    sli: 0.999,
    errorRatio: 0.001,
    burnRate: 1,
  };
  return {
    status: 'healthy',
    reason: 'budget_left',
    text: '75% of the budget is left',
    asOf: '2026-01-31T00:00:00Z',
    stale: false,
    staleReason: '',
    queries: ['last_over_time(http_requests_total{service="api"}[2m])'],
    window,
    budget: { remaining: 0.75, consumed: 0.25, allowedBad: 40, badLeft: 30, minutesLeft: 32.4 },
    burnRates: [{ ...window, windowSeconds: 3600, bad: 2, total: 400, burnRate: 5 }],
    conditions: [
      {
        name: 'page-quick',
        severity: 'page',
        judgement: 'clear',
        text: 'burns 5 times; the limit is 14.4',
        limit: 14.4,
      },
    ],
    firing: '',
    measuredSince: '2026-01-01T00:00:00Z',
    calculatedAt: '2026-01-31T00:00:05Z',
    ...part,
  };
}

export function anSlo(part: Partial<SloShape> = {}): SloShape {
  return {
    id: 'slo-1',
    version: 3,
    generation: 1,
    name: 'api availability',
    service: 'api',
    description: '',
    owner: 'team-a',
    labels: { tier: 'gold' },
    runbookUrl: '',
    indicator: { type: 'ratio', total: 'http_requests_total{service="api"}', bad: 'http_requests_total{code=~"5.."}' },
    objective: '99.6',
    window: { type: 'rolling', days: 30 },
    windowText: 'rolling 30d',
    budgeting: { type: 'occurrences' },
    missingData: 'ignore',
    alerts: {},
    groupBy: [],
    maxGroups: 100,
    editors: [],
    alerting: true,
    furtherObjectives: [],
    groups: null,
    wholeId: '',
    group: {},
    delaySeconds: 60,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    updatedBy: 'ada',
    provisionedFrom: '',
    targetPercentage: '99.6',
    currentPercentage: 99.9,
    errorBudgetRemaining: 75,
    status: aStatus(),
    ...part,
  };
}

export function aHistory(points = 30): SloHistoryShape {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const point = (index: number): HistoryPointShape => ({
    at: new Date(start + index * 86_400_000).toISOString(),
    good: 99,
    bad: 1,
    total: 100,
    coverage: 1,
    sli: 0.99,
    budgetRemaining: 1 - index / points,
    burnRate: index % 3,
  });
  return {
    id: 'slo-1',
    start: new Date(start).toISOString(),
    end: new Date(start + points * 86_400_000).toISOString(),
    stepSeconds: 86_400,
    points: Array.from({ length: points }, (_, index) => point(index)),
  };
}

export function aForecast(part: Partial<SloForecastShape> = {}): SloForecastShape {
  return {
    asOf: '2026-01-31T00:00:00Z',
    outlooks: [
      { lookbackSeconds: 3600, bad: 2, total: 400, fate: 'runs_out', at: '2026-02-03T00:00:00Z' },
      { lookbackSeconds: 86_400, bad: 2, total: 9_600, fate: 'lasts', at: null },
    ],
    earliest: '2026-02-03T00:00:00Z',
    latest: null,
    fullPeriod: null,
    ...part,
  };
}

export function aRehearsal(part: Partial<SloRehearsalShape> = {}): SloRehearsalShape {
  return {
    objective: '99.6',
    windowText: 'rolling 30d',
    start: '2026-01-01T00:00:00Z',
    end: '2026-01-31T00:00:00Z',
    stepSeconds: 300,
    fired: 2,
    pages: 1,
    firingSeconds: 5_400,
    episodes: [
      { start: '2026-01-11T00:00:00Z', end: '2026-01-11T01:00:00Z', condition: 'page-quick', severity: 'page' },
    ],
    ...part,
  };
}

export function aPreview(part: Partial<SloPreviewShape> = {}): SloPreviewShape {
  return {
    status: aStatus(),
    series: 4,
    history: aHistory(),
    objective: '99.6',
    windowText: 'rolling 30d',
    alerts: [aRehearsal()],
    forecast: aForecast(),
    warnings: [],
    ...part,
  };
}
