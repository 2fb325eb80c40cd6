"""How many alerts incidents have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import chunks
from reliability_studio.store.tables.alerts import alerts


async def counts(
    connection: AsyncConnection, org_id: int, incident_ids: Collection[int]
) -> Mapping[int, int]:
    """How many alerts each incident has; one without any is absent."""
    found: dict[int, int] = {}
    for part in chunks(sorted(incident_ids)):
        rows = await connection.execute(
            select(alerts.c.incident_id, func.count())
            .where(alerts.c.org_id == org_id, alerts.c.incident_id.in_(part))
            .group_by(alerts.c.incident_id)
        )
        found.update({int(incident): int(count) for incident, count in rows})
    return found


@dataclass(frozen=True, slots=True)
class Tally:
    """How many alerts there are, and how many of them fire."""

    all: int
    firing: int


async def tallies(
    connection: AsyncConnection, org_id: int, incident_ids: Collection[int]
) -> Mapping[int, Tally]:
    """The alerts of each incident, counted; one without any is absent."""
    found: dict[int, Tally] = {}
    firing = func.count().filter(alerts.c.ends_at.is_(None))
    for part in chunks(sorted(incident_ids)):
        rows = await connection.execute(
            select(alerts.c.incident_id, func.count(), firing)
            .where(alerts.c.org_id == org_id, alerts.c.incident_id.in_(part))
            .group_by(alerts.c.incident_id)
        )
        found.update({int(incident): Tally(int(many), int(on)) for incident, many, on in rows})
    return found
