"""What investigations found: each run frozen as it was, and its signals as rows of their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import chunks
from reliability_studio.store.tables.evidence import correlations, investigations


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that belongs to an incident, with the probability that it has to do with the cause."""

    type: str
    source_type: str
    """`prometheus`, `kubernetes`, …"""
    source_id: str
    """What it is about there: a pod, a query, a trace."""
    title: str
    confidence: float
    """0 to 1; the database refuses anything else."""
    details: dict[str, Any] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True, slots=True)
class Investigation:
    """One run. `answer` is its whole verdict, JSON as the caller gave it."""

    id: int
    at: datetime
    answer: Any


async def record(
    connection: AsyncConnection,
    org_id: int,
    incident_id: int,
    at: datetime,
    answer: Any,
    signals: Sequence[Signal],
) -> int:
    """Keep a run with its signals; returns the run's id. Earlier runs stay as they are."""
    adding = investigations.insert().values(org_id=org_id, incident_id=incident_id, at=at, answer=answer)
    run = int((await connection.execute(adding.returning(investigations.c.id))).scalar_one())
    for part in chunks(signals):
        rows = [
            {
                "org_id": org_id,
                "incident_id": incident_id,
                "investigation_id": run,
                "type": signal.type,
                "source_type": signal.source_type,
                "source_id": signal.source_id,
                "title": signal.title,
                "confidence": signal.confidence,
                "details": signal.details,
            }
            for signal in part
        ]
        await connection.execute(correlations.insert().values(rows))
    return run


async def latest(connection: AsyncConnection, incident_id: int) -> Investigation | None:
    """The newest run of an incident."""
    found = await runs(connection, incident_id, limit=1)
    return found[0] if found else None


async def runs(connection: AsyncConnection, incident_id: int, *, limit: int) -> tuple[Investigation, ...]:
    """Runs of an incident, newest first."""
    chosen = select(investigations).where(investigations.c.incident_id == incident_id)
    rows = await connection.execute(chosen.order_by(investigations.c.id.desc()).limit(limit))
    return tuple(Investigation(row.id, row.at, row.answer) for row in rows)


async def of_incident(connection: AsyncConnection, incident_id: int) -> tuple[Signal, ...]:
    """The signals of the newest run, the most probable first."""
    newest = await latest(connection, incident_id)
    if newest is None:
        return ()
    rows = await connection.execute(
        select(correlations)
        .where(correlations.c.incident_id == incident_id, correlations.c.investigation_id == newest.id)
        .order_by(correlations.c.confidence.desc(), correlations.c.id)
    )
    return tuple(
        Signal(row.type, row.source_type, row.source_id, row.title, row.confidence, row.details, row.id)
        for row in rows
    )


async def of_incidents(
    connection: AsyncConnection, org_id: int, incident_ids: Sequence[int]
) -> tuple[tuple[int, datetime, Signal], ...]:
    """The signals of these incidents' newest runs: incident, when it was looked at, signal."""
    found: list[tuple[int, datetime, Signal]] = []
    for part in chunks(incident_ids):
        newest = (
            select(func.max(investigations.c.id))
            .where(investigations.c.org_id == org_id, investigations.c.incident_id.in_(part))
            .group_by(investigations.c.incident_id)
        )
        rows = await connection.execute(
            select(correlations, investigations.c.at)
            .join(investigations, investigations.c.id == correlations.c.investigation_id)
            .where(correlations.c.investigation_id.in_(newest))
            .order_by(correlations.c.incident_id, correlations.c.confidence.desc(), correlations.c.id)
        )
        found += [
            (
                row.incident_id,
                row.at,
                Signal(
                    row.type, row.source_type, row.source_id, row.title, row.confidence, row.details, row.id
                ),
            )
            for row in rows
        ]
    return tuple(found)
