/** The stretch of time that an incident is about, and the usual before it. */

export interface TimeSpan {
  /** RFC 3339. */
  from: string;
  to: string;
}

const MINUTE = 60_000;
/** A window is never shorter, so that there is something to measure: what is too young reaches back before its onset. */
const LEAST = 5 * MINUTE;
/** Sources are asked for no longer stretch; of a longer incident the beginning is shown. */
const MOST = 24 * 60 * MINUTE;
/** What led to the onset lies a little before it: a rollout, a drained node. */
const LEAD = 15 * MINUTE;
/** The comparison is as long as the incident, within these bounds. */
const LEAST_BASELINE = 15 * MINUTE;
const MOST_BASELINE = 60 * MINUTE;

/**
 * From the onset to the end, or to now; never into the future, where rates would fall for lack of time.
 *
 * @param now milliseconds; round it to a minute, so that the same questions are asked again.
 */
export function incidentWindow(started: string, ended: string | undefined, now: number): TimeSpan {
  const from = Date.parse(started);
  const end = Date.parse(ended ?? '') || now;
  const to = Math.max(end, Math.min(from + LEAST, now));
  return span(Math.min(from, to - LEAST), Math.min(to, from + MOST));
}

/** When it began: an alert comes late, so an earlier onset that the investigation found goes before it. */
export function beganAt(started: string, onset?: { at: string; found: boolean }): string {
  return onset?.found && Date.parse(onset.at) < Date.parse(started) ? onset.at : started;
}

/** The same with what led to it. */
export function withLead({ from, to }: TimeSpan): TimeSpan {
  return span(Date.parse(from) - LEAD, Date.parse(to));
}

/** The usual: right before the onset. */
export function baselineOf({ from, to }: TimeSpan): TimeSpan {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  const length = Math.min(Math.max(end - start, LEAST_BASELINE), MOST_BASELINE);
  return span(start - length, start);
}

function span(from: number, to: number): TimeSpan {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
