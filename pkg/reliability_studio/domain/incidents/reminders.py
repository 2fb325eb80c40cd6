"""When people are reminded of an incident that waits for them, and why not: rarely, and a few times only.

    overdue(facts, policy, now)         what waits longer than its severity allows
    turn(late, sent, policy, now)       whether this is the moment for the next reminder of it

Nobody is reminded until somebody sets a time. A reminder comes at most once per interval and at most
`Policy.most` times; how many there were is read from the timeline, so that neither a restart nor a second
process nor a change of the settings tells anybody twice. What was missed is not made up for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Status
from reliability_studio.domain.incidents.report import length
from reliability_studio.domain.incidents.tasks import Task

SOURCE = "reminder"
"""What tells a reminder in the timeline."""


class Lapse(StrEnum):
    """What is late."""

    UNACKNOWLEDGED = "unacknowledged"
    """Nobody took the incident."""
    NO_UPDATE = "no_update"
    """Somebody took it and nobody has written or changed anything since."""
    FOLLOWUP = "followup_overdue"
    REPORT = "report_missing"
    """It is resolved and nobody wrote the post-incident report."""

    @property
    def afterwards(self) -> bool:
        """Whether it concerns the time after the incident: reminded in days, not minutes."""
        return self in {Lapse.FOLLOWUP, Lapse.REPORT}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one severity waits for each; None: nobody is reminded of it."""

    acknowledge_minutes: int | None = None
    update_minutes: int | None = None
    followup_days: int | None = None
    """After the day that it was due; 0 is at once."""
    report_days: int | None = None
    """After the resolution."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What an organisation wants to be reminded of."""

    severities: Mapping[Severity, Patience] = field(default_factory=dict)
    repeat_minutes: int = 30
    """Between two reminders while the incident lasts."""
    repeat_days: int = 1
    """Between two reminders of what is left afterwards."""
    most: int = 3
    """Reminders of one lapse."""

    def repeat(self, lapse: Lapse) -> timedelta:
        """How long after one reminder the next may come."""
        return (
            timedelta(days=self.repeat_days) if lapse.afterwards else timedelta(minutes=self.repeat_minutes)
        )

    def longest_days(self, lapse: Lapse) -> int | None:
        """The longest patience with what is left afterwards; None when nobody is reminded of it."""
        waits = [
            each.followup_days if lapse is Lapse.FOLLOWUP else each.report_days
            for each in self.severities.values()
        ]
        return max((days for days in waits if days is not None), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one incident."""

    incident: Incident
    updated_at: datetime | None = None
    """When a person last wrote or changed something."""
    followups: tuple[Task, ...] = ()
    """Those that are not done."""
    reported: bool = False
    """Whether somebody wrote the report."""


@dataclass(frozen=True, slots=True)
class Late:
    """Something that waits too long."""

    lapse: Lapse
    since: datetime
    """When the waiting began."""
    due: datetime
    """When patience ended."""
    task: Task | None = None

    @property
    def key(self) -> str:
        """Names this lapse: the same while it lasts, another one when it begins anew."""
        of = "" if self.task is None else str(self.task.id)
        return f"{SOURCE}:{self.lapse}:{of}:{self.since.astimezone(UTC).isoformat()}"

    def words(self, now: datetime) -> str:
        """What is late, for people: `not acknowledged for 15 min`."""
        waited = length(now - self.since)
        if self.task is not None:
            whose = f" of {self.task.assignee}" if self.task.assignee else ""
            return f"follow-up{whose} overdue for {waited} ({self.task.title})"[:300]
        if self.lapse is Lapse.REPORT:
            return f"no report {waited} after it was resolved"
        return f"{_WORDS[self.lapse]} for {waited}"


_WORDS = {Lapse.UNACKNOWLEDGED: "not acknowledged", Lapse.NO_UPDATE: "no update"}


class Turn(StrEnum):
    """Whether the next reminder goes out now."""

    DUE = "due"
    WAITING = "waiting"
    """The last one is not long enough ago."""
    ENOUGH = "enough"
    """People were reminded as often as the policy allows."""


def overdue(facts: Facts, policy: Policy, now: datetime) -> tuple[Late, ...]:
    """What of this incident waits longer than its severity allows."""
    incident = facts.incident
    patience = policy.severities.get(incident.severity)
    if patience is None or incident.merged_into is not None:
        return ()
    return tuple(late for late in _waiting(facts, patience) if late.due <= now)


def turn(late: Late, sent: Sequence[datetime], policy: Policy, now: datetime) -> Turn:
    """Whether people are reminded of it now, and why not; `sent` are the moments of earlier reminders."""
    if len(sent) >= policy.most:
        return Turn.ENOUGH
    if sent and now - max(sent) < policy.repeat(late.lapse):
        return Turn.WAITING
    return Turn.DUE


def _waiting(facts: Facts, patience: Patience) -> Iterator[Late]:
    incident = facts.incident
    # While its alerts are over and it is only held open in case they come back, nobody has to do anything.
    active = incident.status.active and incident.hold_until is None
    declared = incident.at(Milestone.DECLARED) or incident.created_at
    if active and incident.status is Status.OPEN and patience.acknowledge_minutes is not None:
        wait = timedelta(minutes=patience.acknowledge_minutes)
        yield Late(Lapse.UNACKNOWLEDGED, declared, declared + wait)
    if active and incident.status is not Status.OPEN and patience.update_minutes is not None:
        # What nobody took has no updates either; people hear of the one that comes first.
        since = max(declared, facts.updated_at or declared)
        yield Late(Lapse.NO_UPDATE, since, since + timedelta(minutes=patience.update_minutes))
    if patience.followup_days is not None:
        for task in facts.followups:
            if task.due_at is not None and not task.done:
                due = task.due_at + timedelta(days=patience.followup_days)
                yield Late(Lapse.FOLLOWUP, task.due_at, due, task)
    resolved = incident.at(Milestone.RESOLVED)
    if not incident.status.active and resolved and not facts.reported and patience.report_days is not None:
        yield Late(Lapse.REPORT, resolved, resolved + timedelta(days=patience.report_days))
