/** An investigation as the backend answers it, for tests. */
import { type AnswerShape, type CauseShape, type InvestigationShape } from '../api/types.gen';

const WINDOW = { start: '2026-03-01T12:00:00Z', end: '2026-03-01T12:10:00Z' };
const BASELINE = { start: '2026-03-01T11:00:00Z', end: '2026-03-01T12:00:00Z' };

export function aCause(change: Partial<CauseShape> = {}): CauseShape {
  return {
    rank: 1,
    service: 'payments',
    kind: 'rollout',
    confidence: 0.86,
    logOdds: 3.2,
    summary: 'rollout of payments v2 at 14:02',
    named: true,
    terms: [{ name: 'change', logOdds: 2.5, because: 'a rollout two minutes before' }],
    evidence: [
      {
        id: 'payments/errors',
        service: 'payments',
        kind: 'errors',
        type: 'error',
        outcome: 'found',
        subject: 'error rate',
        detail: 'rose at once',
        before: 0.1,
        now: 12.5,
        unit: 'percent',
        effect: 124,
        samples: 40,
        strength: 6,
        firstSeen: '2026-03-01T12:00:30Z',
        pod: '',
        query: 'sum(rate(http_requests_total{code=~"5.."}[1m]))',
        link: '',
        window: WINDOW,
        baseline: BASELINE,
        explainedBy: '',
        examples: ['<script>window.hacked=1</script>'],
      },
    ],
    changes: [{ at: '2026-03-01T11:59:00Z', kind: 'rollout', summary: 'payments v1 to v2', id: 'r2', differences: [] }],
    ...change,
  };
}

export function anAnswer(change: Partial<AnswerShape> = {}): AnswerShape {
  return {
    verdict: 'likely',
    headline: 'Likely: rollout of payments v2 at 14:02.',
    onset: { at: WINDOW.start, reported: WINDOW.start, found: true, votes: 5 },
    window: WINDOW,
    baseline: BASELINE,
    causes: [aCause()],
    considered: [],
    floor: { confidence: 0.05, because: 'smaller numbers say nothing' },
    ranked: 1,
    none: 0.1,
    caps: [],
    charts: [
      {
        finding: 'payments/errors',
        title: 'payments error rate',
        service: 'payments',
        kind: 'errors',
        unit: 'percent',
        query: 'q',
        link: '',
        window: WINDOW,
        baseline: BASELINE,
        before: 0.1,
        now: 12.5,
        samples: 40,
        stepSeconds: 60,
        points: [
          { at: '2026-03-01T11:55:00Z', value: 0.1 },
          { at: '2026-03-01T12:05:00Z', value: 12.5 },
        ],
      },
    ],
    checks: [
      {
        id: 'cpu',
        title: 'Processor use',
        source: 'metrics',
        type: 'saturation',
        statistic: 'own noise',
        threshold: '',
        outcome: 'clean',
        summary: 'within its own noise',
        services: ['payments'],
        findings: [],
        before: null,
        now: null,
        unit: '',
        effect: null,
        samples: 40,
        strength: 0,
        query: '',
        link: '',
        fix: '',
      },
    ],
    outcomes: { clean: 1 },
    ruledOut: [{ service: 'basket', what: 'rollout of basket', reason: 'too early' }],
    affectedServices: ['payments', 'checkout'],
    blastRadius: {
      center: 'payments',
      nodes: [
        { service: 'payments', hops: 0, requestShare: 1, impaired: true, slosAtRisk: [] },
        { service: 'checkout', hops: 1, requestShare: 0.42, impaired: true, slosAtRisk: [] },
      ],
      edges: [{ caller: 'checkout', callee: 'payments', share: 0.42 }],
    },
    slosAtRisk: [],
    nextSteps: [
      { title: 'Undo the rollout', command: 'kubectl rollout undo deploy/payments', why: 'it came just before' },
    ],
    sources: { metrics: 'used' },
    service: 'payments',
    namespace: 'shop',
    dialect: 'plain',
    queries: 12,
    tookMs: 900,
    ...change,
  };
}

export function anInvestigation(change: Partial<InvestigationShape> = {}): InvestigationShape {
  return {
    incident: 'INC-1',
    state: 'cause_found',
    version: 1,
    at: '2026-03-01T12:02:00Z',
    trigger: 'opened',
    by: 'system',
    answer: anAnswer(),
    versions: [],
    grade: null,
    running: null,
    ...change,
  };
}
