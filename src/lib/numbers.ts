/** Numbers as people read them, with their unit; what is not known is a dash and never a zero. */

const UNKNOWN = '–';

/** What the texts of the app are written in; Grafana's own charts write numbers so as well. */
const LANGUAGE = 'en-US';

function percent(value: number, digits: number): string {
  return new Intl.NumberFormat(LANGUAGE, {
    style: 'unit',
    unit: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/**
 * A share as a percentage, rounded away from perfection: 0.99999 with one digit is 99.9%, because 100.0%
 * would say that nothing failed.
 *
 * @param digits after the point.
 */
export function percentText(share: number | null | undefined, digits = 2): string {
  if (share === null || share === undefined || !Number.isFinite(share)) {
    return UNKNOWN;
  }
  const power = 10 ** digits;
  const exact = Number((share * 100 * power).toPrecision(12));
  const cut = share > 0 && share < 1 ? Math.floor(exact) : Math.round(exact);
  return percent(cut / power, digits);
}

/** A part of a whole, rounded like any number: parts that are cut would not add up to it. */
export function partText(share: number): string {
  return percent(share * 100, 1);
}

/** A probability with two digits, which is never quite certain: `0.86`, `> 0.99`, `< 0.01`. */
export function chanceText(chance: number): string {
  if (chance >= 0.995) {
    return '> 0.99';
  }
  return chance < 0.005 ? '< 0.01' : chance.toFixed(2);
}

/** A signed share of an error budget: `42.5%`, `-310%`. Large ones need no digits. */
export function budgetText(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) {
    return UNKNOWN;
  }
  const value = share * 100;
  const digits = Math.abs(value) >= 100 ? 0 : 1;
  return percent(Math.round(value * 10 ** digits) / 10 ** digits, digits);
}

/** A burn rate: `14.4×`; a very small one needs fewer digits. */
export function rateText(rate: number | null | undefined): string {
  if (rate === null || rate === undefined || !Number.isFinite(rate)) {
    return UNKNOWN;
  }
  return `${Number(rate.toPrecision(Math.abs(rate) < 0.1 ? 2 : 3))}×`;
}

/** A number of things, with separators between thousands. */
export function countText(count: number | null | undefined): string {
  if (count === null || count === undefined || !Number.isFinite(count)) {
    return UNKNOWN;
  }
  return new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 }).format(count);
}

/** A value without a unit as it was measured, to six digits that count. */
export function measuredText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return UNKNOWN;
  }
  return new Intl.NumberFormat(LANGUAGE, { maximumSignificantDigits: 6 }).format(value);
}

/** How many digits after the point a share near this objective needs: two more than it has itself. */
export function digitsFor(objective: string): number {
  return Math.min(7, (objective.split('.')[1]?.length ?? 0) + 2);
}
