"""Long metric rows become oriented series on one grid: the raw material of every statistic.

Rows (`ts`, `service`, `name`, `kind`, `value`, …) are classified once per distinct name, cut to the window,
counters that only grow are turned into increases, and all is averaged onto buckets of one width. Each series
is then *oriented*, so that up is bad; kinds that are bad both ways give two series. Everything later works on
the two frames of `Series` with global rolling windows, never per series in Python.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reliability_studio.domain.correlation.kinds import NATURES, Kind, classify, cumulative
from reliability_studio.domain.correlation.telemetry import METRIC_COLUMNS

MOST_BUCKETS = 400
"""Finest division of the window; keeps one-second data affordable."""
LEAST_MOVES = 2
"""Differences that a counter needs to prove that it only grows."""
MOST_SERIES = 20_000
"""Beyond this the quietest kinds' series are left out, which the verdict says."""
COUNT = "counted"
"""Unit of rows that count what was seen: their noise is at least that of counting."""
FALLBACK_STEP_MS = 15_000
_KEYS = ("service", "name", "kind", "unit", "pod", "labels", "query")


@dataclass(frozen=True, slots=True)
class Grid:
    """Buckets of one width; bucket 0 begins at `start`. All in milliseconds."""

    start: int
    step: int
    buckets: int

    def bucket(self, ts: pl.Expr) -> pl.Expr:
        """The bucket that a moment falls into."""
        return ((ts - self.start) // self.step).cast(pl.Int32)

    def index(self, ts: int) -> int:
        """The same for one moment."""
        return (ts - self.start) // self.step

    def time(self, bucket: int) -> int:
        """When a bucket begins."""
        return self.start + bucket * self.step


@dataclass(frozen=True, slots=True)
class Series:
    """`points`: `sid`, `bucket`, `x` (oriented value), sorted. `index`: one row per `sid` with its facts."""

    grid: Grid
    points: pl.DataFrame
    index: pl.DataFrame
    left_out: int = 0


def grid_of(metrics: pl.DataFrame, since: int, until: int) -> Grid:
    """A grid as fine as the data, but not finer than the window can pay for."""
    finest = -(-(until - since) // MOST_BUCKETS)
    inside = metrics.filter(pl.col("ts").is_between(since, until, closed="left"))
    keys = _telling(inside, ("service", "name", "pod", "labels"))
    gaps = (
        (inside.group_by(keys) if keys else inside.group_by(pl.lit(0)))
        .agg(gap=pl.col("ts").unique().sort().diff().median())["gap"]
        .drop_nulls()
    )
    native = gaps.median() if len(gaps) else None
    step = max(int(native) if isinstance(native, int | float) else FALLBACK_STEP_MS, finest, 1_000)
    return Grid(since, step, max(1, -(-(until - since) // step)))


def series_of(metrics: pl.DataFrame, grid: Grid) -> Series:
    """Classify, cut, difference, bucket and orient."""
    until = grid.time(grid.buckets)
    rows = metrics.filter(
        pl.col("ts").is_between(grid.start, until, closed="left")
        & pl.col("value").is_finite()
        & pl.col("service").is_not_null()
        & pl.col("name").is_not_null()
    )
    if rows.is_empty():
        return _nothing(grid)
    keyed, raw = _keyed(rows)
    points = (
        _increases(raw, keyed)
        .with_columns(bucket=grid.bucket(pl.col("ts")))
        .group_by("key", "bucket")
        .agg(value=pl.col("value").mean())
    )
    return _oriented(grid, points, keyed)


def _keyed(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Distinct series with their kind, in a fixed order, and the points that refer to them."""
    keys = _telling(rows, _KEYS)
    distinct = rows.select(keys).unique()
    keyed = (
        distinct.with_columns(
            (pl.col(name) if name in keys else pl.lit(None, pl.String)).alias(name) for name in _KEYS
        )
        .sort(_KEYS, nulls_last=False)
        .with_row_index("key")
    )
    points = rows.join(keyed.select("key", *keys), on=keys, how="left", nulls_equal=True)
    keyed = keyed.with_columns(pl.col(name).fill_null("") for name in _KEYS)
    words = keyed.select("name", "kind", "unit").unique().sort("name", "kind", "unit")
    found = [classify(*row).value for row in words.iter_rows()]
    keyed = keyed.join(
        words.with_columns(
            is_kind=pl.Series(found, dtype=pl.String),
            grows=pl.Series([cumulative(name) for name in words["name"]], dtype=pl.Boolean),
        ),
        on=["name", "kind", "unit"],
        how="left",
    ).sort("key")
    return keyed, points.select("key", "ts", "value")


def _telling(rows: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Those columns that say anything: hashing empty ones for each row costs more than all the rest."""
    return [name for name in names if rows[name].null_count() < rows.height]


def _increases(raw: pl.DataFrame, keyed: pl.DataFrame) -> pl.DataFrame:
    """Counters by name that indeed only grow (resets aside) become increases between samples."""
    named = keyed.filter("grows")["key"]
    if named.is_empty():
        return raw
    counters = raw.filter(pl.col("key").is_in(named.implode())).sort("key", "ts")
    steps = counters.with_columns(up=pl.col("value").diff().over("key"))
    falls = steps.group_by("key").agg(
        falls=(pl.col("up") < 0).sum(), moves=pl.col("up").is_not_null().sum(), floor=pl.col("value").min()
    )
    growing = falls.filter(
        (pl.col("moves") > LEAST_MOVES) & (pl.col("falls") <= 0.05 * pl.col("moves")) & (pl.col("floor") >= 0)
    )["key"].implode()
    turned = (
        steps.filter(pl.col("key").is_in(growing) & pl.col("up").is_not_null())
        # After a reset the counter's own value is the increase, as in every rate function.
        .with_columns(value=pl.when(pl.col("up") < 0).then("value").otherwise("up"))
        .select("key", "ts", "value")
    )
    return pl.concat([raw.filter(~pl.col("key").is_in(growing)), turned])


def _oriented(grid: Grid, points: pl.DataFrame, keyed: pl.DataFrame) -> Series:
    natures = pl.DataFrame(
        [
            (kind.value, sign, nature.floor, nature.relative_floor, nature.effect, nature.drifts)
            for kind, nature in NATURES.items()
            for sign in ((nature.direction,) if nature.direction else (1, -1))
        ],
        schema={
            "is_kind": pl.String,
            "sign": pl.Int8,
            "floor": pl.Float64,
            "relative_floor": pl.Float64,
            "min_effect": pl.Float64,
            "drifts": pl.Boolean,
        },
        orient="row",
    )
    index = (
        keyed.join(natures, on="is_kind", how="inner")
        .with_columns(last=(pl.col("is_kind") == Kind.GENERIC.value))
        .sort("last", "key", "sign", descending=[False, False, True])
    )
    left_out = max(0, index.height - MOST_SERIES)
    index = index.head(MOST_SERIES).drop("last").with_row_index("sid")
    oriented = (
        points.join(index.select("key", "sid", "sign"), on="key", how="inner")
        .select("sid", "bucket", x=pl.col("value") * pl.col("sign"))
        # Series and bucket as one number: sorting by two columns costs three times as much.
        .sort(pl.col("sid").cast(pl.Int64) * grid.buckets + pl.col("bucket"))
        .with_columns(pl.col("sid").set_sorted())
    )
    return Series(grid, oriented, index, left_out)


def _nothing(grid: Grid) -> Series:
    index = pl.DataFrame(
        schema={
            "sid": pl.UInt32,
            "key": pl.UInt32,
            **{name: METRIC_COLUMNS[name] for name in _KEYS},
            "is_kind": pl.String,
            "grows": pl.Boolean,
            "sign": pl.Int8,
            "floor": pl.Float64,
            "relative_floor": pl.Float64,
            "min_effect": pl.Float64,
            "drifts": pl.Boolean,
        }
    )
    return Series(grid, pl.DataFrame(schema={"sid": pl.UInt32, "bucket": pl.Int32, "x": pl.Float64}), index)
