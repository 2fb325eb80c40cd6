"""What an organisation changed about checks that ship, and the checks that it added."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.evidence import check_settings

MOST = 500
"""Bound on one organisation's list."""


async def listing(connection: AsyncConnection, org_id: int) -> Mapping[str, Any]:
    """Every document, by check id."""
    chosen = select(check_settings.c.id, check_settings.c.body).where(check_settings.c.org_id == org_id)
    rows = await connection.execute(chosen.order_by(check_settings.c.id).limit(MOST))
    return {row.id: row.body for row in rows}


async def put(
    connection: AsyncConnection, org_id: int, check_id: str, body: Any, *, by: str, at: datetime
) -> None:
    """Keep a document; an earlier one of the same check gives way."""
    values = {"body": body, "updated_at": at, "updated_by": by}
    adding = inserting(connection, check_settings).values(org_id=org_id, id=check_id, **values)
    await connection.execute(adding.on_conflict_do_update(index_elements=["org_id", "id"], set_=values))


async def remove(connection: AsyncConnection, org_id: int, check_id: str) -> None:
    """Forget a document."""
    await connection.execute(
        delete(check_settings).where(check_settings.c.org_id == org_id, check_settings.c.id == check_id)
    )
