"""Traffic, errors and latency of services that only traces measure, as Tempo counts all their spans.

A search finds a few traces, and the first ones; these are counts of every span that arrived, so they can be
held against what is usual. Sampling before Tempo thins them out alike before and during an incident, unless
failed or slow traces are preferred: then shares are too high, but they still rise when more fails.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import tempo
from reliability_studio.sources.tempo import Measured

LATE = timedelta(minutes=1)
"""How long spans take to arrive: until then a count is not the whole."""
UPPER = 0.95

_SCHEMA = {"ts": pl.Int64, "service": pl.String, "value": pl.Float64}


async def span_courses(
    signals: Signals, known: Collection[str], start: datetime, end: datetime, step_s: int
) -> pl.DataFrame:
    """Rows as the engine reads metrics, of every service but the `known` ones, whose metrics tell it all.

    The first question stands for the others: a server that does not count spans is asked nothing more.

    Raises:
        SourceError: Tempo is not configured, keeps no spans for metrics, or fails.
    """
    until = end - LATE
    asked = tempo.served()
    total = _rows(await signals.measured_spans(asked, start, until, step_s), known)
    if total.is_empty():
        return _named(total, "trace requests", Kind.TRAFFIC, "requests/s", asked)
    failing, within = tempo.served(failed=True), tempo.served_within(UPPER)
    failed = _rows(await signals.measured_spans(failing, start, until, step_s), known)
    slow = _rows(await signals.measured_spans(within, start, until, step_s), known)
    # Only what failed has a series there: where something was served and nothing failed, the share is zero.
    shares = (
        total.filter(pl.col("value") > 0)
        .join(failed.rename({"value": "bad"}), on=["ts", "service"], how="left")
        .select("ts", "service", value=(pl.col("bad").fill_null(0.0) / pl.col("value")).clip(0.0, 1.0))
    )
    # Nothing is served within no time: a zero stands for a step without a span.
    durations = slow.filter(pl.col("value") > 0).with_columns(pl.col("value") * 1000)
    return pl.concat(
        [
            _named(total, "trace requests", Kind.TRAFFIC, "requests/s", asked),
            _named(shares, "trace error share", Kind.ERRORS, "share", f"{failing} / {asked}"),
            _named(durations, f"trace p{UPPER * 100:g} latency", Kind.LATENCY, "ms", within),
        ]
    )


def _rows(found: Sequence[Measured], known: Collection[str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            (ts, each.service, value)
            for each in found
            if each.service not in known
            for ts, value in zip(each.times_ms, each.values, strict=True)
        ],
        schema=_SCHEMA,
        orient="row",
    ).filter(pl.col("value").is_finite())


def _named(rows: pl.DataFrame, name: str, kind: Kind, unit: str, query: str) -> pl.DataFrame:
    return rows.with_columns(
        name=pl.lit(name), kind=pl.lit(kind.value), unit=pl.lit(unit), query=pl.lit(query)
    )
