"""The severity ladder of an organisation, and the incidents that stand on it."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.model import Grade
from reliability_studio.store import documents
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.incident_rows import LEVEL
from reliability_studio.store.tables.incidents import incidents

NAME = "severities"
"""Under which an organisation's ladder is kept: it has one."""


_UNDER_WAY = "\x1f"
"""Begins the level of incidents that were moved already; no id holds it."""


def ladder_in(document: Document | None) -> Ladder:
    """The ladder of a document; the built-in one without any."""
    return BUILT_IN if document is None else msgspec.convert(document.body, Ladder)


async def read(connection: AsyncConnection, org_id: int) -> Ladder:
    """The ladder of an organisation."""
    return ladder_in(await documents.get(connection, org_id, Kind.LADDER, NAME))


async def held(connection: AsyncConnection, org_id: int) -> Mapping[str, int]:
    """How many incidents stand on each level, by its id; levels without any are absent."""
    many = func.count()
    chosen = select(LEVEL, many).where(incidents.c.org_id == org_id)
    rows = await connection.execute(chosen.group_by(LEVEL))
    return {str(level): int(count) for level, count in rows}


async def move(connection: AsyncConnection, org_id: int, grades: Mapping[str, Grade]) -> int:
    """Put all incidents of each level where its grade says, in one statement a level; how many changed level.

    Levels may trade names: each incident moves once, by the level that it was on before.
    """
    moved = 0
    table = incidents.c
    for name, grade in grades.items():
        changed = await connection.execute(
            update(incidents)
            .where(table.org_id == org_id, LEVEL.in_([name]))
            .values(
                level=f"{_UNDER_WAY}{grade.level}",
                severity=grade.severity.value,
                severity_rank=grade.severity.rank,
                step=grade.step,
                version=table.version + 1,
            )
        )
        moved += changed.rowcount if grade.name != name else 0
    for level in {grade.level for grade in grades.values()}:
        await connection.execute(
            update(incidents)
            .where(table.org_id == org_id, table.level == f"{_UNDER_WAY}{level}")
            .values(level=level)
        )
    return moved
