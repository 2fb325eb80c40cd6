"""What an incident is: its record, its states and its milestones. Values only; `lifecycle` changes them.

    Incident
     ├─ identity     id, organisation, number (`INC-42`), version
     ├─ what         title, summary, severity, status, service, affected services, environment, labels, fields
     ├─ who          assignee, roles (commander, scribe, …), created by, updated by
     └─ when         Milestones: started, detected, declared, acknowledged, mitigated, resolved

A status says where the work stands, a milestone when something happened; they are separate because both
can be wrong independently and both can be corrected. Durations are never negative and never guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

UNASSIGNED = "unassigned"
"""Service of an incident that nobody gave one."""

_NUMBER = re.compile(r"(?:INC-)?(?P<number>[1-9]\d{0,17})", re.IGNORECASE)


class Status(StrEnum):
    """Where the work stands, in order. Skipping forward is allowed; the only way back is to reopen."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def order(self) -> int:
        """Position in the machine."""
        return _ORDER[self]

    @property
    def active(self) -> bool:
        """Whether somebody still has to do something about it."""
        return _ORDER[self] < _ORDER[Status.RESOLVED]


class Severity(StrEnum):
    """The ladder, most urgent first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 is the most urgent."""
        return _RANKS[self]


MAX_STEPS = 16
"""Levels of an own ladder that may count as the same severity."""


@dataclass(frozen=True, slots=True)
class Grade:
    """Where something stands on the ladder of its organisation."""

    severity: Severity
    """What its level counts as."""
    level: str = ""
    """Id of the level; empty: the one that is called like the severity."""
    step: int = 0
    """Place among the levels that count as the same."""

    @property
    def rank(self) -> int:
        """Lower is more urgent."""
        return self.severity.rank * MAX_STEPS + self.step

    @property
    def name(self) -> str:
        """Id of the level."""
        return self.level or self.severity.value


_ORDER = {status: position for position, status in enumerate(Status)}
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
# Looked up, not counted: every alert is held against every open incident.


class Origin(StrEnum):
    """How the incident came to be."""

    ALERT = "alert"
    MANUAL = "manual"
    SLO = "slo"


class Milestone(StrEnum):
    """Moments that the metrics are made of."""

    STARTED = "started"
    """Onset: when users began to feel it."""
    DETECTED = "detected"
    DECLARED = "declared"
    ACKNOWLEDGED = "acknowledged"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A milestone's moment and who set it (`system` when nobody did)."""

    at: datetime
    by: str


Milestones = Mapping[Milestone, Stamp]
"""Those that were reached. STARTED, DETECTED and DECLARED are always there."""


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere else to look."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Episode:
    """One run from start to resolution; reopening keeps every earlier one."""

    started: datetime
    resolved: datetime
    resolved_by: str


@dataclass(frozen=True, slots=True)
class Incident:
    """The whole record. `id` is 0 until the store gives one."""

    id: int
    org_id: int
    number: int
    version: int
    title: str
    severity: Severity
    status: Status
    service: str
    origin: Origin
    milestones: Milestones
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    summary: str = ""
    root_cause: str = ""
    environment: str = ""
    services: tuple[str, ...] = ()
    """Affected services beside `service`, sorted."""
    labels: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, object] = field(default_factory=dict)
    """Custom fields: JSON values by name."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """Role name to login: `commander`, `scribe`, …"""
    assignee: str = ""
    links: tuple[Link, ...] = ()
    drill: bool = False
    """Drills never count in metrics."""
    rule: str = ""
    """Id of the rule that opened it; empty for the defaults and for incidents made by hand."""
    group_key: str = ""
    """What alerts must share to join."""
    episodes: tuple[Episode, ...] = ()
    """Earlier runs, oldest first; the present one is in `milestones`."""
    hold_until: datetime | None = None
    """Flap damping: all alerts are over, but it stays open until then in case they come back."""
    merged_into: int | None = None
    """Number of the incident that took this one in."""
    parent: int | None = None
    """Number of the incident that this one is part of."""
    level: str = ""
    """Id of its level on the organisation's own ladder; empty: the one that is called like the severity."""
    step: int = 0
    """Place of that level among those that count as the same severity."""
    stage: str = ""
    """Id of its own state within the status; empty: none."""

    @property
    def standing(self) -> tuple[Status, str]:
        """Where the work stands: the status, and the own state within it."""
        return self.status, self.stage

    @property
    def grade(self) -> Grade:
        """Where it stands on the ladder."""
        return Grade(self.severity, self.level, self.step)

    def graded(self, grade: Grade) -> "Incident":
        """The incident at another place of the ladder."""
        return replace(self, severity=grade.severity, level=grade.level, step=grade.step)

    @property
    def key(self) -> str:
        """The number as people write it."""
        return f"INC-{self.number}"

    def at(self, milestone: Milestone) -> datetime | None:
        """When a milestone was reached; None if it was not."""
        stamp = self.milestones.get(milestone)
        return None if stamp is None else stamp.at

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return self.milestones[Milestone.STARTED].at


def parse_number(text: str) -> int | None:
    """The number in `INC-42`, `inc-42` or `42`; None for anything else."""
    found = _NUMBER.fullmatch(text)
    return int(found["number"]) if found else None
