"""The status page of an organisation: what it shows, and the page as its readers may see it.

await pages.page(org_id, Audience.PUBLIC, Period(now))
await pages.put(org_id, Setup(…), by=…, now=…, version=…)
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reliability_studio.domain.incidents import status_page
from reliability_studio.domain.incidents.impairment import Period
from reliability_studio.domain.incidents.public import bulletin
from reliability_studio.domain.incidents.status_page import Audience, Page, Setup, Told, compose
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.maintenance import NO_ZONE, Maintenance, is_zone
from reliability_studio.flows.shelf import MAX_PREFERENCES, Held, Shelf
from reliability_studio.store import ladder, status_names, timeline
from reliability_studio.store import status_page as stored
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

NAME = "status-page"
"""Under which the setup is kept among the preferences of an organisation."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A page, and whether everything that the period holds is in it."""

    page: Page
    complete: bool
    """False: there were more incidents than one page counts; the newest are in it."""


class StatusPages:
    """The status pages of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._setups = Shelf(database, Kind.PREFERENCE, Setup, most=MAX_PREFERENCES)
        self._maintenance = Maintenance(database)

    async def setup(self, org_id: int) -> Held[Setup]:
        """What the page shows; version 0 while nobody decided."""
        return await self._setups.find(org_id, NAME) or Held(NAME, Setup())

    async def put(
        self, org_id: int, wanted: Setup, *, by: str, now: datetime, version: int | None = None
    ) -> Held[Setup]:
        """Decide what the page shows.

        Raises:
            Invalid: names the fields that cannot be.
            StaleWrite: somebody else decided meanwhile.
        """
        problems = tuple(_problems(wanted))
        if problems:
            raise Invalid("the status page cannot be like this", problems)
        return await self._setups.put(org_id, Held(NAME, wanted), by=by, now=now, version=version)

    async def page(self, org_id: int, audience: Audience, period: Period) -> Composed:
        """The page at the end of a period.

        Raises:
            Invalid: there is no such time zone.
        """
        _check(period)
        setup = (await self.setup(org_id)).value
        async with self._database.reading() as connection:
            services = await stored.shown(connection, org_id, setup.services)
            names = [one.name for one in services]
            found = await stored.incidents_since(connection, org_id, period.start, names)
            public = await timeline.public(connection, [one.id for one in found])
            levels = await ladder.read(connection, org_id)
            statuses = await status_names.read(connection, org_id)
            windows = [one.value for one in await self._maintenance.read(connection, org_id) if one.enabled]
        told = [Told(one, bulletin(one, public.get(one.id, ()), levels, statuses)) for one in found]
        # Ninety days of hundreds of services are some hundred thousand comparisons.
        page = await asyncio.to_thread(compose, setup, audience, services, told, windows, period)
        return Composed(page, len(found) < stored.MAX_INCIDENTS)


def _problems(wanted: Setup) -> Iterator[FieldProblem]:
    if not wanted.title.strip():
        yield FieldProblem("$.title", "must not be empty")
    seen: set[str] = set()
    for position, name in enumerate(wanted.services):
        if name in seen:
            yield FieldProblem(f"$.services[{position}]", f"{name} is there twice")
        seen.add(name)
    if len(wanted.services) > status_page.MAX_SERVICES:
        yield FieldProblem("$.services", f"may hold {status_page.MAX_SERVICES} at most")


def _check(period: Period) -> None:
    if not is_zone(period.zone):
        raise Invalid.field("zone", NO_ZONE)
