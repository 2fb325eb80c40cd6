"""Answers that were given under an `Idempotency-Key`: the same request again gets the same answer again."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import idempotency_keys

_table = idempotency_keys.c


async def remember(
    connection: AsyncConnection, org_id: int, key: str, route: str, response: bytes, at: datetime
) -> bool:
    """Keep an answer, in the transaction that did the work; False when the key has one already."""
    adding = inserting(connection, idempotency_keys).values(
        org_id=org_id, key=key, route=route, response=response, at=at
    )
    kept = await connection.execute(adding.on_conflict_do_nothing().returning(_table.org_id))
    return kept.first() is not None


async def recall(connection: AsyncConnection, org_id: int, key: str, route: str) -> bytes | None:
    """The answer that was given under this key."""
    chosen = select(_table.response).where(_table.org_id == org_id, _table.key == key, _table.route == route)
    response = await connection.scalar(chosen)
    return None if response is None else bytes(response)


async def prune(connection: AsyncConnection, before: datetime) -> int:
    """Forget answers given before that moment; how many went."""
    gone = await connection.execute(delete(idempotency_keys).where(_table.at < before))
    return gone.rowcount
