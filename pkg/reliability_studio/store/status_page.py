"""What a status page is made of: services with the moment they became known, and their incidents."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.status_page import MAX_SERVICES, Shown
from reliability_studio.store import incident_rows
from reliability_studio.store.tables.catalog import services
from reliability_studio.store.tables.incidents import incident_services, incidents

MAX_INCIDENTS = 2_000
"""Incidents of one page; the newest count."""

_ACTIVE = [status.value for status in Status if status.active]


async def shown(connection: AsyncConnection, org_id: int, names: Sequence[str]) -> tuple[Shown, ...]:
    """The services of these names in this order, unknown ones too; without names every declared one."""
    table = services.c
    chosen = select(table.name, table.description, table.created_at).where(table.org_id == org_id)
    chosen = chosen.where(table.name.in_(names) if names else table.declared.is_(True))
    rows = await connection.execute(chosen.order_by(table.name).limit(MAX_SERVICES))
    found = {row.name: Shown(row.name, row.description, row.created_at) for row in rows}
    return tuple(found.get(name, Shown(name, "", None)) for name in names or found)


async def incidents_since(
    connection: AsyncConnection, org_id: int, since: datetime, names: Sequence[str]
) -> tuple[Incident, ...]:
    """Incidents of these services that were under way at or after a moment, the newest first.

    Drills and what was merged into another one are left out; at most `MAX_INCIDENTS`.
    """
    table = incidents.c
    mine = select(table.id).where(table.org_id == org_id)
    # Two lookups: an OR of the two would make SQLite read every incident.
    either = union(mine.where(table.status.in_(_ACTIVE)), mine.where(table.resolved_at >= since))
    touched = select(incident_services.c.incident_id).where(
        incident_services.c.org_id == org_id, incident_services.c.name.in_(names)
    )
    chosen = select(incidents).where(
        table.id.in_(either), table.id.in_(touched), table.merged_into.is_(None), table.drill.is_(False)
    )
    rows = await connection.execute(chosen.order_by(table.number.desc()).limit(MAX_INCIDENTS))
    return tuple(map(incident_rows.incident_of, rows))
