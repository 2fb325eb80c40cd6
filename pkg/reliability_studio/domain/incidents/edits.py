"""What people do to an incident: declare one, change one; pure, with the entries that tell it.

    declare(org_id, wish, by, now)                     a new incident, or what is wrong with the wish
    edit(incident, change, by, now, firing)            the incident afterwards, or why not
    differences(before, after)                         only what changed, for the audit log

What is None in a `Change` stays as it is. A change that changes nothing gives the same incident back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from reliability_studio.domain.incidents.entries import severity_entry, status_entry
from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.lifecycle import Move, Step, advance, begun, corrected
from reliability_studio.domain.incidents.model import (
    UNASSIGNED,
    Grade,
    Incident,
    Link,
    Milestone,
    Origin,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames
from reliability_studio.domain.timeline import Entry, EntryType

Problem = tuple[str, str]
"""A path in the request, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A new incident as a person wants it. What is left empty a template may fill."""

    title: str = ""
    severity: Severity | None = None
    """None means medium."""
    level: str = ""
    """Id of a level of the ladder; wins over the severity."""
    usual_level: str = ""
    """The level of a template, whose severity stands beside it and counts when the level is gone."""
    service: str = ""
    services: tuple[str, ...] = ()
    summary: str = ""
    environment: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    assignee: str = ""
    drill: bool = False
    started_at: datetime | None = None
    status: Status = Status.OPEN
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What to change; None stays as it is."""

    title: str | None = None
    summary: str | None = None
    severity: Severity | None = None
    level: str | None = None
    """Id of a level of the ladder; wins over the severity."""
    status: Status | None = None
    stage: str | None = None
    """Id of an own state; moves to the status that it belongs to. Empty: the status without any."""
    service: str | None = None
    services: tuple[str, ...] | None = None
    environment: str | None = None
    labels: Mapping[str, str] | None = None
    fields: Mapping[str, object] | None = None
    roles: Mapping[str, str] | None = None
    assignee: str | None = None
    root_cause: str | None = None
    links: tuple[Link, ...] | None = None
    drill: bool | None = None
    milestones: Mapping[Milestone, datetime] = field(default_factory=dict)
    comment: str = ""
    force: bool = False
    reopen: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """What a change comes to; with problems or a refused move the incident is as it was."""

    incident: Incident
    entries: tuple[Entry, ...] = ()
    move: Move = Move.UNCHANGED
    problems: tuple[Problem, ...] = ()


_PLAIN = (
    "title",
    "summary",
    "environment",
    "labels",
    "fields",
    "roles",
    "root_cause",
    "links",
    "drill",
)
"""Fields that are written as they are given."""

_UNTOLD = frozenset({"id", "step", "version", "updated_at", "updated_by"})


def declare(
    org_id: int,
    wish: Wish,
    *,
    by: str,
    now: datetime,
    ladder: Ladder = BUILT_IN,
    names: StatusNames = BUILT_IN_NAMES,
) -> tuple[Incident, tuple[Problem, ...]]:
    """A new incident, with its number still to be taken; and what is wrong with the wish."""
    missing = () if wish.title.strip() else (("$.title", "is missing"),)
    grade, unknown = _wanted(ladder, wish)
    problems = (*missing, *unknown, *_when(wish, now))
    started = wish.started_at or wish.resolved_at or now
    incident = Incident(
        id=0,
        org_id=org_id,
        number=0,
        version=1,
        title=wish.title.strip(),
        severity=grade.severity,
        level=grade.level,
        step=grade.step,
        status=Status.OPEN,
        stage=names.first(Status.OPEN),
        service=wish.service.strip() or UNASSIGNED,
        origin=Origin.MANUAL,
        milestones=begun(started, now, by),
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
        summary=wish.summary,
        environment=wish.environment.strip(),
        services=_others(wish.services, wish.service.strip()),
        labels=dict(wish.labels),
        fields=dict(wish.fields),
        roles=dict(wish.roles),
        assignee=wish.assignee.strip(),
        drill=wish.drill,
    )
    if problems or wish.status is Status.OPEN:
        return incident, problems
    if wish.resolved_at is not None:
        # Told afterwards: it was known by its end at the latest.
        detected = Stamp(min(now, wish.resolved_at), by)
        incident = replace(incident, milestones={**incident.milestones, Milestone.DETECTED: detected})
    step = advance(incident, wish.status, by=by, now=now, at=wish.resolved_at, force=True, names=names)
    return step.incident, ()


def edit(
    incident: Incident,
    change: Change,
    *,
    by: str,
    now: datetime,
    firing: Sequence[str] = (),
    ladder: Ladder = BUILT_IN,
    names: StatusNames = BUILT_IN_NAMES,
) -> Edited:
    """Apply a change.

    Args:
        incident: as it is.
        change: what to change.
        by: who changes it.
        now: when.
        firing: names of its alerts that still fire.
        ladder: the organisation's severities.
        names: the organisation's states.
    """
    if incident.merged_into is not None:
        return Edited(incident, move=Move.MERGED)
    _, unknown = ladder.chosen(incident.severity, change.level or "")
    unknown = (*unknown, *_misplaced(change, names))
    if unknown:
        return Edited(incident, problems=unknown)
    written = _written(incident, change, ladder)
    step = _moved(written, change, by=by, now=now, firing=len(firing), names=names)
    if step.move.refused:
        return Edited(incident, move=step.move)
    changed = step.incident
    if change.milestones:
        changed, wrong = corrected(changed, change.milestones, by=by, now=now)
        if wrong:
            problems = tuple((f"$.milestones.{milestone.value}", text) for milestone, text in wrong.items())
            return Edited(incident, problems=problems)
    if _same(changed, incident):
        return Edited(incident, move=step.move)
    touched = replace(changed, updated_at=now, updated_by=by)
    return Edited(touched, _told(incident, touched, change.comment, ladder, names), step.move)


def differences(before: Incident, after: Incident) -> tuple[dict[str, object], dict[str, object]]:
    """The fields that differ, as they were and as they are."""
    names = [
        one.name
        for one in fields(Incident)
        if one.name not in _UNTOLD and getattr(before, one.name) != getattr(after, one.name)
    ]
    return {name: getattr(before, name) for name in names}, {name: getattr(after, name) for name in names}


def _told(
    before: Incident, after: Incident, comment: str, ladder: Ladder, names: StatusNames
) -> tuple[Entry, ...]:
    """The entries of a change; title, labels and the like are in the audit log only."""
    by, now = after.updated_by, after.updated_at
    told: list[Entry] = []
    if after.grade.name != before.grade.name:
        told.append(severity_entry(before, after.grade, by, now, ladder=ladder))
    if after.assignee != before.assignee:
        told.append(_assignment(before, after.assignee, by, now))
    if after.standing != before.standing:
        told.append(status_entry(before, after, by, now, comment, names))
    return tuple(told)


def status_of(change: Change, names: StatusNames) -> Status | None:
    """The status that a change leads to, named itself or by an own state; None when it names neither."""
    stage = names.stage(change.stage or "")
    return change.status if stage is None else stage.status


def _moved(
    incident: Incident, change: Change, *, by: str, now: datetime, firing: int, names: StatusNames
) -> Step:
    to = status_of(change, names)
    step = Step(incident, Move.UNCHANGED)
    if to is not None:
        force, back = change.force, change.reopen
        step = advance(incident, to, by=by, now=now, firing=firing, force=force, reopen=back, names=names)
    if change.stage is None or step.move.refused:
        return step
    return replace(step, incident=replace(step.incident, stage=change.stage))


def _misplaced(change: Change, names: StatusNames) -> tuple[Problem, ...]:
    """What is wrong with the own state that a change names."""
    if not change.stage:
        return ()
    stage = names.stage(change.stage)
    if stage is None:
        known = ", ".join(one.id for one in names.stages) or "none"
        return (("$.stage", f"there is no own state '{change.stage[:100]}'; there are {known}"),)
    if change.status not in {None, stage.status}:
        return (("$.stage", f"{stage.id} belongs to {stage.status.value}, not to {change.status}"),)
    return ()


def _written(incident: Incident, change: Change, ladder: Ladder) -> Incident:
    given = {name: value for name in _PLAIN if (value := getattr(change, name)) is not None}
    written = replace(incident, **given)
    if change.level or change.severity not in {None, incident.severity}:
        grade, _ = ladder.chosen(change.severity or incident.severity, change.level or "")
        written = written.graded(grade)
    if change.assignee is not None:
        written = replace(written, assignee=change.assignee.strip())
    service = incident.service if change.service is None else change.service.strip() or UNASSIGNED
    services = incident.services if change.services is None else change.services
    return replace(written, service=service, services=_others(services, service))


def _wanted(ladder: Ladder, wish: Wish) -> tuple[Grade, tuple[Problem, ...]]:
    severity = wish.severity or Severity.MEDIUM
    if wish.usual_level and not wish.level:
        return ladder.kept(severity, wish.usual_level), ()
    return ladder.chosen(severity, wish.level)


def _others(services: Sequence[str], service: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in services} - {"", service}))


def _same(one: Incident, other: Incident) -> bool:
    return replace(one, updated_at=other.updated_at, updated_by=other.updated_by) == other


def _assignment(incident: Incident, assignee: str, by: str, now: datetime) -> Entry:
    return Entry(
        type=EntryType.ASSIGNMENT,
        occurred_at=now,
        recorded_at=now,
        title=f"assigned to {assignee}" if assignee else "assigned to nobody",
        source="user",
        source_key=f"assignment:{incident.version}:{assignee}",
        author=by,
        metadata={"from": incident.assignee, "to": assignee, "by": by},
    )


def _when(wish: Wish, now: datetime) -> tuple[Problem, ...]:
    problems: list[Problem] = []
    if wish.started_at is not None and wish.started_at > now:
        problems.append(("$.startedAt", "lies in the future"))
    if wish.resolved_at is None:
        return tuple(problems)
    if wish.status.active:
        problems.append(("$.resolvedAt", "is only for incidents whose status is resolved or closed"))
    if wish.resolved_at > now:
        problems.append(("$.resolvedAt", "lies in the future"))
    if wish.started_at is not None and wish.resolved_at < wish.started_at:
        problems.append(("$.resolvedAt", "lies before startedAt"))
    return tuple(problems)
