"""Services without which the call graph falls apart, and who depends on them.

    cut_points(graph)        the articulation points of the graph, whichever way calls go
    weak_points(graph)       those of them that many services depend on, with these services

Hopcroft and Tarjan's algorithm, without recursion: a graph may be one long chain.
"""

from collections.abc import Iterator, Mapping

from reliability_studio.domain.correlation.topology import Graph

MANY = 3
"""Services that depend on one, directly or through others, from where on its loss is everybody's."""


def weak_points(graph: Graph) -> Mapping[str, tuple[str, ...]]:
    """Cut points that at least `MANY` services depend on, with these by name."""
    found = {}
    for name in sorted(cut_points(graph)):
        dependents = tuple(sorted(set(graph.feels(name)) - {name}))
        if len(dependents) >= MANY:
            found[name] = dependents
    return found


def cut_points(graph: Graph) -> frozenset[str]:
    """Services whose loss parts services that were connected."""
    neighbours = {
        name: sorted({*graph.callees.get(name, ()), *graph.callers.get(name, ())})
        for name in sorted(graph.services)
    }
    seen: dict[str, int] = {}
    low: dict[str, int] = {}
    found: set[str] = set()
    for root in neighbours:
        if root not in seen:
            found |= _below(root, neighbours, seen, low)
    return frozenset(found)


def _below(
    root: str, neighbours: Mapping[str, list[str]], seen: dict[str, int], low: dict[str, int]
) -> set[str]:
    """Cut points of one connected part; `seen` numbers services as they are met, `low` is Tarjan's."""
    found: set[str] = set()
    branches = 0
    seen[root] = low[root] = len(seen)
    stack: list[tuple[str, str, Iterator[str]]] = [(root, "", iter(neighbours[root]))]
    while stack:
        name, parent, rest = stack[-1]
        for other in rest:
            if other not in seen:
                seen[other] = low[other] = len(seen)
                stack.append((other, name, iter(neighbours[other])))
                break
            if other != parent:
                low[name] = min(low[name], seen[other])
        else:
            stack.pop()
            if not parent:
                continue
            low[parent] = min(low[parent], low[name])
            if parent == root:
                branches += 1
            elif low[name] >= seen[parent]:
                found.add(parent)
    # The root of the walk parts its branches only if there are several.
    return found | ({root} if branches > 1 else set())
