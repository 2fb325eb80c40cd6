/** How far each node of a graph is from those that call nobody. */

/**
 * The longest way from each node along its calls; 0 for one that calls nobody. A call that leads back to where
 * the way began (a circle) adds nothing.
 *
 * @param calls whom each node calls; unknown names are left out.
 */
export function depths(calls: ReadonlyMap<string, readonly string[]>): Map<string, number> {
  const found = new Map<string, number>();
  const onTheWay = new Set<string>();
  const visit = (id: string): number => {
    const known = found.get(id);
    if (known !== undefined) {
      return known;
    }
    onTheWay.add(id);
    let depth = 0;
    for (const callee of calls.get(id) ?? []) {
      if (calls.has(callee) && !onTheWay.has(callee)) {
        depth = Math.max(depth, visit(callee) + 1);
      }
    }
    onTheWay.delete(id);
    found.set(id, depth);
    return depth;
  };
  [...calls.keys()].sort().forEach(visit);
  return found;
}
