"""Deletes what is older than people want to keep, in batches that hold nobody up for long.

`prune` is one bounded pass inside the caller's transaction; `sweep` repeats it, one short transaction after
the other, so that writers come in between. An alert is kept as long as its incident.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Status
from reliability_studio.store.engine import Database
from reliability_studio.store.tables.alerts import alerts
from reliability_studio.store.tables.incidents import incidents
from reliability_studio.store.tables.operations import audit, deliveries, idempotency_keys
from reliability_studio.store.tables.timeline import attachments, timeline_entries

BATCH = 200
"""Rows of one table in one transaction; an incident takes its timeline with it."""
MAX_PASSES = 1_000

_OVER = tuple(status.value for status in Status if not status.active)


@dataclass(frozen=True, slots=True)
class Horizon:
    """Moments before which things may go; None keeps them for ever."""

    incidents: datetime | None = None
    """Resolved before."""
    alerts: datetime | None = None
    """Ended before, and in no incident."""
    audit: datetime | None = None
    deliveries: datetime | None = None
    idempotency: datetime | None = None


async def prune(
    connection: AsyncConnection, org_id: int, horizon: Horizon, *, batch: int = BATCH
) -> Mapping[str, int]:
    """Delete at most `batch` rows of each kind; how many went. Less than `batch` of each: nothing is left.

    The attachments that go with their incidents are counted too.
    """
    gone: dict[str, int] = {}
    for name, (table, condition) in _expired(org_id, horizon).items():
        keys = await _chosen(connection, table, condition, batch)
        if table is incidents:
            gone["attachments"] = await _attached(connection, [key for (key,) in keys])
        gone[name] = await _delete(connection, table, keys)
    return gone


async def sweep(
    database: Database, org_id: int, horizon: Horizon, *, batch: int = BATCH
) -> Mapping[str, int]:
    """Repeat `prune` until nothing is left (or `MAX_PASSES`: the rest goes next time)."""
    total: dict[str, int] = {}
    for _ in range(MAX_PASSES):
        async with database.writing() as connection:
            gone = await prune(connection, org_id, horizon, batch=batch)
        for name, count in gone.items():
            total[name] = total.get(name, 0) + count
        if all(count < batch for name, count in gone.items() if name != "attachments"):
            break
    return total


def _expired(org_id: int, horizon: Horizon) -> dict[str, tuple[Table, ColumnElement[bool]]]:
    """What is over its time: for each name of the horizon that has one, the table and which rows."""
    expired: dict[str, tuple[Table, ColumnElement[bool]]] = {}
    if horizon.incidents is not None:
        over = and_(incidents.c.status.in_(_OVER), incidents.c.resolved_at < horizon.incidents)
        merged = and_(incidents.c.merged_into.is_not(None), incidents.c.updated_at < horizon.incidents)
        expired["incidents"] = (incidents, and_(incidents.c.org_id == org_id, or_(over, merged)))
    if horizon.alerts is not None:
        loose = and_(alerts.c.ends_at < horizon.alerts, alerts.c.incident_id.is_(None))
        expired["alerts"] = (alerts, and_(alerts.c.org_id == org_id, loose))
    if horizon.audit is not None:
        expired["audit"] = (audit, and_(audit.c.org_id == org_id, audit.c.at < horizon.audit))
    if horizon.deliveries is not None:
        done = and_(deliveries.c.org_id == org_id, deliveries.c.done_at < horizon.deliveries)
        expired["deliveries"] = (deliveries, done)
    if horizon.idempotency is not None:
        old = and_(idempotency_keys.c.org_id == org_id, idempotency_keys.c.at < horizon.idempotency)
        expired["idempotency"] = (idempotency_keys, old)
    return expired


async def _chosen(
    connection: AsyncConnection, table: Table, condition: ColumnElement[bool], batch: int
) -> Sequence[Row[Any]]:
    chosen: Select[Any] = select(*table.primary_key.columns).where(condition).limit(batch)
    found: Sequence[Row[Any]] = (await connection.execute(chosen)).all()
    return found


async def _attached(connection: AsyncConnection, incident_ids: Sequence[int]) -> int:
    """How many attachments go with these incidents."""
    entries = select(timeline_entries.c.id).where(timeline_entries.c.incident_id.in_(incident_ids))
    counted = select(func.count()).select_from(attachments).where(attachments.c.entry_id.in_(entries))
    return int(await connection.scalar(counted) or 0)


async def _delete(connection: AsyncConnection, table: Table, found: Sequence[Row[Any]]) -> int:
    keys = list(table.primary_key.columns)
    if not found:
        return 0
    if len(keys) == 1:
        which: ColumnElement[bool] = keys[0].in_([key for (key,) in found])
    else:
        which = or_(
            *(and_(*(column == value for column, value in zip(keys, key, strict=True))) for key in found)
        )
    return (await connection.execute(delete(table).where(which))).rowcount
