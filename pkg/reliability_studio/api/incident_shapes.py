"""JSON of incidents, alerts, timelines and tasks, as the API gives it out and takes it in.

Answers show milestones with their author, and durations in seconds that are null until they are known.
Inputs refuse fields that they do not know, so that a typing error is never silently ignored.
"""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.correlation.signals import SignalType
from reliability_studio.domain.incidents.model import Milestone, Origin, Severity, Status
from reliability_studio.domain.timeline import EntryType

Title = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"\S")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=50_000)]
Url = Annotated[str, msgspec.Meta(max_length=2000, pattern=r"^https?://")]
Labels = Annotated[dict[Name, Annotated[str, msgspec.Meta(max_length=2000)]], msgspec.Meta(max_length=100)]
Roles = Annotated[dict[Name, Word], msgspec.Meta(max_length=50)]
Fields = Annotated[dict[Name, str | float | bool | list[str] | None], msgspec.Meta(max_length=100)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


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


class PartInput(InputShape):
    """An incident to be part of another."""

    incident: Name
    """Its number, such as `INC-7`."""


class PartShape(Shape):
    """One part of an incident, with how many alerts it has and how many of them fire."""

    incident: IncidentShape
    alerts: int
    firing: int


class PartListShape(Shape):
    """The parts of an incident, by number."""

    items: list[PartShape]


class AlertIdentityShape(Shape):
    """Why an episode is several alerts of its sources."""

    rule: str
    """Id of the rule about which alerts are one; it may be gone by now."""
    text: str
    """What the rule said when the episode began."""


class AlertShape(Shape):
    """One alert episode, and why it belongs to its incident."""

    id: int
    name: str
    source: str
    fingerprint: str
    firing: bool
    starts_at: datetime
    ends_at: datetime | None
    received_at: datetime
    labels: dict[str, str]
    annotations: dict[str, str]
    generator_url: str
    incident: str | None
    """Number of the incident that it joined; null when it joined none."""
    reason: str
    """Stable name of why it joined, opened or did not join."""
    reason_text: str
    """The same for a person."""
    identity: AlertIdentityShape | None = None
    """Null for what one source reports as one alert; else `alerts/{id}/members` lists the alerts."""


class EntryShape(Shape):
    """One timeline entry. `occurredAt` orders; `recordedAt` says when the product learned of it."""

    id: int
    type: EntryType
    occurred_at: datetime
    recorded_at: datetime
    title: str
    description: str
    source: str
    severity: str
    author: str
    metadata: dict[str, object]
    pinned: bool
    public: bool
    """A comment that may be shown outside."""
    edited: bool
    deleted: bool


class TaskShape(Shape):
    """A task of the incident, or a follow-up that outlives it."""

    id: int
    kind: str
    """`task` or `followup`."""
    title: str
    assignee: str
    done: bool
    due_at: datetime | None
    created_at: datetime
    created_by: str
    done_at: datetime | None


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
    """`status`, `severity`, `level`, `service`, `assignee`: matches by value; empty after the first page."""


class AlertPageShape(Shape):
    """A page of alert episodes, newest first."""

    items: list[AlertShape]
    total: int
    cursor: str | None


class AlertListShape(Shape):
    """The alerts of one incident, oldest first."""

    items: list[AlertShape]


class TaskListShape(Shape):
    """The tasks of one incident, oldest first."""

    items: list[TaskShape]


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


class EarlierTextShape(Shape):
    """What an entry said until somebody changed it."""

    description: str
    occurred_at: datetime
    pinned: bool
    deleted: bool
    changed_at: datetime
    changed_by: str


class HistoryShape(Shape):
    """Everything that an entry said before, oldest first."""

    items: list[EarlierTextShape]


class EntryPageShape(Shape):
    """A page of timeline entries, by when they happened."""

    items: list[EntryShape]
    cursor: str | None


class IncidentInput(InputShape):
    """A new incident. Only the title is needed, and not even that when a template has one."""

    title: Title | None = None
    severity: Severity | None = None
    """The template's, else medium."""
    level: Word = ""
    """Id of a level of the ladder; wins over the severity."""
    service: Word = ""
    services: Annotated[list[Name], msgspec.Meta(max_length=200)] = msgspec.field(default_factory=list)
    summary: Text = ""
    environment: Word = ""
    labels: Labels = msgspec.field(default_factory=dict)
    fields: Fields = msgspec.field(default_factory=dict)
    roles: Roles = msgspec.field(default_factory=dict)
    assignee: Word = ""
    drill: bool = False
    started_at: Moment | None = None
    """When it began, if not now; at or before now."""
    status: Status = Status.OPEN
    """A later one makes a retrospective incident."""
    resolved_at: Moment | None = None
    template: Word = ""
    """Name of the template that fills what is not given, and adds its tasks and its first comment."""


class LinkInput(InputShape):
    """A link to add."""

    title: Title
    url: Url


class IncidentPatch(InputShape):
    """What to change; what is absent stays. `version` makes the change conditional."""

    version: int | msgspec.UnsetType = msgspec.UNSET
    title: Title | msgspec.UnsetType = msgspec.UNSET
    summary: Text | msgspec.UnsetType = msgspec.UNSET
    severity: Severity | msgspec.UnsetType = msgspec.UNSET
    level: Name | msgspec.UnsetType = msgspec.UNSET
    """Id of a level of the ladder; wins over the severity."""
    status: Status | msgspec.UnsetType = msgspec.UNSET
    service: Word | msgspec.UnsetType = msgspec.UNSET
    services: list[Name] | msgspec.UnsetType = msgspec.UNSET
    environment: Word | msgspec.UnsetType = msgspec.UNSET
    labels: Labels | msgspec.UnsetType = msgspec.UNSET
    fields: Fields | msgspec.UnsetType = msgspec.UNSET
    roles: Roles | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    root_cause: Text | msgspec.UnsetType = msgspec.UNSET
    links: list[LinkInput] | msgspec.UnsetType = msgspec.UNSET
    drill: bool | msgspec.UnsetType = msgspec.UNSET
    milestones: dict[Milestone, Moment] | msgspec.UnsetType = msgspec.UNSET
    comment: Text = ""
    """Goes into the timeline with the change, for example what an acknowledgement means."""
    force: bool = False
    """Resolve although alerts still fire."""
    reopen: bool = False
    """Allows a change of status that leads back."""


class CommentInput(InputShape):
    """A comment in Markdown."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=50_000, pattern=r"\S")]
    occurred_at: Moment | None = None
    public: bool = False
    """It may be shown outside: it is part of the public export."""


class EntryPatch(InputShape):
    """What to change about a timeline entry; only comments may change their text."""

    description: Text | msgspec.UnsetType = msgspec.UNSET
    occurred_at: Moment | msgspec.UnsetType = msgspec.UNSET
    pinned: bool | msgspec.UnsetType = msgspec.UNSET
    public: bool | msgspec.UnsetType = msgspec.UNSET
    """Comments only: whether it may be shown outside."""


class TaskInput(InputShape):
    """A new task or follow-up."""

    title: Title
    kind: Annotated[str, msgspec.Meta(pattern="^(task|followup)$")] = "task"
    assignee: Word = ""
    due_at: Moment | None = None


class TaskPatch(InputShape):
    """What to change about a task."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    done: bool | msgspec.UnsetType = msgspec.UNSET
    due_at: Moment | msgspec.UnsetType | None = msgspec.UNSET


class PromotionInput(InputShape):
    """What an incident should be that is declared for an alert; what is absent comes from the alert."""

    title: Annotated[str, msgspec.Meta(max_length=500)] = ""
    severity: Severity | None = None


class SplitInput(InputShape):
    """What to split off: some alerts into a new incident, or an incident that was merged in."""

    alerts: Annotated[list[int], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    title: Annotated[str, msgspec.Meta(max_length=500)] = ""
    incident: Word = ""
    """Number of the merged incident; undoes that merge."""


class MergeInput(InputShape):
    """Which incidents to take in."""

    numbers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=50)]


class BulkInput(InputShape):
    """One change on many incidents."""

    numbers: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=200)]
    status: Status | msgspec.UnsetType = msgspec.UNSET
    severity: Severity | msgspec.UnsetType = msgspec.UNSET
    level: Name | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    force: bool = False
    comment: Text = ""


class BulkOutcomeShape(Shape):
    """What became of one of them."""

    number: str
    ok: bool
    code: str
    message: str


class BulkResultShape(Shape):
    """What became of each."""

    outcomes: list[BulkOutcomeShape]


class IntakeShape(Shape):
    """Answer to a webhook: what was taken in. It is sent only when all of it is stored."""

    received: int
    opened: list[str]
    joined: list[str]
    resolved: list[str]
    repeated: int
    """Alerts that said nothing new."""
    set_aside: int
    """Alerts about monitoring itself, which open no incident."""


class ReportInput(InputShape):
    """The post-incident text in Markdown."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=500_000)]
    version: int | None = None
    """Makes the change conditional; 0 means that nobody has written one yet."""


class ReportShape(Shape):
    """The post-incident text."""

    text: str
    version: int
    written: bool
    """False while it is made from facts."""
    updated_at: datetime | None
    updated_by: str
