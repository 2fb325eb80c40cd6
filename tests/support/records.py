"""Incidents, alerts and entries for tests: complete records of which a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.incidents.model import (
    Incident,
    Milestone,
    Origin,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.domain.timeline import Entry, EntryType

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=count)


def an_incident(number: int = 1, *, org_id: int = 1, started: datetime = NOON, **changes: Any) -> Incident:
    """An open incident of the service `checkout`."""
    stamps = {
        m: Stamp(started, "system") for m in (Milestone.STARTED, Milestone.DETECTED, Milestone.DECLARED)
    }
    incident = Incident(
        id=0,
        org_id=org_id,
        number=number,
        version=1,
        title="Checkout answers slowly",
        severity=Severity.HIGH,
        status=Status.OPEN,
        service="checkout",
        origin=Origin.MANUAL,
        milestones=stamps,
        created_at=started,
        created_by="ada",
        updated_at=started,
        updated_by="ada",
    )
    return replace(incident, **changes)


def an_alert(name: str = "HighLatency", *, started: datetime = NOON, **changes: Any) -> AlertEvent:
    """A firing alert of the service `checkout`."""
    labels = {"alertname": name, "service": "checkout"}
    event = AlertEvent(
        source=AlertSource.ALERTMANAGER,
        fingerprint=fingerprint(labels),
        starts_at=started,
        ends_at=None,
        labels=labels,
        annotations={"summary": "it is slow"},
        generator_url="http://prometheus/graph",
        received_at=started,
    )
    return replace(event, **changes)


def an_entry(key: str = "k", *, at: datetime = NOON, **changes: Any) -> Entry:
    """A comment."""
    entry = Entry(
        type=EntryType.COMMENT,
        occurred_at=at,
        recorded_at=at,
        title="Comment",
        source="user",
        source_key=key,
        author="ada",
    )
    return replace(entry, **changes)
