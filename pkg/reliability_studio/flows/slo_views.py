"""SLOs for looking at: where they stand, their course, how budgets go on. Reads the store, asks nobody."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.forecast import Forecast, forecast
from reliability_studio.domain.slo.measure import Status, Verdict
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import GoalStanding, Standing
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.errors import Invalid, NotFound
from reliability_studio.flows.slo_composites import tallies_of
from reliability_studio.flows.slo_course import Course, read_course
from reliability_studio.store import slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database


@dataclass(frozen=True, slots=True)
class View:
    """An SLO as it stands at one moment."""

    slo: Slo
    standing: Standing
    verdict: Verdict
    stale_reason: str
    instances: int = 0
    """Of a grouped SLO: groups that have an instance."""
    further: tuple[GoalStanding, ...] = ()
    """Its further goals, in the order in which they are promised."""

    @property
    def urgency(self) -> tuple[int, float, str, str]:
        """Sorts the worst first: breached before critical, then by what is left; no data last."""
        measurement = self.standing.measurement
        left = measurement.remaining if measurement else None
        order = _ORDER[self.verdict.status]
        definition = self.slo.definition
        return order, left if left is not None else float("inf"), definition.service, definition.name


_ORDER: Mapping[Status, int] = {
    Status.BREACHED: 0,
    Status.CRITICAL: 1,
    Status.WARNING: 2,
    Status.HEALTHY: 3,
    Status.NO_DATA: 4,
}


class SloReader:
    """SLOs for looking at; needs nothing but the store, so the data source has one too."""

    def __init__(self, org_id: int, database: Database, clock: Clock) -> None:
        self._org_id = org_id
        self._database = database
        self._clock = clock

    async def every(self, *, groups: bool = False) -> tuple[View, ...]:
        """All SLOs, the worst first; with `groups` the instances of grouped ones among them."""
        async with self._database.reading() as connection:
            slos = await rows.every(connection, self._org_id, groups=groups)
            kept = await rows.standings(connection, self._org_id)
            counts = await rows.instance_counts(connection, self._org_id)
        now = self._clock.now()
        seen = (view(slo, kept.get(slo.id), now, counts.get(slo.id, 0)) for slo in slos)
        return tuple(sorted(seen, key=lambda v: v.urgency))

    async def groups(self, slo_id: str) -> tuple[View, ...]:
        """The instances of a grouped SLO, the worst first.

        Raises:
            NotFound: the organisation has none of this id.
        """
        async with self._database.reading() as connection:
            slos = await rows.instances(connection, await existing(connection, self._org_id, slo_id))
            kept = [await rows.standing(connection, slo) for slo in slos]
        now = self._clock.now()
        seen = (view(slo, each, now) for slo, each in zip(slos, kept, strict=True))
        return tuple(sorted(seen, key=lambda v: v.urgency))

    async def get(self, slo_id: str) -> View:
        """One SLO.

        Raises:
            NotFound: the organisation has none of this id.
        """
        async with self._database.reading() as connection:
            return await self._read(connection, await existing(connection, self._org_id, slo_id))

    async def _read(self, connection: AsyncConnection, slo: Slo) -> View:
        """The SLO as the store has it, inside somebody else's transaction."""
        kept = await rows.standing(connection, slo)
        count = len(await rows.instances(connection, slo)) if slo.definition.group_by else 0
        return view(slo, kept, self._clock.now(), count)

    async def history(
        self, slo_id: str, start: datetime, end: datetime, points: int, *, goal: int = 0
    ) -> tuple[Slo, Course]:
        """The course of one SLO in at most `points` points, held against one of its goals (0: the main one).

        Raises:
            NotFound: the organisation has none of this id.
            Invalid: it has fewer goals.
        """
        begin, until = int(start.timestamp()), int(end.timestamp())
        async with self._database.reading() as connection:
            slo = await existing(connection, self._org_id, slo_id)
            slo = _held_against(slo, goal)
            kept = await rows.standing(connection, slo)
            every = await slo_corrections.every(connection, self._org_id)
            found = await read_course(
                connection,
                slo,
                as_of=0 if kept is None else kept.as_of,
                start=begin,
                end=until,
                points=points,
                corrections=every,
                read=tallies_of,
            )
        return slo, found

    async def forecast(self, slo_id: str, *, goal: int = 0) -> Forecast | None:
        """How the budget of one of an SLO's goals (0: the main one) goes on; None before it was measured.

        Raises:
            NotFound: the organisation has none of this id.
            Invalid: it has fewer goals.
        """
        async with self._database.reading() as connection:
            slo = _held_against(await existing(connection, self._org_id, slo_id), goal)
            kept = await rows.standing(connection, slo)
            if kept is None or kept.as_of == 0:
                return None
            every = await slo_corrections.every(connection, self._org_id)
            ledger = await tallies_of(connection, slo, Tier.FIVE, kept.as_of - DAY, kept.as_of, every)
        return await asyncio.to_thread(forecast, slo.definition, ledger)


def view(slo: Slo, kept: rows.Kept | None, now: datetime, instances: int = 0) -> View:
    """The SLO as the store has it, at `now`."""
    return shown(slo, Standing() if kept is None else kept.standing, now, instances)


def shown(slo: Slo, standing: Standing, now: datetime, instances: int = 0) -> View:
    """The SLO as it stands at `now`."""
    seconds = int(now.timestamp())
    return View(
        slo,
        standing,
        standing.verdict_at(slo.definition, seconds),
        standing.stale_reason(slo.definition, seconds),
        instances,
        standing.further_at(slo.definition, seconds),
    )


async def existing(connection: AsyncConnection, org_id: int, slo_id: str) -> Slo:
    """One SLO of an organisation.

    Raises:
        NotFound: it has none of this id.
    """
    found = await rows.get(connection, org_id, slo_id)
    if found is None:
        raise NotFound(f"there is no SLO '{slo_id[:100]}'")
    return found


def _held_against(slo: Slo, goal: int) -> Slo:
    """The SLO with one of its goals alone; 0 is the main one."""
    what = slo.definition
    if goal == 0:
        return slo
    if goal >= len(what.goals):
        raise Invalid.field(
            "objective", f"must be less than {len(what.goals)}: the SLO has no more objectives"
        )
    return replace(slo, definition=what.promising(what.goals[goal]))
