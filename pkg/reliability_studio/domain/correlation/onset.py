"""When it really began: the moment at which most series take their step, near the reported start.

Alert time is late by `for`, evaluation and grouping, so every comparison that starts at alert time mixes good
and bad. Each series is made comparable (clipped robust z), its best split into before and after is found by
cumulative sums, and splits vote with their size. The onset is the moment with most votes.
"""

import math

import polars as pl

from reliability_studio.domain.correlation.series import Series

CLIP = 6.0
"""No series may outvote the others by being loud."""
LEAST_STEP = 3.0
"""Smallest step, in units of its own noise, that has a vote."""
LEAST_REFERENCE = 4
"""Earlier points without which a series has no usual level to step from."""
LEAST_SIDE = 2
"""Points on either side of a split."""
SHARPEST = 0.6
"""The first moment with this share of the best moment's votes wins over a later, fuller one."""


def splits(series: Series, first: int, last: int) -> pl.DataFrame:
    """Each series' best split within buckets [first, last]: `sid`, `split`, `gain`.

    `gain` is the step between the means either side, weighted by how many points each side has.
    """
    reference = (
        series.points.filter(pl.col("bucket") < first)
        .group_by("sid")
        .agg(
            median=pl.col("x").median(),
            mad=(pl.col("x") - pl.col("x").median()).abs().median() * 1.4826,
            n=pl.len(),
        )
        .filter(pl.col("n") >= LEAST_REFERENCE)
    )
    facts = reference.join(
        series.index.select("sid", "floor", "relative_floor"), on="sid", how="inner"
    ).select(
        "sid",
        "median",
        spread=pl.max_horizontal(
            "mad", "floor", pl.col("relative_floor") * pl.col("median").abs(), pl.lit(1e-9)
        ),
    )
    width = max(3, last - first)
    scan = (
        series.points.filter(pl.col("bucket").is_between(first - width, last + width))
        .join(facts, on="sid", how="inner", maintain_order="left")
        .with_columns(z=((pl.col("x") - pl.col("median")) / pl.col("spread")).clip(-CLIP, CLIP))
        .with_columns(
            before=pl.int_range(pl.len()).over("sid"),
            count=pl.len().over("sid"),
            total=pl.col("z").sum().over("sid"),
            sum_before=(pl.col("z").cum_sum().over("sid") - pl.col("z")),
        )
        .filter((pl.col("before") >= LEAST_SIDE) & pl.col("bucket").is_between(first, last))
        .with_columns(left=pl.col("count") - pl.col("before"))
        .with_columns(
            gain=(
                (pl.col("total") - pl.col("sum_before")) / pl.col("left")
                - pl.col("sum_before") / pl.col("before")
            )
            * (pl.col("before") * pl.col("left") / pl.col("count")).sqrt()
        )
    )
    return (
        scan.sort("sid", "gain", "bucket", descending=[False, True, False])
        .group_by("sid", maintain_order=True)
        .agg(split=pl.col("bucket").first(), gain=pl.col("gain").first())
        # A best split at the very edge of the search is a slope or a step outside, not a step inside.
        .filter((pl.col("gain") >= LEAST_STEP) & (pl.col("split") > first))
    )


def onset(
    splits_: pl.DataFrame, weights: pl.DataFrame, reported: int, patience: float
) -> tuple[int, int] | None:
    """The bucket with most votes and how many series stand behind it; None without a single step.

    `weights` has `sid` and `weight`: what a series' vote counts, by how close it is to the symptom. Votes
    fade with their distance from the `reported` bucket: by a factor e over `patience` buckets.
    """
    votes = (
        splits_.join(weights, on="sid", how="inner")
        .filter(pl.col("weight") > 0)
        .group_by("split")
        # Squared: a hundred series that wander a little must not outvote a few that jump.
        .agg(vote=(pl.col("gain").pow(2) * pl.col("weight")).sum(), series=pl.len())
    )
    if votes.is_empty():
        return None
    by_bucket = {
        int(b): (float(v) * math.exp(-abs(b - reported) / patience), int(n)) for b, v, n in votes.iter_rows()
    }
    # A step rarely falls on a bucket's edge: neighbours half agree.
    smooth = {
        b: v + 0.5 * by_bucket.get(b - 1, (0.0, 0))[0] + 0.5 * by_bucket.get(b + 1, (0.0, 0))[0]
        for b, (v, _) in by_bucket.items()
    }
    most = max(smooth.values())
    best = min(
        b
        for b, vote in smooth.items()
        if vote >= most or (vote >= SHARPEST * most and by_bucket[b][0] >= SHARPEST * most)
    )
    return best, sum(by_bucket.get(b, (0.0, 0))[1] for b in (best - 1, best, best + 1))
