"""Incidents: numbers, and the record with optimistic concurrency. Lists of them are in `incident_lists`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, union, update
from sqlalchemy import delete as deleting
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Status
from reliability_studio.errors import NotFound, StaleWrite
from reliability_studio.store import incident_rows
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.alerts import alerts
from reliability_studio.store.tables.base import name
from reliability_studio.store.tables.incidents import counters, incident_services, incidents

_ACTIVE = tuple(status.value for status in Status if status.active)


async def take_number(connection: AsyncConnection, org_id: int) -> int:
    """The organisation's next incident number; the transaction holds the counter until it ends."""
    return (await take_numbers(connection, org_id, 1))[0]


async def take_numbers(connection: AsyncConnection, org_id: int, many: int) -> range:
    """The organisation's next `many` incident numbers (at least one), taken at once."""
    statement = inserting(connection, counters).values(org_id=org_id, last_number=many)
    taken = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["org_id"], set_={"last_number": counters.c.last_number + many}
        ).returning(counters.c.last_number)
    )
    last = int(taken.scalar_one())
    return range(last - many + 1, last + 1)


async def insert(connection: AsyncConnection, incident: Incident) -> Incident:
    """Store a new incident; it comes back with its id."""
    return (await insert_all(connection, (incident,)))[0]


async def insert_all(connection: AsyncConnection, new: Sequence[Incident]) -> tuple[Incident, ...]:
    """Store new incidents of one organisation; they come back with their ids, in their order."""
    if not new:
        return ()
    adding = incidents.insert().returning(incidents.c.number, incidents.c.id)
    added = await connection.execute(adding, list(map(incident_rows.row_of, new)))
    ids = {int(row.number): int(row.id) for row in added}
    stored = tuple(replace(incident, id=ids[incident.number]) for incident in new)
    rows = [row for incident in stored for row in _service_rows(incident, _services_of(incident))]
    if rows:
        await connection.execute(incident_services.insert(), rows)
    return stored


async def get(connection: AsyncConnection, org_id: int, number: int) -> Incident | None:
    """The incident with this number."""
    found = await get_many(connection, org_id, (number,))
    return found[0] if found else None


async def get_many(
    connection: AsyncConnection, org_id: int, numbers: Collection[int]
) -> tuple[Incident, ...]:
    """Those of these numbers that exist, by number."""
    found: list[Incident] = []
    for part in chunks(sorted(set(numbers))):
        chosen = select(incidents).where(incidents.c.org_id == org_id, incidents.c.number.in_(part))
        found += map(incident_rows.incident_of, await connection.execute(chosen.order_by(incidents.c.number)))
    return tuple(found)


async def save(connection: AsyncConnection, incident: Incident) -> Incident:
    """Store a changed incident; it comes back with the next version.

    Raises:
        StaleWrite: somebody changed it since it was read.
        NotFound: somebody deleted it since.
    """
    stored = replace(incident, version=incident.version + 1)
    changed = await connection.execute(
        update(incidents)
        .where(
            incidents.c.id == incident.id,
            incidents.c.org_id == incident.org_id,
            incidents.c.version == incident.version,
        )
        .values(incident_rows.row_of(stored))
    )
    if changed.rowcount == 0:
        await _explain_stale(connection, incident)
    await _put_services(connection, stored)
    return stored


async def delete(connection: AsyncConnection, org_id: int, number: int) -> bool:
    """Delete an incident with its timeline, tasks, evidence and report; its alerts and its parts stay.

    Returns:
        Whether there was one.
    """
    await connection.execute(
        update(incidents)
        .where(incidents.c.org_id == org_id, incidents.c.parent == number)
        .values(parent=None)
    )
    gone = await connection.execute(
        deleting(incidents).where(incidents.c.org_id == org_id, incidents.c.number == number)
    )
    return gone.rowcount > 0


async def children(connection: AsyncConnection, parent: Incident) -> tuple[Incident, ...]:
    """Incidents that are part of this one and were not merged away, by number."""
    chosen = select(incidents).where(
        incidents.c.org_id == parent.org_id,
        incidents.c.parent == parent.number,
        incidents.c.merged_into.is_(None),
    )
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple(map(incident_rows.incident_of, rows))


async def merged_into(connection: AsyncConnection, target: Incident) -> tuple[Incident, ...]:
    """Incidents that were merged into this one, by number."""
    chosen = select(incidents).where(
        incidents.c.org_id == target.org_id, incidents.c.merged_into == target.number
    )
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple(map(incident_rows.incident_of, rows))


async def active(
    connection: AsyncConnection, org_id: int, *, resolved_since: datetime
) -> tuple[Incident, ...]:
    """Incidents that an alert may still belong to: active, or resolved since that moment; not merged."""
    mine = select(incidents.c.id).where(incidents.c.org_id == org_id)
    # Two lookups: an OR of the two would make SQLite read every incident.
    either = union(
        mine.where(incidents.c.status.in_(_ACTIVE)), mine.where(incidents.c.resolved_at >= resolved_since)
    )
    chosen = select(incidents).where(incidents.c.id.in_(either), incidents.c.merged_into.is_(None))
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple(map(incident_rows.incident_of, rows))


async def held_until(connection: AsyncConnection, org_id: int, moment: datetime) -> tuple[Incident, ...]:
    """Active incidents that were held open, and at that moment are no longer; not merged."""
    chosen = select(incidents).where(_standing(org_id), incidents.c.hold_until <= moment)
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple(map(incident_rows.incident_of, rows))


@dataclass(frozen=True, slots=True)
class Opened:
    """An active incident, as far as its age decides what is due."""

    id: int
    number: int
    created_at: datetime


async def opened(connection: AsyncConnection, org_id: int) -> tuple[Opened, ...]:
    """Active incidents of a known service, by number; not merged."""
    chosen = select(incidents.c.id, incidents.c.number, incidents.c.created_at).where(
        _standing(org_id), incidents.c.service != UNASSIGNED
    )
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple([Opened(*row) for row in rows])


async def alerted_services(connection: AsyncConnection, org_id: int, since: datetime) -> frozenset[str]:
    """Services with an incident since that moment that an alert of somebody's rule belongs to."""
    from_rules = (
        select(alerts.c.id)
        .where(alerts.c.incident_id == incidents.c.id, alerts.c.source != AlertSource.DETECTOR.value)
        .exists()
    )
    rows = await connection.scalars(
        select(incident_services.c.name)
        .join(incidents, incidents.c.id == incident_services.c.incident_id)
        .where(incidents.c.org_id == org_id, incidents.c.created_at >= since, from_rules)
        .distinct()
    )
    return frozenset(rows)


def _standing(org_id: int) -> ColumnElement[bool]:
    """Active incidents of an organisation that stand for themselves."""
    return and_(
        incidents.c.org_id == org_id,
        incidents.c.status.in_(_ACTIVE),
        incidents.c.merged_into.is_(None),
    )


async def _put_services(connection: AsyncConnection, incident: Incident) -> None:
    wanted = _services_of(incident)
    held = set(
        await connection.scalars(
            select(incident_services.c.name).where(incident_services.c.incident_id == incident.id)
        )
    )
    if gone := held - wanted:
        await connection.execute(
            deleting(incident_services).where(
                incident_services.c.incident_id == incident.id, incident_services.c.name.in_(gone)
            )
        )
    for part in chunks(_service_rows(incident, wanted - held)):
        await connection.execute(
            inserting(connection, incident_services).values(part).on_conflict_do_nothing()
        )


def _services_of(incident: Incident) -> set[str]:
    """Names under which the incident is found: its own service and the affected ones."""
    return {name(service) for service in (incident.service, *incident.services) if service}


def _service_rows(incident: Incident, names: Collection[str]) -> list[dict[str, Any]]:
    return [
        {"incident_id": incident.id, "name": service, "org_id": incident.org_id} for service in sorted(names)
    ]


async def _explain_stale(connection: AsyncConnection, incident: Incident) -> None:
    current = await connection.scalar(
        select(incidents.c.version).where(
            incidents.c.id == incident.id, incidents.c.org_id == incident.org_id
        )
    )
    if current is None:
        raise NotFound(f"{incident.key} does not exist any more")
    raise StaleWrite(f"{incident.key} changed meanwhile: read it again", current=int(current))
