/** A graph of who calls whom, laid out in columns by distance from its centre: pure, and the same every time. */

export interface LayerNode {
  id: string;
  /** Calls between it and the centre. */
  hops: number;
}

export interface Placed {
  id: string;
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  nodes: Placed[];
}

const COLUMN = 220;
const ROW = 56;

/** The centre on the right, its callers to the left, the farthest first; within a column by name. */
export function layered(nodes: readonly LayerNode[]): Layout {
  const most = Math.max(0, ...nodes.map((each) => each.hops));
  const columns = Array.from({ length: most + 1 }, (_, hops) =>
    nodes.filter((each) => each.hops === hops).sort((a, b) => a.id.localeCompare(b.id))
  );
  const rows = Math.max(1, ...columns.map((each) => each.length));
  return {
    width: (most + 1) * COLUMN,
    height: rows * ROW,
    nodes: columns.flatMap((column, hops) =>
      column.map(({ id }, i) => ({
        id,
        x: (most - hops) * COLUMN + COLUMN / 2,
        y: ((i + 0.5) * rows * ROW) / column.length,
      }))
    ),
  };
}
