"""What the pods of a new version did and what those of the old one did, for `domain/correlation/rollout`.

Where the service's request metrics tell pods apart, both versions are measured over the time in which both
served, else each over its own; where they do not, the service is measured before and after.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from reliability_studio.domain.correlation.rollout import (
    LEAST_REQUESTS,
    TAIL,
    Compared,
    Estimate,
    RolloutBasis,
    Side,
    levels,
)
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects, versions
from reliability_studio.sources.cluster_objects import Version
from reliability_studio.sources.dialects import Spoken
from reliability_studio.sources.literals import quote
from reliability_studio.sources.prometheus import Answer
from reliability_studio.sources.promql import TAG, duration, tagged

WARM_UP = timedelta(minutes=2)
"""After the start, pods are still coming up: their first requests say little."""
COMPARED = timedelta(minutes=10)
"""How long each side is measured where they did not serve together."""
COLD = timedelta(minutes=1)
"""How long the new pods' first requests are left out beside warm old pods."""
LEAST_TOGETHER = timedelta(minutes=2)
LONGEST_TOGETHER = timedelta(minutes=20)
PRESENCE_S = 60
"""Resolution of the look at when which version had series."""
MIB = 2**20


@dataclass(frozen=True, slots=True)
class Versions:
    """A version of a service and the one that it replaced."""

    service: str
    old: Version
    new: Version
    began: datetime
    """When the new one took over."""


@dataclass(frozen=True, slots=True)
class _Apart:
    """How series are told apart; both matchers are empty where they are not."""

    old: str = ""
    new: str = ""


async def compared(signals: Signals, pair: Versions, now: datetime) -> Compared:
    """Measure both sides by the closest comparison that the telemetry allows.

    Raises:
        SourceError: Prometheus is not configured or fails.
    """
    return await _Comparison(signals, pair, now).made()


class _Comparison:
    def __init__(self, signals: Signals, pair: Versions, now: datetime) -> None:
        self._signals = signals
        self._pair = pair
        self._start = pair.began
        self._now = now

    async def made(self) -> Compared:
        spoken = await self._signals.spoken(self._pair.service, self._now)
        if spoken is None:
            return await self._before_after(None, _Apart(), "no known metric counts the service's requests")
        apart = await self._label(spoken)
        if apart is None:
            why = "no label of the service's request metrics tells the pods of both versions apart"
            return await self._before_after(spoken, _Apart(), why)
        together = await self._together(spoken, apart)
        if together is None:
            return await self._before_after(
                spoken, apart, "both versions did not serve together for long enough"
            )
        old, new = await self._sides(spoken, apart, together, together)
        if min(old.requests or 0.0, new.requests or 0.0) >= LEAST_REQUESTS:
            return Compared(RolloutBasis.SIDE_BY_SIDE, old, new)
        why = f"fewer than {LEAST_REQUESTS} requests of a version while both served"
        return await self._before_after(spoken, apart, why)

    async def _before_after(self, spoken: Spoken | None, apart: _Apart, why: str) -> Compared:
        until = max(self._start, min(self._now, self._start + WARM_UP + COMPARED))
        before = self._start - COMPARED, self._start
        after = min(self._start + WARM_UP, until), until
        old, new = await self._sides(spoken, apart, before, after)
        return Compared(RolloutBasis.PODS if apart.new else RolloutBasis.SERVICE, old, new, why)

    async def _label(self, spoken: Spoken) -> _Apart | None:
        """The first label under which both versions have series."""
        service, pair = self._pair.service, self._pair
        span = duration(max(1, (self._now - self._start + COMPARED) // timedelta(seconds=1)))
        told = versions.told_apart(pair.old, pair.new)
        parts = {
            f"{label}/{side}": f"count(last_over_time({spoken.selecting(service, matcher)}[{span}]))"
            for label, matchers in told.items()
            for side, matcher in zip(("old", "new"), matchers, strict=True)
        }
        there = _by_role(await self._signals.instant(tagged(parts), self._now))
        return next(
            (
                _Apart(*matchers)
                for label, matchers in told.items()
                if {f"{label}/old", f"{label}/new"} <= there.keys()
            ),
            None,
        )

    async def _together(self, spoken: Spoken, apart: _Apart) -> tuple[datetime, datetime] | None:
        """When both versions had fresh samples; None when that was not long enough."""
        fresh = {
            side: f"sum(count_over_time({spoken.selecting(self._pair.service, matcher)}[{PRESENCE_S}s]))"
            for side, matcher in (("old", apart.old), ("new", apart.new))
        }
        answer = await self._signals.course(tagged(fresh), self._start, self._now, PRESENCE_S)
        seen = {each.labels.get(TAG, ""): each.times for each in answer.series if each.times}
        if seen.keys() != fresh.keys():
            return None
        began = datetime.fromtimestamp(min(seen["new"]) - PRESENCE_S, UTC) + COLD
        ended = datetime.fromtimestamp(min(max(seen["old"]), max(seen["new"])), UTC)
        began = max(began, self._start + COLD, ended - LONGEST_TOGETHER)
        return (began, ended) if ended - began >= LEAST_TOGETHER else None

    async def _sides(
        self,
        spoken: Spoken | None,
        apart: _Apart,
        old: tuple[datetime, datetime],
        new: tuple[datetime, datetime],
    ) -> tuple[Side, Side]:
        pair = self._pair
        # Over the same time, pods that are called alike would be compared with themselves.
        named = old != new or versions.pods(pair.old) != versions.pods(pair.new)
        return (
            await self._side(spoken, apart.old, pair.old, *old, apart=named),
            await self._side(spoken, apart.new, pair.new, *new, apart=named),
        )

    async def _side(
        self,
        spoken: Spoken | None,
        among: str,
        version: Version,
        start: datetime,
        end: datetime,
        *,
        apart: bool,
    ) -> Side:
        side = Side(start, end)
        if end <= start:
            return side
        if spoken is not None:
            side = await self._requests(spoken, among, side)
        return await self._resources(version, side) if apart else side

    async def _requests(self, spoken: Spoken, among: str, side: Side) -> Side:
        seconds = (side.end - side.start) // timedelta(seconds=1)
        service = self._pair.service
        answer = await self._signals.instant(
            tagged(dialects.rates(spoken, service, seconds, among)), side.end
        )
        rates = _by_role(answer)
        total = rates.get("total")
        side = replace(side, queries=(*side.queries, answer.query))
        if total is None:
            return side
        bad = rates.get("bad")
        side = replace(side, requests=total * seconds, failed=None if bad is None else bad * seconds)
        if not total or not spoken.dialect.durations:
            return side
        low, high = (round(each, 4) for each in levels(total * seconds))
        asked = dialects.latencies(spoken, service, seconds, among, (low, TAIL, high))
        answer = await self._signals.instant(tagged(asked), side.end)
        found = _by_role(answer)
        quantiles = [found.get(dialects.quantile(each)) for each in (TAIL, low, high)]
        known = [each * spoken.dialect.to_ms for each in quantiles if each is not None]
        tail = Estimate(*known) if len(known) == len(quantiles) else None
        return replace(side, tail_ms=tail, queries=(*side.queries, answer.query))

    async def _resources(self, version: Version, side: Side) -> Side:
        """What cAdvisor says of the version's pods, whatever the request metrics are labelled with."""
        where = (
            f'namespace={quote(version.namespace)},{versions.pods(version)},container!="",container!="POD"'
        )
        span = duration((side.end - side.start) // timedelta(seconds=1))
        parts = {
            "cores": f"sum by (pod) (rate(container_cpu_usage_seconds_total{{{where}}}[{span}]))",
            "bytes": f"sum by (pod) (avg_over_time(container_memory_working_set_bytes{{{where}}}[{span}]))",
        }
        answer = await self._signals.instant(tagged(parts), side.end)
        return replace(
            side,
            cores=_values(answer, "cores"),
            mib=tuple(each / MIB for each in _values(answer, "bytes")),
            queries=(*side.queries, answer.query),
        )


def _by_role(answer: Answer) -> Mapping[str, float]:
    """The finite value of each part of a query that gave one."""
    return {
        each.labels.get(TAG, ""): each.values[-1]
        for each in answer.series
        if each.values and math.isfinite(each.values[-1])
    }


def _values(answer: Answer, role: str) -> tuple[float, ...]:
    found: Sequence[float] = [
        each.values[-1] for each in answer.series if each.labels.get(TAG, "") == role and each.values
    ]
    return tuple(sorted(each for each in found if math.isfinite(each)))
