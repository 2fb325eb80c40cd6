"""Incidents: numbers, the record with optimistic concurrency, lists, facets and columns.

A list is filtered, sorted and paged in the database. A facet counts what its own filter leaves out, so that
the other choices stay visible. Incidents that were merged into another are in no list unless asked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, func, select, union, update
from sqlalchemy import delete as deleting
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.model import Incident, Severity, Status
from reliability_studio.errors import NotFound, StaleWrite
from reliability_studio.store import incident_labels, incident_rows, paging
from reliability_studio.store import search as words
from reliability_studio.store.incident_rows import LEVEL, RANK
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import among, chunks, inserting
from reliability_studio.store.tables.alerts import alerts
from reliability_studio.store.tables.base import micros, moment, name
from reliability_studio.store.tables.incidents import counters, incident_services, incidents

MAX_FACET_VALUES = 100
MAX_COLUMNS = 100_000

_ACTIVE = tuple(status.value for status in Status if status.active)


class Sort(StrEnum):
    """Orders of a list; ties go by id in the same direction."""

    NEWEST = "-started"
    OLDEST = "started"
    UPDATED = "-updated"
    LEAST_UPDATED = "updated"
    MOST_SEVERE = "severity"
    LEAST_SEVERE = "-severity"
    STATUS = "status"
    LAST_STATUS = "-status"
    NUMBER = "number"
    LAST_NUMBER = "-number"

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.value.startswith("-")

    @property
    def column(self) -> str:
        """The column that orders."""
        return _SORT_COLUMNS[self.value.lstrip("-")]


_SORT_COLUMNS = {
    "started": "started_at",
    "updated": "updated_at",
    "severity": "severity_rank",
    "status": "status_rank",
    "number": "number",
}
_MOMENTS = frozenset({"started_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents; an empty field excludes nothing, several values of one field are alternatives."""

    text: str = ""
    statuses: tuple[Status, ...] = ()
    severities: tuple[Severity, ...] = ()
    """What their levels count as."""
    levels: tuple[str, ...] = ()
    """Ids of levels of the organisation's ladder."""
    stages: tuple[str, ...] = ()
    """Ids of own states of the organisation."""
    services: tuple[str, ...] = ()
    """Own or affected."""
    assignees: tuple[str, ...] = ()
    """Logins; an empty one means nobody."""
    labels: tuple[tuple[str, str], ...] = ()
    """Names with values; each name must fit."""
    drill: bool | None = None
    started_from: datetime | None = None
    started_to: datetime | None = None
    """Exclusive."""
    sort: Sort = Sort.NEWEST
    merged: bool | None = False
    """None shows merged ones among the others."""
    part: bool | None = None
    """True: only parts of other incidents; False: only those that are none."""
    parent: int | None = None
    """Number of the incident whose parts are sought."""


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


async def search(
    connection: AsyncConnection, org_id: int, sought: Filter, *, cursor: str | None, limit: int
) -> Page[Incident]:
    """A page of the incidents that match.

    Raises:
        BadRequest: the cursor was made for another filter or order.
    """
    where = await _where(connection, org_id, sought)
    total = await connection.scalar(select(func.count()).select_from(incidents).where(*where))
    chosen = _page_statement(where, org_id, sought, cursor=cursor, limit=limit)
    found = [incident_rows.incident_of(row) for row in await connection.execute(chosen)]
    shown = tuple(found[:limit])
    more = (
        paging.write(_scope(org_id, sought), _position(shown[-1], sought.sort))
        if len(found) > limit
        else None
    )
    return Page(shown, int(total or 0), more)


def _page_statement(
    where: Sequence[ColumnElement[bool]], org_id: int, sought: Filter, *, cursor: str | None, limit: int
) -> Select[Any]:
    """The statement of a page: one row more than shown, to know whether there is another page."""
    by, descending = sought.sort.column, sought.sort.descending
    column = RANK if by == "severity_rank" else incidents.c[by]
    if cursor is not None:
        value, id_ = paging.read(cursor, _scope(org_id, sought), (int, int))
        start = moment(value) if by in _MOMENTS else value
        where = [*where, paging.after((column, incidents.c.id), (start, id_), descending=descending)]
    order = (column.desc(), incidents.c.id.desc()) if descending else (column, incidents.c.id)
    return select(incidents).where(*where).order_by(*order).limit(limit + 1)


async def facets(connection: AsyncConnection, org_id: int, sought: Filter) -> Mapping[str, Mapping[str, int]]:
    """How many incidents each choice of state, own state, severity, level, service or assignee would show."""
    cleared = {
        "status": (incidents.c.status, replace(sought, statuses=())),
        "stage": (incidents.c.stage, replace(sought, stages=())),
        "severity": (incidents.c.severity, replace(sought, severities=())),
        "level": (LEVEL, replace(sought, levels=())),
        "service": (incident_services.c.name, replace(sought, services=())),
        "assignee": (incidents.c.assignee, replace(sought, assignees=())),
    }
    matching = await _matching(connection, sought)
    return {
        facet: await _counted(connection, column, [*_fitting(connection, org_id, rest), *matching])
        for facet, (column, rest) in cleared.items()
    }


async def _counted(
    connection: AsyncConnection, column: ColumnElement[Any], where: Sequence[ColumnElement[bool]]
) -> Mapping[str, int]:
    many = func.count().label("many")
    chosen = select(column, many).select_from(incidents)
    if column is incident_services.c.name:
        chosen = chosen.join(incident_services, incident_services.c.incident_id == incidents.c.id)
    chosen = chosen.where(*where).group_by(column).order_by(many.desc(), column)
    rows = await connection.execute(chosen.limit(MAX_FACET_VALUES))
    return {str(value): int(count) for value, count in rows}


async def label_counts(
    connection: AsyncConnection, org_id: int, sought: Filter
) -> Mapping[str, Mapping[str, int]]:
    """How many incidents each label would show, by name and value; the filter's own labels count as well."""
    return await incident_labels.count(connection, await _where(connection, org_id, sought))


async def columns(connection: AsyncConnection, org_id: int, sought: Filter, limit: int) -> pl.DataFrame:
    """The incidents that match as columns, for frames and statistics; at most `MAX_COLUMNS` rows."""
    bounded = max(0, min(limit, MAX_COLUMNS))
    where = await _where(connection, org_id, sought)
    page = _page_statement(where, org_id, sought, cursor=None, limit=bounded)
    chosen = page.with_only_columns(*incident_rows.chosen(connection))
    rows = (await connection.execute(chosen.limit(bounded))).all()
    return incident_rows.frame_of(rows)


async def _where(connection: AsyncConnection, org_id: int, sought: Filter) -> list[ColumnElement[bool]]:
    return [*_fitting(connection, org_id, sought), *await _matching(connection, sought)]


async def _matching(connection: AsyncConnection, sought: Filter) -> list[ColumnElement[bool]]:
    """The condition of the filter's words, if it has any."""
    return [await words.matches(connection, sought.text)] if sought.text.strip() else []


def _fitting(connection: AsyncConnection, org_id: int, sought: Filter) -> list[ColumnElement[bool]]:
    """The conditions of everything else in the filter."""
    table = incidents.c
    conditions: list[tuple[object, ColumnElement[bool]]] = [
        (sought.statuses, among(table.status, [status.value for status in sought.statuses])),
        (sought.severities, among(table.severity, [severity.value for severity in sought.severities])),
        (sought.levels, among(LEVEL, sought.levels)),
        (sought.stages, among(table.stage, sought.stages)),
        (sought.assignees, among(table.assignee, sought.assignees)),
        (sought.services, table.id.in_(_with_services(org_id, sought.services))),
        (sought.drill is not None, table.drill.is_(bool(sought.drill))),
    ]
    where = [table.org_id == org_id, *(condition for given, condition in conditions if given)]
    if sought.started_from is not None:
        where.append(table.started_at >= sought.started_from)
    if sought.started_to is not None:
        where.append(table.started_at < sought.started_to)
    if sought.part is not None:
        where.append(table.parent.is_not(None) if sought.part else table.parent.is_(None))
    if sought.parent is not None:
        where.append(table.parent == sought.parent)
    if sought.merged is not None:
        where.append(table.merged_into.is_not(None) if sought.merged else table.merged_into.is_(None))
    return [*where, *incident_labels.carry(connection, sought.labels)]


def _with_services(org_id: int, names: tuple[str, ...]) -> Select[tuple[int]]:
    table = incident_services.c
    return select(table.incident_id).where(table.org_id == org_id, table.name.in_(names))


def _scope(org_id: int, sought: Filter) -> str:
    return paging.scope("incidents", org_id, sought)


def _position(incident: Incident, sort: Sort) -> tuple[int, int]:
    values = {
        "started_at": micros(incident.started_at),
        "updated_at": micros(incident.updated_at),
        "severity_rank": incident.grade.rank,
        "status_rank": incident.status.order,
        "number": incident.number,
    }
    return values[sort.column], incident.id


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
