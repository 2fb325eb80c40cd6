"""The investigation, whole and pure: columns in, verdict out, always the same one.

1  window      cut at `at`; up to six hours before the reported start
2  grid        spans and log levels become series beside the metrics
3  onset       where the series near the symptom take their step
4  evidence    every series against its own noise; log patterns; Kubernetes events
5  ranking     explain away, weigh changes, add log-odds          (`ranking`)
6  answer      probabilities, caps, words, impact, ruled out, next steps
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation import (
    answer,
    changes,
    charts,
    events,
    measured,
    noise,
    onset,
    ranking,
    traces,
)
from reliability_studio.domain.correlation.evidence import Finding, Onset, Verdict, Window
from reliability_studio.domain.correlation.kinds import NATURES, Family, Kind
from reliability_studio.domain.correlation.logs import lines, shift
from reliability_studio.domain.correlation.measured import moment
from reliability_studio.domain.correlation.series import COUNT, Grid, Series, grid_of, series_of
from reliability_studio.domain.correlation.telemetry import METRIC_COLUMNS, Question, Source, Telemetry
from reliability_studio.domain.correlation.topology import Graph

LOOKBACK = timedelta(hours=6)
SEARCH_BEFORE = timedelta(minutes=20)
SEARCH_AFTER = timedelta(minutes=10)
PATIENCE = timedelta(minutes=15)
"""How far from the reported start a step loses most of its say about the onset."""
INCIDENT = timedelta(minutes=15)
"""How much of the incident is measured: later, everything is bad and tells little."""
LEAST_BUCKETS = 6
LEAST_SHARE = 0.5
"""Of a bucket that is not over: how much of it must have passed before its lines are counted."""
DEPLOY_NOISE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Span:
    """The engine's own clock: everything in milliseconds."""

    since: int
    start: int
    until: int


def investigate(telemetry: Telemetry, question: Question) -> Verdict:
    """Rank every service as the cause of the trouble that the question describes."""
    span = _span(telemetry, question)
    grid = _grid(telemetry, span)
    spans = traces.read(telemetry.spans, grid)
    said = shift.patterns(_cut(telemetry.logs, span))
    graph = Graph.of(_edges(telemetry.edges, spans.edges))
    rows = pl.concat([_measured(telemetry), spans.rows, _level_rows(said, grid, span.until)])
    series = series_of(rows, grid)
    began = _onset(series, graph, question, span)
    window, baseline = _windows(began, series.grid, span)
    strengths = noise.strengths(
        series, series.grid.index(ms(window.start)), series.grid.index(ms(window.end) - 1) + 1
    )
    found = _findings(telemetry, series.grid, strengths, said, window, baseline)
    services = _services(series, graph, telemetry, found, said)
    scene = ranking.Scene(
        graph,
        tuple(each for each in telemetry.changes if ms(each.at) < span.until),
        question.service,
        began.at,
        timedelta(milliseconds=grid.step),
    )
    verdict = answer.verdict(
        answer.Material(
            ranked=ranking.rank(services, found, scene),
            findings=found,
            scene=scene,
            onset=began,
            window=window,
            baseline=baseline,
            normal_minutes=_normal_minutes(series, span, began),
            sources=_sources(telemetry, graph),
            earlier=question.earlier,
            namespace=question.namespace,
        )
    )
    kept = charts.freeze(charts.telling(verdict, question.service), strengths, series)
    return replace(verdict, charts=kept)


def ms(at: datetime) -> int:
    """A moment in milliseconds."""
    return round(at.timestamp() * 1000)


def _span(telemetry: Telemetry, question: Question) -> Span:
    start = ms(question.start)
    until = max(start + 1, min(ms(question.at), start + ms_of(timedelta(hours=2))))
    if question.end is not None:
        until = max(start + 1, min(until, ms(question.end)))
    earliest = [
        value
        for frame in (_measured(telemetry), telemetry.spans, telemetry.logs)
        if isinstance(value := frame["ts"].min(), int)
    ]
    lookback = start - ms_of(LOOKBACK)
    return Span(max(lookback, min([*earliest, start - 1])), start, until)


def ms_of(length: timedelta) -> int:
    """A length in milliseconds."""
    return round(length.total_seconds() * 1000)


def _cut(frame: pl.DataFrame, span: Span) -> pl.DataFrame:
    return frame.filter(pl.col("ts").is_between(span.since, span.until, closed="left"))


def _grid(telemetry: Telemetry, span: Span) -> Grid:
    # `until` is excluded everywhere; a sample at the very moment of asking belongs to what is known.
    return grid_of(_measured(telemetry), span.since, span.until + 1)


def _measured(telemetry: Telemetry) -> pl.DataFrame:
    """All that sources have measured themselves."""
    return pl.concat([telemetry.metrics, telemetry.span_rows])


def _edges(declared: pl.DataFrame, seen: pl.DataFrame) -> pl.DataFrame:
    """Declared edges, and those that spans add to them."""
    new = seen.join(declared, on=["caller", "callee"], how="anti")
    return pl.concat([declared, new])


def _level_rows(said: pl.DataFrame, grid: Grid, until: int) -> pl.DataFrame:
    """Error lines per service and bucket as a series, zeros included where the service wrote anything.

    The bucket that is not over counts as if it went on like that; with less than half of it, not at all.
    """
    if said.is_empty():
        return pl.DataFrame(schema=dict(METRIC_COLUMNS))
    counted = (
        said.filter(pl.col("service") != "")
        .group_by("service", bucket=grid.bucket(pl.col("ts")))
        .agg(value=pl.col("level").is_in(lines.ERROR_LEVELS).sum().cast(pl.Float64))
        .with_columns(ts=pl.col("bucket").cast(pl.Int64) * grid.step + grid.start)
        .with_columns(share=((until - pl.col("ts")) / grid.step).clip(upper_bound=1.0))
        .filter(pl.col("share") >= LEAST_SHARE)
        .with_columns(pl.col("value") / pl.col("share"))
    )
    made = {
        "ts": pl.col("ts"),
        "service": pl.col("service"),
        "name": pl.lit("log error lines"),
        "kind": pl.lit(Kind.LOG_ERRORS.value),
        "value": pl.col("value"),
        "unit": pl.lit(COUNT),
    }
    return counted.select(
        (made[name] if name in made else pl.lit(None, kind)).alias(name)
        for name, kind in METRIC_COLUMNS.items()
    )


def _onset(series: Series, graph: Graph, question: Question, span: Span) -> Onset:
    grid = series.grid
    start = grid.index(span.start)
    first = max(start - ms_of(SEARCH_BEFORE) // grid.step, start // 2, 4)
    last = min(start + ms_of(SEARCH_AFTER) // grid.step, grid.buckets - 2)
    reported = Onset(question.start, question.start, found=False, votes=0, shown=question.start)
    if last < first:
        return reported
    found = onset.onset(
        onset.splits(series, first, last),
        _weights(series, graph, question.service),
        start,
        max(1.0, ms_of(PATIENCE) / grid.step),
    )
    if found is None:
        return reported
    bucket, votes = found
    # Within a step of what was reported there is nothing to correct.
    if abs(bucket - start) < 1:
        return replace(reported, found=True, votes=votes)
    at, shown = moment(grid.time(bucket)), moment(grid.time(bucket + 1))
    return Onset(at, question.start, found=True, votes=votes, shown=shown)


def _weights(series: Series, graph: Graph, symptom: str) -> pl.DataFrame:
    """Votes on the onset: what people feel counts most, and most where they feel it."""
    hops = graph.causes_of(symptom) if symptom in graph.services else {}
    felt = {kind.value: 2.0 if each.family is Family.SYMPTOM else 1.0 for kind, each in NATURES.items()}
    return series.index.select(
        "sid",
        weight=pl.col("is_kind").replace_strict(felt, default=1.0, return_dtype=pl.Float64)
        * pl.col("service").replace_strict(
            {name: 3.0 if hop == 0 else 1.0 for name, hop in hops.items()} or {symptom: 3.0},
            default=0.3 if hops else 1.0,
            return_dtype=pl.Float64,
        ),
    )


def _windows(began: Onset, grid: Grid, span: Span) -> tuple[Window, Window]:
    length = max(ms_of(INCIDENT), LEAST_BUCKETS * grid.step)
    at = ms(began.at)
    # Reckoned from the later of the two: a wrong early onset must not push the trouble out of the window.
    end = min(span.until + 1, max(at, span.start) + length)
    return Window(began.at, moment(max(end, at + 1))), Window(moment(span.since), began.at)


def _findings(
    telemetry: Telemetry,
    grid: Grid,
    strengths: pl.DataFrame,
    said: pl.DataFrame,
    window: Window,
    baseline: Window,
) -> tuple[Finding, ...]:
    deployed = {
        each.service
        for each in telemetry.changes
        if changes.kind_of(each) == "rollout" and abs(each.at - window.start) <= DEPLOY_NOISE
    }
    compared = shift.compare(
        said,
        ms(window.start),
        ms(window.end),
        ms(baseline.start),
        deployed=lambda service: service in deployed,
    )
    return (
        *measured.of_series(strengths, grid, window, baseline),
        *measured.of_patterns(compared, window, baseline, grid.step),
        *events.findings(telemetry.events, window, baseline),
    )


def _services(
    series: Series, graph: Graph, telemetry: Telemetry, found: Sequence[Finding], said: pl.DataFrame
) -> tuple[str, ...]:
    """Everything that has a name, whether it has telemetry or not."""
    names = set(series.index["service"].unique()) | set(graph.services) | set(said["service"].unique())
    names |= {each.service for each in telemetry.changes} | {each.service for each in found}
    return tuple(sorted(name for name in names if name))


def _normal_minutes(series: Series, span: Span, began: Onset) -> float:
    first = series.points["bucket"].min()
    start = series.grid.time(first) if isinstance(first, int) else span.since
    return max(0.0, (ms(began.at) - start) / 60_000)


def _sources(telemetry: Telemetry, graph: Graph) -> dict[Source, str]:
    there = {
        Source.METRICS: not telemetry.metrics.is_empty(),
        Source.TRACES: not (telemetry.spans.is_empty() and telemetry.span_rows.is_empty()),
        Source.LOGS: not telemetry.logs.is_empty(),
        Source.EVENTS: bool(telemetry.events),
        Source.CHANGES: bool(telemetry.changes),
        Source.TOPOLOGY: bool(graph.services),
    }
    return {
        source: telemetry.failed.get(source) or (answer.USED if used else "no data")
        for source, used in there.items()
    }
