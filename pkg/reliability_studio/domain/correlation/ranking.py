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
from reliability_studio.domain.correlation.evidence import Finding, Outcome, Term
from reliability_studio.domain.correlation.explaining import CLEAR, explained
from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind
from reliability_studio.domain.correlation.logs import known
from reliability_studio.domain.correlation.telemetry import Change
from reliability_studio.domain.correlation.topology import Graph

PRIOR = -4.0
"""Log-odds of any one service before evidence."""
UNREACHABLE = math.log(0.1)
"""Added when the symptom does not depend on the service."""
SECOND = 0.3
"""Share of a second kind of the same family."""
SURGE = 2.5
"""Most that a surge gains where it enters, if all others' trouble follows from it."""
FIRST_BONUS = 0.5
TELLING = 0.3
"""Share of the loudest evidence that a kind must reach to be named as what is to blame."""


@dataclass(frozen=True, slots=True)
class Weight:
    """How much one unit of strength of a family is worth in log-odds, and where that flattens."""

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
        """Independent kinds of evidence that are still its own, a change that shows included."""
        kinds = {finding.kind for finding, left in self.own if left >= 1.0}
        return len(kinds) + any(each.shown for each in self.changes)


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
    left = explained(services, best, findings, scene.graph, scene.symptom)
    reachable = _reachable(scene)
    earliest = _earliest(left.rows, scene.step)
    by_service: dict[str, list[Change]] = defaultdict(list)
    for change in scene.changes:
        by_service[change.service].append(change)
    scored = [
        _score(
            name,
            left.rows.get(name, ()),
            by_service[name],
            scene,
            _Standing(
                reachable is None or name in reachable,
                name == earliest,
                left.drowned_by(name, scene.graph),
            ),
        )
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


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a service stands among the others."""

    reachable: bool
    first: bool
    drowns: float


def _score(
    name: str,
    rows: tuple[tuple[Finding, float], ...],
    changes: Sequence[Change],
    scene: Scene,
    standing: _Standing,
) -> Scored:
    terms = [Term("prior", PRIOR, "any service, before evidence")]
    if not standing.reachable:
        terms.append(Term("place", UNREACHABLE, f"{scene.symptom} does not depend on it"))
    for family in Family:
        term = _family_term(family, rows)
        if term is not None:
            terms.append(term)
    weighed = change_rules.weigh(changes, rows, scene.onset, scene.step)
    telling = max(weighed, key=lambda each: each.log_odds, default=None)
    if telling is not None and telling.log_odds > 0:
        terms.append(Term("change", telling.log_odds, f"{telling.change.kind}: {telling.reason.value}"))
    if standing.drowns > 0:
        terms.append(
            Term("surge", SURGE * standing.drowns, "the surge that enters here explains others' trouble")
        )
    if standing.first:
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
    worth = weight.unit * strength
    # Past the cap a tenth still counts: a hard end would tie everyone who is loud, and order by name.
    return Term(family.value, min(weight.cap, worth) + 0.1 * max(0.0, worth - weight.cap), because)


def _kind(rows: tuple[tuple[Finding, float], ...], telling: change_rules.Weighed | None) -> str:
    """What is to blame: a change that its evidence begins at, else the strongest local kind, else failure.

    Latency and errors are symptoms and are never named: a service that shows only those is failing by
    itself for a reason that its telemetry does not show. Nor is a fall of traffic ever a cause.
    """
    if telling is not None and telling.reason is change_rules.Reason.ANCHORED:
        return change_rules.kind_of(telling.change)
    worth = sorted(
        (-left * WEIGHTS[NATURES[f.kind].family].unit, f.kind)
        for f, left in rows
        if left > 0 and NATURES[f.kind].family not in {Family.SYMPTOM, Family.LOGS} and _may_cause(f)
    )
    loudest = max((left * WEIGHTS[NATURES[f.kind].family].unit for f, left in rows), default=0.0)
    if not worth or -worth[0][0] < TELLING * loudest:
        return _said_by_logs(rows)
    return _NAMES.get(worth[0][1], worth[0][1].value)


def _may_cause(finding: Finding) -> bool:
    return finding.kind is not Kind.TRAFFIC or (finding.effect or 0.0) > 0


def _said_by_logs(rows: tuple[tuple[Finding, float], ...]) -> str:
    """The cause that a service's own new log lines name, if they do."""
    for finding, left in rows:
        if finding.kind is Kind.LOG_PATTERN and left >= CLEAR:
            meaning = known.meaning(" ".join((finding.subject, *finding.samples_text)), "error")
            if meaning is not None and meaning in _MEANT:
                return _MEANT[meaning]
    return "failure"


_NAMES: Mapping[Kind, str] = {
    Kind.EDGE_GAP: "network",
    Kind.NETWORK_ERRORS: "network",
    Kind.SELF_TIME: "code",
    Kind.EVENT: "failure",
    Kind.GENERIC: "failure",
}
_MEANT: Mapping[known.Meaning, str] = {
    known.Meaning.MEMORY: Kind.MEMORY.value,
    known.Meaning.CERTIFICATE: Kind.CERTIFICATE.value,
    known.Meaning.NAME: Kind.DNS.value,
    known.Meaning.DISK: Kind.DISK.value,
    known.Meaning.POOL: Kind.CONNECTIONS.value,
    known.Meaning.EXCEPTION: "code",
}
