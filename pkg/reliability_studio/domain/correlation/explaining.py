"""Explaining away: what is left of a service's evidence once neighbours and traffic are accounted for.

Symptoms travel from callee to caller, a surge from caller to callee; processor, connections and the like rise
with traffic. What stays (a leak, a crash) is never explained by anybody.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reliability_studio.domain.correlation.evidence import Finding, Outcome
from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind, Way
from reliability_studio.domain.correlation.topology import Explained, Graph, explain

FALLING = 0.5
"""What a fall of traffic counts of a rise: it is rather an effect."""
CLEAR = 2.0
"""Strength from which a finding's first moment counts for who was first."""
_LOCAL = frozenset({Family.CAPACITY, Family.FAILURE, Family.NETWORK, Family.TRACE})


@dataclass(frozen=True, slots=True)
class Left:
    """Evidence after explaining away."""

    rows: Mapping[str, tuple[tuple[Finding, float], ...]]
    flooded: Mapping[str, float]
    """Services with symptoms, and how far a surge from their callers explains these."""

    def drowned_by(self, name: str, graph: Graph) -> float:
        """The share of the services in trouble that a surge entering here explains."""
        surge = next((left for f, left in self.rows.get(name, ()) if f.kind is Kind.TRAFFIC), 0.0)
        grew = any(f.kind is Kind.TRAFFIC and (f.effect or 0) > 0 for f, _ in self.rows.get(name, ()))
        others = {each for each in self.flooded if each != name}
        if surge < CLEAR or not grew or not others:
            return 0.0
        below = graph.causes_of(name) if graph.services else dict.fromkeys(others, 1)
        return sum(self.flooded[each] for each in others if each in below) / len(others)


def explained(
    services: Sequence[str],
    best: Mapping[tuple[str, Kind], Finding],
    findings: Sequence[Finding],
    graph: Graph,
    symptom: str,
) -> Left:
    """Per service, its evidence with what is left of it.

    Args:
        services: everybody, with or without evidence.
        best: the strongest finding per service and kind.
        findings: all of them; clean ones say whose symptoms are known.
        graph: who calls whom.
        symptom: where it was noticed; empty when nobody knows.
    """
    of_service: dict[str, dict[Kind, Finding]] = defaultdict(dict)
    for (service, kind), finding in best.items():
        of_service[service][kind] = finding
    felt, counted = _observed(findings)
    around = _Around(
        troubled={
            name: trouble
            for name in services
            if (trouble := _trouble(of_service.get(name, {}))) > 0 or name in felt
        },
        busy={name: _strength(of_service.get(name, {}), Kind.TRAFFIC) for name in counted},
        growth={
            name: kinds[Kind.TRAFFIC].effect or 0.0
            for name, kinds in of_service.items()
            if Kind.TRAFFIC in kinds
        },
        callees=graph.callees,
        callers=graph.callers or _all_behind(symptom, services),
    )
    result = {}
    flooded: dict[str, float] = {}
    for name, kinds in of_service.items():
        rows = []
        for finding in (kinds[kind] for kind in sorted(kinds)):
            away = _by_neighbours(name, finding, around)
            flood = _flooded(name, finding, around)
            if NATURES[finding.kind].family is Family.SYMPTOM:
                flooded[name] = max(flood, flooded.get(name, 0.0))
            left = finding.strength * away.own
            left *= _beyond_traffic(name, finding, around) * (1.0 - flood)
            if finding.kind is Kind.TRAFFIC and (finding.effect or 0.0) < 0:
                left *= FALLING
            rows.append((replace(finding, explained_by=away.by, explained_share=away.share), left))
        result[name] = tuple(sorted(rows, key=lambda row: (-row[1], -row[0].strength, row[0].id)))
    return Left(result, flooded)


def _observed(findings: Sequence[Finding]) -> tuple[frozenset[str], frozenset[str]]:
    """Services whose symptoms, and whose traffic, are known, found or clean; others are looked through."""
    known = [each for each in findings if each.outcome in {Outcome.FOUND, Outcome.CLEAN}]
    return (
        frozenset(each.service for each in known if NATURES[each.kind].family is Family.SYMPTOM),
        frozenset(each.service for each in known if each.kind is Kind.TRAFFIC),
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What explaining away needs of everyone."""

    troubled: Mapping[str, float]
    busy: Mapping[str, float]
    growth: Mapping[str, float]
    """How much traffic changed where that was found, as a share of the usual."""
    callees: Mapping[str, Mapping[str, float]]
    callers: Mapping[str, Mapping[str, float]]

    def surge(self, name: str) -> float:
        """How much the service's traffic grew: its own count, or its callers' where it has none."""
        if name in self.growth:
            return self.growth[name]
        return max((self.growth.get(each, 0.0) for each in self.callers.get(name, {})), default=0.0)


def _all_behind(symptom: str, services: Sequence[str]) -> Mapping[str, Mapping[str, float]]:
    """Without a call graph, a surge where it was noticed is taken to reach everybody else."""
    return {name: {symptom: 1.0} for name in services if symptom and name != symptom}


def _strength(kinds: Mapping[Kind, Finding], kind: Kind) -> float:
    return kinds[kind].strength if kind in kinds else 0.0


def _trouble(kinds: Mapping[Kind, Finding]) -> float:
    """How surely a service is in trouble, whatever the kind: what can explain its callers' symptoms."""
    return max(
        (
            each.strength * (1.0 if NATURES[each.kind].family in {Family.SYMPTOM, Family.FAILURE} else 0.7)
            for each in kinds.values()
            if NATURES[each.kind].family is Family.SYMPTOM or NATURES[each.kind].family in _LOCAL
        ),
        default=0.0,
    )


def _by_neighbours(name: str, finding: Finding, around: _Around) -> Explained:
    way = NATURES[finding.kind].way
    if way is Way.STAYS or finding.strength <= 0:
        return Explained(1.0)
    if way is Way.TO_CALLERS:
        return _explain(name, finding.strength, around.troubled, around.callees)
    return _explain(name, finding.strength, around.busy, around.callers)


def _explain(
    name: str,
    strength: float,
    strengths: Mapping[str, float],
    neighbours: Mapping[str, Mapping[str, float]],
) -> Explained:
    # A whisper does not explain a shout: a neighbour counts in full only if it is nearly as bad.
    weights = {
        other: (1.0 - math.exp(-each / 2)) * min(1.0, each / (0.7 * strength))
        for other, each in strengths.items()
    }
    return explain(name, weights, neighbours)


_FOLLOW_TRAFFIC = frozenset(
    {Kind.CPU, Kind.CONNECTIONS, Kind.THREADS, Kind.NETWORK, Kind.DISK_IO, Kind.QUEUE, Kind.THROTTLING}
)


def _beyond_traffic(name: str, finding: Finding, around: _Around) -> float:
    """Cpu, connections and the like rise with traffic; only what exceeds it is evidence."""
    grown, more = finding.effect or 0.0, around.surge(name)
    if finding.kind not in _FOLLOW_TRAFFIC or more <= 0 or grown <= 0:
        return 1.0
    return min(1.0, max(0.25, (grown - more) / grown))


def _flooded(name: str, finding: Finding, around: _Around) -> float:
    """How much of a symptom a surge explains that comes from the service's callers and not from itself."""
    if NATURES[finding.kind].family is not Family.SYMPTOM or around.surge(name) <= 0:
        return 0.0
    strength = around.busy.get(name) or max(
        (around.busy.get(each, 0.0) for each in around.callers.get(name, {})), default=0.0
    )
    if strength <= 0:
        return 0.0
    return 0.8 * (1.0 - _explain(name, strength, around.busy, around.callers).own)
