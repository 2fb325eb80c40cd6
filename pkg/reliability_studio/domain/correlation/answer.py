"""The ranked services as an answer for people: probabilities under caps, words, impact, ruled out, steps."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reliability_studio.domain.correlation import changes as change_rules
from reliability_studio.domain.correlation import confidence as trust
from reliability_studio.domain.correlation.evidence import (
    Affected,
    Call,
    Cause,
    Finding,
    Likely,
    Onset,
    Outcome,
    RuledOut,
    Step,
    Verdict,
    Window,
)
from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind, Way
from reliability_studio.domain.correlation.ranking import Scene, Scored
from reliability_studio.domain.correlation.steps import steps
from reliability_studio.domain.correlation.telemetry import Earlier, Source
from reliability_studio.domain.correlation.topology import Graph

USED = "used"
"""What `sources` says about one that had data."""
MOST_EVIDENCE = 5
MOST_RULED_OUT = 100


@dataclass(frozen=True, slots=True)
class Material:
    """What the answer is made of."""

    ranked: tuple[Scored, ...]
    findings: tuple[Finding, ...]
    scene: Scene
    onset: Onset
    window: Window
    baseline: Window
    normal_minutes: float
    sources: Mapping[Source, str]
    earlier: Earlier | None = None
    namespace: str = ""


def rested_on(verdict: Verdict) -> Earlier:
    """What a verdict rests on, for the next question about the same incident."""
    return Earlier(
        confidence={each.service: each.confidence for each in verdict.causes},
        told=frozenset(
            (each.service, each.kind)
            for each in verdict.findings
            if each.outcome is Outcome.FOUND
            or (each.outcome is Outcome.CLEAN and NATURES[each.kind].family is Family.SYMPTOM)
        ),
        used=frozenset(source for source, state in verdict.sources.items() if state == USED),
    )


def _gone(material: Material) -> tuple[str, ...]:
    """Services and sources of which an earlier answer had telemetry that is missing now; calm is not."""
    if material.earlier is None:
        return ()
    there = {
        (each.service, each.kind)
        for each in material.findings
        if each.outcome in {Outcome.FOUND, Outcome.CLEAN}
    }
    # A pattern has no clean outcome: while the service still writes lines, its absence is calm.
    there |= {(service, Kind.LOG_PATTERN) for service, kind in there if kind is Kind.LOG_ERRORS}
    silent = {service for service, kind in material.earlier.told if (service, kind) not in there}
    sources = {source.value for source in material.earlier.used if material.sources.get(source) != USED}
    return (*sorted(silent), *sorted(sources))


def verdict(material: Material) -> Verdict:
    """Put numbers into words, and everything that was considered into one value."""
    chances, none = trust.probabilities({each.service: each.log_odds for each in material.ranked})
    graph = material.scene.graph
    seen = {each.service for each in material.findings if each.outcome in {Outcome.FOUND, Outcome.CLEAN}}
    there = sum(material.sources[each] == USED for each in (Source.METRICS, Source.TRACES, Source.LOGS))
    causes: list[Cause] = []
    limits: tuple[trust.Cap, ...] = ()
    gone = _gone(material)
    for each in material.ranked:
        unseen = next((name for name in graph.causes_of(each.service) if name not in seen), "")
        caps = trust.caps(
            trust.Footing(each.signals, bool(graph.services), material.normal_minutes, unseen, there)
        )
        rivals = [name for name in gone if name != each.service]
        if material.earlier is not None and rivals:
            then = material.earlier.confidence.get(each.service, 0.0)
            caps = tuple(sorted((*caps, trust.lost(then, rivals)), key=lambda cap: cap.at))
        if not causes:
            limits = tuple(cap for cap in caps if cap.at < chances[each.service])
        causes.append(_cause(each, trust.capped(chances[each.service], caps)))
    likely = trust.words(causes[0].confidence) if causes else Likely.NONE
    center = _center(causes, likely, material.scene)
    felt = impact(center, graph, material.findings) if center else ()
    return Verdict(
        onset=material.onset,
        window=material.window,
        baseline=material.baseline,
        causes=tuple(causes),
        none=none,
        likely=likely,
        headline=_headline(causes, likely),
        caps=tuple(cap.because for cap in limits),
        impact=felt,
        center=center,
        calls=_calls(graph, {each.service for each in felt}),
        findings=_with_explanations(material),
        ruled_out=_ruled_out(material, blamed=causes[0] if likely is not Likely.NONE and causes else None),
        steps=_steps(causes, likely, material),
        sources=material.sources,
    )


def _steps(causes: Sequence[Cause], likely: Likely, material: Material) -> tuple[Step, ...]:
    if not causes or likely is Likely.NONE:
        return ()
    return steps(causes[0], material.onset.at, material.namespace)


def _cause(scored: Scored, confidence: float) -> Cause:
    own = [finding for finding, left in scored.own if left > 0]
    changes = tuple(each.change for each in scored.changes if each.log_odds > 0)
    return Cause(
        service=scored.service,
        kind=scored.kind,
        confidence=confidence,
        log_odds=scored.log_odds,
        summary=_summary(scored, own),
        terms=scored.terms,
        evidence=tuple(own[:MOST_EVIDENCE]),
        changes=changes,
    )


def _summary(scored: Scored, own: Sequence[Finding]) -> str:
    if not own:
        return f"{scored.service}: nothing unusual of its own"
    seen = f"{NATURES[own[0].kind].words} ({own[0].subject})"
    return f"{_change(scored) or scored.service}: {seen}"


def _change(scored: Scored) -> str:
    """The change that the trouble is tied to, which is what people can take back; empty without one."""
    for each in sorted(scored.changes, key=lambda one: one.reason is not change_rules.Reason.WORSE):
        if each.shown:
            worse = ", worse in its new pods" if each.reason is change_rules.Reason.WORSE else ""
            return f"{each.change.kind} of {scored.service} at {each.change.at:%H:%M} UTC{worse}"
    return ""


def _headline(causes: Sequence[Cause], likely: Likely) -> str:
    if likely is Likely.NONE or not causes:
        return "No cause found: nothing explains the trouble well enough to be named."
    return f"{likely.value.capitalize()}: {causes[0].summary}."


def _center(causes: Sequence[Cause], likely: Likely, scene: Scene) -> str:
    """Whose blast radius is told: an unnamed suspect has none, so it is then that of the symptom."""
    if causes and (likely is not Likely.NONE or not scene.symptom):
        return causes[0].service
    return scene.symptom


def _calls(graph: Graph, among: Collection[str]) -> tuple[Call, ...]:
    return tuple(
        Call(caller, callee, graph.share(caller, callee))
        for caller in sorted(among)
        for callee in graph.callees.get(caller, {})
        if callee in among
    )


def impact(service: str, graph: Graph, findings: Sequence[Finding]) -> tuple[Affected, ...]:
    """Who feels trouble in a service: itself and everyone who calls it, however far, nearest first."""
    impaired = {
        each.service
        for each in findings
        if each.outcome is Outcome.FOUND
        and (NATURES[each.kind].family is Family.SYMPTOM or each.kind is Kind.LOG_ERRORS)
    }
    hops = graph.feels(service)
    return tuple(
        Affected(name, hop, _share_towards(name, service, hops, graph), name in impaired)
        for name, hop in sorted(hops.items(), key=lambda row: (row[1], row[0]))
    )


def _share_towards(name: str, service: str, hops: Mapping[str, int], graph: Graph) -> float | None:
    """Share of a caller's requests that go the shortest way to the cause."""
    if name == service:
        return 1.0
    shares = [
        share
        for callee in graph.callees.get(name, {})
        if hops.get(callee, len(hops)) < hops[name] and (share := graph.share(name, callee)) is not None
    ]
    return min(1.0, sum(shares)) if shares else None


def _with_explanations(material: Material) -> tuple[Finding, ...]:
    """Every finding, those that neighbours explain with the neighbour's name."""
    explained = {f.id: f for each in material.ranked for f, _ in each.own}
    return tuple(explained.get(each.id, each) for each in material.findings)


def _ruled_out(material: Material, blamed: Cause | None) -> tuple[RuledOut, ...]:
    """Changes that are not to blame, symptoms that neighbours explain, what is clean."""
    rows: list[RuledOut] = []
    for each in material.ranked:
        if blamed is not None and each.service == blamed.service:
            continue
        for weighed in each.changes:
            what = f"{weighed.change.kind} {weighed.change.summary}".strip()
            rows.append(RuledOut(each.service, what, weighed.reason.value))
        for finding, left in each.own:
            if finding.explained_by and left < 0.5 * finding.strength:
                towards = "its caller" if NATURES[finding.kind].way is Way.TO_CALLEES else "its dependency"
                rows.append(
                    RuledOut(each.service, finding.subject, f"explained by {towards} {finding.explained_by}")
                )
    rows += _clean(material)
    return tuple(rows[:MOST_RULED_OUT])


def _clean(material: Material) -> list[RuledOut]:
    troubled = {f.service for f in material.findings if f.outcome is Outcome.FOUND}
    kinds: dict[str, set[str]] = {}
    for each in material.findings:
        if each.outcome is Outcome.CLEAN and each.service not in troubled:
            kinds.setdefault(each.service, set()).add(each.kind.value)
    return [
        RuledOut(service, ", ".join(sorted(names)), "within its own noise")
        for service, names in sorted(kinds.items())
    ]
