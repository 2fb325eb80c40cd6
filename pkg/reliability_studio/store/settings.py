"""The sealed settings of each organisation, so that jobs run after a restart that nobody watched."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import settings


async def load(connection: AsyncConnection, org_id: int) -> bytes | None:
    """The sealed settings, None when the organisation never saved any."""
    sealed = await connection.scalar(select(settings.c.sealed).where(settings.c.org_id == org_id))
    return None if sealed is None else bytes(sealed)


async def save(
    connection: AsyncConnection, org_id: int, sealed: bytes, updated_ms: int, at: datetime
) -> bool:
    """Keep settings; older ones never replace newer ones. Says whether they were kept."""
    adding = inserting(connection, settings).values(
        org_id=org_id, sealed=sealed, updated_ms=updated_ms, saved_at=at
    )
    new = adding.excluded
    kept = await connection.execute(
        adding.on_conflict_do_update(
            index_elements=["org_id"],
            set_={"sealed": new.sealed, "updated_ms": new.updated_ms, "saved_at": new.saved_at},
            where=new.updated_ms >= settings.c.updated_ms,
        ).returning(settings.c.org_id)
    )
    return kept.first() is not None


async def organisations(connection: AsyncConnection) -> tuple[int, ...]:
    """Every organisation whose settings are kept."""
    return tuple(await connection.scalars(select(settings.c.org_id).order_by(settings.c.org_id)))
