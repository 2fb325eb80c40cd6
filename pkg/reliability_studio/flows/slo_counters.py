"""What Prometheus says about an SLO's counters, as snapshots that counting understands.

`asked` names the queries of an SLO: one per selection of counters, each the newest value of every series
within a range, so that a missed scrape breaks nothing. `instant` and `between` send them, pinned to moments;
`observed` turns the answers into one value per series and moment. A moment without any series is a snapshot
too: an empty one, which counting reads as a gap.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reliability_studio.domain.slo.counting import (
    MAX_SERIES,
    Member,
    Snapshot,
    counter_value,
    identity,
    largest,
    target_of,
)
from reliability_studio.domain.slo.reading import Reading, reading
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import SourceMalformed, SourceRejected
from reliability_studio.sources.prometheus import Answer, Prometheus
from reliability_studio.sources.promql import last

LEAST_RANGE_S = 120


@dataclass(frozen=True, slots=True)
class Observed:
    """Series and their values at each moment, oldest first."""

    members: Mapping[int, Member]
    snapshots: Sequence[Snapshot]


def asked(definition: Definition, step_s: int) -> tuple[str, ...]:
    """The queries of an SLO whose snapshots lie `step_s` apart."""
    range_s = max(step_s, 2 * definition.delay_s, LEAST_RANGE_S)
    return tuple(last(each.selector, range_s) for each in reading(definition.indicator).snapshots)


async def instant(prometheus: Prometheus, query: str, at: int) -> Answer:
    """One snapshot.

    Raises:
        SourceError: it cannot be had, or the server warns that it is not whole.
    """
    return _whole(await prometheus.query(query, at=moment(at)), prometheus.name)


async def between(
    prometheus: Prometheus, queries: Sequence[str], start: int, end: int, step_s: int
) -> tuple[Answer, ...]:
    """Snapshots at `start`, `start + step_s`, … `end`, of all queries.

    Raises:
        SourceError: they cannot be had, or the server warns that they are not whole.
    """
    answers: list[Answer] = []
    for query in queries:
        answer = await prometheus.query_range(query, moment(start), moment(end), step_s=step_s)
        answers.append(_whole(answer, prometheus.name))
    return tuple(answers)


async def observe(
    prometheus: Prometheus, definition: Definition, start: int, end: int, step_s: int
) -> Observed:
    """Snapshots of one SLO over a stretch of time, read in a thread: there may be millions of values.

    Raises:
        SourceError: they cannot be had.
    """
    queries = asked(definition, step_s)
    answers = await between(prometheus, queries, start, end, step_s)
    times = range(start, end + 1, step_s)
    return await asyncio.to_thread(observed, reading(definition.indicator), answers, times)


def observed(what: Reading, answers: Sequence[Answer], times: Sequence[int]) -> Observed:
    """Answers (one per snapshot selection of the reading) as one value per series at each of `times`.

    Raises:
        SourceRejected: there are more series than one SLO may have.
    """
    count = sum(len(answer.series) for answer in answers)
    if count > MAX_SERIES:
        text = f"{count} series are more than the {MAX_SERIES} of one SLO; narrow its selectors"
        raise SourceRejected(text, source="prometheus")
    members: dict[int, Member] = {}
    found: dict[int, list[tuple[int, int]]] = {at: [] for at in times}
    for number, (selection, answer) in enumerate(zip(what.snapshots, answers, strict=True)):
        for series in answer.series:
            labels = selection.labels_of(series.labels)
            role = selection.role_of(labels)
            if not role:
                continue
            key = identity(labels, str(number))
            members[key] = Member(target_of(labels), role)
            for at, number_at in zip(series.times, series.values, strict=True):
                value = counter_value(number_at)
                pairs = found.get(round(at))
                if value is not None and pairs is not None:
                    pairs.append((key, value))
    return Observed(members, [(at, largest(pairs)) for at, pairs in found.items()])


def moment(at: int) -> datetime:
    """Unix seconds as a moment."""
    return datetime.fromtimestamp(at, UTC)


def _whole(answer: Answer, source: str) -> Answer:
    if answer.warnings:
        # A part of the series may be missing: counting the rest would look like fewer events.
        raise SourceMalformed(f"{source} warns: {'; '.join(answer.warnings)[:300]}", source=source)
    return answer
