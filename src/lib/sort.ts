/** The order of a table by one of its columns, as the address spells it: `sort=score`, `sort=-score`. */

export interface ColumnSort {
  column: string;
  descending: boolean;
}

/** The order that the address names; null for none, or for a column that there is not. */
export function sortOf(text: string | null, columns: readonly string[]): ColumnSort | null {
  const descending = text?.startsWith('-') ?? false;
  const column = columns.find((each) => each === text?.slice(descending ? 1 : 0));
  return column === undefined ? null : { column, descending };
}

/** Empty for the usual order. */
export function sortText(sort: ColumnSort | null): string {
  return sort === null ? '' : `${sort.descending ? '-' : ''}${sort.column}`;
}

/** What pressing a column's header makes of the order: up, down, and as usual again. */
export function nextSort(sort: ColumnSort | null, column: string): ColumnSort | null {
  if (sort?.column !== column) {
    return { column, descending: false };
  }
  return sort.descending ? null : { column, descending: true };
}
