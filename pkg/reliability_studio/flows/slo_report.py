"""Reports over calendar periods: how each SLO did, and which incidents cost it most.

Read from the stored buckets, so a report of last year says the same every time it is made, under the present
objective. Only what can be counted is in it: an SLO that did not exist in a period has no line for it.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Incident, Milestone
from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.goals import Calendar
from reliability_studio.domain.slo.report import Line, Stretch, lines, periods
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import Period
from reliability_studio.flows.slo_composites import Apart, tallies_of
from reliability_studio.flows.slo_course import finest
from reliability_studio.store import incident_lists, slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import Filter

MAX_INCIDENTS = 1000
"""Incidents of the reported time that are looked at, the newest first."""

LONGEST_INCIDENT = timedelta(days=14)
"""One that began this long before the report may reach into it."""


@dataclass(frozen=True, slots=True)
class Reported:
    """One SLO and its lines, oldest first."""

    slo: Slo
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """All SLOs that match, by service and name; `total` counts those beyond this page too."""

    periods: tuple[Period, ...]
    items: tuple[Reported, ...]
    total: int


class SloReports:
    """Makes reports for one organisation; needs nothing but the store."""

    def __init__(self, org_id: int, database: Database, clock: Clock) -> None:
        self._org_id = org_id
        self._database = database
        self._clock = clock

    async def report(
        self,
        window: Calendar,
        count: int,
        *,
        slo_ids: Collection[str] = (),
        services: Collection[str] = (),
        limit: int = 100,
        offset: int = 0,
    ) -> Report:
        """The last `count` periods of the calendar, the running one included."""
        now = self._clock.now()
        wanted = periods(window, int(now.timestamp()), count)
        async with self._database.reading() as connection:
            every = [
                slo
                for slo in await rows.every(connection, self._org_id)
                if (not slo_ids or slo.id in slo_ids) and (not services or slo.definition.service in services)
            ]
            shown = every[offset : offset + limit]
            costly = await self._incidents(connection, wanted, now)
            items = [await self._reported(connection, slo, wanted, costly) for slo in shown]
        return Report(tuple(wanted), tuple(items), len(every))

    async def _reported(
        self,
        connection: AsyncConnection,
        slo: Slo,
        wanted: Sequence[Period],
        costly: Mapping[str, Sequence[Stretch]],
    ) -> Reported:
        kept = await rows.standing(connection, slo)
        if kept is None or kept.as_of == 0:
            return Reported(slo, ())
        corrections = await slo_corrections.every(connection, self._org_id)
        tier = max(Tier.FIVE, finest(kept.as_of, wanted[0].start))
        try:
            ledger = await tallies_of(connection, slo, tier, wanted[0].start, kept.as_of, corrections)
        except Apart:
            return Reported(slo, ())
        incidents_ = costly.get(slo.definition.service, ())
        made = await asyncio.to_thread(lambda: tuple(lines(slo.definition, ledger, wanted, incidents_)))
        return Reported(slo, made)

    async def _incidents(
        self, connection: AsyncConnection, wanted: Sequence[Period], now: datetime
    ) -> Mapping[str, Sequence[Stretch]]:
        """Incidents by service; drills cost nothing."""
        begin = datetime.fromtimestamp(wanted[0].start, UTC) - LONGEST_INCIDENT
        sought = Filter(drill=False, started_from=begin, started_to=now)
        page = await incident_lists.search(connection, self._org_id, sought, cursor=None, limit=MAX_INCIDENTS)
        found: dict[str, list[Stretch]] = {}
        for incident in page.items:
            for service in {incident.service, *incident.services}:
                found.setdefault(service, []).append(_stretch(incident, now))
        return found


def _stretch(incident: Incident, now: datetime) -> Stretch:
    """The time of an incident, widened to whole buckets, as its impact is counted."""
    ended = incident.at(Milestone.RESOLVED) or now
    start, end = int(incident.started_at.timestamp()), int(ended.timestamp())
    return Stretch(
        incident.number, incident.title, start // Tier.FIVE * Tier.FIVE, -(-end // Tier.FIVE) * Tier.FIVE
    )
