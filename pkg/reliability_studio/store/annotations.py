"""Annotations that we wrote into Grafana: the id under which each can be changed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import grafana_annotations

_table = grafana_annotations.c


async def put(connection: AsyncConnection, org_id: int, key: str, annotation_id: int, at: datetime) -> None:
    """Remember the annotation that tells this."""
    adding = inserting(connection, grafana_annotations).values(
        org_id=org_id, key=key, annotation_id=annotation_id, written_at=at
    )
    await connection.execute(
        adding.on_conflict_do_update(
            index_elements=["org_id", "key"], set_={"annotation_id": annotation_id, "written_at": at}
        )
    )


async def find(connection: AsyncConnection, org_id: int, key: str) -> int | None:
    """The id of the annotation that tells this; None when there is none."""
    found = await connection.scalar(
        select(_table.annotation_id).where(_table.org_id == org_id, _table.key == key)
    )
    return None if found is None else int(found)
