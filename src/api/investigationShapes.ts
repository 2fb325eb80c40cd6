import { type SloStatus } from './types.gen';

/** Shapes of investigations, until the backend that answers them is merged and `types.gen.ts` has them. */
/** What one run came to. */
export interface AnswerShape {
  verdict: Likely;
  headline: string;
  onset: OnsetShape;
  window: WindowShape;
  baseline: WindowShape;
  causes: CauseShape[];
  ranked: number;
  none: number;
  caps: string[];
  charts: EvidenceChartShape[];
  checks: CheckResultShape[];
  outcomes: Record<string, number>;
  ruledOut: RuledOutShape[];
  affectedServices: string[];
  blastRadius: BlastRadiusShape;
  slosAtRisk: RiskShape[];
  nextSteps: NextStepShape[];
  sources: Record<string, string>;
  service: string;
  namespace: string;
  dialect: string;
  queries: number;
  tookMs: number;
}

/** One call between two of them. */
export interface BlastEdgeShape {
  caller: string;
  callee: string;
  share: number | null;
}

/** One service that feels the trouble. */
export interface BlastNodeShape {
  service: string;
  hops: number;
  requestShare: number | null;
  impaired: boolean;
  slosAtRisk: RiskShape[];
}

/** Who feels trouble in `center`: itself and everyone who calls it, however far. */
export interface BlastRadiusShape {
  center: string;
  nodes: BlastNodeShape[];
  edges: BlastEdgeShape[];
}

/** One service as the cause, with the probability that it is, and why. */
export interface CauseShape {
  rank: number;
  service: string;
  kind: string;
  confidence: number;
  logOdds: number;
  summary: string;
  named: boolean;
  terms: TermShape[];
  evidence: FindingShape[];
  changes: SuspectChangeShape[];
}

/** What one check said about this incident. */
export interface CheckResultShape {
  id: string;
  title: string;
  source: Source;
  type: Type;
  statistic: Statistic;
  threshold: string;
  outcome: Outcome;
  summary: string;
  services: string[];
  findings: string[];
  before: number | null;
  now: number | null;
  unit: string;
  effect: number | null;
  samples: number;
  strength: number;
  query: string;
  link: string;
  fix: string;
}

/** The points behind one finding, as they were when it was judged. It needs no source any more. */
export interface EvidenceChartShape {
  finding: string;
  title: string;
  service: string;
  kind: Kind;
  unit: string;
  query: string;
  link: string;
  window: WindowShape;
  baseline: WindowShape;
  before: number | null;
  now: number | null;
  samples: number;
  stepSeconds: number;
  points: PointShape[];
}

/** One measurement that was judged. `strength` is -log10 of how often its own noise looks like this. */
export interface FindingShape {
  id: string;
  service: string;
  kind: Kind;
  type: Type;
  outcome: Outcome;
  subject: string;
  detail: string;
  before: number | null;
  now: number | null;
  unit: string;
  effect: number | null;
  samples: number;
  strength: number;
  firstSeen: string | null;
  pod: string;
  query: string;
  link: string;
  window: WindowShape;
  baseline: WindowShape;
  explainedBy: string;
  examples: string[];
}

/** Whether the answer was right. */
export interface GradeInput {
  right: boolean;
  service?: string;
  note?: string;
}

/** What a person thought of the answer. */
export interface GradeShape {
  right: boolean;
  service: string;
  note: string;
  by: string;
  at: string;
}

/** The newest answer about an incident, or one of its versions. `answer` is null before the first run. */
export interface InvestigationShape {
  incident: string;
  state: State;
  version: number;
  at: string | null;
  trigger: Trigger | null;
  by: string;
  answer: AnswerShape | null;
  versions: InvestigationVersionShape[];
  grade: GradeShape | null;
}

/** One run in short. */
export interface InvestigationVersionShape {
  version: number;
  at: string;
  trigger: Trigger;
  by: string;
  headline: string;
  verdict: string;
  cause: string;
  confidence: number | null;
}

/** What is measured. */
export type Kind =
  | 'availability'
  | 'certificate'
  | 'connections'
  | 'cpu'
  | 'disk'
  | 'disk_io'
  | 'dns'
  | 'edge_gap'
  | 'errors'
  | 'event'
  | 'garbage'
  | 'generic'
  | 'latency'
  | 'log_errors'
  | 'log_pattern'
  | 'memory'
  | 'network'
  | 'network_errors'
  | 'node'
  | 'oom'
  | 'queue'
  | 'replicas'
  | 'restarts'
  | 'self_time'
  | 'threads'
  | 'throttling'
  | 'traffic';

/** How the leading cause is worded. */
export type Likely = 'likely' | 'no cause found' | 'suspected';

/** What a person can do next. The command is shown and never run. */
export interface NextStepShape {
  title: string;
  command: string;
  why: string;
}

/** When it really began. `found` is false when no step was found and `at` is the reported start. */
export interface OnsetShape {
  at: string;
  reported: string;
  found: boolean;
  votes: number;
}

/** How a check ended. */
export type Outcome = 'clean' | 'failed' | 'found' | 'no_data' | 'skipped';

/** One point of a kept chart; null where nothing was measured. */
export interface PointShape {
  at: string;
  value: number | null;
}

/** An objective of an affected service and how it stands now. */
export interface RiskShape {
  sloId: string;
  name: string;
  service: string;
  status: SloStatus;
  remaining: number | null;
}

/** Something that was considered and is not blamed. */
export interface RuledOutShape {
  service: string;
  what: string;
  reason: string;
}

/** Where telemetry comes from; what is missing among them limits the confidence. */
export type Source = 'changes' | 'kubernetes' | 'logs' | 'metrics' | 'topology' | 'traces';

/** What an investigation came to. */
export type State = 'cause_found' | 'no_cause_found' | 'not_investigated';

/** How an answer is judged. */
export type Statistic = 'fact' | 'fixed threshold' | 'own noise' | 'own noise or fixed threshold';

/** A change that may have caused it. */
export interface SuspectChangeShape {
  at: string;
  kind: string;
  summary: string;
  id: string;
}

/** One bar of a cause's score. */
export interface TermShape {
  name: string;
  logOdds: number;
  because: string;
}

/** Why a run was made. */
export type Trigger = 'age' | 'alerts' | 'asked' | 'opened';

/** Types of findings; part of the API. */
export type Type = 'change' | 'error' | 'failure' | 'latency' | 'log_pattern' | 'saturation' | 'trace' | 'traffic';

/** From (included) to (excluded). */
export interface WindowShape {
  start: string;
  end: string;
}
