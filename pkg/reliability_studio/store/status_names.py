"""What an organisation calls the states of incidents, and the incidents in its own states."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames
from reliability_studio.store import documents
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.tables.incidents import incidents

NAME = "statuses"
"""Under which they are kept among the preferences of an organisation."""

Place = tuple[Status, str]
"""A built-in state, and id of the own one within it."""


def names_in(document: Document | None) -> StatusNames:
    """The names of a document; the built-in ones without any."""
    return BUILT_IN_NAMES if document is None else msgspec.convert(document.body, StatusNames)


async def read(connection: AsyncConnection, org_id: int) -> StatusNames:
    """The names; the built-in ones while nobody chose others."""
    return names_in(await documents.get(connection, org_id, Kind.PREFERENCE, NAME))


async def held(connection: AsyncConnection, org_id: int) -> Mapping[Place, int]:
    """How many incidents are in each own state; states without any are absent."""
    table = incidents.c
    chosen = select(table.status, table.stage, func.count()).where(table.org_id == org_id, table.stage != "")
    rows = await connection.execute(chosen.group_by(table.status, table.stage))
    return {(Status(status), str(stage)): int(many) for status, stage, many in rows}


async def fall_back(
    connection: AsyncConnection, org_id: int, gone: Collection[Place]
) -> Mapping[str, Sequence[int]]:
    """Take incidents out of own states that are no more: they stay in the built-in state.

    Returns:
        The numbers of those incidents, by id of the own state.
    """
    found: dict[str, list[int]] = {}
    if not gone:
        return found
    table = incidents.c
    places = [(status.value, stage) for status, stage in gone]
    where = (table.org_id == org_id, tuple_(table.status, table.stage).in_(places))
    rows = await connection.execute(select(table.stage, table.number).where(*where).order_by(table.number))
    for stage, number in rows:
        found.setdefault(str(stage), []).append(int(number))
    await connection.execute(update(incidents).where(*where).values(stage="", version=table.version + 1))
    return found
