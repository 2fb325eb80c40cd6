"""JSON of the status page."""

from datetime import date, datetime
from typing import Annotated

import msgspec

from reliability_studio.api.bulletin_shapes import NoteShape
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Name
from reliability_studio.domain.incidents.impairment import ServiceState
from reliability_studio.domain.incidents.status_page import (
    MAX_INTRODUCTION,
    MAX_SERVICES,
    MAX_TITLE,
    Audience,
)


class StatusPageInput(InputShape):
    """What the status page shows."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TITLE, pattern=r"\S")]
    introduction: Annotated[str, msgspec.Meta(max_length=MAX_INTRODUCTION)] = ""
    services: Annotated[list[Name], msgspec.Meta(max_length=MAX_SERVICES)] = msgspec.field(
        default_factory=list
    )
    """Those that are shown, in this order; empty: every declared one, by name."""
    version: int | None = None
    """Makes the change conditional; 0 means that nobody decided yet."""


class StatusPageSetupShape(Shape):
    """What the status page shows, and who decided it."""

    title: str
    introduction: str
    services: list[str]
    version: int
    updated_at: datetime | None
    updated_by: str


class StatusDayShape(Shape):
    """One day of a service."""

    date: date
    state: ServiceState
    """The worst of the day; `unknown` before the service was known."""
    outage_seconds: float
    degraded_seconds: float


class StatusComponentShape(Shape):
    """One service."""

    name: str
    description: str
    state: ServiceState
    days: list[StatusDayShape]
    """Oldest first; the last one is today, as far as it has come."""
    up: float | None
    """Share of the known time without an outage, 0 to 1; null when nothing is known."""
    known_seconds: float
    outage_seconds: float
    degraded_seconds: float


class StatusIncidentShape(Shape):
    """An incident, without anything that the audience may not know."""

    number: str
    title: str
    severity: str
    """As the organisation calls its level."""
    status: str
    """As the organisation calls it."""
    services: list[str]
    started_at: datetime
    resolved_at: datetime | None
    published: bool
    """It has a public comment."""
    notes: list[NoteShape]


class PlannedShape(Shape):
    """Maintenance that is on or comes."""

    title: str
    services: list[str]
    """Of those on the page; empty: all of them."""
    start: datetime
    end: datetime
    on: bool


class StatusPageShape(Shape):
    """The status page at one moment."""

    title: str
    introduction: str
    audience: Audience
    at: datetime
    zone: str
    """Whose days are shown."""
    state: ServiceState
    """The worst of its services."""
    components: list[StatusComponentShape]
    current: list[StatusIncidentShape]
    """Incidents that are not over, the most urgent first."""
    maintenance: list[PlannedShape]
    past: list[StatusIncidentShape]
    """Over within 14 days, the newest first."""
    complete: bool
    """False: there were more incidents than the page counts, and the newest are in it."""
