"""From findings to ranked services: explain away, weigh changes, add up log-odds, keep every term visible.

    1  strongest finding per service and kind; a network gap belongs to the end whose every edge is slow
    2  what travels is reduced by what neighbours explain; cpu that merely follows traffic is reduced
    3  changes count as far as the service's own remaining evidence begins at them
    4  log-odds = prior by place in the graph + one capped term per family + changes + being first
    5  probabilities with "none"; order by log-odds, then by name

Each step is a sum of parts that only grow with more agreeing evidence, so agreement never lowers the result.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reliability_studio.domain.correlation import changes as change_rules
from reliability_studio.domain.correlation.evidence import Change, Finding, Outcome, Term
from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind, Way
from reliability_studio.domain.correlation.topology import Explained, Graph, explain

PRIOR = -4.0
"""Log-odds of any one service before evidence."""
UNREACHABLE = math.log(0.1)
"""Added when the symptom does not depend on the service."""
SECOND = 0.3
"""Share of a second kind of the same family."""
FIRST_BONUS = 0.5
CLEAR = 2.0
"""Strength from which a finding's first moment counts for who was first."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one unit of strength of a family is worth in log-odds, and where it ends."""

    unit: float
    cap: float


WEIGHTS: Mapping[Family, Weight] = {
    Family.CAPACITY: Weight(0.80, 5.0),
    Family.FAILURE: Weight(0.90, 5.0),
    Family.NETWORK: Weight(0.80, 5.0),
    Family.TRACE: Weight(0.60, 4.0),
    Family.SYMPTOM: Weight(0.75, 4.0),
    Family.LOGS: Weight(0.45, 3.0),
    Family.TRAFFIC: Weight(0.50, 3.0),
    Family.GENERIC: Weight(0.20, 1.2),
}
_LOCAL = frozenset({Family.CAPACITY, Family.FAILURE, Family.NETWORK, Family.TRACE})


@dataclass(frozen=True, slots=True)
class Scored:
    """One service with its log-odds and where they come from."""

    service: str
    log_odds: float
    kind: str
    terms: tuple[Term, ...]
    own: tuple[tuple[Finding, float], ...]
    """Found evidence with what is left of its strength, strongest first."""
    changes: tuple[change_rules.Weighed, ...]

    @property
    def signals(self) -> int:
        """Independent kinds of evidence that are still its own, changes with an anchored step included."""
        kinds = {finding.kind for finding, left in self.own if left >= 1.0}
        anchored = any(each.reason is change_rules.Reason.ANCHORED for each in self.changes)
        return len(kinds) + anchored


@dataclass(frozen=True, slots=True)
class Scene:
    """What ranking looks at beside the findings."""

    graph: Graph
    changes: tuple[Change, ...]
    symptom: str
    onset: datetime
    step: timedelta


def rank(services: Sequence[str], findings: Sequence[Finding], scene: Scene) -> tuple[Scored, ...]:
    """Every service, most suspect first. Ties go by name, so the order is always the same."""
    best = _best(findings)
    best = _gaps_to_their_end(best, findings)
    left = _explained(services, best, scene.graph)
    reachable = _reachable(scene)
    earliest = _earliest(left, scene.step)
    by_service: dict[str, list[Change]] = defaultdict(list)
    for change in scene.changes:
        by_service[change.service].append(change)
    scored = [
        _score(name, left.get(name, ()), by_service[name], scene, reachable, first=name == earliest)
        for name in sorted(services)
    ]
    return tuple(sorted(scored, key=lambda each: (-each.log_odds, each.service)))


def _best(findings: Sequence[Finding]) -> Mapping[tuple[str, Kind], Finding]:
    best: dict[tuple[str, Kind], Finding] = {}
    for each in findings:
        if each.outcome is not Outcome.FOUND:
            continue
        key = (each.service, each.kind)
        if key not in best or (each.strength, best[key].id) > (best[key].strength, each.id):
            best[key] = each
    return best


def _gaps_to_their_end(
    best: Mapping[tuple[str, Kind], Finding], findings: Sequence[Finding]
) -> Mapping[tuple[str, Kind], Finding]:
    """A slow connection is seen from both ends; the end with the larger share of slow edges owns it."""
    total: dict[str, int] = defaultdict(int)
    slow: dict[str, int] = defaultdict(int)
    for each in findings:
        if each.kind is Kind.EDGE_GAP and each.outcome in {Outcome.FOUND, Outcome.CLEAN}:
            total[each.service] += 1
            slow[each.service] += each.outcome is Outcome.FOUND
    changed = dict(best)
    for service, edges in total.items():
        found = best.get((service, Kind.EDGE_GAP))
        if found is not None:
            # A single edge is no proof of which end it is; the more edges agree, the surer.
            share = slow[service] / edges
            sure = 1.0 - 0.3 / slow[service]
            changed[service, Kind.EDGE_GAP] = replace(found, strength=found.strength * share * sure)
    return changed


def _explained(
    services: Sequence[str], best: Mapping[tuple[str, Kind], Finding], graph: Graph
) -> Mapping[str, tuple[tuple[Finding, float], ...]]:
    """Per service, its evidence with what is left of it."""
    of_service: dict[str, dict[Kind, Finding]] = defaultdict(dict)
    for (service, kind), finding in best.items():
        of_service[service][kind] = finding
    troubled = {name: _trouble(of_service.get(name, {})) for name in services}
    busy = {name: _strength(of_service.get(name, {}), Kind.TRAFFIC) for name in services}
    result = {}
    for name, kinds in of_service.items():
        rows = []
        for finding in (kinds[kind] for kind in sorted(kinds)):
            explained = _by_neighbours(name, finding, troubled, busy, graph)
            left = finding.strength * explained.own * _beyond_traffic(finding, kinds)
            left *= 1.0 - _flooded(name, finding, kinds, busy, graph)
            rows.append((replace(finding, explained_by=explained.by, explained_share=explained.share), left))
        result[name] = tuple(sorted(rows, key=lambda row: (-row[1], -row[0].strength, row[0].id)))
    return result


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


def _by_neighbours(
    name: str,
    finding: Finding,
    troubled: Mapping[str, float],
    busy: Mapping[str, float],
    graph: Graph,
) -> Explained:
    way = NATURES[finding.kind].way
    if way is Way.STAYS or finding.strength <= 0:
        return Explained(1.0)
    strengths, neighbours = (troubled, graph.callees) if way is Way.TO_CALLERS else (busy, graph.callers)
    # A whisper does not explain a shout: a neighbour counts in full only if it is nearly as bad.
    weights = {
        other: (1.0 - math.exp(-each / 2)) * min(1.0, each / (0.7 * finding.strength))
        for other, each in strengths.items()
    }
    return explain(name, weights, neighbours)


def _beyond_traffic(finding: Finding, kinds: Mapping[Kind, Finding]) -> float:
    """Cpu, connections and the like rise with traffic; only what exceeds it is evidence."""
    traffic = kinds.get(Kind.TRAFFIC)
    if traffic is None or finding.kind not in _FOLLOW_TRAFFIC:
        return 1.0
    grown, more = finding.effect or 0.0, traffic.effect or 0.0
    if more <= 0 or grown <= 0:
        return 1.0
    return min(1.0, max(0.25, (grown - more) / grown))


def _flooded(
    name: str,
    finding: Finding,
    kinds: Mapping[Kind, Finding],
    busy: Mapping[str, float],
    graph: Graph,
) -> float:
    """How much of a symptom a surge explains that comes from the service's callers and not from itself."""
    traffic = kinds.get(Kind.TRAFFIC)
    if traffic is None or (traffic.effect or 0.0) <= 0 or NATURES[finding.kind].family is not Family.SYMPTOM:
        return 0.0
    return 0.8 * (1.0 - _by_neighbours(name, traffic, {}, busy, graph).own)


_FOLLOW_TRAFFIC = frozenset(
    {Kind.CPU, Kind.CONNECTIONS, Kind.THREADS, Kind.NETWORK, Kind.DISK_IO, Kind.QUEUE}
)


def _reachable(scene: Scene) -> frozenset[str] | None:
    """Services that the symptom depends on; None when that is not known."""
    if not scene.symptom or scene.symptom not in scene.graph.services:
        return None
    return frozenset(scene.graph.causes_of(scene.symptom))


def _earliest(left: Mapping[str, tuple[tuple[Finding, float], ...]], step: timedelta) -> str:
    """The service that was bad clearly before all others, if there is one: two steps, or it is a tie."""
    firsts = []
    for name, rows in left.items():
        seen = [f.first_seen for f, strength in rows if f.first_seen is not None and strength >= CLEAR]
        if seen:
            firsts.append((min(seen), name))
    firsts.sort()
    if not firsts[1:] or firsts[1][0] - firsts[0][0] <= 2 * step:
        return ""
    return firsts[0][1]


def _score(
    name: str,
    rows: tuple[tuple[Finding, float], ...],
    changes: Sequence[Change],
    scene: Scene,
    reachable: frozenset[str] | None,
    *,
    first: bool,
) -> Scored:
    terms = [Term("prior", PRIOR, "any service, before evidence")]
    if reachable is not None and name not in reachable:
        terms.append(Term("place", UNREACHABLE, f"{scene.symptom} does not depend on it"))
    for family in Family:
        term = _family_term(family, rows)
        if term is not None:
            terms.append(term)
    weighed = change_rules.weigh(changes, rows, scene.onset, scene.step)
    telling = max(weighed, key=lambda each: each.log_odds, default=None)
    if telling is not None and telling.log_odds > 0:
        terms.append(Term("change", telling.log_odds, f"{telling.change.kind}: {telling.reason.value}"))
    if first:
        terms.append(Term("first", FIRST_BONUS, "its trouble began clearly before everyone else's"))
    return Scored(
        name, math.fsum(term.log_odds for term in terms), _kind(rows, telling), tuple(terms), rows, weighed
    )


def _family_term(family: Family, rows: tuple[tuple[Finding, float], ...]) -> Term | None:
    inside = sorted(
        ((left, f) for f, left in rows if NATURES[f.kind].family is family and left > 0),
        key=lambda row: (-row[0], row[1].id),
    )
    if not inside:
        return None
    weight = WEIGHTS[family]
    strength = inside[0][0] + SECOND * (inside[1][0] if len(inside) > 1 else 0.0)
    subject = inside[0][1].subject
    because = f"{subject}: {inside[0][0]:.1f} of {inside[0][1].strength:.1f} is its own"
    return Term(family.value, min(weight.cap, weight.unit * strength), because)


def _kind(rows: tuple[tuple[Finding, float], ...], telling: change_rules.Weighed | None) -> str:
    """What is to blame: a change that its evidence begins at, else the strongest local kind, else failure.

    Latency and errors are symptoms and are never named: a service that shows only those is failing by
    itself for a reason that its telemetry does not show.
    """
    if telling is not None and telling.reason is change_rules.Reason.ANCHORED:
        return change_rules.kind_of(telling.change)
    worth = [
        (left * WEIGHTS[NATURES[f.kind].family].unit, f.kind)
        for f, left in rows
        if left > 0 and NATURES[f.kind].family not in {Family.SYMPTOM, Family.LOGS}
    ]
    if not worth:
        return "failure"
    most = max(value for value, _ in worth)
    kind = min(kind for value, kind in worth if value == most)
    if NATURES[kind].family is Family.NETWORK and kind is not Kind.DNS:
        return "network"
    return "code" if kind is Kind.SELF_TIME else kind.value
