"""What an incident cost the SLOs of its services: the bad events of its time, and their share of the budget.

Counted from the same buckets as the SLO itself, over `(start, end]` of the incident widened to whole buckets,
so the shares of disjoint incidents add up to what the window has spent. An SLO without a present measurement
is left out: nothing is known about it, which is not the same as no harm.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Incident, Milestone
from reliability_studio.domain.slo.budget import Counts, spent
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.flows.incident_reader import SloImpact
from reliability_studio.flows.slo_composites import Apart, tallies_of
from reliability_studio.flows.slo_course import read_course
from reliability_studio.store import slo_corrections
from reliability_studio.store import slos as rows

MAX_SLOS = 20
"""SLOs of one incident that are shown; the services of a very large incident have more."""

POINTS = 2000


class Impacts:
    """Says what incidents cost; for `flows.incidents`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    async def __call__(self, connection: AsyncConnection, incident: Incident) -> Sequence[SloImpact]:
        """One entry per SLO of the incident's services that was measured, by service and name."""
        services = {incident.service, *incident.services}
        concerned = [
            slo for slo in await rows.every(connection, incident.org_id) if slo.definition.service in services
        ]
        corrections = await slo_corrections.every(connection, incident.org_id)
        found = [await self._of(connection, slo, incident, corrections) for slo in concerned[:MAX_SLOS]]
        return [each for each in found if each is not None]

    async def _of(
        self, connection: AsyncConnection, slo: Slo, incident: Incident, corrections: Sequence[Correction]
    ) -> SloImpact | None:
        kept = await rows.standing(connection, slo)
        measured = None if kept is None else kept.standing.measurement
        if kept is None or measured is None:
            return None
        ended = incident.at(Milestone.RESOLVED) or self._clock.now()
        step = slo.definition.budgeting.step_s
        start = int(incident.started_at.timestamp()) // step * step
        end = -(-int(ended.timestamp()) // step) * step
        try:
            course = await read_course(
                connection,
                slo,
                as_of=kept.as_of,
                start=start,
                end=end,
                points=POINTS,
                corrections=corrections,
                read=tallies_of,
            )
        except Apart:
            return None
        bad = sum(point.bad for point in course.points)
        total = sum(point.total for point in course.points)
        counts = Counts(bad, total)
        share = spent(counts, measured.window.counts, slo.definition.objective) if total else None
        return SloImpact(slo.id, slo.definition.name, bad, total, share)
