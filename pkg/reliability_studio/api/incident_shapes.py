"""JSON of incidents as the API gives it out: the record, lists, one with everything that belongs to it.

Milestones come with their author, and durations in seconds that are null until they are known.
"""

from datetime import datetime

from reliability_studio.api.alert_shapes import AlertShape
from reliability_studio.api.codec import Shape
from reliability_studio.api.task_shapes import TaskShape
from reliability_studio.api.timeline_shapes import EntryShape
from reliability_studio.domain.correlation.signals import SignalType
from reliability_studio.domain.incidents.model import Milestone, Origin, Severity, Status


class StampShape(Shape):
    """When a milestone was reached and who said so."""

    at: datetime
    by: str


class LinkShape(Shape):
    """Somewhere else to look."""

    title: str
    url: str


class EpisodeShape(Shape):
    """An earlier run of a reopened incident."""

    started: datetime
    resolved: datetime
    resolved_by: str


class DurationsShape(Shape):
    """Seconds between milestones; null until both are known."""

    detect: float | None
    """MTTD's part: detected - started."""
    acknowledge: float | None
    """acknowledged - detected."""
    mitigate: float | None
    """mitigated - started."""
    resolve: float | None
    """resolved - started."""


class IncidentShape(Shape):
    """One incident as lists show it."""

    number: str
    version: int
    title: str
    summary: str
    severity: Severity
    """What its level counts as."""
    level: str
    """Id of its level on the organisation's ladder (`GET severities`)."""
    status: Status
    stage: str
    """Id of its own state within the status (`GET statuses`); empty: none."""
    service: str
    services: list[str]
    environment: str
    labels: dict[str, str]
    fields: dict[str, object]
    roles: dict[str, str]
    assignee: str
    links: list[LinkShape]
    drill: bool
    origin: Origin
    root_cause: str
    milestones: dict[Milestone, StampShape]
    durations: DurationsShape
    episodes: list[EpisodeShape]
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str
    hold_until: datetime | None
    merged_into: str | None
    parent: str | None
    """Number of the incident that this one is part of."""


class PartShape(Shape):
    """One part of an incident, with how many alerts it has and how many of them fire."""

    incident: IncidentShape
    alerts: int
    firing: int


class PartListShape(Shape):
    """The parts of an incident, by number."""

    items: list[PartShape]


class CorrelationShape(Shape):
    """A signal that belongs to the incident, with the confidence that it has to do with the cause."""

    id: int
    type: SignalType
    source: str
    title: str
    confidence: float
    details: dict[str, object]


class SloImpactShape(Shape):
    """What the incident cost one SLO."""

    slo_id: str
    name: str
    bad: int
    total: int
    budget_share: float | None
    """Share of the whole window's budget; null without events."""


class IncidentDetailShape(IncidentShape):
    """One incident with everything that belongs to it (acceptance L9)."""

    alerts: list[AlertShape]
    timeline: list[EntryShape]
    tasks: list[TaskShape]
    correlations: list[CorrelationShape]
    slo_impact: list[SloImpactShape]


class LabelCountsShape(Shape):
    """How many incidents have each label: by name, then by value; the most frequent ones only."""

    labels: dict[str, dict[str, int]]


class IncidentPageShape(Shape):
    """A page of incidents. `cursor` is null on the last page; `total` counts all that match."""

    items: list[IncidentShape]
    total: int
    cursor: str | None
    facets: dict[str, dict[str, int]]
    """`status`, `stage`, `severity`, `level`, `service`, `assignee`: counts by value, on the first page."""


class CorrelationListShape(Shape):
    """What the newest investigation found, the most probable first."""

    items: list[CorrelationShape]


class LikenessShape(Shape):
    """An earlier incident and what it has in common."""

    incident: IncidentShape
    score: float
    agrees: list[str]
    """`group`, `service`, `title`."""


class SimilarShape(Shape):
    """Earlier incidents like this one, best first."""

    items: list[LikenessShape]
    rarity: str
    """`never_seen`, `rare`, `occasional` or `frequent` in the last 30 days."""
    recurrences: int


class BulkOutcomeShape(Shape):
    """What became of one of them."""

    number: str
    ok: bool
    code: str
    message: str


class BulkResultShape(Shape):
    """What became of each."""

    outcomes: list[BulkOutcomeShape]
