/** The arithmetic of charts: where a value lies, which ticks are round, and lines that break where nothing was measured. */

/** A moment (milliseconds since 1970) and what was measured then; null where nothing was. */
export interface Point {
  at: number;
  value: number | null;
}

export interface Span {
  from: number;
  to: number;
}

/** Where a value of the domain lies on the paper. A domain without width lies in the middle. */
export function scale(domain: Span, paper: Span): (value: number) => number {
  const width = domain.to - domain.from;
  const middle = (paper.from + paper.to) / 2;
  return (value) => (width === 0 ? middle : paper.from + ((value - domain.from) / width) * (paper.to - paper.from));
}

/** Round values within the span, about as many as wanted: steps of 1, 2 or 5 times a power of ten. */
export function ticks({ from, to }: Span, about: number): number[] {
  if (!(to > from) || about < 1) {
    return [from];
  }
  const rough = (to - from) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? rough;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 7, 14, 30, 60, 90, 180, 365].map((each) => each * DAY),
];

/** Round moments within the span, and whether they are days rather than times of day. */
export function timeTicks({ from, to }: Span, about: number): { at: number[]; days: boolean } {
  const rough = (to - from) / Math.max(1, about);
  const step = TIME_STEPS.find((each) => each >= rough) ?? DAY * 365;
  const offset = new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const at: number[] = [];
  for (let each = first; each <= to; each += step) {
    at.push(each);
  }
  return { at, days: step >= DAY };
}

/** The span of all values; null when nothing was measured. */
export function extent(values: ReadonlyArray<number | null>): Span | null {
  let found: Span | null = null;
  for (const value of values) {
    if (value !== null && Number.isFinite(value)) {
      found = found ? { from: Math.min(found.from, value), to: Math.max(found.to, value) } : { from: value, to: value };
    }
  }
  return found;
}

/** The measured stretches of a line: between two of them nothing was measured. */
export function stretches(points: readonly Point[]): Array<Array<{ at: number; value: number }>> {
  const found: Array<Array<{ at: number; value: number }>> = [];
  let open = false;
  for (const { at, value } of points) {
    if (value === null || !Number.isFinite(value)) {
      open = false;
      continue;
    }
    if (!open) {
      found.push([]);
    }
    found[found.length - 1]?.push({ at, value });
    open = true;
  }
  return found;
}

/** An SVG path of a line with its gaps; a lone point becomes a short dash, so that it can be seen. */
export function linePath(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string {
  return stretches(points)
    .map((stretch) => {
      const path = stretch.map(({ at, value }, i) => `${i === 0 ? 'M' : 'L'}${round(x(at))},${round(y(value))}`);
      return stretch.length === 1 ? `${path.join('')}h1.5` : path.join('');
    })
    .join('');
}

/** An SVG path of the area between a line and a base. */
export function areaPath(
  points: readonly Point[],
  x: (at: number) => number,
  y: (value: number) => number,
  base: number
): string {
  return stretches(points)
    .filter((stretch) => stretch.length > 1)
    .map((stretch) => {
      const [first, last] = [stretch[0], stretch[stretch.length - 1]];
      const top = stretch.map(({ at, value }) => `L${round(x(at))},${round(y(value))}`).join('');
      return first && last ? `M${round(x(first.at))},${round(base)}${top}L${round(x(last.at))},${round(base)}Z` : '';
    })
    .join('');
}

/** The point nearest to a moment; points are in order. */
export function nearest(points: readonly Point[], at: number): Point | null {
  let [low, high] = [0, points.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) < at) {
      low = middle;
    } else {
      high = middle;
    }
  }
  const [before, after] = [points[low], points[high]];
  if (!before || !after) {
    return null;
  }
  return at - before.at <= after.at - at ? before : after;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
