"""Changes that were told of."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.changes import ChangeKind, ReportedChange
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.base import name
from reliability_studio.store.tables.changes import reported_changes

_FIELDS = tuple(field for field in ReportedChange.__dataclass_fields__ if field != "id")


async def put(connection: AsyncConnection, org_id: int, change: ReportedChange) -> ReportedChange:
    """Keep a change; one of the same key gives way. It comes back as it is stored."""
    values = {field: getattr(change, field) for field in _FIELDS} | {
        "kind": change.kind.value,
        "key": name(change.key),
        "service": name(change.service),
    }
    adding = inserting(connection, reported_changes).values(org_id=org_id, **values)
    written = adding.on_conflict_do_update(
        index_elements=["org_id", "key"],
        set_={field: getattr(adding.excluded, field) for field in _FIELDS if field != "key"},
    ).returning(*reported_changes.c)
    return _change((await connection.execute(written)).one())


async def get(connection: AsyncConnection, org_id: int, id_: int) -> ReportedChange | None:
    """One of them."""
    chosen = select(reported_changes).where(reported_changes.c.org_id == org_id, reported_changes.c.id == id_)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _change(row)


async def forget(connection: AsyncConnection, org_id: int, id_: int) -> None:
    """Delete one."""
    table = reported_changes.c
    await connection.execute(delete(reported_changes).where(table.org_id == org_id, table.id == id_))


async def listing(
    connection: AsyncConnection,
    org_id: int,
    *,
    since: datetime,
    until: datetime,
    services: Collection[str] = (),
    limit: int,
) -> tuple[ReportedChange, ...]:
    """Those that took effect in [since, until], newest first; of all services if none is named."""
    table = reported_changes.c
    chosen = select(reported_changes).where(table.org_id == org_id, table.at >= since, table.at <= until)
    if services:
        chosen = chosen.where(table.service.in_([name(each) for each in services]))
    rows = await connection.execute(chosen.order_by(table.at.desc(), table.id).limit(limit))
    return tuple(map(_change, rows))


async def prune(connection: AsyncConnection, org_id: int, before: datetime) -> int:
    """Forget those that took effect before a moment."""
    table = reported_changes.c
    gone = await connection.execute(delete(reported_changes).where(table.org_id == org_id, table.at < before))
    return gone.rowcount


def _change(row: Row[tuple[object, ...]]) -> ReportedChange:
    values = {field: getattr(row, field) for field in (*_FIELDS, "id")}
    return ReportedChange(**values | {"kind": ChangeKind(row.kind)})
