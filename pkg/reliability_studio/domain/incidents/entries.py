"""What the timeline says about an incident itself: that it was opened, where it stands, how urgent it is.

An entry says states and severities as they were called when it was written; its metadata keeps the built-in
words and the ids. What it says about alerts is in `fold`.
"""

from datetime import datetime

from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.lifecycle import SYSTEM
from reliability_studio.domain.incidents.model import Grade, Incident, Milestone, Status
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames
from reliability_studio.domain.timeline import Entry, EntryType

MAX_TITLE = 500
"""Characters of an entry's title."""


def opening_entry(
    incident: Incident, by: str, now: datetime, why: str = "", ladder: Ladder = BUILT_IN
) -> Entry:
    """What the timeline says first."""
    return Entry(
        type=EntryType.STATUS_CHANGE,
        occurred_at=incident.at(Milestone.DETECTED) or now,
        recorded_at=now,
        title=f"opened as {ladder.called(incident.grade)}"[:MAX_TITLE],
        source=SYSTEM if by == SYSTEM else "user",
        source_key="opened",
        description=why,
        severity=incident.severity.value,
        author=by,
        metadata={"from": None, "to": Status.OPEN.value, "by": by},
    )


def status_entry(
    before: Incident,
    after: Incident,
    by: str,
    now: datetime,
    why: str = "",
    names: StatusNames = BUILT_IN_NAMES,
) -> Entry:
    """What the timeline says about a change of status, or of the own state within it; as it is called now."""
    states = {"from": before.status.value, "to": after.status.value}
    stages = {"fromStage": before.stage, "toStage": after.stage} if before.stage or after.stage else {}
    return Entry(
        type=EntryType.STATUS_CHANGE,
        # Within a status no milestone is reached.
        occurred_at=now if after.status is before.status else _reached(after, now),
        recorded_at=now,
        title=f"{names.called(*before.standing)} → {names.called(*after.standing)}",
        source=SYSTEM if by == SYSTEM else "user",
        source_key=":".join(["status", str(before.version), *states.values(), *stages.values()]),
        description=why,
        author=by,
        metadata={**states, **stages, "by": by},
    )


def severity_entry(
    before: Incident, to: Grade, by: str, now: datetime, why: str = "", ladder: Ladder = BUILT_IN
) -> Entry:
    """What the timeline says about a change of severity."""
    return Entry(
        type=EntryType.SEVERITY_CHANGE,
        occurred_at=now,
        recorded_at=now,
        title=f"{ladder.called(before.grade)} → {ladder.called(to)}"[:MAX_TITLE],
        source=SYSTEM if by == SYSTEM else "user",
        source_key=f"severity:{before.version}:{before.grade.name}:{to.name}",
        description=why,
        severity=to.severity.value,
        author=by,
        metadata={"from": before.grade.name, "to": to.name, "by": by},
    )


def _reached(incident: Incident, now: datetime) -> datetime:
    milestone = {
        Status.OPEN: Milestone.STARTED,
        Status.ACKNOWLEDGED: Milestone.ACKNOWLEDGED,
        Status.MITIGATED: Milestone.MITIGATED,
        Status.RESOLVED: Milestone.RESOLVED,
    }.get(incident.status)
    at = None if milestone is None else incident.at(milestone)
    return min(at or now, now)
