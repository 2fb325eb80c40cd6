/**
 * Tables of our data source as panels read them: by names of columns, with the type checked.
 *
 * A panel may be given anything, so what it gets is first looked for and then read; a frame that does not fit
 * ends in an explanation and never in a guess.
 */
import { type DataFrame, type Field, FieldType } from '@grafana/data';
import { isString } from '../../lib/guards';

export type Needed = Readonly<Record<string, FieldType>>;

export type Found =
  | { fit: 'fits'; table: Table }
  /** No frame at all, or frames without columns: the query found nothing or there is none. */
  | { fit: 'nothing' }
  | { fit: 'unfit'; columns: string[]; missing: string[] };

/** The first frame that has all the columns; otherwise what the nearest one lacks. */
export function findTable(series: readonly DataFrame[], needed: Needed): Found {
  const candidates = series
    .filter((frame) => frame.fields.length > 0)
    .map((frame) => ({ frame, missing: missingIn(frame, needed) }))
    .sort((a, b) => a.missing.length - b.missing.length);
  const [best] = candidates;
  if (!best) {
    return { fit: 'nothing' };
  }
  return best.missing.length === 0
    ? { fit: 'fits', table: new Table(best.frame) }
    : { fit: 'unfit', columns: best.frame.fields.map((field) => field.name), missing: best.missing };
}

function missingIn(frame: DataFrame, needed: Needed): string[] {
  return Object.entries(needed)
    .filter(([name, type]) => !frame.fields.some((field) => field.name === name && field.type === type))
    .map(([name]) => name);
}

/** A frame's cells by row and name; what is absent or of another type reads as empty or null. */
export class Table {
  private readonly fields: Map<string, Field>;
  readonly length: number;

  constructor(frame: DataFrame) {
    this.length = frame.length;
    this.fields = new Map(frame.fields.map((field) => [field.name, field]));
  }

  field(name: string): Field | undefined {
    return this.fields.get(name);
  }

  text(name: string, row: number): string {
    const value: unknown = this.fields.get(name)?.values[row];
    return isString(value) ? value : '';
  }

  /** A finite number, or null when it is not known. */
  number(name: string, row: number): number | null {
    const value: unknown = this.fields.get(name)?.values[row];
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  }

  /** RFC 3339, or null. */
  time(name: string, row: number): string | null {
    const ms = this.number(name, row);
    return ms === null ? null : new Date(ms).toISOString();
  }

  flag(name: string, row: number): boolean {
    return this.fields.get(name)?.values[row] === true;
  }

  rows<T>(read: (row: number) => T): T[] {
    return Array.from({ length: this.length }, (_, row) => read(row));
  }
}
