"""When each expected signal was heard last."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import heartbeat_signals

_table = heartbeat_signals.c


async def heard(connection: AsyncConnection, org_id: int, name: str, at: datetime) -> None:
    """Remember a signal; an older one than the last is no news."""
    adding = inserting(connection, heartbeat_signals).values(org_id=org_id, name=name, seen_at=at)
    await connection.execute(
        adding.on_conflict_do_update(
            index_elements=["org_id", "name"], set_={"seen_at": at}, where=_table.seen_at < at
        )
    )


async def last(connection: AsyncConnection, org_id: int) -> Mapping[str, datetime]:
    """The last signal of each heartbeat that was ever heard."""
    rows = await connection.execute(select(_table.name, _table.seen_at).where(_table.org_id == org_id))
    return {row.name: row.seen_at for row in rows}


async def forget(connection: AsyncConnection, org_id: int, name: str) -> None:
    """Forget the signals of a heartbeat that is deleted."""
    await connection.execute(delete(heartbeat_signals).where(_table.org_id == org_id, _table.name == name))
