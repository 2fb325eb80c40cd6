"""Spans become columns that the other statistics understand: aggregated once, never read one by one.

Per service: requests, error share, latency, and *self-time* (what is left after its child spans, so it needs
no explaining away). Per edge: rate, and the *gap* between what the client waited and what the server worked,
which is the only thing that shows a slow network. A gap belongs to the end whose every edge is slow.
"""

from dataclasses import dataclass

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.series import COUNT, Grid
from reliability_studio.domain.correlation.telemetry import EDGE_COLUMNS, METRIC_COLUMNS, empty

MOST_SPANS = 400_000
"""Beyond this whole traces are left out, chosen by a hash of their id, so the same ones every time."""
BUSY = 20
"""Calls in the whole window from which an operation is worth a series."""
MOST_OPERATIONS = 40
"""Operations per service that get a series of their own; the busiest are kept."""
_CLIENT = ("client", "producer")


@dataclass(frozen=True, slots=True)
class Traces:
    """What spans say: metric rows of the usual columns, and edges."""

    rows: pl.DataFrame
    edges: pl.DataFrame


NO_TRACES = Traces(empty(METRIC_COLUMNS), empty(EDGE_COLUMNS))


def read(spans: pl.DataFrame, grid: Grid) -> Traces:
    """Aggregate spans onto the grid."""
    inside = spans.filter(
        pl.col("ts").is_between(grid.start, grid.time(grid.buckets), closed="left")
        & pl.col("service").is_not_null()
        & pl.col("duration_ms").is_finite()
    )
    if inside.is_empty():
        return NO_TRACES
    if inside.height > MOST_SPANS:
        keep = -(-inside.height // MOST_SPANS)
        inside = inside.filter(pl.col("trace_id").hash(seed=0) % keep == 0)
    linked = _linked(inside.with_columns(bucket=grid.bucket(pl.col("ts"))))
    served = linked.filter(pl.col("is_entry"))
    rows = [
        _per_service(served, grid),
        _latency_per_operation(served, grid),
        _self_time(linked, grid),
        _gaps(linked, grid),
    ]
    return Traces(pl.concat(rows), _edges(linked, grid))


def _linked(spans: pl.DataFrame) -> pl.DataFrame:
    """Each span beside its parent's service and duration, and the time its children took."""
    parents = spans.select(
        "trace_id",
        parent_id="span_id",
        parent_service="service",
        parent_ms="duration_ms",
        parent_kind=pl.col("kind").fill_null("").str.to_lowercase(),
    ).unique(["trace_id", "parent_id"], keep="first", maintain_order=True)
    children = (
        spans.filter(pl.col("parent_id").is_not_null() & (pl.col("parent_id") != ""))
        .group_by("trace_id", "parent_id")
        .agg(children_ms=pl.col("duration_ms").sum())
        .rename({"parent_id": "span_id"})
    )
    return (
        spans.join(parents, on=["trace_id", "parent_id"], how="left")
        .join(children, on=["trace_id", "span_id"], how="left")
        .with_columns(
            # Children may run side by side or outlive their parent; below zero means nothing.
            self_ms=(pl.col("duration_ms") - pl.col("children_ms").fill_null(0.0)).clip(0.0, None),
            is_entry=(
                (pl.col("parent_service").is_null() | (pl.col("parent_service") != pl.col("service")))
                & ~pl.col("kind").fill_null("").str.to_lowercase().is_in(_CLIENT)
            ),
            crosses=pl.col("parent_service").is_not_null() & (pl.col("parent_service") != pl.col("service")),
            error=pl.col("error").fill_null(value=False),
            operation=pl.col("operation").fill_null(""),
        )
    )


_UNITS = {
    Kind.TRAFFIC: COUNT,
    Kind.ERRORS: "share",
    Kind.LATENCY: "ms",
    Kind.SELF_TIME: "ms",
    Kind.EDGE_GAP: "ms",
}


def _shaped(
    frame: pl.DataFrame, grid: Grid, name: str, kind: Kind, detail: str | None = None
) -> pl.DataFrame:
    """Rows of `service`, `bucket`, `value` in the metric columns."""
    made = {
        "ts": (pl.col("bucket").cast(pl.Int64) * grid.step + grid.start),
        "service": pl.col("service"),
        "name": pl.lit(name) if detail is None else pl.format("{} {}", pl.lit(name), pl.col(detail)),
        "kind": pl.lit(kind.value),
        "value": pl.col("value").cast(pl.Float64),
        "unit": pl.lit(_UNITS[kind]),
    }
    return frame.select(
        (made[column] if column in made else pl.lit(None, kind_)).alias(column)
        for column, kind_ in METRIC_COLUMNS.items()
    )


def _per_service(served: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    grouped = served.group_by("service", "bucket").agg(
        count=pl.len(), share=pl.col("error").mean(), slow=pl.col("duration_ms").quantile(0.9, "linear")
    )
    every = _every_bucket(grouped)
    return pl.concat(
        [
            _shaped(every.with_columns(value="count"), grid, "trace requests", Kind.TRAFFIC),
            _shaped(grouped.with_columns(value="share"), grid, "trace error share", Kind.ERRORS),
            _shaped(grouped.with_columns(value="slow"), grid, "trace p90 latency", Kind.LATENCY),
        ]
    )


def _every_bucket(grouped: pl.DataFrame) -> pl.DataFrame:
    """Counts with their zeros: a service without a span in a bucket served nothing then.

    Only between the first and the last bucket with any span: outside, nobody recorded.
    """
    first, last = grouped["bucket"].min(), grouped["bucket"].max()
    if not isinstance(first, int) or not isinstance(last, int):
        return grouped.with_columns(pl.col("count"))
    buckets = pl.DataFrame({"bucket": pl.Series(range(first, last + 1), dtype=pl.Int32)})
    services = grouped.select(pl.col("service").unique().sort())
    return (
        services.join(buckets, how="cross")
        .join(grouped.select("service", "bucket", "count"), on=["service", "bucket"], how="left")
        .with_columns(pl.col("count").fill_null(0))
    )


def _latency_per_operation(served: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Median latency of each busy operation: the mix of operations cancels out."""
    busy = (
        served.group_by("service", "operation")
        .agg(calls=pl.len())
        .filter(pl.col("calls") >= BUSY)
        .sort("service", "calls", "operation", descending=[False, True, False])
        .group_by("service", maintain_order=True)
        .head(MOST_OPERATIONS)
    )
    grouped = (
        served.join(busy.select("service", "operation"), on=["service", "operation"], how="semi")
        .group_by("service", "operation", "bucket")
        .agg(value=pl.col("duration_ms").median())
    )
    return _shaped(grouped, grid, "trace latency of", Kind.LATENCY, "operation")


def _self_time(linked: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Upper self-time of a service's spans, waiting for others (client spans) left out."""
    own = linked.filter(~pl.col("kind").fill_null("").str.to_lowercase().is_in(_CLIENT))
    grouped = own.group_by("service", "bucket").agg(value=pl.col("self_ms").quantile(0.75, "linear"))
    return _shaped(grouped, grid, "trace self-time", Kind.SELF_TIME)


def _gaps(linked: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Client wait minus server work per edge, told once for either end; `ranking` decides whose it is."""
    crossing = linked.filter(
        pl.col("crosses") & pl.col("parent_kind").is_in(_CLIENT) & pl.col("is_entry")
    ).with_columns(gap=(pl.col("parent_ms") - pl.col("duration_ms")).clip(0.0, None))
    grouped = crossing.group_by("parent_service", "service", "bucket").agg(
        value=pl.col("gap").median(), n=pl.len()
    )
    ends = []
    for end, other in (("service", "parent_service"), ("parent_service", "service")):
        arrow = "from" if end == "service" else "to"
        ends.append(
            _shaped(
                grouped.select("bucket", "value", service=end, other=other),
                grid,
                f"trace gap {arrow}",
                Kind.EDGE_GAP,
                "other",
            )
        )
    return pl.concat(ends)


def _edges(linked: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    seconds = max(1.0, grid.buckets * grid.step / 1000)
    return (
        linked.filter("crosses")
        .group_by("parent_service", "service")
        .agg(rate=pl.len() / seconds)
        .select(caller="parent_service", callee="service", rate="rate")
        .sort("caller", "callee")
    )
