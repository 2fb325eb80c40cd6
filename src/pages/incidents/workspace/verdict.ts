/** What is known about an incident's cause: the first thing that the workspace says. */
import { type AnswerShape, type IncidentDetailShape, type InvestigationShape } from '../../../api/types.gen';
import { UNASSIGNED } from '../../../components/ServiceLink';
import { isActive } from '../../../components/StatusBadge';

export interface Verdict {
  /**
   * `cause`: one is named. `none`: looked, and none is likely enough. `looking`: the first run is to come.
   * `no_service`: nothing says where to look. `never`: it ended before anybody looked.
   */
  state: 'cause' | 'none' | 'looking' | 'no_service' | 'never';
  headline: string;
  /** Probability from 0 to 1 that the named cause is right. */
  confidence: number | null;
  /** When that was found. */
  at: string | null;
}

/**
 * The newest answer; without one, what the incident itself tells: its signals and the timeline.
 *
 * A signal of the type `cause` is a named cause. A timeline entry of the type `correlation` without such a
 * signal means that the search ended without one.
 */
export function verdictOf(incident: IncidentDetailShape, investigation: InvestigationShape | null): Verdict {
  const answer = investigation?.answer;
  if (investigation && answer) {
    const named = answer.causes.find((each) => each.named);
    return {
      state: named ? 'cause' : 'none',
      headline: answer.headline,
      confidence: named?.confidence ?? null,
      at: investigation.at,
    };
  }
  const told = incident.timeline.filter((each) => each.type === 'correlation').at(-1);
  const cause = incident.correlations.find((each) => each.type === 'cause');
  if (cause) {
    // The timeline has the sentence that the answer has: nothing moves when that comes.
    const headline = told?.title ?? cause.title;
    return { state: 'cause', headline, confidence: cause.confidence, at: told?.occurredAt ?? null };
  }
  if (told) {
    return { state: 'none', headline: told.title, confidence: null, at: told.occurredAt };
  }
  const state =
    incident.service === UNASSIGNED || !incident.service
      ? 'no_service'
      : isActive(incident.status)
        ? 'looking'
        : 'never';
  return { state, headline: '', confidence: null, at: null };
}

/** The unit of a finding: its own, else that of the check that it stands behind. */
export function unitOf(answer: AnswerShape | null, finding: string, own: string): string {
  return own || (answer?.checks.find((each) => each.findings.includes(finding))?.unit ?? '');
}
