"""Incidents for looking at: lists with their counts, one with everything that belongs to it, columns.

`Incidents` (flows/incidents) changes them and reads as this does: an answer is the same after a change.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.similar import Similar, similar
from reliability_studio.domain.incidents.status_names import StatusNames
from reliability_studio.domain.incidents.tasks import Task
from reliability_studio.flows.desk import existing
from reliability_studio.flows.ladder import meant
from reliability_studio.store import (
    alerts,
    catalog,
    correlations,
    incident_lists,
    tasks,
    timeline,
)
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.correlations import Signal
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import Filter
from reliability_studio.store.ladder import read as read_ladder
from reliability_studio.store.paging import Page
from reliability_studio.store.status_names import read as read_names
from reliability_studio.store.timeline import StoredEntry

DETAIL_ENTRIES = 500
"""Timeline entries that the whole record shows; the rest is paged."""
COMPARED = 1_000
SIMILAR_SINCE = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class SloImpact:
    """What an incident cost one SLO."""

    slo_id: str
    name: str
    bad: int
    total: int
    budget_share: float | None


Impact = Callable[[AsyncConnection, Incident], Awaitable[Sequence[SloImpact]]]
"""Says what an incident cost the SLOs of its services."""


async def no_impact(_connection: AsyncConnection, _incident: Incident) -> Sequence[SloImpact]:
    """For a store without SLOs."""
    return ()


@dataclass(frozen=True, slots=True)
class Detail:
    """One incident with everything that belongs to it."""

    incident: Incident
    alerts: tuple[StoredAlert, ...]
    timeline: tuple[StoredEntry, ...]
    tasks: tuple[Task, ...]
    signals: tuple[Signal, ...]
    impact: tuple[SloImpact, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of incidents and what each filter would show."""

    page: Page[Incident]
    facets: Mapping[str, Mapping[str, int]]


class IncidentReader:
    """Incidents of one database, for all organisations."""

    def __init__(self, database: Database, *, impact: Impact = no_impact) -> None:
        self._database = database
        self._impact = impact

    async def search(self, org_id: int, sought: Filter, *, cursor: str | None, limit: int) -> Listing:
        """A page of incidents; the first one (without a cursor) with the counts of its filters.

        Raises:
            BadRequest: the cursor was made for another list.
        """
        async with self._database.reading() as connection:
            page = await incident_lists.search(connection, org_id, sought, cursor=cursor, limit=limit)
            # Who reads on has them already, and each costs a count over all that match.
            counts = {} if cursor else await incident_lists.facets(connection, org_id, sought)
            return Listing(page, counts)

    async def labels(self, org_id: int, sought: Filter) -> Mapping[str, Mapping[str, int]]:
        """How many of the incidents that match have each label, by name and value."""
        async with self._database.reading() as connection:
            return await incident_lists.label_counts(connection, org_id, sought)

    async def get(self, org_id: int, number: int) -> Incident:
        """One incident.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._database.reading() as connection:
            return await existing(connection, org_id, number)

    async def detail(self, org_id: int, number: int) -> Detail:
        """One incident with everything that belongs to it.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._database.reading() as connection:
            return await self.read_detail(connection, org_id, number)

    async def similar(self, org_id: int, number: int, *, now: datetime) -> Similar:
        """Earlier incidents that are like this one.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, org_id, number)
            sought = Filter(started_from=now - SIMILAR_SINCE)
            page = await incident_lists.search(connection, org_id, sought, cursor=None, limit=COMPARED)
        return similar(incident, page.items, now=now)

    async def alerts(self, org_id: int, number: int) -> tuple[StoredAlert, ...]:
        """The alerts of an incident, oldest first.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, org_id, number)
            of = await alerts.of_incidents(connection, org_id, [incident.id])
        return of[incident.id]

    async def signals(self, org_id: int, number: int) -> tuple[Signal, ...]:
        """What the newest investigation found, the most probable first.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._database.reading() as connection:
            incident = await existing(connection, org_id, number)
            return await correlations.of_incident(connection, incident.id)

    async def table(self, org_id: int, sought: Filter, limit: int) -> pl.DataFrame:
        """The incidents that match as columns (`store.incident_rows`); levels by title, and `status_name`."""
        async with self._database.reading() as connection:
            rows = await incident_lists.columns(
                connection, org_id, await meant(connection, org_id, sought), limit
            )
            levels = await read_ladder(connection, org_id)
            names = await read_names(connection, org_id)
        titles = {one.id: levels.called(levels.grade(one)) for one in levels.levels}
        return rows.with_columns(pl.col("level").replace(titles), _called(rows, names))

    async def owners(self, org_id: int) -> Mapping[str, str]:
        """The team of each service of the catalogue that has one."""
        async with self._database.reading() as connection:
            services = await catalog.listing(connection, org_id)
        return {one.name: one.owner_team for one in services if one.owner_team}

    async def all_alerts(
        self, org_id: int, *, firing: bool | None, reason: str = "", cursor: str | None, limit: int
    ) -> Page[StoredAlert]:
        """Alert episodes of the organisation, newest first; with a reason only those placed for it."""
        async with self._database.reading() as connection:
            return await alerts.search(
                connection, org_id, firing=firing, reason=reason, cursor=cursor, limit=limit
            )

    async def read_detail(self, connection: AsyncConnection, org_id: int, number: int) -> Detail:
        """The same as `detail`, inside somebody else's transaction.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        incident = await existing(connection, org_id, number)
        of = await alerts.of_incidents(connection, org_id, [incident.id])
        told = await timeline.page(connection, incident.id, limit=DETAIL_ENTRIES)
        return Detail(
            incident,
            of[incident.id],
            told.items,
            await tasks.of_incident(connection, incident.id),
            await correlations.of_incident(connection, incident.id),
            tuple(await self._impact(connection, incident)),
        )


def _called(rows: pl.DataFrame, names: StatusNames) -> pl.Expr:
    """What people call where each incident stands."""
    standing = rows.select("status", "stage").unique().rows()
    words = {f"{status}/{stage}": names.called(Status(status), stage) for status, stage in standing}
    return pl.concat_str("status", pl.lit("/"), "stage").replace(words).alias("status_name")
