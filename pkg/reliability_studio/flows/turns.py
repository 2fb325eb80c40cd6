"""When which version of a workload took over: new ones at their creation, and old ones that came back.

A rollback makes no version. The old one is scaled up again under a higher number, and when that was is
written nowhere: it is read off the event of its first step, else bounded from above by what it left behind. A
bound is told as one, "at or before".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from reliability_studio.domain.correlation.rollout import BOUNDS, KnownBy, rollout_id
from reliability_studio.flows.sights import WorkloadSight
from reliability_studio.sources.cluster_objects import Version, Workload, WorkloadKind
from reliability_studio.sources.scaling import Step, scaled_up

CREATING = timedelta(minutes=1)
"""A version's first step follows its creation at once; a step so soon after it is no return."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A version that took over."""

    version: Version
    before: Version | None
    """The one that ran until then; None for the first that is known."""
    revision: int
    """The number that it took over under; 0 where that is not known."""
    at: datetime
    known_by: KnownBy
    back_to: int | None = None
    """Of a rollback, the number that the version had before, 0 where unknown; None of a new version."""

    @property
    def id(self) -> str:
        """Unique in a namespace, and the same at every look."""
        return rollout_id(self.version.name, self.revision, self.back_to)

    @property
    def title(self) -> str:
        """Which workload's turn it is, and that it is a rollback."""
        number = f" revision {self.revision}" if self.revision else ""
        if self.back_to is None:
            return f"{self.version.workload}{number}"
        to = f"revision {self.back_to}" if self.back_to else "an earlier version"
        return f"{self.version.workload}{number}: rolled back to {to}"

    @property
    def bound(self) -> str:
        """What is to be said of its moment; empty when that is known."""
        if self.known_by not in BOUNDS:
            return ""
        return f"; it began at or before {self.at:%H:%M:%S} UTC ({BOUNDS[self.known_by]})"


def turns(workload: Workload, seen: WorkloadSight) -> tuple[Turn, ...]:
    """Every turn of a workload's versions whose moment is known, or bounded, oldest first.

    Numbers order them, and creation where a version has no number. Of returns before the newest turn only
    those are known whose first step still has its event; the others are left out, but ran before the next.
    """
    named = workload.kind, workload.namespace, workload.name
    mine = [each for each in seen.versions if (each.kind, each.namespace, each.workload) == named]
    places = list(_places(mine))
    steps: dict[str, list[Step]] = {}
    if workload.kind is WorkloadKind.DEPLOYMENT:
        for step in scaled_up(seen.events, workload.name, workload.namespace):
            steps.setdefault(step.version, []).append(step)
    found = _dated(places, steps, workload)
    if places and len(places) - 1 not in found:
        newest = places[-1]
        began = max((turn.at for turn in found.values()), default=newest.version.created)
        bounds = _bounds(newest.version, began, steps.get(newest.version.name, ()), workload, seen)
        if bounds:
            known_by, at = min(bounds, key=lambda bound: bound[1])
            found[len(places) - 1] = _turn(places, len(places) - 1, at, known_by)
    return tuple(turn for _, turn in sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Place:
    """A turn in the order of all, before anything is known of its moment."""

    order: float
    revision: int
    version: Version
    back_to: int | None = None


def _places(versions: Sequence[Version]) -> Iterator[_Place]:
    if not all(each.revision for each in versions):
        for each in sorted(versions, key=lambda each: (each.created, each.name)):
            yield _Place(0, each.revision, each)
        return
    places = [place for each in versions for place in _of_version(each, versions)]
    yield from sorted(places, key=lambda each: (each.order, each.version.created, each.version.name))


def _of_version(version: Version, versions: Iterable[Version]) -> Iterator[_Place]:
    past = [each for each in version.past if each < version.revision]
    if past:
        numbers = (*past, version.revision)
        yield _Place(numbers[0], numbers[0], version)
        for was, number in pairwise(numbers):
            yield _Place(number, number, version, was)
        return
    younger = [each for each in versions if each.created > version.created]
    if not any(each.revision < version.revision for each in younger):
        yield _Place(version.revision, version.revision, version)
        return
    # It has a higher number than one that came after it: it came back, and its first number is lost.
    first = min((each.past or (each.revision,))[0] for each in younger)
    yield _Place(first - 0.5, 0, version)
    yield _Place(version.revision, version.revision, version, 0)


def _dated(
    places: Sequence[_Place], steps: Mapping[str, Sequence[Step]], workload: Workload
) -> dict[int, Turn]:
    """By place: new versions by their creation, returns by the event of their first step.

    Backwards, because the server keeps the last time of events that say the same.
    """
    found: dict[int, Turn] = {}
    until = workload.rolled_out
    for at in reversed(range(len(places))):
        place = places[at]
        version = place.version
        if place.back_to is None:
            found[at] = _turn(places, at, version.created, KnownBy.CREATED)
        else:
            newest = at == len(places) - 1
            # What it did as the newest was done by the end of its own rollout; a workload that is scaled to
            # nothing and up again when nobody calls takes such a step later, too.
            last = until if newest and workload.progressing == version.name else None
            later = min((turn.at for turn in found.values()), default=None)
            since = max(each.version.created for each in places[:at] if each.back_to is None)
            first = [
                step.at
                for step in steps.get(version.name, ())
                if step.first
                and _second(step.at) >= max(since, version.created + CREATING)
                and (last is None or _second(step.at) <= last)
                and (later is None or step.at < later)
            ]
            numbered = version.renumbered if newest else None
            if numbered is not None and numbered >= since:
                found[at] = _turn(places, at, numbered, KnownBy.RENUMBERED)
            elif first:
                found[at] = _turn(places, at, max(first), KnownBy.FIRST_STEP)
    return found


def _bounds(
    version: Version,
    since: datetime,
    steps: Iterable[Step],
    workload: Workload,
    seen: WorkloadSight,
) -> list[tuple[KnownBy, datetime]]:
    """What a version that came back has left behind since the turn before.

    The condition's lastTransitionTime is none of it: it moves when a rollout gets stuck or loose, not when
    another begins.
    """
    since = _second(since)
    found = [(KnownBy.LATER_STEP, step.at) for step in steps if step.at >= since]
    found += [
        (KnownBy.FIRST_POD, pod.created)
        for pod in seen.pods
        if pod.created is not None and pod.created >= since and version.runs(pod)
    ]
    moved = workload.rolled_out
    if moved is not None and moved >= since and workload.progressing == version.name:
        found.append((KnownBy.PROGRESS, moved))
    return found


def _turn(places: Sequence[_Place], at: int, began: datetime, known_by: KnownBy) -> Turn:
    place = places[at]
    before = places[at - 1].version if at else None
    turn = Turn(place.version, before, place.revision, began, known_by, place.back_to)
    # The version between a version and itself is gone: nobody knows any more what ran then.
    return replace(turn, before=None) if before is place.version else turn


def _second(moment: datetime) -> datetime:
    """Objects are dated in whole seconds, events more finely."""
    return moment.replace(microsecond=0)
