/** Lengths of time as people read them. */

const UNITS: ReadonlyArray<readonly [string, number]> = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/**
 * The two largest units of a length of time: `1h 5m`, `45s`, `2d`.
 *
 * @param seconds may be a fraction or negative; null means that it is not known.
 */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) {
    return '–';
  }
  const sign = seconds < 0 ? '-' : '';
  let rest = Math.round(Math.abs(seconds));
  if (rest === 0) {
    return '0s';
  }
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) {
      parts.push(`${count}${unit}`);
    } else if (parts.length > 0) {
      break;
    }
    if (parts.length === 2) {
      break;
    }
  }
  return sign + parts.join(' ');
}

/** Seconds between two moments in RFC 3339; null when one is missing or no moment. */
export function secondsBetween(start: string | null | undefined, end: string | null | undefined): number | null {
  const [from, to] = [Date.parse(start ?? ''), Date.parse(end ?? '')];
  return Number.isNaN(from) || Number.isNaN(to) ? null : (to - from) / 1000;
}
