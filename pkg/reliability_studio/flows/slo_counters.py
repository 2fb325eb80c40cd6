"""What its server says about an SLO: snapshots that counting understands, or answers that can be tallied.

`instant` and `between` send what `slo_questions` names, pinned to moments; `observed` turns the answers into
one value per series and moment. A moment without any series is a snapshot too: an empty one, which is a gap.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from reliability_studio.domain.slo.counters import (
    MAX_SERIES,
    Member,
    Peaks,
    Snapshot,
    counter_value,
    identity,
    largest,
    target_of,
)
from reliability_studio.domain.slo.groups import Group, group_of
from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    NativeLatencyIndicator,
    QueryIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.reading import Reading, reading
from reliability_studio.domain.slo.sampling import Answers
from reliability_studio.domain.slo.spans import plain
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.errors import SourceMalformed, SourceRejected
from reliability_studio.flows.slo_questions import wanted
from reliability_studio.flows.slo_servers import Numbers
from reliability_studio.sources.prometheus import Answer
from reliability_studio.sources.promql import peak

COARSE_S = 300
"""Buckets as wide as this are asked for what counters held before a reset within them."""


class TooWide(SourceRejected):
    """More series than one SLO may have."""

    def __init__(self, text: str, series: int) -> None:
        super().__init__(text, source="prometheus")
        self.series = series


@dataclass(frozen=True, slots=True)
class Observed:
    """Series and their values at each moment, oldest first."""

    members: Mapping[int, Member]
    snapshots: Sequence[Snapshot]
    groups: Mapping[Group, float] = field(default_factory=dict)
    """Of a grouped SLO: the groups that are there at the last moment, and how large they are."""
    peaks: Peaks = field(default_factory=dict)
    """Highest values of series that were reset within a bucket, where they were asked for."""

    @property
    def series(self) -> int:
        """How many series there were."""
        return len(self.members)

    @property
    def first(self) -> int:
        """The first moment."""
        return self.snapshots[0][0]

    @property
    def at(self) -> int:
        """The last moment."""
        return self.snapshots[-1][0]

    def each(self) -> "list[Observed]":
        """The same, moment by moment."""
        if len(self.snapshots) == 1:
            return [self]
        return [
            Observed({key: self.members[key] for key in values}, [(at, values)], self.groups, self.peaks)
            for at, values in self.snapshots
        ]


@dataclass(frozen=True, slots=True)
class Sampled:
    """What was answered at each moment, oldest first."""

    moments: Sequence[tuple[int, Answers]]
    groups: Mapping[Group, float] = field(default_factory=dict)
    """As of `Observed`."""

    @property
    def series(self) -> int:
        """How many series there were at most."""
        return max((len(each) for _, answers in self.moments for each in answers), default=0)

    @property
    def first(self) -> int:
        """The first moment."""
        return self.moments[0][0]

    @property
    def at(self) -> int:
        """The last moment."""
        return self.moments[-1][0]

    def each(self) -> "list[Sampled]":
        """The same, moment by moment."""
        return [Sampled([moment], self.groups) for moment in self.moments]


async def instant(numbers: Numbers, query: str, at: int) -> Answer:
    """One snapshot.

    Raises:
        SourceError: it cannot be had, or the server warns that it is not whole.
    """
    return _whole(await numbers.query(query, at=moment(at)), numbers.name)


async def between(
    numbers: Numbers, queries: Sequence[str], start: int, end: int, step_s: int
) -> tuple[Answer, ...]:
    """Snapshots at `start`, `start + step_s`, … `end`, of all queries.

    Raises:
        SourceError: they cannot be had, or the server warns that they are not whole.
    """
    answers: list[Answer] = []
    for query in queries:
        answer = await numbers.query_range(query, moment(start), moment(end), step_s=step_s)
        answers.append(_whole(answer, numbers.name))
    return tuple(answers)


async def observe(
    numbers: Numbers, definition: Definition, start: int, end: int, step_s: int
) -> Observed | Sampled:
    """Snapshots of one SLO over a stretch of time, read in a thread: there may be millions of values.

    Raises:
        SourceError: they cannot be had.
    """
    queries = [each.query for each in wanted(definition, step_s)]
    answers = await between(numbers, queries, start, end, step_s)
    times = range(start, end + 1, step_s)
    found = await asyncio.to_thread(seen, definition, answers, times)
    indicator = definition.indicator
    if not isinstance(found, Observed) or not isinstance(indicator, CounterIndicator) or step_s < COARSE_S:
        return found
    if isinstance(plain(indicator), NativeLatencyIndicator):
        return found
    # In a wide bucket much may have been counted before a reset: the highest value says how much.
    what = reading(indicator)
    peaks = [peak(each.selector, step_s) for each in what.snapshots]
    highest = observed(what, await between(numbers, peaks, start, end, step_s), times)
    return replace(found, peaks=dict(highest.snapshots))


def seen(definition: Definition, answers: Sequence[Answer], times: Sequence[int]) -> Observed | Sampled:
    """Answers to what `asked` named, at each of `times`.

    Raises:
        TooWide: there are more series than one SLO may have.
        SourceMalformed: groups are asked for, and an answer does not tell them apart.
    """
    indicator = definition.indicator
    groups = _groups(definition, answers, times[-1])
    if isinstance(indicator, QueryIndicator | ShareIndicator) and indicator.only:
        answers = [_of_labels(each, {m.name: m.value for m in indicator.only}) for each in answers]
    if isinstance(indicator, CounterIndicator):
        return replace(observed(reading(indicator), answers, times), groups=groups)
    _check_number(answers)
    found: dict[int, list[list[float]]] = {at: [[] for _ in answers] for at in times}
    for number, answer in enumerate(answers):
        for series in answer.series:
            for at, value in zip(series.times, series.values, strict=True):
                if round(at) in found:
                    found[round(at)][number].append(value)
    return Sampled(list(found.items()), groups)


def _groups(definition: Definition, answers: Sequence[Answer], at: int) -> Mapping[Group, float]:
    by, found = definition.group_by, dict[Group, float]()
    if by is None:
        return found
    if isinstance(definition.indicator, ShareIndicator):
        _check_one_each(answers[0], by.names)
    if isinstance(definition.indicator, QueryIndicator | ShareIndicator) and not all(
        _tells(each, by.names) for each in answers
    ):
        # A sum over everything is no group: nothing in it says of whom it is.
        return found
    for series in (each for answer in answers for each in answer.series):
        if series.times and round(series.times[-1]) == at:
            group = group_of(series.labels, by.names)
            value = series.values[-1]
            found[group] = found.get(group, 0.0) + (value if math.isfinite(value) else 0.0)
    return found


def _check_one_each(answer: Answer, names: Sequence[str]) -> None:
    """Whether each group has one share.

    Raises:
        SourceMalformed: a group has several; without counts nothing says how to put them together.
    """
    groups = Counter(group_of(series.labels, names) for series in answer.series)
    twice, most = max(groups.items(), key=lambda each: each[1], default=((), 0))
    if most > 1:
        which = ", ".join(f"{name}={value}" for name, value in zip(names, twice, strict=True))
        raise SourceMalformed(
            f"several series of the answer have {which}: bring them together with `by`", source="prometheus"
        )


def of_group(answer: Answer, group: Mapping[str, str]) -> Answer:
    """The part of an answer that belongs to one group."""
    wanted = tuple(group.values())
    return replace(
        answer, series=tuple(each for each in answer.series if group_of(each.labels, group) == wanted)
    )


def _of_labels(answer: Answer, group: Mapping[str, str]) -> Answer:
    """The part of a query's answer that belongs to one group.

    A part that is a sum over everything would look like no errors at all of each group.

    Raises:
        SourceMalformed: it has series, and none with these labels.
    """
    if not _tells(answer, group):
        names = ", ".join(group)
        raise SourceMalformed(f"an answer has no label {names}: keep it with `by`", source="prometheus")
    return of_group(answer, group)


def _tells(answer: Answer, names: Collection[str]) -> bool:
    """Whether the series of an answer have any of these labels, if there are any series."""
    return not answer.series or any(each.labels.get(name) for each in answer.series for name in names)


def observed(what: Reading, answers: Sequence[Answer], times: Sequence[int]) -> Observed:
    """Answers (one per snapshot selection of the reading) as one value per series at each of `times`.

    Raises:
        TooWide: there are more series than one SLO may have.
    """
    _check_number(answers)
    members: dict[int, Member] = {}
    found: dict[int, list[tuple[int, int]]] = {at: [] for at in times}
    for number, (selection, answer) in enumerate(zip(what.snapshots, answers, strict=True)):
        for series in answer.series:
            labels = selection.labels_of(series.labels)
            role = selection.role_of(labels)
            if not role:
                continue
            key = ~identity(labels, "0") if what.derived and number else identity(labels, str(number))
            members[key] = Member(target_of(labels), role)
            for at, number_at in zip(series.times, series.values, strict=True):
                value = counter_value(number_at)
                pairs = found.get(round(at))
                if value is not None and pairs is not None:
                    pairs.append((key, value))
    return Observed(members, [(at, largest(pairs)) for at, pairs in found.items()])


def _check_number(answers: Sequence[Answer]) -> None:
    count = sum(len(answer.series) for answer in answers)
    if count > MAX_SERIES:
        text = f"{count} series are more than the {MAX_SERIES} of one SLO; narrow its selectors"
        raise TooWide(text, count)


def moment(at: int) -> datetime:
    """Unix seconds as a moment."""
    return datetime.fromtimestamp(at, UTC)


def _whole(answer: Answer, source: str) -> Answer:
    if answer.warnings:
        # A part of the series may be missing: counting the rest would look like fewer events.
        raise SourceMalformed(f"{source} warns: {'; '.join(answer.warnings)[:300]}", source=source)
    return answer
