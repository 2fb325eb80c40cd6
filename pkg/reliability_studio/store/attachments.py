"""Files and frozen results in the timeline. Each hangs on its entry: it moves with it and goes with it.

Lists leave the bytes out; only `content` reads them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.tables.timeline import attachments, timeline_entries


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of an attachment without reading it. `id` cannot be guessed."""

    id: str
    entry_id: int
    name: str
    content_type: str
    size: int
    sha256: str
    created_at: datetime
    created_by: str


@dataclass(frozen=True, slots=True)
class Held:
    """How much an incident holds already."""

    count: int
    size: int


async def add(connection: AsyncConnection, org_id: int, attachment: Attachment, data: bytes) -> None:
    """Store an attachment of an entry that is there."""
    await connection.execute(
        attachments.insert().values(
            id=attachment.id,
            org_id=org_id,
            entry_id=attachment.entry_id,
            name=attachment.name,
            content_type=attachment.content_type,
            size=attachment.size,
            sha256=attachment.sha256,
            data=data,
            created_at=attachment.created_at,
            created_by=attachment.created_by,
        )
    )


async def of_incident(connection: AsyncConnection, incident_id: int) -> tuple[Attachment, ...]:
    """The attachments of an incident, oldest first."""
    chosen = _described().where(timeline_entries.c.incident_id == incident_id)
    rows = await connection.execute(chosen.order_by(attachments.c.created_at, attachments.c.id))
    return tuple(map(_attachment, rows))


async def get(connection: AsyncConnection, incident_id: int, id_: str) -> Attachment | None:
    """One attachment of this incident."""
    chosen = _described().where(timeline_entries.c.incident_id == incident_id, attachments.c.id == id_)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _attachment(row)


async def content(connection: AsyncConnection, id_: str) -> bytes:
    """The bytes of an attachment; empty when it is gone."""
    return bytes(await connection.scalar(select(attachments.c.data).where(attachments.c.id == id_)) or b"")


async def held(connection: AsyncConnection, incident_id: int) -> Held:
    """How many attachments an incident has, and their bytes."""
    chosen = (
        select(func.count(), func.coalesce(func.sum(attachments.c.size), 0))
        .select_from(attachments.join(timeline_entries, timeline_entries.c.id == attachments.c.entry_id))
        .where(timeline_entries.c.incident_id == incident_id)
    )
    count, size = (await connection.execute(chosen)).one()
    return Held(int(count), int(size))


async def remove(connection: AsyncConnection, id_: str) -> bool:
    """Delete an attachment; False when it is gone already."""
    return (await connection.execute(delete(attachments).where(attachments.c.id == id_))).rowcount > 0


def _described() -> Select[Any]:
    columns = [column for column in attachments.c if column.name != "data"]
    return select(*columns).select_from(
        attachments.join(timeline_entries, timeline_entries.c.id == attachments.c.entry_id)
    )


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(
        id=row.id,
        entry_id=row.entry_id,
        name=row.name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        created_at=row.created_at,
        created_by=row.created_by,
    )
