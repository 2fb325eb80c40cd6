"""What the incidents of a period cost error budgets, by service and SLO, from the buckets of the SLOs.

The work is bounded: incidents are read once, as columns; only SLOs of services that had one are looked at,
those with most incidents first, each with one reading of its buckets. What is left out is told.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.cost import BudgetCost, cost, joined
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import Period
from reliability_studio.flows.slo_composites import Apart, tallies_of
from reliability_studio.flows.slo_course import finest
from reliability_studio.store import incident_lists, slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import MAX_COLUMNS, Filter

MAX_SLOS = 50
"""SLOs of one answer."""
LONGEST_INCIDENT = timedelta(days=14)
"""One that began this long before the period may reach into it."""


@dataclass(frozen=True, slots=True)
class Charged:
    """One SLO, how many incidents its service had, what they cost, and what was asked to count it."""

    slo: Slo
    incidents: int
    cost: BudgetCost
    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BudgetCosts:
    """SLOs that incidents cost something, most first."""

    items: tuple[Charged, ...]
    looked_at: int
    """SLOs of services that had incidents, as far as they were counted."""
    left_out: int
    """SLOs beyond those that one answer looks at."""


@dataclass(frozen=True, slots=True)
class _Lasted:
    """When a service had incidents, and how many."""

    count: int
    stretches: tuple[Period, ...]


class Costs:
    """Budget costs of one organisation; needs nothing but the store."""

    def __init__(self, org_id: int, database: Database, clock: Clock) -> None:
        self._org_id = org_id
        self._database = database
        self._clock = clock

    async def of(self, start: datetime, end: datetime) -> BudgetCosts:
        """What incidents cost in `(start, end]`."""
        wanted = Period(int(start.timestamp()), int(end.timestamp()))
        async with self._database.reading() as connection:
            lasted = await self._lasted(connection, start, end)
            concerned = sorted(
                (
                    slo
                    for slo in await rows.every(connection, self._org_id)
                    if slo.definition.service in lasted
                ),
                key=lambda slo: (-lasted[slo.definition.service].count, slo.definition.name, slo.id),
            )
            corrections = await slo_corrections.every(connection, self._org_id)
            found = [
                await self._charged(connection, slo, wanted, lasted[slo.definition.service], corrections)
                for slo in concerned[:MAX_SLOS]
            ]
        counted = [each for each in found if each is not None]
        costly = [each for each in counted if each.cost.during.bad > 0]
        costly.sort(key=lambda each: (-(each.cost.spent or 0.0), each.slo.definition.name, each.slo.id))
        return BudgetCosts(tuple(costly), len(counted), max(0, len(concerned) - MAX_SLOS))

    async def _charged(
        self,
        connection: AsyncConnection,
        slo: Slo,
        wanted: Period,
        lasted: _Lasted,
        corrections: Sequence[Correction],
    ) -> Charged | None:
        kept = await rows.standing(connection, slo)
        if kept is None or kept.as_of == 0:
            return None
        tier = max(Tier.FIVE, finest(kept.as_of, wanted.start))
        try:
            tallies = await tallies_of(connection, slo, tier, wanted.start, kept.as_of, corrections)
        except Apart:
            return None
        stretches = joined(_widened(one, int(tier)) for one in lasted.stretches)
        made = await asyncio.to_thread(cost, slo.definition, tallies, wanted, stretches)
        return None if made is None else Charged(slo, lasted.count, made, kept.standing.queries)

    async def _lasted(
        self, connection: AsyncConnection, start: datetime, end: datetime
    ) -> Mapping[str, _Lasted]:
        """Incidents by service; drills cost nothing."""
        sought = Filter(drill=False, started_from=start - LONGEST_INCIDENT, started_to=end)
        found = await incident_lists.columns(connection, self._org_id, sought, MAX_COLUMNS)
        return await asyncio.to_thread(_by_service, found, start, self._clock.now())


def _by_service(found: pl.DataFrame, start: datetime, now: datetime) -> Mapping[str, _Lasted]:
    """Each service's incidents that lasted into the period, its own and those that it was named in."""
    each = (
        found.lazy()
        .with_columns(ended=pl.col("resolved_at").fill_null(now))
        .filter(pl.col("ended") > start)
        .select(
            service=pl.concat_list(pl.col("service"), pl.col("services")).list.unique(),
            begin=pl.col("started_at").dt.timestamp("ms") // 1000,
            end=pl.col("ended").dt.timestamp("ms") // 1000,
        )
        .explode("service")
        .group_by("service")
        .agg("begin", "end")
        .collect()
    )
    return {
        service: _Lasted(len(begins), joined(map(Period, begins, ends)))
        for service, begins, ends in each.iter_rows()
    }


def _widened(stretch: Period, step: int) -> Period:
    """Whole buckets, as what one incident cost is counted."""
    return Period(stretch.start // step * step, -(-stretch.end // step) * step)
