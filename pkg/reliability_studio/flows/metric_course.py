"""The rates and latencies of a service over time, as a panel draws them."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects
from reliability_studio.sources.dialects import Spoken
from reliability_studio.sources.promql import TAG, tagged

POINTS = 240
"""At most so many points are asked for; a panel has about as many pixels for each line."""
GRAIN_S = 15
"""Steps are whole multiples of it: nobody scrapes more often by default."""
RATE_S = 120
"""A rate is of at least this long: two samples at the slowest usual interval of a minute."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was measured up to one moment; None where it was not."""

    at: datetime
    values: Mapping[str, float | None]
    """`requestRate` per second, `errorRate` in percent, `p50`, `p95` and `p99` in milliseconds."""


@dataclass(frozen=True, slots=True)
class MetricCourse:
    """The numbers of one service from `start` to `end`."""

    service: str
    start: datetime
    end: datetime
    step_s: int
    dialect: str
    """Empty when no known name was found."""
    query: str
    moments: tuple[Moment, ...] = field(default=())


async def metric_course(signals: Signals, service: str, start: datetime, end: datetime) -> MetricCourse:
    """What the service did over a window, in one query.

    Raises:
        SourceError: Prometheus is not configured or fails.
    """
    step_s = step_of(start, end)
    spoken = await signals.spoken(service, end)
    if spoken is None:
        return MetricCourse(service, start, end, step_s, "", "")
    span = max(RATE_S, step_s)
    parts = dict(dialects.rates(spoken, service, span))
    if spoken.dialect.durations:
        parts |= dialects.latencies(spoken, service, span)
    answer = await signals.course(tagged(parts), start, end, step_s)
    found: defaultdict[float, dict[str, float]] = defaultdict(dict)
    for series in answer.series:
        for at, value in zip(series.times, series.values, strict=True):
            if math.isfinite(value):
                found[at][series.labels.get(TAG, "")] = value
    moments = tuple(
        Moment(datetime.fromtimestamp(at, UTC), _values(found[at], spoken)) for at in sorted(found)
    )
    return MetricCourse(service, start, end, step_s, spoken.dialect.name, answer.query, moments)


def step_of(start: datetime, end: datetime) -> int:
    """Seconds between two points, so that no more than `POINTS` lie in the window."""
    length = (end - start) / timedelta(seconds=1)
    return GRAIN_S * max(1, math.ceil(length / (POINTS - 1) / GRAIN_S))


def _values(roles: Mapping[str, float], spoken: Spoken) -> dict[str, float | None]:
    total, bad = roles.get("total"), roles.get("bad")
    latencies = {name: roles.get(name) for name in ("p50", "p95", "p99")}
    return {
        "requestRate": total,
        "errorRate": None if not total or bad is None else 100 * bad / total,
        **{
            name: None if value is None else value * spoken.dialect.to_ms for name, value in latencies.items()
        },
    }
