"""A check of the counting in operation: each hour a few SLOs are compared with PromQL over their last day.

`increase` estimates, so small differences are no mistake; a large one says that something is counted that
Prometheus does not have, or the other way round. Nothing is changed by it: the differences are a metric, and
a large one is a line in the log that names the SLO and both numbers.
"""

import hashlib
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    RatioIndicator,
)
from reliability_studio.domain.slo.ledger import Sums
from reliability_studio.domain.slo.spans import plain
from reliability_studio.domain.slo.spec import Occurrences, Slo
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.errors import SourceError
from reliability_studio.flows.slo_code.expressions import counters
from reliability_studio.flows.slo_counters import instant
from reliability_studio.flows.slo_course import ledger_of
from reliability_studio.observability.metrics import Metrics
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

SHARE = 100
"""One of so many SLOs is compared each hour, and at least one."""
LARGE = 0.05
"""A difference that is told."""
LEAST_EVENTS = 100
"""With fewer events in the day, a single one is a large difference."""
LEAST_COVERED = 0.99


class DriftMeter:
    """What the comparisons gave, for all organisations together: one per process."""

    def __init__(self, metrics: Metrics) -> None:
        self._ratio = metrics.gauge(
            "slo_promql_drift_ratio",
            "Largest relative difference of a day's events to PromQL's increase, in the last comparison.",
        )
        self._compared = metrics.counter("slo_drift_compared", "SLOs that were compared with PromQL.")

    def compared(self, drifts: Sequence[float]) -> None:
        """One comparison of some SLOs."""
        if drifts:
            self._ratio.set(max(drifts))
            self._compared.inc(len(drifts))


@dataclass(frozen=True, slots=True)
class Drift:
    """One SLO, what was counted and what PromQL says."""

    slo: Slo
    counted: int
    estimated: float

    @property
    def ratio(self) -> float:
        """How far apart they are."""
        return abs(self.counted / self.estimated - 1)


def sample(slos: Sequence[Slo], hour: int) -> list[Slo]:
    """The SLOs of this hour: others each time, and the same for whoever asks."""
    fitting = [
        slo
        for slo in slos
        if _counters(slo) is not None and isinstance(slo.definition.budgeting, Occurrences)
    ]
    order = sorted(fitting, key=lambda slo: hashlib.blake2b(f"{slo.id} {hour}".encode()).digest())
    return order[: max(1, len(fitting) // SHARE)]


class Drifts:
    """Compares SLOs of one organisation."""

    def __init__(
        self, org_id: int, database: Database, prometheus: Prometheus | None, meter: DriftMeter
    ) -> None:
        self._org_id = org_id
        self._database = database
        self._prometheus = prometheus
        self._meter = meter

    async def run(self, now: datetime) -> Sequence[Drift]:
        """Compare the SLOs of this hour; those that cannot be compared are left out."""
        if self._prometheus is None:
            return ()
        async with self._database.reading() as connection:
            chosen = sample(await rows.every(connection, self._org_id), int(now.timestamp()) // 3600)
            days = [(slo, await _day(connection, slo)) for slo in chosen]
        found: list[Drift] = []
        for slo, sums in days:
            if sums is None:
                continue
            try:
                estimated = await _estimated(self._prometheus, slo, sums)
            except SourceError as error:
                _log.warning("no comparison with PromQL", extra={"slo": slo.id, "reason": str(error)})
                continue
            if estimated is not None:
                found.append(Drift(slo, sums.total, estimated))
        self._meter.compared([each.ratio for each in found])
        for each in found:
            if each.ratio > LARGE:
                _log.warning(
                    "counted events differ from PromQL",
                    extra={"slo": each.slo.id, "counted": each.counted, "promql": round(each.estimated)},
                )
        return found


def _counters(slo: Slo) -> RatioIndicator | LatencyIndicator | None:
    """What PromQL's `increase` can be compared with."""
    indicator = slo.definition.indicator
    counted = plain(indicator) if isinstance(indicator, CounterIndicator) else None
    return None if isinstance(counted, NativeLatencyIndicator) else counted


async def _day(connection: AsyncConnection, slo: Slo) -> Sums | None:
    """The last day of an SLO as it was counted; None when too little of it is known."""
    kept = await rows.standing(connection, slo)
    if kept is None or kept.as_of == 0:
        return None
    ledger = await ledger_of(connection, slo, Tier.FIVE, kept.as_of - DAY, kept.as_of)
    sums = ledger.sums(kept.as_of - DAY, kept.as_of)
    whole = sums.covered_s >= LEAST_COVERED * DAY and sums.total >= LEAST_EVENTS
    return sums if whole else None


async def _estimated(prometheus: Prometheus, slo: Slo, sums: Sums) -> float | None:
    indicator = _counters(slo)
    if indicator is None:
        return None
    _, total, _ = counters(indicator)
    query = f"sum(increase({total}[{sums.end - sums.start}s]))"
    value = (await instant(prometheus, query, sums.end)).number()
    return value if value is not None and math.isfinite(value) and value > 0 else None
