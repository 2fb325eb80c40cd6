"""What a source reported of an alert, as columns: of an episode and of a member of one alike."""

from typing import Any

from sqlalchemy import Row

from reliability_studio.domain.alerts import AlertEvent, AlertSource


def row_of(event: AlertEvent) -> dict[str, Any]:
    """The columns that both tables have."""
    return {
        "source": event.source.value,
        "integration": event.integration,
        "fingerprint": event.fingerprint,
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "labels": dict(event.labels),
        "annotations": dict(event.annotations),
        "generator_url": event.generator_url,
        "received_at": event.received_at,
    }


def event_of(row: Row[Any]) -> AlertEvent:
    """The alert of a row; which rule made it one of several stands beside it."""
    return AlertEvent(
        source=AlertSource(row.source),
        integration=row.integration,
        fingerprint=row.fingerprint,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        labels=row.labels,
        annotations=row.annotations,
        generator_url=row.generator_url,
        received_at=row.received_at,
    )
