"""Ask Prometheus what the metric checks want to know, each at most once, and only where the metrics exist.

One query of a check covers the whole namespace, one series per pod, workload or edge, so the rivals of a
suspect are measured as well as the suspect. Each check has its own failure: one bad query of a user's own
check leaves all others.
"""

import asyncio
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from reliability_studio.domain.catalog import owner_of
from reliability_studio.domain.checks.check import Check, Measured, Statistic
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.errors import SourceError, SourceNotConfigured
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.dialects import COURSE_S
from reliability_studio.sources.literals import quote
from reliability_studio.sources.prometheus import Answer, Series
from reliability_studio.sources.promql import duration

MOST_SERIES = 400
"""Series of one answer that are read: the worst of a larger namespace come first in no order, so say so."""
_OWNED = frozenset({"pod", "persistentvolumeclaim", "job_name"})
"""Labels whose values are names that Kubernetes makes from a workload's."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident is."""

    service: str
    namespace: str
    scope: frozenset[str]
    """The service and what it depends on; empty when that is not known."""
    known: frozenset[str]
    """Every service that has a name so far."""
    requests: str = ""
    """Selector of the service's request counter; empty when no dialect is known."""
    native: bool = False
    """That counter is a native histogram."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is asked about, and the part of it in which the trouble is."""

    since: datetime
    until: datetime
    trouble: datetime
    step_s: int


@dataclass(slots=True)
class Measurements:
    """What the checks' queries gave, by check id."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    measured: dict[str, Sequence[Measured]] = field(default_factory=dict)
    queries: dict[str, str] = field(default_factory=dict)
    unanswered: dict[str, tuple[Outcome, str]] = field(default_factory=dict)


async def measure(
    signals: Signals, checks: Sequence[Check], place: Place, span: Span, into: Measurements
) -> None:
    """Ask every metric check that is on; answers go into `into` as they arrive.

    Raises:
        SourceError: Prometheus is not configured.
    """
    wanted = [check for check in checks if check.enabled and check.query and check.source is Source.METRICS]
    if not wanted:
        return
    there = await _names(signals, span)
    asking = []
    for check in wanted:
        query = filled(check.query, place)
        into.queries[check.id] = query
        missing = [] if there is None else _missing(check, there)
        if "$requests" in check.query and not place.requests:
            text = "no request metric of the service is known"
            into.unanswered[check.id] = (Outcome.NO_DATA, text)
        elif missing:
            text = f"no series of {', '.join(missing)}"
            into.unanswered[check.id] = (Outcome.NO_DATA, text)
        else:
            asking.append((check, query))
    async with asyncio.TaskGroup() as group:
        for check, query in asking:
            group.create_task(_one(signals, check, query, place, span, into))


def filled(query: str, place: Place) -> str:
    """The query with its places filled in; every value is a quoted literal."""
    services = sorted(place.scope or {place.service})
    values: Mapping[str, str] = {
        "$namespace": quote(place.namespace),
        "$services": quote("|".join(re.escape(each) for each in services)),
        "$service": quote(place.service),
        "$range": duration(COURSE_S),
        "$requests": place.requests,
    }
    if place.native:
        query = _REQUEST_RATE.sub(lambda found: f"histogram_count({found.group()})", query)
    return _PLACE.sub(lambda found: values[found.group()], query)


_REQUEST_RATE = re.compile(r"\b(?:rate|increase)\(\$requests\[[^\]]+\](?: offset \w+)?\)")
_PLACE = re.compile(r"\$(?:namespace|services|service|range|requests)\b")


async def _names(signals: Signals, span: Span) -> frozenset[str] | None:
    """The metrics that exist; None when the server does not tell, then everything is asked."""
    try:
        return await signals.metric_names(span.since, span.until)
    except SourceNotConfigured:
        raise
    except SourceError:
        return None


def _missing(check: Check, there: Collection[str]) -> list[str]:
    return [need for need in check.needs if not any(name in there for name in need.split("|"))]


async def _one(
    signals: Signals, check: Check, query: str, place: Place, span: Span, into: Measurements
) -> None:
    try:
        answer = await signals.course(query, span.since, span.until, span.step_s)
    except SourceError as error:
        outcome = Outcome.SKIPPED if error.code == "allowance_spent" else Outcome.FAILED
        into.unanswered[check.id] = (outcome, str(error))
        return
    if not answer.series:
        into.unanswered[check.id] = (Outcome.NO_DATA, "the query gives no series")
        return
    rows = [(each, *_about(check, each, place)) for each in answer.series[:MOST_SERIES]]
    into.measured[check.id] = [
        measured
        for series, service, subject in rows
        if (measured := _worst(check, series, service, subject, span)) is not None
    ]
    # A fixed threshold says that something is the case, not that it began: no evidence for a ranking.
    if check.statistic is not Statistic.THRESHOLD:
        into.frames.extend(_frames(check, answer, rows))


def _about(check: Check, series: Series, place: Place) -> tuple[str, str]:
    """The service that a series is about, and the pod, workload or edge by name."""
    for label in check.by:
        value = series.labels.get(label, "")
        if value:
            owner = owner_of(value, place.known) if label in _OWNED else value
            return owner, value
    return place.service, ""


def _worst(check: Check, series: Series, service: str, subject: str, span: Span) -> Measured | None:
    begin = span.trouble.timestamp()
    inside = [
        value
        for at, value in zip(series.times, series.values, strict=True)
        if at >= begin and math.isfinite(value)
    ]
    if not inside:
        return None
    condition = check.condition
    above = condition is None or condition.met_by(math.inf)
    return Measured(
        service,
        subject,
        max(inside) if above else min(inside),
        0 if condition is None else sum(condition.met_by(value) for value in inside),
        len(inside),
    )


def _frames(check: Check, answer: Answer, rows: Sequence[tuple[Series, str, str]]) -> list[pl.DataFrame]:
    if check.kind is Kind.EDGE_GAP:
        return _gaps(check, answer, rows)
    named = pl.DataFrame(
        {
            "series": pl.Series(range(len(rows)), dtype=pl.UInt32),
            "service": pl.Series([service for _, service, _ in rows], dtype=pl.String),
            "pod": pl.Series(
                [subject if subject != service else "" for _, service, subject in rows], dtype=pl.String
            ),
        }
    )
    return [_long(check, answer, named, check.title)]


def _gaps(check: Check, answer: Answer, rows: Sequence[tuple[Series, str, str]]) -> list[pl.DataFrame]:
    """A slow edge is seen from both ends and each end counts its edges, so each has a name of its own."""
    made = []
    for at, (series, _, _) in enumerate(rows):
        client, server = series.labels.get("client", ""), series.labels.get("server", "")
        if client and server:
            named = pl.DataFrame(
                {"series": [at, at], "service": [client, server], "pod": ["", ""]},
                schema_overrides={"series": pl.UInt32},
            )
            made.append(_long(check, answer, named, f"edge gap {client} → {server}"))
    return made


def _long(check: Check, answer: Answer, named: pl.DataFrame, name: str) -> pl.DataFrame:
    return (
        answer.frame()
        .join(named, on="series")
        .filter(pl.col("service") != "")
        .select(
            ts=pl.col("time").dt.epoch("ms"),
            service="service",
            name=pl.lit(name),
            kind=pl.lit(check.kind.value),
            value="value",
            pod="pod",
            unit=pl.lit(check.unit),
            query=pl.lit(answer.query),
        )
    )
