"""What the incidents of a period say together: how many, how long, what came back.

    insights(rows)    `rows` are incidents as columns, drills left out

Means are over incidents that have the duration, with their number beside them; a period without any gives
None and never zero. An incident that ended by itself before anybody acknowledged it says nothing about how
fast people are: it has no time to acknowledge, and how many there were is told. Weeks begin on Monday, UTC.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from reliability_studio.domain.incidents.lifecycle import SYSTEM

MAX_RECURRING = 20

DURATIONS = {
    "detect": ("started_at", "detected_at"),
    "acknowledge": ("detected_at", "acknowledged_at"),
    "mitigate": ("started_at", "mitigated_at"),
    "resolve": ("started_at", "resolved_at"),
}
"""Name of a duration, and the milestones that it lies between."""


def seconds(name: str) -> pl.Expr:
    """A duration of each incident in seconds; null where it has none."""
    start, end = DURATIONS[name]
    span = (pl.col(end) - pl.col(start)).dt.total_microseconds() / 1_000_000
    return pl.when(unattended()).then(None).otherwise(span) if name == "acknowledge" else span


def unattended() -> pl.Expr:
    """Whether an incident ended by itself before anybody acknowledged it."""
    return (pl.col("acknowledged_by") == SYSTEM).fill_null(value=False)


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean in seconds and the number of incidents behind it; None without any."""

    seconds: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the trend."""

    start: datetime
    incidents: int
    means: dict[str, Mean]


@dataclass(frozen=True, slots=True)
class Recurring:
    """A kind of incident that came more than once: the same title for the same service."""

    title: str
    service: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class RecurringCause:
    """A root cause that people named more than once, in whatever case."""

    cause: str
    """As it was written last."""
    services: tuple[str, ...]
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Insights:
    """The whole answer."""

    incidents: int
    by_severity: dict[str, int]
    by_service: dict[str, int]
    means: dict[str, Mean]
    unattended: int
    """Those that ended by themselves before anybody acknowledged them; they are not in `acknowledge`."""
    weeks: tuple[Week, ...]
    recurring: tuple[Recurring, ...]
    causes: tuple[RecurringCause, ...]


def insights(rows: pl.DataFrame) -> Insights:
    """Summarise incidents; drills never count."""
    spans = [seconds(name).alias(name) for name in DURATIONS]
    week = pl.col("started_at").dt.truncate("1w").alias("week")
    real = rows.filter(~pl.col("drill")).with_columns(*spans, week)
    weeks = real.sort("week").partition_by("week", maintain_order=True) if real.height else []
    return Insights(
        incidents=real.height,
        by_severity=_counts(real, "level"),
        by_service=_counts(real, "service"),
        means=_means(real),
        unattended=int(real.select(unattended().sum()).item() or 0),
        weeks=tuple(Week(part["week"][0], part.height, _means(part)) for part in weeks),
        recurring=_recurring(real),
        causes=_causes(real),
    )


def _means(rows: pl.DataFrame) -> dict[str, Mean]:
    found: dict[str, Mean] = {}
    for name in DURATIONS:
        values = rows[name].drop_nulls()
        mean = values.mean() if len(values) else None
        found[name] = Mean(float(mean) if isinstance(mean, float | int) else None, len(values))
    return found


def _counts(rows: pl.DataFrame, column: str) -> dict[str, int]:
    counted = rows.group_by(column).len().sort("len", column, descending=[True, False])
    return {str(name): int(count) for name, count in counted.iter_rows()}


def _recurring(rows: pl.DataFrame) -> tuple[Recurring, ...]:
    grouped = (
        rows.group_by("title", "service")
        .agg(pl.len().alias("count"), pl.col("started_at").max().alias("last"))
        .filter(pl.col("count") > 1)
        .sort("count", "last", "title", descending=[True, True, False])
        .head(MAX_RECURRING)
    )
    return tuple(Recurring(*row) for row in grouped.select("title", "service", "count", "last").iter_rows())


def _causes(rows: pl.DataFrame) -> tuple[RecurringCause, ...]:
    named = rows.with_columns(cause=pl.col("root_cause").fill_null("").str.strip_chars())
    grouped = (
        named.filter(pl.col("cause") != "")
        .sort("started_at")
        .group_by(pl.col("cause").str.to_lowercase().alias("same"), maintain_order=True)
        .agg(
            pl.col("cause").last(),
            pl.col("service").unique().sort().alias("services"),
            pl.len().alias("count"),
            pl.col("started_at").max().alias("last"),
        )
        .filter(pl.col("count") > 1)
        .sort("count", "last", "same", descending=[True, True, False])
        .head(MAX_RECURRING)
    )
    chosen = grouped.select("cause", "services", "count", "last").iter_rows()
    return tuple(
        RecurringCause(cause, tuple(services), count, last) for cause, services, count, last in chosen
    )
