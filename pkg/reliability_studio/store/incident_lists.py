"""Lists of incidents: filtered, sorted and paged in the database; facets, labels and columns of them.

A facet counts what its own filter leaves out, so that the other choices stay visible. Incidents that were
merged into another are in no list unless asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Incident, Severity, Status
from reliability_studio.store import incident_labels, incident_rows, paging
from reliability_studio.store import search as words
from reliability_studio.store.incident_rows import LEVEL, RANK
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import among
from reliability_studio.store.tables.base import micros, moment
from reliability_studio.store.tables.incidents import incident_services, incidents

MAX_FACET_VALUES = 100


MAX_COLUMNS = 100_000


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
