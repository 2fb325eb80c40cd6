"""Answers of sources as the engine's columns: one row a point, one row an edge."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.series import COUNT
from reliability_studio.sources import dialects, loki
from reliability_studio.sources.prometheus import Answer

STEP_S = 30
"""Resolution of what is asked and counted, in seconds."""
MOST_COUNTED = 50
"""Patterns of the server that become series, the most frequent first, as it sends them."""


def rows(answer: Answer, wanted: dialects.Course) -> pl.DataFrame:
    """One measurement of all services, as the engine reads metrics."""
    services = [next(iter(series.labels.values()), "") for series in answer.series]
    return answer.of_services(services).with_columns(
        name=pl.lit(wanted.name),
        kind=pl.lit(wanted.kind),
        unit=pl.lit(wanted.unit),
        query=pl.lit(answer.query),
    )


def counts(
    patterns: Sequence[loki.LokiPattern], service: str, since: datetime, until: datetime
) -> pl.DataFrame:
    """Lines per step of each pattern of trouble, zeros included: the server counts all lines, always."""
    begin, end = int(since.timestamp()), int(until.timestamp())
    steps = range(begin - begin % STEP_S, end, STEP_S)
    found = []
    for pattern in [each for each in patterns if each.trouble][:MOST_COUNTED]:
        counts = Counter[int]()
        for at, count in pattern.samples:
            counts[at - at % STEP_S] += count
        found += [(at * 1000, pattern.text[:200], float(counts[at])) for at in steps]
    return pl.DataFrame(
        found, schema={"ts": pl.Int64, "name": pl.String, "value": pl.Float64}, orient="row"
    ).with_columns(service=pl.lit(service), kind=pl.lit(Kind.LOG_PATTERN.value), unit=pl.lit(COUNT))


def calls(pairs: Collection[tuple[str, str]]) -> pl.DataFrame:
    """Calls of unknown rate."""
    return pl.DataFrame(
        [(caller, callee, None) for caller, callee in sorted(pairs)],
        schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        orient="row",
    )


def edges(answer: Answer) -> pl.DataFrame:
    """Who calls whom how often, from a service graph's request rates."""
    seen = [
        (series.labels.get("client", ""), series.labels.get("server", ""), series.values[-1])
        for series in answer.series
        if series.values
    ]
    return pl.DataFrame(
        [row for row in seen if row[0] and row[1] and row[0] != "user"],
        schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        orient="row",
    )
