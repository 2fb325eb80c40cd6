/** SLOs out of the rows of the query “SLO status”. */
import { type DataFrame, FieldType } from '@grafana/data';
import { type SloStatus } from '../../api/types.gen';
import { pageUrl } from '../../constants';
import { oneOf } from '../../lib/guards';
import { type Needed, type Table } from '../table/columns';
import { type SloOptions } from './options';

export const SLO_COLUMNS: Needed = {
  slo: FieldType.string,
  slo_id: FieldType.string,
  status: FieldType.string,
  budget_remaining: FieldType.number,
};

const STATUSES: readonly SloStatus[] = ['breached', 'critical', 'warning', 'healthy', 'no_data'];

export interface Slo {
  id: string;
  name: string;
  service: string;
  status: SloStatus;
  /** Why it has this status, in the backend's words. */
  reason: string;
  /** Signed share of the budget; null when nothing was measured. */
  budget: number | null;
  objective: number | null;
  sli: number | null;
  burn: number | null;
  /** The condition of the burn-rate alert that fires; empty when none does. */
  firing: string;
  window: string;
  asOf: string | null;
  /** Which of its objectives this is: 0 is the main one. */
  objectiveNumber: number;
  /** The course of the budget, when the panel has a history query too. */
  course: number[];
}

/** The page of an SLO, at the objective that is shown. */
export function sloUrl({ id, objectiveNumber }: Slo): string {
  const query = objectiveNumber > 0 ? `?objective=${objectiveNumber}` : '';
  return `${pageUrl('slos', id)}${query}`;
}

/** The SLOs to show, in the order that the options want, and how many are left out. */
export function slosOf(
  table: Table,
  series: readonly DataFrame[],
  options: Pick<SloOptions, 'order' | 'limit'>
): { shown: Slo[]; more: number } {
  const courses = coursesOf(series);
  const every = table.rows((row): Slo => {
    const id = table.text('slo_id', row);
    return {
      id,
      name: table.text('slo', row),
      service: table.text('service', row),
      status: oneOf(table.text('status', row), STATUSES, 'no_data'),
      reason: table.text('reason', row),
      budget: table.number('budget_remaining', row),
      objective: table.number('objective', row),
      sli: table.number('sli', row),
      burn: table.number('burn_rate', row),
      firing: table.text('firing', row),
      window: table.text('window', row),
      asOf: table.time('as_of', row),
      objectiveNumber: table.number('objective_number', row) ?? 0,
      course: courses.get(id) ?? [],
    };
  });
  // A card is of an SLO, and so of its main objective, or of the one that the query names.
  const lowest = new Map<string, number>();
  for (const { id, objectiveNumber } of every) {
    lowest.set(id, Math.min(objectiveNumber, lowest.get(id) ?? Infinity));
  }
  const all = every.filter(({ id, objectiveNumber }) => objectiveNumber === lowest.get(id));
  if (options.order === 'worst') {
    // What was not measured comes last: it is no reason to look away from what is known to be bad.
    all.sort((a, b) => (a.budget ?? Infinity) - (b.budget ?? Infinity));
  } else if (options.order === 'name') {
    all.sort((a, b) => a.name.localeCompare(b.name));
  }
  const shown = options.limit > 0 ? all.slice(0, options.limit) : all;
  return { shown, more: all.length - shown.length };
}

/** Known points of “SLO history” of the budget, by SLO. */
function coursesOf(series: readonly DataFrame[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const frame of series) {
    const values = frame.fields.find((field) => field.type === FieldType.number && field.labels?.slo_id !== undefined);
    const hasTime = frame.fields.some((field) => field.type === FieldType.time);
    if (values && hasTime && frame.name === 'budget_remaining') {
      const known = values.values.filter((each: unknown) => typeof each === 'number' && Number.isFinite(each));
      found.set(values.labels?.slo_id ?? '', known);
    }
  }
  return found;
}
