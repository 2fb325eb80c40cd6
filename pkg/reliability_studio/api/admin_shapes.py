"""JSON of what is managed around incidents: rules, integrations, services, people, the audit log."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.alert_shapes import AlertShape
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Labels, Name, Text, Title, Url, Word
from reliability_studio.domain.incidents.health import PartKind
from reliability_studio.domain.incidents.matchers import Operator
from reliability_studio.domain.incidents.model import Severity, Status
from reliability_studio.domain.incidents.policy import Action, AutoResolve, History

LabelName = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Pattern = Annotated[str, msgspec.Meta(max_length=1000)]
Seconds = Annotated[int, msgspec.Meta(ge=0, le=7 * 86_400)]
Path = Annotated[str, msgspec.Meta(max_length=500)]


class MatcherShape(InputShape):
    """One condition on one label; a regular expression must match the whole value."""

    label: LabelName
    operator: Operator
    value: Pattern


class RuleInput(InputShape):
    """A rule, new or whole in place of the earlier one."""

    name: Name
    matchers: Annotated[list[MatcherShape], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    position: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    enabled: bool = True
    action: Action = Action.INCIDENT
    group_by: Annotated[list[LabelName], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    window_seconds: Seconds = 900
    severities: Annotated[dict[Name, Severity], msgspec.Meta(max_length=100)] = msgspec.field(
        default_factory=dict
    )
    """What values of the label `severity` mean, where that differs."""
    levels: Annotated[dict[Name, Name], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=dict)
    """Ids of levels of the ladder that such values mean; they win, and give the severity beside them."""
    auto_resolve: AutoResolve = AutoResolve.ALL_RESOLVED
    hold_seconds: Seconds = 0
    drill: bool = False
    parents: Annotated[list[Name], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list)
    """With `suppress`: services whose open incident suppresses; none means what is declared to be called."""
    version: int | None = None
    """Makes a change conditional."""


class RuleShape(Shape):
    """One rule."""

    id: str
    name: str
    matchers: list[MatcherShape]
    position: int
    enabled: bool
    action: Action
    group_by: list[str]
    window_seconds: int
    severities: dict[str, Severity]
    levels: dict[str, str]
    """A level that is no more on the ladder gives way to the severity of the same word."""
    auto_resolve: AutoResolve
    hold_seconds: int
    drill: bool
    parents: list[str]
    version: int


class RuleListShape(Shape):
    """Rules in the order in which they are tried."""

    items: list[RuleShape]


class DryRunInput(InputShape):
    """A rule to try on the alerts of the last days, beside the rules that exist."""

    rule: RuleInput
    id: Word = ""
    """The rule that it would replace; empty for a new one."""
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 30
    history: History = History.STORED


class DryPlaceShape(Shape):
    """Where one alert would have gone."""

    alert: AlertShape
    rule: str
    group: str
    reason: str
    reason_text: str


class DryRunShape(Shape):
    """What the rules would have done; `incidents` counts the groups."""

    places: list[DryPlaceShape]
    incidents: int
    truncated: bool


class IntegrationInput(InputShape):
    """Where the fields are in a sender's JSON: paths like `a.b.0.c`; empty means that there is none."""

    name_path: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] = "title"
    alerts_path: Path = ""
    status_path: Path = "status"
    resolved_values: Annotated[list[Name], msgspec.Meta(max_length=50)] = msgspec.field(
        default_factory=lambda: ["resolved", "ok", "closed", "recovered"]
    )
    key_path: Path = ""
    starts_at_path: Path = ""
    severity_path: Path = "severity"
    service_path: Path = "service"
    summary_path: Path = "message"
    label_paths: Annotated[dict[Name, Path], msgspec.Meta(max_length=50)] = msgspec.field(
        default_factory=dict
    )
    labels: Labels = msgspec.field(default_factory=dict)
    enabled: bool = True
    version: int | None = None


class IntegrationShape(Shape):
    """One sender of alerts with a mapping of its own."""

    name: str
    address: str
    """Where it sends to, below the app's resources."""
    name_path: str
    alerts_path: str
    status_path: str
    resolved_values: list[str]
    key_path: str
    starts_at_path: str
    severity_path: str
    service_path: str
    summary_path: str
    label_paths: dict[str, str]
    labels: dict[str, str]
    enabled: bool
    version: int


class IntegrationListShape(Shape):
    """All senders, by name."""

    items: list[IntegrationShape]


class ServiceLinkShape(InputShape):
    """A page about a service."""

    title: Title
    url: Url


class ContactShape(InputShape):
    """How to reach somebody: a kind such as `slack` or `email`, and the value."""

    kind: Name
    value: Name


class ServiceInput(InputShape):
    """A declared service."""

    name: Name
    description: Text = ""
    owner_team: Word = ""
    tier: Word = ""
    labels: Labels = msgspec.field(default_factory=dict)
    links: Annotated[list[ServiceLinkShape], msgspec.Meta(max_length=50)] = msgspec.field(
        default_factory=list
    )
    runbook_url: Url | None = None
    contacts: Annotated[list[ContactShape], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    depends_on: Annotated[list[Name], msgspec.Meta(max_length=500)] = msgspec.field(default_factory=list)


class ServicePatch(InputShape):
    """What to change about a service; what is absent stays."""

    description: Text | msgspec.UnsetType = msgspec.UNSET
    owner_team: Word | msgspec.UnsetType = msgspec.UNSET
    tier: Word | msgspec.UnsetType = msgspec.UNSET
    labels: Labels | msgspec.UnsetType = msgspec.UNSET
    links: Annotated[list[ServiceLinkShape], msgspec.Meta(max_length=50)] | msgspec.UnsetType = msgspec.UNSET
    runbook_url: Url | msgspec.UnsetType | None = msgspec.UNSET
    contacts: Annotated[list[ContactShape], msgspec.Meta(max_length=50)] | msgspec.UnsetType = msgspec.UNSET
    depends_on: Annotated[list[Name], msgspec.Meta(max_length=500)] | msgspec.UnsetType = msgspec.UNSET


class OpenIncidentShape(Shape):
    """An incident that is not resolved, as a service shows it."""

    number: str
    title: str
    severity: Severity
    status: Status


class ServiceSloShape(Shape):
    """An SLO of a service, and how it stands."""

    id: str
    name: str
    status: str
    """`healthy`, `warning`, `critical`, `breached` or `no_data`."""
    remaining: float | None
    """Share of the error budget that is left; null when it was never measured."""


class ScorePartShape(Shape):
    """Points that are taken away from a service's 100, and why."""

    kind: PartKind
    name: str
    points: int
    text: str


class ServiceShape(Shape):
    """One service with what is wrong with it now."""

    name: str
    description: str
    owner_team: str
    tier: str
    labels: dict[str, str]
    links: list[ServiceLinkShape]
    runbook_url: str
    contacts: list[ContactShape]
    depends_on: list[str]
    dependents: list[str]
    declared: bool
    health: str
    """`healthy`, `warning` or `critical`, from its open incidents alone."""
    open_incidents: list[OpenIncidentShape]
    provisioned: bool
    """The operator's file declares it; only that file changes it."""
    discovered: list[str]
    """Services that telemetry saw it call; `dependsOn` holds the declared ones."""
    slos: list[ServiceSloShape]
    score: int
    """0 to 100; `scoreParts` says what was taken away and why."""
    score_parts: list[ScorePartShape]


class ServiceListShape(Shape):
    """Services by name: declared ones, and those that open incidents name."""

    items: list[ServiceShape]


class PersonShape(Shape):
    """Somebody who called; Grafana is the identity."""

    login: str
    name: str
    email: str
    role: str
    first_seen_at: datetime
    last_seen_at: datetime


class PersonPageShape(Shape):
    """A page of people, by login."""

    items: list[PersonShape]
    total: int
    cursor: str | None


class ColleagueShape(Shape):
    """Somebody who can be given work: what tells people apart, and nothing that is private."""

    id: str
    """Grafana's stable id; empty until a signed token showed it."""
    login: str
    name: str


class ColleaguePageShape(Shape):
    """A page of colleagues, by login."""

    items: list[ColleagueShape]
    total: int
    cursor: str | None


class DeedShape(Shape):
    """One change: who did what to what, with before and after."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    before: object
    after: object
    reported_address: str
    """From where, as proxies told Grafana: the farthest first, the last is who spoke to Grafana. Only as good
    as these proxies; empty for what the plugin did by itself."""


class DeedPageShape(Shape):
    """A page of the audit log, newest first."""

    items: list[DeedShape]
    total: int
    cursor: str | None
