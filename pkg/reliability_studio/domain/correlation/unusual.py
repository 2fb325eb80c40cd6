"""Services that misbehave although no alert rule says so: errors or latency far outside their own noise.

    found = unusual(courses, now, yesterday)     who misbehaves at this moment
    told = unexplained(found, calls)             without callers whose callee misbehaves
    goes_on(courses, one, now)                   whether something that was told still is so

It is made to be quiet: it would rather miss a small fault than tell of one that is none. Each condition must
hold: at least `LEAST_RATE` requests a second, before and now; the last `WIDTH_MIN` minutes stand out of the
course's own noise (`noise`) further than `STRENGTH`; they are worse than all normals, the long one, the
recent one and the same time yesterday, by a margin that a person would care about; and nearly all are.
Traffic alone is never told: it follows people, not faults.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.measured import moment
from reliability_studio.domain.correlation.noise import strengths
from reliability_studio.domain.correlation.series import Grid, series_of
from reliability_studio.domain.correlation.telemetry import Telemetry

STEP_MS = 60_000
HISTORY = timedelta(hours=3)
"""How much of a course is looked at."""
WIDTH_MIN = 10
"""Minutes that must stand out together."""
LEAST_NORMAL_MIN = 60
"""Minutes before them without which nothing is usual yet."""
STRENGTH = 3.0
"""Beyond what its own noise has ever shown; 2 is enough for a finding of an investigation."""
SUSTAINED = 0.8
"""Share of the minutes that must be over the line."""
LEAST_RATE = 0.2
"""Requests per second; below, single requests look like faults."""
LEAST_FAILED = 10
"""Failed requests of those minutes."""
OVER_AFTER = timedelta(hours=6)
"""How long something is told at most: then it is how the service is."""

_RECENT_MIN = 15
_MARGIN: Mapping[Kind, tuple[float, float]] = {Kind.ERRORS: (2.0, 0.02), Kind.LATENCY: (1.5, 50.0)}
"""How much worse than usual is worth telling: a factor, and a distance (a share; milliseconds)."""
_UNIT: Mapping[Kind, str] = {Kind.ERRORS: "share", Kind.LATENCY: "ms"}


@dataclass(frozen=True, slots=True)
class Unusual:
    """One service that misbehaves in one way."""

    service: str
    kind: Kind
    """`errors` or `latency`."""
    since: datetime
    """The first minute over the line."""
    usual: float
    """The worst of its normals: a share of the requests, or milliseconds."""
    now: float
    """The middle of the last minutes."""
    rate: float
    """Requests per second meanwhile."""
    strength: float

    @property
    def unit(self) -> str:
        """Of `usual` and `now`."""
        return _UNIT[self.kind]


def unusual(
    courses: pl.DataFrame, now: datetime, yesterday: pl.DataFrame | None = None
) -> tuple[Unusual, ...]:
    """Who misbehaves at this moment, by name.

    Args:
        courses: `ts` (milliseconds), `service`, `kind` (`traffic` in requests a second, `errors` as a share,
            `latency` in milliseconds), `value`; one point a minute.
        now: the moment that is judged; nothing after it is read.
        yesterday: the same around this time a day before, where there is any.
    """
    grid = _grid(now)
    rows = courses.with_columns(name="kind")
    series = series_of(Telemetry.of(metrics=rows).metrics, grid)
    onset = grid.buckets - WIDTH_MIN
    if series.points.is_empty():
        return ()
    loud = strengths(series, onset, grid.buckets).filter(
        pl.col("is_kind").is_in([kind.value for kind in _MARGIN])
        & (pl.col("strength") >= STRENGTH)
        & (pl.col("normal_points") >= LEAST_NORMAL_MIN)
        & (pl.col("sign") == 1)
    )
    points = _minutes(courses, grid)
    before = {} if yesterday is None else _quantile(yesterday)
    found = []
    for row in loud.sort("service", "is_kind").iter_rows(named=True):
        service, kind = str(row["service"]), Kind(str(row["is_kind"]))
        one = _judged(points, service, kind, onset, before.get((service, kind.value)), row["strength"], grid)
        if one is not None:
            found.append(one)
    return tuple(found)


def unexplained(found: Collection[Unusual], calls: Collection[tuple[str, str]]) -> tuple[Unusual, ...]:
    """Those whose callees are fine: a caller suffers with what it calls, and one word about it is enough.

    `calls` are pairs of caller and callee. Two that call each other are both told.
    """
    names = {each.service for each in found}
    edges = set(calls)
    suffers = {
        caller for caller, callee in edges if {caller, callee} <= names and (callee, caller) not in edges
    }
    return tuple(each for each in found if each.service not in suffers)


def goes_on(courses: pl.DataFrame, one: Unusual, now: datetime) -> bool | None:
    """Whether it is nearer to what was told than to what is usual; None where nothing was measured."""
    grid = _grid(now)
    last = _minutes(courses, grid).filter(
        (pl.col("service") == one.service)
        & (pl.col("kind") == one.kind.value)
        & (pl.col("bucket") >= grid.buckets - WIDTH_MIN)
    )
    level = last["value"].median()
    if not isinstance(level, int | float):
        return None
    return level > one.usual + (one.now - one.usual) / 2 and now - one.since < OVER_AFTER


def _grid(now: datetime) -> Grid:
    buckets = int(HISTORY.total_seconds() * 1000) // STEP_MS
    end = int(now.timestamp() * 1000) // STEP_MS * STEP_MS
    return Grid(end - buckets * STEP_MS, STEP_MS, buckets)


def _minutes(courses: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    return (
        courses.filter(
            pl.col("ts").is_between(grid.start, grid.time(grid.buckets), closed="left")
            & pl.col("value").is_finite()
        )
        .with_columns(bucket=grid.bucket(pl.col("ts")))
        .group_by("service", "kind", "bucket")
        .agg(pl.col("value").mean())
        .sort("service", "kind", "bucket")
    )


def _quantile(courses: pl.DataFrame) -> Mapping[tuple[str, str], float]:
    """The upper level of each course."""
    levels = (
        courses.filter(pl.col("value").is_finite())
        .group_by("service", "kind")
        .agg(pl.col("value").quantile(0.75))
    )
    return {(str(service), str(kind)): float(value) for service, kind, value in levels.iter_rows()}


def _judged(
    points: pl.DataFrame,
    service: str,
    kind: Kind,
    onset: int,
    yesterday: float | None,
    strength: float,
    grid: Grid,
) -> Unusual | None:
    mine = points.filter(pl.col("service") == service)
    traffic = mine.filter(pl.col("kind") == Kind.TRAFFIC.value)
    course = mine.filter(pl.col("kind") == kind.value)
    earlier, last = (traffic.filter(part) for part in _halves(onset))
    rates = (earlier["value"].median(), last["value"].median())
    if any(not isinstance(rate, int | float) or rate < LEAST_RATE for rate in rates):
        return None
    rate = _number(rates[1])
    normal, window = (course.filter(part) for part in _halves(onset))
    recent = normal.filter(pl.col("bucket") >= onset - _RECENT_MIN)["value"].median()
    usual = max(_number(normal["value"].median()), _number(recent), yesterday or 0.0)
    now = _number(window["value"].median())
    factor, distance = _MARGIN[kind]
    line = max(usual * factor, usual + distance)
    over = window.filter(pl.col("value") >= line)
    if over.height < SUSTAINED * WIDTH_MIN or now < line:
        return None
    if kind is Kind.ERRORS and now * rate * WIDTH_MIN * 60 < LEAST_FAILED:
        return None
    first = over["bucket"].min()
    since = grid.time(first if isinstance(first, int) else onset)
    return Unusual(service, kind, moment(since), usual, now, rate, strength)


def _halves(onset: int) -> tuple[pl.Expr, pl.Expr]:
    return pl.col("bucket") < onset, pl.col("bucket") >= onset


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
