"""Three plain ways to name a cause, to compare the engine with: each gives services, most suspect first."""

from collections import defaultdict

import polars as pl

from reliability_studio.domain.correlation.engine import ms
from tests.support.world.case import Case


def n_sigma(case: Case) -> list[str]:
    """Most standard deviations from the mean before the reported start."""
    return _by_score(case, centre=pl.col("value").mean(), spread=pl.col("value").std())


def robust(case: Case) -> list[str]:
    """The same with median and interquartile range."""
    value = pl.col("value")
    return _by_score(case, centre=value.median(), spread=value.quantile(0.75) - value.quantile(0.25))


def latest_change(case: Case) -> list[str]:
    """Whoever changed last before the reported start; the others by name."""
    latest: dict[str, float] = defaultdict(float)
    for change in case.telemetry.changes:
        if change.at <= case.question.start:
            latest[change.service] = max(latest[change.service], change.at.timestamp())
    names = sorted(case.telemetry.metrics["service"].unique().to_list())
    return sorted(names, key=lambda name: (-latest[name], name))


def _by_score(case: Case, centre: pl.Expr, spread: pl.Expr) -> list[str]:
    start = ms(case.question.start)
    keys = ["service", "name", "pod"]
    before = (
        case.telemetry.metrics.filter(pl.col("ts") < start).group_by(keys).agg(centre=centre, spread=spread)
    )
    scored = (
        case.telemetry.metrics.filter(pl.col("ts") >= start)
        .join(before, on=keys, how="inner", nulls_equal=True)
        .with_columns(
            score=(pl.col("value") - pl.col("centre")).abs() / pl.max_horizontal("spread", pl.lit(1e-9))
        )
        .group_by("service")
        .agg(score=pl.col("score").max())
        .sort("score", "service", descending=[True, False])
    )
    return [str(name) for name in scored["service"]]
