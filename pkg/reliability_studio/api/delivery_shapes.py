"""JSON of the delivery log. Addresses and secrets of targets are nowhere in it."""

from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.domain.incidents.notices import Kind, News
from reliability_studio.store.deliveries import State


class DeliveryShape(Shape):
    """One message to one target, and what became of it."""

    id: int
    target: str
    state: State
    news: str
    """What it tells: `opened`, `resolved`, …"""
    incident: str
    headline: str
    attempts: int
    problem: str
    """Why the last try failed; empty when none did."""
    created_at: datetime
    next_at: datetime | None
    """When it is tried next; null when it is done."""
    done_at: datetime | None


class DeliveryPageShape(Shape):
    """A page of messages, newest first."""

    items: list[DeliveryShape]
    total: int
    cursor: str | None


class TargetShape(Shape):
    """A target as the settings describe it, without its address."""

    name: str
    kind: Kind
    min_severity: Severity
    services: list[str]
    news: list[News]
    drills: bool


class TargetListShape(Shape):
    """Targets of messages, in the order of the settings."""

    items: list[TargetShape]
