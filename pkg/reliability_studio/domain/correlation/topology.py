"""The call graph: who feels a fault (callers), who may cause it (callees), and what a neighbour explains.

Edges come from service-graph metrics, from spans and from declarations; all are `caller → callee` with a rate
where it is known. Cycles are allowed: every walk keeps what it has seen, and explaining away looks at direct
neighbours only, bridging those that have no telemetry.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

EXPLAINS = 0.9
"""How much a neighbour explains at most: some doubt always stays with the service itself."""
MOST_BRIDGES = 4
"""How many services without telemetry a walk crosses to find one that has some."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Who calls whom, and which share of the caller's requests leads to such a call."""

    callees: Mapping[str, Mapping[str, float]]
    callers: Mapping[str, Mapping[str, float]]
    """Per callee and caller, the share of the callee's incoming requests that come from there."""
    rated: frozenset[tuple[str, str]]
    """Edges whose rate is known, so that a share is a fact and not an assumption."""

    @classmethod
    def of(cls, edges: pl.DataFrame) -> "Graph":
        """A graph from rows of `caller`, `callee`, `rate`; repeated edges add up, self-calls are dropped."""
        rows = (
            edges.filter(
                pl.col("caller").is_not_null()
                & pl.col("callee").is_not_null()
                & (pl.col("caller") != pl.col("callee"))
                & (pl.col("caller") != "")
                & (pl.col("callee") != "")
            )
            .group_by("caller", "callee")
            .agg(rate=pl.col("rate").sum(), known=pl.col("rate").is_not_null().any())
            .sort("caller", "callee")
        )
        down: dict[str, dict[str, float]] = {}
        up: dict[str, dict[str, float]] = {}
        rated = []
        for caller, callee, rate, known in rows.iter_rows():
            down.setdefault(caller, {})[callee] = rate if known else -1.0
            up.setdefault(callee, {})[caller] = rate if known else -1.0
            if known and rate > 0:
                rated.append((caller, callee))
        return cls(
            {name: _shares(each, _served(name, each, up)) for name, each in down.items()},
            {name: _shares(each, sum(r for r in each.values() if r > 0)) for name, each in up.items()},
            frozenset(rated),
        )

    @property
    def services(self) -> frozenset[str]:
        """Everything that calls or is called."""
        return frozenset(self.callees) | frozenset(self.callers)

    def share(self, caller: str, callee: str) -> float | None:
        """Share of the caller's requests that go to the callee, where it is known."""
        if (caller, callee) not in self.rated:
            return None
        return self.callees[caller][callee]

    def causes_of(self, service: str) -> Mapping[str, int]:
        """Every service that the given one depends on, with hops; itself at 0."""
        return _walk(service, lambda each: self.callees.get(each, {}))

    def feels(self, service: str) -> Mapping[str, int]:
        """Every service that depends on the given one, with hops; itself at 0."""
        return _walk(service, lambda each: self.callers.get(each, {}))

    def near(self, service: str) -> Mapping[str, int]:
        """Every connected service, whichever way, with hops."""
        return _walk(service, lambda each: (*self.callees.get(each, {}), *self.callers.get(each, {})))


def _served(name: str, out: Mapping[str, float], up: Mapping[str, Mapping[str, float]]) -> float:
    """How many requests a caller serves: what arrives, or its busiest call where nothing known arrives."""
    arriving = sum(rate for rate in up.get(name, {}).values() if rate > 0)
    return arriving or max([0.0, *out.values()])


def _shares(rates: Mapping[str, float], whole: float) -> Mapping[str, float]:
    """Rates as shares of the whole; an edge of unknown rate is assumed to matter fully."""
    return {
        name: 1.0 if rate < 0 or whole <= 0 else min(1.0, rate / whole)
        for name, rate in sorted(rates.items())
    }


def _walk(start: str, neighbours: Callable[[str], Iterable[str]]) -> Mapping[str, int]:
    hops = {start: 0}
    todo = deque([start])
    while todo:
        current = todo.popleft()
        for each in sorted(neighbours(current)):
            if each not in hops:
                hops[each] = hops[current] + 1
                todo.append(each)
    return hops


@dataclass(frozen=True, slots=True)
class Explained:
    """How much of a service's evidence remains its own, and who explains most of the rest."""

    own: float
    by: str = ""
    share: float = 0.0


def explain(
    service: str,
    weights: Mapping[str, float],
    neighbours: Mapping[str, Mapping[str, float]],
) -> Explained:
    """What is left of a service's travelling evidence after its neighbours have explained their part.

    `weights` says how surely each service shows this kind (0..1); a service that is not in it has no such
    telemetry and is looked through to its own neighbours. `neighbours` are callees for what travels to
    callers, callers for what travels to callees.
    """
    own, by, most = 1.0, "", 0.0
    for other, share in _seen_through(service, weights, neighbours):
        # A dependency that few requests use can still explain a fault that is seen in few requests, so
        # the share is softened.
        part = EXPLAINS * weights[other] * share**0.5
        own *= 1.0 - part
        if part > most:
            by, most = other, part
    return Explained(own, by, most)


def _seen_through(
    service: str, weights: Mapping[str, float], neighbours: Mapping[str, Mapping[str, float]]
) -> list[tuple[str, float]]:
    found: dict[str, float] = {}
    seen = {service}
    front = [(service, 1.0)]
    for _ in range(MOST_BRIDGES):
        following = []
        for current, share in front:
            for other, part in neighbours.get(current, {}).items():
                if other in seen:
                    continue
                seen.add(other)
                if other in weights:
                    found[other] = share * part
                else:
                    following.append((other, share * part))
        front = following
    return sorted(found.items())
