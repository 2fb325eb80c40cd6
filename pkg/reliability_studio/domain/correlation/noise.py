"""How unusual a series is now, measured against its own noise: one unit for all evidence.

The level after onset (an upper quantile, so that short bursts count) is compared with two normals, long and
recent, and must be worse than both, which kills drift and daily rhythm. The same comparison at every earlier
moment of the same series gives its empirical tail, so a jumpy series needs a greater jump than a calm one.
Strength is -log10 of that tail; beyond the sample it is extrapolated and flattened, so that loud series still
rank above loud-enough ones without drowning the rest.
"""

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.series import COUNT, Series

UPPER = 0.75
RECENT_MS = 15 * 60_000
LINEAR_UP_TO = 3.0
"""Tails beyond this are extrapolations; they grow only with their logarithm."""
MOST = 10.0
FOUND = 2.0
"""Strength from which a finding counts as found: once in a hundred windows of its own noise."""
LEAST_POINTS = 4
"""Normal points without which nothing can be said."""
LEAST_COUNTED = 10
"""Requests per bucket that can show that their number stayed the same."""
LEAST_SHARE = 0.5
"""Share of the window's points that must be there."""


def strengths(series: Series, onset: int, end: int) -> pl.DataFrame:
    """One row per series: `before`, `now`, `effect`, `samples`, `strength`, `state`, `first_bucket`.

    `state` is `found`, `clean` or `no_data`. Buckets [onset, end) are the incident.
    """
    width = max(1, end - onset)
    recent = max(3, min(RECENT_MS // series.grid.step, 60))
    normal = series.points.filter(pl.col("bucket") < onset)
    facts = _normals(normal, series, onset - recent)
    after = (
        series.points.filter(pl.col("bucket").is_between(onset, end, closed="left"))
        .group_by("sid")
        .agg(level=pl.col("x").quantile(UPPER, "linear"), samples=pl.len())
    )
    noise = _own_noise(normal, facts, min(width, max(1, (onset + 3) // 4)), recent)
    rows = (
        series.index.join(facts, on="sid", how="left")
        .join(after, on="sid", how="left")
        .join(noise, on="sid", how="left")
        .join(_first_bad(series, facts, onset, end), on="sid", how="left")
        .sort("sid")
    )
    return _judged(rows, width)


def _normals(normal: pl.DataFrame, series: Series, recent_from: int) -> pl.DataFrame:
    """Usual level by the long and the recent normal, and the spread with its floors."""
    x = pl.col("x")
    # A series that was flat at zero has no noise to measure by; a hundredth of all it ever moved is assumed.
    reach = series.points.group_by("sid").agg(reach=(x.max() - x.min()) * 0.01)
    return (
        normal.group_by("sid")
        .agg(
            median=x.median(),
            near=x.filter(pl.col("bucket") >= recent_from).median(),
            mad=(x - x.median()).abs().median() * 1.4826,
            wide=(x.quantile(0.95, "linear") - x.quantile(0.05, "linear")) / 3.29,
            normal_points=pl.len(),
        )
        .join(
            series.index.select("sid", "floor", "relative_floor", "drifts", counted=pl.col("unit") == COUNT),
            on="sid",
            how="inner",
        )
        .join(reach, on="sid", how="left")
        .with_columns(
            near=pl.when("drifts").then("median").otherwise(pl.col("near").fill_null(pl.col("median")))
        )
        .with_columns(
            base=pl.max_horizontal("median", "near"),
            spread=pl.max_horizontal(
                "mad",
                pl.col("wide") * 0.5,
                "floor",
                "reach",
                pl.when("counted").then((pl.col("median").abs() + 1).sqrt()).otherwise(0.0),
                pl.col("relative_floor") * pl.col("median").abs(),
                pl.lit(1e-9),
            ),
        )
        .select("sid", "median", "near", "base", "spread", "normal_points", "drifts")
    )


def _own_noise(normal: pl.DataFrame, facts: pl.DataFrame, width: int, recent: int) -> pl.DataFrame:
    """The incident's statistic at every earlier position; windows that would cross series are dropped."""
    position = pl.int_range(pl.len()).over("sid")
    rolled = (
        normal.with_columns(
            position=position,
            level=pl.col("x").rolling_quantile(UPPER, "linear", window_size=width, min_samples=width),
            near=pl.col("x").rolling_median(recent, min_samples=1).shift(width),
        )
        .filter(pl.col("position") >= width - 1)
        .join(facts.select("sid", "median", "spread", "drifts"), on="sid", how="inner")
        .with_columns(
            near=pl.when((pl.col("position") < width + recent) | pl.col("drifts"))
            .then("median")
            .otherwise("near")
        )
        .select("sid", stat=(pl.col("level") - pl.max_horizontal("median", "near")) / pl.col("spread"))
    )
    high = pl.col("stat").quantile(0.8, "linear")
    return (
        rolled.group_by("sid")
        .agg(
            noise_points=pl.len(),
            noise_top=pl.col("stat").max(),
            noise_scale=(pl.col("stat").filter(pl.col("stat") >= high) - high).mean(),
            noise_high=high,
        )
        .with_columns(independent=(pl.col("noise_points") / width).clip(1.0, None) * 2)
    )


def _first_bad(series: Series, facts: pl.DataFrame, onset: int, end: int) -> pl.DataFrame:
    """First bucket, from two before the onset on, whose value is outside the noise."""
    return (
        series.points.filter(pl.col("bucket").is_between(onset - 2, end, closed="left"))
        .join(facts.select("sid", "base", "spread"), on="sid", how="inner")
        .filter(pl.col("x") > pl.col("base") + 3 * pl.col("spread"))
        .group_by("sid")
        .agg(first_bucket=pl.col("bucket").min())
    )


def _judged(rows: pl.DataFrame, width: int) -> pl.DataFrame:
    stat = (pl.col("level") - pl.col("base")) / pl.col("spread")
    over = pl.col("stat") - pl.max_horizontal("noise_top", pl.lit(0.0))
    scale = pl.max_horizontal("noise_scale", pl.lit(0.3))
    sample_tail = (pl.col("independent") + 1).log10()
    # Inside the sample: the exponential tail between its upper fifth and its top, which is smooth.
    inside = (
        0.7
        * (pl.col("stat") - pl.col("noise_high"))
        / (pl.max_horizontal("noise_top", pl.col("noise_high") + 0.1) - pl.col("noise_high"))
    ).clip(0.0, 1.0) * sample_tail
    tail = pl.when(over > 0).then(sample_tail + over / (scale * 2.3026)).otherwise(inside)
    # Ten requests in a bucket cannot show that their number stayed the same.
    too_few = (
        (pl.col("unit") == COUNT)
        & (pl.col("is_kind") == Kind.TRAFFIC.value)
        & (pl.col("median").abs() < LEAST_COUNTED)
    )
    enough = (
        pl.col("base").is_not_null()
        & (pl.col("normal_points") >= LEAST_POINTS)
        & (pl.col("samples").fill_null(0) >= max(1.0, LEAST_SHARE * min(width, 4)))
    )
    return (
        rows.with_columns(
            stat=stat,
            effect=(pl.col("level") - pl.col("base"))
            / pl.max_horizontal(pl.col("base").abs(), "floor", pl.col("spread") * 0.2, pl.lit(1e-9)),
        )
        .with_columns(tail=tail.fill_null(0.0))
        .with_columns(
            raw=pl.when(pl.col("tail") <= LINEAR_UP_TO)
            .then("tail")
            .otherwise(LINEAR_UP_TO + 1.5 * (pl.col("tail") - LINEAR_UP_TO + 1).log10())
        )
        .with_columns(
            strength=pl.when(enough & (pl.col("effect") >= pl.col("min_effect")) & (pl.col("stat") > 1))
            .then(pl.col("raw").clip(0.0, MOST))
            .otherwise(0.0)
        )
        .with_columns(
            state=pl.when(~enough | (too_few & (pl.col("strength") < FOUND)))
            .then(pl.lit("no_data"))
            .when(pl.col("strength") >= FOUND)
            .then(pl.lit("found"))
            .otherwise(pl.lit("clean"))
        )
        .select(
            "sid",
            "service",
            "name",
            "is_kind",
            "pod",
            "labels",
            "query",
            "unit",
            "sign",
            "state",
            "strength",
            "stat",
            "effect",
            "first_bucket",
            samples=pl.col("samples").fill_null(0),
            before=pl.col("median") * pl.col("sign"),
            now=pl.col("level") * pl.col("sign"),
            normal_points=pl.col("normal_points").fill_null(0),
        )
    )
