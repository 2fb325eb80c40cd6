/** The stretch of time that an incident is about, and the usual before it. */

export interface TimeSpan {
  /** RFC 3339. */
  from: string;
  to: string;
}

const MINUTE = 60_000;
/** A window is never shorter, so that there is something to measure. */
const LEAST = 5 * MINUTE;
/** Sources are asked for no longer stretch; of a longer incident the beginning is shown. */
const MOST = 24 * 60 * MINUTE;
/** The comparison is as long as the incident, within these bounds. */
const LEAST_BASELINE = 15 * MINUTE;
const MOST_BASELINE = 60 * MINUTE;

/**
 * From the onset to the end, or to now.
 *
 * @param now milliseconds; round it to a minute, so that the same questions are asked again.
 */
export function incidentWindow(started: string, ended: string | undefined, now: number): TimeSpan {
  const from = Date.parse(started);
  const to = Math.max(Date.parse(ended ?? '') || now, from + LEAST);
  return span(from, Math.min(to, from + MOST));
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
