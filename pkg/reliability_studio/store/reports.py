"""What people wrote about an incident afterwards."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.errors import StaleWrite
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.incidents import reports


@dataclass(frozen=True, slots=True)
class Report:
    """The text with its version; 0 means that nobody wrote one yet."""

    text: str
    version: int
    updated_at: datetime
    updated_by: str


async def get(connection: AsyncConnection, incident_id: int) -> Report | None:
    """The stored text, None while nobody wrote one."""
    chosen = select(reports).where(reports.c.incident_id == incident_id)
    row = (await connection.execute(chosen)).first()
    return None if row is None else Report(row.text, row.version, row.updated_at, row.updated_by)


async def put(
    connection: AsyncConnection,
    org_id: int,
    incident_id: int,
    written: Report,
    *,
    replaces: int | None = None,
) -> Report:
    """Store a text; with `replaces` only over that version (0: only if there is none).

    Raises:
        StaleWrite: somebody else wrote meanwhile.
    """
    held = await get(connection, incident_id)
    current = 0 if held is None else held.version
    expected = current if replaces is None else replaces
    if expected != current:  # also a number that no database holds
        raise StaleWrite("the report changed meanwhile: read it again", current=current)
    values = {"text": written.text, "updated_at": written.updated_at, "updated_by": written.updated_by}
    if expected == 0:
        adding = inserting(connection, reports).values(
            incident_id=incident_id, org_id=org_id, version=1, **values
        )
        done = await connection.execute(adding.on_conflict_do_nothing().returning(reports.c.version))
    else:
        same = (reports.c.incident_id == incident_id, reports.c.version == expected)
        done = await connection.execute(
            update(reports).where(*same).values(version=expected + 1, **values).returning(reports.c.version)
        )
    version = done.scalar()
    if version is None:
        raise StaleWrite("the report changed meanwhile: read it again", current=current)
    return Report(written.text, int(version), written.updated_at, written.updated_by)
