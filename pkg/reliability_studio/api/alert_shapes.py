"""JSON of alerts: episodes, what a webhook took in, an incident declared for one."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.incidents.model import Severity


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
    integration: str
    """Key of the integration that told it, of a generic sender; empty for every other."""
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


class AlertPageShape(Shape):
    """A page of alert episodes, newest first."""

    items: list[AlertShape]
    total: int
    cursor: str | None


class AlertListShape(Shape):
    """The alerts of one incident, oldest first."""

    items: list[AlertShape]


class PromotionInput(InputShape):
    """What an incident should be that is declared for an alert; what is absent comes from the alert."""

    title: Annotated[str, msgspec.Meta(max_length=500)] = ""
    severity: Severity | None = None


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
