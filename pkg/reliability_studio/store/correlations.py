"""What investigations found: each run frozen as it was, and its signals as rows of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
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
class Version:
    """One run in short: what lists show and what the schedule decides by."""

    id: int
    at: datetime
    trigger: str = "age"
    by: str = ""
    alerts: int = 0
    headline: str = ""
    likely: str = ""
    cause: str = ""
    """The named service; empty when none is named."""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Investigation:
    """One run. `answer` is its whole document, JSON as the caller gave it."""

    version: Version
    answer: Any


async def record(
    connection: AsyncConnection,
    org_id: int,
    incident_id: int,
    run: Version,
    answer: Any,
    signals: Sequence[Signal],
) -> int:
    """Keep a run with its signals; returns the run's id. Earlier runs stay as they are."""
    values = {name: getattr(run, name) for name in _VERSION if name != "id"}
    adding = investigations.insert().values(org_id=org_id, incident_id=incident_id, answer=answer, **values)
    made = int((await connection.execute(adding.returning(investigations.c.id))).scalar_one())
    for part in chunks(signals):
        rows = [
            {
                "org_id": org_id,
                "incident_id": incident_id,
                "investigation_id": made,
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
    return made


async def marks(connection: AsyncConnection, incident_ids: Sequence[int]) -> Mapping[int, Version]:
    """The newest run of each incident that has one, without its document."""
    found: dict[int, Version] = {}
    for part in chunks(incident_ids):
        last = (
            select(func.max(investigations.c.id))
            .where(investigations.c.incident_id.in_(part))
            .group_by(investigations.c.incident_id)
        )
        rows = await connection.execute(
            select(investigations.c.incident_id, *_COLUMNS).where(investigations.c.id.in_(last))
        )
        found.update({row.incident_id: _version(row) for row in rows})
    return found


async def versions(connection: AsyncConnection, incident_id: int, *, limit: int) -> tuple[Version, ...]:
    """The runs of an incident, newest first, without their documents."""
    chosen = select(*_COLUMNS).where(investigations.c.incident_id == incident_id)
    rows = await connection.execute(chosen.order_by(investigations.c.id.desc()).limit(limit))
    return tuple(map(_version, rows))


async def run(connection: AsyncConnection, incident_id: int, run_id: int) -> Investigation | None:
    """One run of an incident."""
    chosen = select(investigations).where(
        investigations.c.incident_id == incident_id, investigations.c.id == run_id
    )
    row = (await connection.execute(chosen)).first()
    return None if row is None else Investigation(_version(row), row.answer)


async def latest(connection: AsyncConnection, incident_id: int) -> Investigation | None:
    """The newest run of an incident."""
    chosen = select(investigations).where(investigations.c.incident_id == incident_id)
    row = (await connection.execute(chosen.order_by(investigations.c.id.desc()).limit(1))).first()
    return None if row is None else Investigation(_version(row), row.answer)


async def newest(
    connection: AsyncConnection, org_id: int, incident_ids: Sequence[int]
) -> Mapping[int, Investigation]:
    """The newest run of each of these incidents that has one, with its document."""
    found: dict[int, Investigation] = {}
    for part in chunks(incident_ids):
        rows = await connection.execute(
            select(investigations).where(investigations.c.id.in_(_newest(org_id, part)))
        )
        found.update({row.incident_id: Investigation(_version(row), row.answer) for row in rows})
    return found


async def of_incident(connection: AsyncConnection, incident_id: int) -> tuple[Signal, ...]:
    """The signals of the newest run, the most probable first."""
    last = await versions(connection, incident_id, limit=1)
    if not last:
        return ()
    rows = await connection.execute(
        select(correlations)
        .where(correlations.c.incident_id == incident_id, correlations.c.investigation_id == last[0].id)
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
        rows = await connection.execute(
            select(correlations, investigations.c.at)
            .join(investigations, investigations.c.id == correlations.c.investigation_id)
            .where(correlations.c.investigation_id.in_(_newest(org_id, part)))
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


_VERSION = tuple(each.name for each in fields(Version))
_COLUMNS = tuple(investigations.c[name] for name in _VERSION)


def _newest(org_id: int, incident_ids: Sequence[int]) -> Select[tuple[int]]:
    return (
        select(func.max(investigations.c.id))
        .where(investigations.c.org_id == org_id, investigations.c.incident_id.in_(incident_ids))
        .group_by(investigations.c.incident_id)
    )


def _version(row: Row[Any]) -> Version:
    return Version(**{name: getattr(row, name) for name in _VERSION})
