"""What a merge makes wider in the incident that takes another in, and what that is again without it.

    widened(target, source, by, now)           with the source's services, earlier start, higher severity
    narrowed(target, merges, undone, …)        after one of its merges was undone

A merge is remembered with the breadth before it and what the source brought. When one is undone, the breadth
is what those that stay make of the one before: so the order does not matter in which merges are undone. What
is not what merges made of it was decided by somebody since, and stays as it was decided.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from reliability_studio.domain.incidents.lifecycle import corrected
from reliability_studio.domain.incidents.model import Grade, Incident, Milestone, Stamp

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Breadth:
    """What merges make wider."""

    started: Stamp
    grade: Grade
    services: tuple[str, ...]
    """Affected ones, the incident's own service too."""

    @classmethod
    def of(cls, incident: Incident) -> "Breadth":
        """That of an incident as it is."""
        services = {incident.service, *incident.services}
        return cls(incident.milestones[Milestone.STARTED], incident.grade, tuple(sorted(services)))


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge, as the target remembers it."""

    before: Breadth
    """The target's."""
    brought: Breadth
    """The source's."""


def widened(target: Incident, source: Incident, *, by: str, now: datetime) -> Incident:
    """The target with what the source adds: services, an earlier start, a higher severity."""
    milestones, brought = dict(target.milestones), Breadth.of(source)
    if not target.episodes:
        milestones[Milestone.STARTED] = _earlier(milestones[Milestone.STARTED], brought.started)
    return replace(
        target.graded(_louder(target.grade, brought.grade)),
        services=_others(target, {*target.services, *brought.services}),
        milestones=milestones,
        updated_at=now,
        updated_by=by,
    )


def narrowed(
    target: Incident,
    merges: Sequence[tuple[Merge, bool]],
    undone: int,
    *,
    own: Collection[str],
    by: str,
    now: datetime,
) -> Incident:
    """The target without what one merge brought; the same when nothing is to change.

    Args:
        target: as it is.
        merges: all of them, oldest first, and whether each is still in it; the one that is undone is not.
        undone: which of them that is.
        own: services of the alerts that stay with it.
        by: who undoes.
        now: when.
    """
    grades = [(one.before.grade, one.brought.grade, stays) for one, stays in merges]
    narrow = replace(
        target.graded(_without(target.grade, grades, undone, _louder)), services=_left(target, merges, own)
    )
    starts = [(one.before.started, one.brought.started, stays) for one, stays in merges]
    start = _without(narrow.milestones[Milestone.STARTED], starts, undone, _earlier)
    # It stays where it is when people set something meanwhile that lies before the other one.
    narrow, _ = corrected(narrow, {Milestone.STARTED: start.at}, by=start.by, now=now)
    same = replace(narrow, updated_at=target.updated_at, updated_by=target.updated_by) == target
    return target if same else replace(narrow, updated_at=now, updated_by=by)


def _without(value: T, merges: Sequence[tuple[T, T, bool]], undone: int, wider: Callable[[T, T], T]) -> T:
    """What it is without one merge; the same if somebody else decided what it is.

    `merges` has what it was before each, what each brought, and whether each stays.
    """
    first = undone
    # Back to before the merges that followed each other with nobody's decision in between.
    while first and wider(*merges[first - 1][:2]) == merges[first][0]:
        first -= 1
    was = now = merges[first][0]
    for position, (_, brought, stays) in enumerate(merges[first:], first):
        if stays or position == undone:
            was = wider(was, brought)
        if stays:
            now = wider(now, brought)
    return now if was == value else value


def _left(target: Incident, merges: Sequence[tuple[Merge, bool]], own: Collection[str]) -> tuple[str, ...]:
    """The services without those that only a merge brought which was undone."""
    gone = {name for one, stays in merges if not stays for name in one.brought.services}
    kept = {name for one, stays in merges if stays for name in one.brought.services}
    before = merges[0][0].before.services
    return _others(target, {*target.services} - (gone - kept - {*before} - {*own}))


def _others(target: Incident, services: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted({*services} - {target.service}))


def _earlier(one: Stamp, other: Stamp) -> Stamp:
    return other if other.at < one.at else one


def _louder(one: Grade, other: Grade) -> Grade:
    return other if other.rank < one.rank else one
