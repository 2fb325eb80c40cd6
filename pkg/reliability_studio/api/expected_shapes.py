"""JSON of what is expected: maintenance windows, and signals that have to come."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Labels, Moment, Name, Text, Title, Word
from reliability_studio.domain.incidents.heartbeats import Pulse
from reliability_studio.domain.incidents.maintenance import Effect, Phase, Repeat
from reliability_studio.domain.incidents.model import Severity

Matchers = Annotated[list[MatcherShape], msgspec.Meta(max_length=50)]


class WindowInput(InputShape):
    """A maintenance window, new or whole in place of the earlier one."""

    title: Title
    starts_at: Moment
    ends_at: Moment
    services: Annotated[list[Name], msgspec.Meta(max_length=200)] = msgspec.field(default_factory=list)
    """Any of them; empty means every service."""
    matchers: Matchers = msgspec.field(default_factory=list)
    """All must hold as well."""
    effect: Effect = Effect.SET_ASIDE
    repeat: Repeat = Repeat.ONCE
    until: Moment | None = None
    time_zone: Annotated[str, msgspec.Meta(min_length=1, max_length=60)] = "UTC"
    comment: Text = ""
    enabled: bool = True
    version: int | None = None
    """Makes a change conditional."""


class WindowShape(Shape):
    """One maintenance window, and where it stands."""

    id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    services: list[str]
    matchers: list[MatcherShape]
    effect: Effect
    repeat: Repeat
    until: datetime | None
    time_zone: str
    comment: str
    enabled: bool
    phase: Phase
    next_start: datetime | None
    """Begin of the run that is on, else of the next one; null when there is none any more."""
    next_end: datetime | None
    version: int
    updated_at: datetime | None
    updated_by: str


class WindowListShape(Shape):
    """Maintenance windows, the earliest first."""

    items: list[WindowShape]


class HeartbeatInput(InputShape):
    """An expected signal, new or whole in place of the earlier one."""

    title: Title
    interval_seconds: Annotated[int, msgspec.Meta(ge=10, le=31 * 86_400)]
    grace_seconds: Annotated[int, msgspec.Meta(ge=0, le=7 * 86_400)] = 60
    service: Word = ""
    severity: Severity = Severity.HIGH
    level: Word = ""
    """Id of a level of the ladder; wins over the severity, and gives it."""
    labels: Labels = msgspec.field(default_factory=dict)
    matchers: Matchers = msgspec.field(default_factory=list)
    """A firing alert that fits all of them is the signal; empty means that only calls count."""
    comment: Text = ""
    enabled: bool = True
    version: int | None = None


class HeartbeatShape(Shape):
    """One expected signal, and how it stands."""

    name: str
    address: str
    """Where the signal is sent to by POST, below the app's resources."""
    title: str
    interval_seconds: int
    grace_seconds: int
    service: str
    severity: Severity
    level: str
    """One that is no more on the ladder gives way to the severity."""
    labels: dict[str, str]
    matchers: list[MatcherShape]
    comment: str
    enabled: bool
    pulse: Pulse
    last_seen_at: datetime | None
    due_at: datetime
    version: int
    updated_at: datetime | None
    updated_by: str


class HeartbeatListShape(Shape):
    """Expected signals, by name."""

    items: list[HeartbeatShape]
