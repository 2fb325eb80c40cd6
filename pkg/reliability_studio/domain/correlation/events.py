"""Kubernetes events as evidence: near-certain when they are new, worthless when they are daily life.

A table says what each reason means and how much it weighs; how often the same reason came for the same
service before the onset takes that weight away again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability_studio.domain.correlation.evidence import Finding, Outcome, Window
from reliability_studio.domain.correlation.kinds import NATURES, Kind
from reliability_studio.domain.correlation.telemetry import ClusterEvent

LEAD = timedelta(minutes=5)
"""How long before the onset an event may lie and still belong to it."""
MOST_REASONS = 200


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason says."""

    kind: Kind
    strength: float
    words: str


MEANINGS: Mapping[str, Meaning] = {
    "oomkilling": Meaning(Kind.OOM, 5.0, "a container was killed for lack of memory"),
    "oomkilled": Meaning(Kind.OOM, 5.0, "a container was killed for lack of memory"),
    "systemoom": Meaning(Kind.NODE, 5.0, "the node ran out of memory"),
    "backoff": Meaning(Kind.RESTARTS, 4.0, "a container keeps crashing"),
    "crashloopbackoff": Meaning(Kind.RESTARTS, 4.5, "a container keeps crashing"),
    "evicted": Meaning(Kind.NODE, 4.5, "pods were evicted from their node"),
    "nodenotready": Meaning(Kind.NODE, 5.0, "the node is not ready"),
    "nodehasdiskpressure": Meaning(Kind.NODE, 4.5, "the node is short of disk"),
    "nodehasinsufficientmemory": Meaning(Kind.NODE, 4.5, "the node is short of memory"),
    "nodehasinsufficientpid": Meaning(Kind.NODE, 4.0, "the node is short of process ids"),
    "freediskspacefailed": Meaning(Kind.DISK, 4.5, "the node cannot free disk space"),
    "evictionthresholdmet": Meaning(Kind.NODE, 4.0, "the node reached its eviction threshold"),
    "networknotready": Meaning(Kind.NODE, 4.5, "the node's network is not ready"),
    "failedmount": Meaning(Kind.EVENT, 4.0, "a volume cannot be mounted"),
    "failedattachvolume": Meaning(Kind.EVENT, 4.0, "a volume cannot be attached"),
    "errimagepull": Meaning(Kind.EVENT, 4.5, "an image cannot be pulled"),
    "imagepullbackoff": Meaning(Kind.EVENT, 4.5, "an image cannot be pulled"),
    "failed": Meaning(Kind.EVENT, 3.0, "a container failed to start"),
    "failedscheduling": Meaning(Kind.EVENT, 3.5, "a pod fits on no node"),
    "failedcreate": Meaning(Kind.EVENT, 3.5, "a pod cannot be created"),
    "failedcreatepodsandbox": Meaning(Kind.EVENT, 3.5, "a pod's sandbox cannot be created"),
    "unhealthy": Meaning(Kind.EVENT, 2.5, "a probe fails"),
    "probeerror": Meaning(Kind.EVENT, 2.5, "a probe fails"),
    "preempted": Meaning(Kind.EVENT, 3.0, "a pod was pushed out by a more important one"),
    "failedgetresourcemetric": Meaning(Kind.EVENT, 1.0, "the autoscaler has no metrics"),
    "failedbinding": Meaning(Kind.EVENT, 3.0, "no volume matches a claim"),
    "provisioningfailed": Meaning(Kind.EVENT, 3.5, "a volume cannot be provisioned"),
}
_UNKNOWN_WARNING = Meaning(Kind.EVENT, 1.5, "Kubernetes warns")


def findings(events: Iterable[ClusterEvent], window: Window, baseline: Window) -> tuple[Finding, ...]:
    """One finding per service and reason that means something in the window."""
    grouped: dict[tuple[str, str], list[ClusterEvent]] = defaultdict(list)
    for each in events:
        if baseline.start <= each.at < window.end and _meaning(each) is not None:
            grouped[(each.service, each.reason)].append(each)
    return tuple(
        _finding(service, reason, group, window, baseline)
        for (service, reason), group in sorted(grouped.items())[:MOST_REASONS]
    )


def _meaning(event: ClusterEvent) -> Meaning | None:
    known = MEANINGS.get(event.reason.lower())
    if known is None:
        return _UNKNOWN_WARNING if event.type == "Warning" else None
    if "oom" in event.message.lower() and known.kind is Kind.RESTARTS:
        return MEANINGS["oomkilled"]
    return known


def _finding(
    service: str, reason: str, group: list[ClusterEvent], window: Window, baseline: Window
) -> Finding:
    begin = window.start - LEAD
    during = [each for each in group if each.at >= begin]
    before = [each for each in group if each.at < begin]
    meaning = _meaning(during[0] if during else group[0]) or _UNKNOWN_WARNING
    rate_now = _rate(during, begin, window.end)
    rate_before = _rate(before, baseline.start, begin)
    usual = min(1.0, rate_before / rate_now) if rate_now else 1.0
    strength = meaning.strength * (1.0 - usual)
    ordered = sorted(during, key=lambda each: (each.at, each.object, each.message))
    return Finding(
        id=f"event:{service}:{reason}",
        service=service,
        kind=meaning.kind,
        type=NATURES[meaning.kind].type,
        outcome=Outcome.FOUND if strength >= 1.0 else Outcome.CLEAN,
        subject=reason,
        window=Window(begin, window.end),
        baseline=Window(baseline.start, begin),
        before=float(sum(each.count for each in before)),
        now=float(sum(each.count for each in during)),
        samples=len(group),
        strength=strength if strength >= 1.0 else 0.0,
        first_seen=ordered[0].at if ordered else None,
        shown=ordered[0].at if ordered else None,
        pod=ordered[0].object if ordered else "",
        detail=f"{meaning.words}: {ordered[0].message}"[:300] if ordered else meaning.words,
        samples_text=tuple(dict.fromkeys(each.message[:300] for each in ordered))[:3],
    )


def _rate(events: list[ClusterEvent], start: datetime, end: datetime) -> float:
    minutes = max(1.0, (end - start).total_seconds() / 60)
    return sum(max(1, each.count) for each in events) / minutes
