"""How an incident moves: the status machine, its milestones, its durations.

    open → acknowledged → investigating → mitigated → resolved → closed

Skipping forward is allowed, and what was skipped is stamped with the same moment, so that a resolved
incident has every milestone. The only way back is to reopen: the run that ended is kept in `episodes` and a
new one begins. Milestones keep their order (started ≤ detected ≤ acknowledged, started ≤ mitigated ≤
resolved), whoever sets them, so that no duration is ever negative. The own states of an organisation lie
within these: entering a status begins its first one, and nothing else here depends on them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.incidents.model import Episode, Incident, Milestone, Milestones, Stamp, Status
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames

SYSTEM = "system"
"""Who set what nobody set."""

MAX_EPISODES = 100
"""Earlier runs that an incident remembers; of more, the oldest of them give way."""


class Move(StrEnum):
    """What became of a wish to change the status."""

    FORWARD = "forward"
    REOPENED = "reopened"
    UNCHANGED = "unchanged"
    """It has this status already."""
    BACKWARDS = "backwards"
    """Refused: the only way back is to reopen."""
    NOT_ENDED = "not_ended"
    """Refused: only what was resolved or closed can be reopened, and into an active status."""
    STILL_FIRING = "still_firing"
    """Refused: the source still fires and nobody forced it."""
    MERGED = "merged"
    """Refused: another incident took this one in."""

    @property
    def refused(self) -> bool:
        """Whether the incident stays as it was against the wish."""
        return self not in {Move.FORWARD, Move.REOPENED, Move.UNCHANGED}


@dataclass(frozen=True, slots=True)
class Step:
    """The incident afterwards (unchanged when refused) and why."""

    incident: Incident
    move: Move


class Counting(StrEnum):
    """Which run counts when an incident was reopened."""

    LAST = "last"
    """The present run alone."""
    SUM = "sum"
    """All runs, without the pauses between them."""
    WHOLE = "whole"
    """From the first start to the last resolution."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Times between milestones; None until both are known. Never negative."""

    detect: timedelta | None
    acknowledge: timedelta | None
    mitigate: timedelta | None
    resolve: timedelta | None


_STAMPED = (
    (Status.ACKNOWLEDGED, Milestone.ACKNOWLEDGED),
    (Status.MITIGATED, Milestone.MITIGATED),
    (Status.RESOLVED, Milestone.RESOLVED),
)
"""The milestone that reaching a status sets."""

_ORDER = (
    (Milestone.STARTED, Milestone.DETECTED),
    (Milestone.STARTED, Milestone.DECLARED),
    (Milestone.DETECTED, Milestone.ACKNOWLEDGED),
    (Milestone.STARTED, Milestone.MITIGATED),
    (Milestone.MITIGATED, Milestone.RESOLVED),
    (Milestone.DETECTED, Milestone.RESOLVED),
    (Milestone.ACKNOWLEDGED, Milestone.RESOLVED),
)
"""Pairs whose second is never before the first."""


def begun(started: datetime, now: datetime, by: str) -> Milestones:
    """The milestones of a new incident; a start in the future (a clock that is ahead) counts as now."""
    onset = min(started, now)
    return {
        Milestone.STARTED: Stamp(onset, by),
        Milestone.DETECTED: Stamp(now, by),
        Milestone.DECLARED: Stamp(now, by),
    }


def advance(
    incident: Incident,
    to: Status,
    *,
    by: str,
    now: datetime,
    at: datetime | None = None,
    firing: int = 0,
    force: bool = False,
    reopen: bool = False,
    names: StatusNames = BUILT_IN_NAMES,
) -> Step:
    """Move to a status.

    Args:
        incident: as it is.
        to: the wished status.
        by: who wishes it.
        now: the moment of the decision.
        at: when it was reached, if that is earlier than now.
        firing: how many of its alerts still fire; they stand against resolving.
        force: resolve nevertheless.
        reopen: the way back is meant.
        names: say in which own state the status begins.
    """
    refusal = _refusal(incident, to, firing=firing, force=force, reopen=reopen)
    if refusal is not None:
        return Step(incident, refusal)
    if to.order < incident.status.order:
        back = reopened(incident, to, by=by, now=now, at=at, names=names)
        return Step(back, Move.REOPENED)
    moment = min(at or now, now)
    return Step(_touched(_stamped(incident, to, moment, by, names), by, now), Move.FORWARD)


def reopened(
    incident: Incident,
    to: Status,
    *,
    by: str,
    now: datetime,
    at: datetime | None = None,
    names: StatusNames = BUILT_IN_NAMES,
) -> Incident:
    """A new run of an ended incident; the run that ended is kept."""
    ended = incident.milestones.get(Milestone.RESOLVED) or Stamp(incident.updated_at, incident.updated_by)
    past = Episode(incident.started_at, max(ended.at, incident.started_at), ended.by)
    # The new run begins after the old one ended, even if a clock says otherwise.
    started = min(max(at or now, past.resolved), now) if past.resolved <= now else past.resolved
    detected = max(now, started)
    fresh = {
        Milestone.STARTED: Stamp(started, by),
        Milestone.DETECTED: Stamp(detected, by),
        Milestone.DECLARED: Stamp(detected, by),
    }
    bare = replace(
        incident,
        status=Status.OPEN,
        milestones=fresh,
        episodes=(*incident.episodes, past)[-MAX_EPISODES:],
        hold_until=None,
    )
    return _touched(_stamped(bare, to, now, by, names), by, now)


def corrected(
    incident: Incident, moments: Mapping[Milestone, datetime], *, by: str, now: datetime
) -> tuple[Incident, Mapping[Milestone, str]]:
    """Milestones as somebody corrects them: the incident afterwards, or what is wrong with each.

    A milestone that was not reached cannot be set this way: it belongs to a status.
    """
    problems: dict[Milestone, str] = {}
    stamps = dict(incident.milestones)
    for milestone, moment in moments.items():
        if milestone not in stamps:
            problems[milestone] = "was not reached yet: change the status instead"
        elif moment > now:
            problems[milestone] = "lies in the future"
        stamps[milestone] = Stamp(moment, by)
    for first, second in _ORDER:
        if first in stamps and second in stamps and stamps[second].at < stamps[first].at:
            wrong = second if second in moments else first
            relation = "before" if wrong == second else "after"
            other = first if wrong == second else second
            problems.setdefault(wrong, f"lies {relation} {other.value}, which was at {stamps[other].at}")
    if incident.episodes and stamps[Milestone.STARTED].at < incident.episodes[-1].resolved:
        problems.setdefault(Milestone.STARTED, "lies before the end of the earlier run")
    if problems:
        return incident, problems
    return _touched(replace(incident, milestones=stamps), by, now), {}


def durations(incident: Incident, counting: Counting = Counting.LAST) -> Durations:
    """Times between the milestones, by the policy for reopened incidents."""
    started, detected = incident.started_at, incident.milestones[Milestone.DETECTED].at
    return Durations(
        detect=detected - started,
        acknowledge=_between(detected, incident.at(Milestone.ACKNOWLEDGED)),
        mitigate=_between(started, incident.at(Milestone.MITIGATED)),
        resolve=_resolve_time(incident, counting),
    )


def _resolve_time(incident: Incident, counting: Counting) -> timedelta | None:
    resolved = incident.at(Milestone.RESOLVED)
    if resolved is None:
        return None
    if counting is Counting.WHOLE:
        first = incident.episodes[0].started if incident.episodes else incident.started_at
        return resolved - first
    present = resolved - incident.started_at
    if counting is Counting.LAST:
        return present
    return sum((past.resolved - past.started for past in incident.episodes), present)


def _refusal(incident: Incident, to: Status, *, firing: int, force: bool, reopen: bool) -> Move | None:
    if incident.merged_into is not None:
        return Move.MERGED
    if to is incident.status:
        return Move.UNCHANGED
    if to.order < incident.status.order:
        if not reopen:
            return Move.BACKWARDS
        return None if not incident.status.active and to.active else Move.NOT_ENDED
    if to.order >= Status.RESOLVED.order > incident.status.order and firing and not force:
        return Move.STILL_FIRING
    return None


def _stamped(incident: Incident, to: Status, at: datetime, by: str, names: StatusNames) -> Incident:
    """With the status, its first own state, and all milestones up to it, none before an earlier one."""
    stamps = dict(incident.milestones)
    for status, milestone in _STAMPED:
        if status.order <= to.order and milestone not in stamps:
            earlier = [
                stamps[first].at for first, second in _ORDER if second is milestone and first in stamps
            ]
            stamps[milestone] = Stamp(max(at, *earlier), by)
    return replace(incident, status=to, stage=names.first(to), milestones=stamps, hold_until=None)


def _between(start: datetime, end: datetime | None) -> timedelta | None:
    return None if end is None else end - start


def _touched(incident: Incident, by: str, now: datetime) -> Incident:
    return replace(incident, updated_at=now, updated_by=by)
