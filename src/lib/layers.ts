/** A graph of who calls whom, laid out in columns by distance from its centre: pure, and the same every time. */

export interface LayerNode {
  id: string;
  /** Calls between it and the centre. */
  hops: number;
}

export interface LayerEdge {
  caller: string;
  callee: string;
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
  /** Where a call passes columns that it skips, from the caller on; nothing for one to the next column. */
  via: (edge: LayerEdge) => readonly Placed[];
}

const COLUMN = 220;
const ROW = 56;

/**
 * The centre on the right, its callers to the left, the farthest first.
 *
 * A call that skips columns has a place of its own in each of them, so that it leads past the boxes there and not
 * behind them. Within a column stands what calls the upper ones of the next; what is equal stands by name.
 */
export function layered(nodes: readonly LayerNode[], edges: readonly LayerEdge[] = []): Layout {
  const hopsOf = new Map(nodes.map(({ id, hops }) => [id, hops]));
  const most = Math.max(0, ...hopsOf.values());
  const columns = Array.from({ length: most + 1 }, (): string[] => []);
  nodes.forEach(({ id, hops }) => columns[hops]?.push(id));
  // From each place to those that it leads to in the next column.
  const next = new Map<string, string[]>();
  const chains = new Map<string, string[]>();
  for (const edge of edges) {
    const [from, to] = [hopsOf.get(edge.caller) ?? 0, hopsOf.get(edge.callee) ?? 0];
    const passed = Array.from({ length: Math.max(0, from - to - 1) }, (_, i) => placeOf(edge, from - 1 - i));
    passed.forEach((place, i) => columns[from - 1 - i]?.push(place));
    chains.set(keyOf(edge), passed);
    if (from > to) {
      const steps = [edge.caller, ...passed, edge.callee];
      steps.slice(1).forEach((step, i) => next.set(steps[i] ?? '', [...(next.get(steps[i] ?? '') ?? []), step]));
    }
  }
  const rows = Math.max(1, ...columns.map((each) => each.length));
  const placed = new Map<string, Placed>();
  columns.forEach((column, hops) => {
    const height = (id: string) => {
      const below = (next.get(id) ?? []).flatMap((each) => placed.get(each)?.y ?? []);
      return below.length === 0 ? Infinity : below.reduce((sum, y) => sum + y, 0) / below.length;
    };
    const inOrder = column.map((id) => ({ id, at: height(id) })).sort((a, b) => compare(a.at, b.at) || byName(a, b));
    inOrder.forEach(({ id }, i) =>
      placed.set(id, {
        id,
        x: (most - hops) * COLUMN + COLUMN / 2,
        y: ((i + 0.5) * rows * ROW) / column.length,
      })
    );
  });
  const at = (id: string) => placed.get(id) ?? [];
  return {
    width: (most + 1) * COLUMN,
    height: rows * ROW,
    nodes: [...placed.values()].filter(({ id }) => hopsOf.has(id)),
    via: (edge) => (chains.get(keyOf(edge)) ?? []).flatMap(at),
  };
}

/**
 * The line of a call: level through every place on its way, bent between them; straight up or down within a column.
 *
 * @param half of a box's width.
 * @param halfHeight of a box.
 */
export function callPath(from: Placed, via: readonly Placed[], to: Placed, half: number, halfHeight: number): string {
  if (from.x === to.x) {
    const down = Math.sign(to.y - from.y);
    return `M${from.x},${from.y + down * halfHeight}V${to.y - down * halfHeight}`;
  }
  const stops = [...via, to];
  let [x, y] = [from.x + half, from.y];
  return stops.reduce((path, stop, i) => {
    const middle = (x + stop.x - half) / 2;
    const bend = `C${middle},${y} ${middle},${stop.y} ${stop.x - half},${stop.y}`;
    const level = i < stops.length - 1 ? `H${stop.x + half}` : '';
    [x, y] = [stop.x + half, stop.y];
    return path + bend + level;
  }, `M${x},${y}`);
}

// No name of a service holds a line break.
const keyOf = ({ caller, callee }: LayerEdge) => `${caller}\n${callee}`;
const placeOf = (edge: LayerEdge, hops: number) => `${keyOf(edge)}\n${hops}`;
const byName = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id);
const compare = (a: number, b: number) => (a === b ? 0 : a - b);
