"""Which process runs the jobs: a row with a holder and an end, taken when it is free or over."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import leases


async def acquire(connection: AsyncConnection, name: str, holder: str, now: datetime, ttl_s: float) -> bool:
    """Take or prolong the lease; False when somebody else holds it."""
    taking = inserting(connection, leases).values(
        name=name, holder=holder, expires_at=now + timedelta(seconds=ttl_s)
    )
    taken = await connection.execute(
        taking.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": taking.excluded.holder, "expires_at": taking.excluded.expires_at},
            where=or_(leases.c.holder == holder, leases.c.expires_at <= now),
        ).returning(leases.c.holder)
    )
    return taken.first() is not None


async def release(connection: AsyncConnection, name: str, holder: str) -> bool:
    """Give the lease back; False when this holder does not have it."""
    gone = await connection.execute(delete(leases).where(leases.c.name == name, leases.c.holder == holder))
    return gone.rowcount > 0


async def holder(connection: AsyncConnection, name: str, now: datetime) -> str | None:
    """Who holds the lease now."""
    chosen = select(leases.c.holder).where(leases.c.name == name, leases.c.expires_at > now)
    return await connection.scalar(chosen)
