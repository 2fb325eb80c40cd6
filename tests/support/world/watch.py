"""The detector over a simulated case: the request metrics as it asks for them, and everything it would tell.

The shops name traffic, errors and latency by themselves; of the plants, which count calls and failures per
pod, rates are made as PromQL makes them: from the last points of each minute, over two minutes.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.unusual import Unusual, goes_on, unexplained, unusual
from tests.support.world.case import Case

_SHOP = {"requests_per_second": "traffic", "request_duration_p95": "latency", "request_error_ratio": "errors"}
_CALLS, _FAILURES, _DURATION = "handler_calls_total", "handler_failures_total", "handler.duration.mean_ms"
_MINUTE, _RANGE_MIN = 60_000, 2


def courses(case: Case) -> pl.DataFrame:
    """`ts`, `service`, `kind`, `value`: requests a second, share of failures, milliseconds."""
    metrics = case.telemetry.metrics
    if metrics.filter(pl.col("name") == _CALLS).height:
        return _plant(metrics)
    seen = metrics.filter(pl.col("name").is_in(list(_SHOP)))
    factor = pl.when(pl.col("name") == "request_duration_p95").then(1000.0).otherwise(1.0)
    return seen.select(
        "ts", "service", kind=pl.col("name").replace_strict(_SHOP), value=pl.col("value") * factor
    )


def _plant(metrics: pl.DataFrame) -> pl.DataFrame:
    counted = metrics.filter(pl.col("name").is_in([_CALLS, _FAILURES]))
    minutes = pl.DataFrame({"ts": range(_whole(metrics, "min"), _whole(metrics, "max") + 1, _MINUTE)})
    keys = counted.select("service", "pod", "name").unique()
    each = (
        minutes.join(keys, how="cross")
        .sort("ts")
        .join_asof(
            counted.select("ts", "service", "pod", "name", "value").sort("ts"),
            on="ts",
            by=["service", "pod", "name"],
            tolerance=5 * _MINUTE,
            check_sortedness=False,
        )
        .sort("service", "pod", "name", "ts")
        .with_columns(up=pl.col("value").diff(_RANGE_MIN).over("service", "pod", "name"))
    )
    wide = (
        each.group_by("ts", "service")
        .agg(
            calls=pl.col("up").filter(pl.col("name") == _CALLS).sum() / (60 * _RANGE_MIN),
            failed=pl.col("up").filter(pl.col("name") == _FAILURES).sum() / (60 * _RANGE_MIN),
        )
        .with_columns(share=pl.when(pl.col("calls") > 0).then(pl.col("failed") / pl.col("calls")))
    )
    slow = (
        metrics.filter(pl.col("name") == _DURATION)
        .with_columns(ts=pl.col("ts") // _MINUTE * _MINUTE)
        .group_by("ts", "service")
        .agg(value=pl.col("value").mean())
    )
    return pl.concat(
        [
            wide.select("ts", "service", kind=pl.lit("traffic"), value="calls"),
            wide.select("ts", "service", kind=pl.lit("errors"), value="share").drop_nulls(),
            slow.select("ts", "service", kind=pl.lit("latency"), value="value"),
        ]
    )


def _whole(metrics: pl.DataFrame, end: str) -> int:
    value = metrics["ts"].min() if end == "min" else metrics["ts"].max()
    return (value if isinstance(value, int) else 0) // _MINUTE * _MINUTE


def told(case: Case, since: datetime, *, every: timedelta = timedelta(minutes=1)) -> Iterator[Unusual]:
    """Every candidate of a case from a moment on until its end, judged again and again as the job does."""
    seen = courses(case)
    edges = case.telemetry.edges
    calls = {(str(caller), str(callee)) for caller, callee in edges.select("caller", "callee").iter_rows()}
    going_on: dict[tuple[str, Kind], Unusual] = {}
    at = since
    while at <= case.question.at:
        going_on = {key: one for key, one in going_on.items() if goes_on(seen, one, at) is not False}
        for one in unexplained(unusual(seen, at), calls):
            if (one.service, one.kind) not in going_on:
                going_on[one.service, one.kind] = one
                yield one
        at += every
