"""Snapshots that many SLOs share: selections that differ in the value of one label become one query.

    http_requests_total{service="a"}  ┐
    http_requests_total{service="b"}  ┴  http_requests_total{service=~"a|b"}, told apart by `service` again

The same series are read either way; what is saved is the way there and back, which for a selection of a few
series costs more than the series. A query that the server refuses is asked again in its parts, so that what
is wrong with one SLO stays its own trouble.
"""

import asyncio
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.errors import SourceError, SourceTimeout, SourceUnavailable
from reliability_studio.flows.slo_counters import between, instant
from reliability_studio.flows.slo_pace import Pace
from reliability_studio.flows.slo_questions import Wanted
from reliability_studio.flows.slo_servers import Numbers
from reliability_studio.sources.prometheus import Answer, Series
from reliability_studio.sources.promql import last

MOST = 50
"""Selections that share one query."""

MOST_SERIES = 20_000
"""Series that one shared query should bring, as far as is known."""


@dataclass(frozen=True, slots=True)
class Need:
    """Snapshots that somebody needs: one, or a few in a row."""

    wanted: Wanted
    first: int
    at: int
    step_s: int
    series: int = 0
    """How many it had lately; 0: not known."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One query for several selections, which the values of `label` tell apart."""

    query: str
    label: str
    parts: Mapping[str, Need]


class Asking:
    """Asks for everything that is needed at one time, under the pace that the server allows."""

    def __init__(self, numbers: Numbers, pace: Pace) -> None:
        self._numbers = numbers
        self._pace = pace
        self.queries = 0
        self.answers: dict[Need, Answer | SourceError] = {}

    async def everything(self, needs: Iterable[Need]) -> None:
        """Fill `answers`: each need has one, or the error that stands for it."""
        together, alone = shared(set(needs))
        async with asyncio.TaskGroup() as group:
            for each in together:
                group.create_task(self._together(each))
            for need in alone:
                group.create_task(self._alone(need))

    async def _together(self, what: Shared) -> None:
        at = next(iter(what.parts.values())).at
        try:
            async with self._pace.query():
                self.queries += 1
                whole = await instant(self._numbers, what.query, at)
        except (SourceUnavailable, SourceTimeout) as error:
            # It is the server's trouble: fifty questions instead of one would be no help.
            self.answers.update(dict.fromkeys(what.parts.values(), error))
            return
        except SourceError:
            for need in what.parts.values():
                await self._alone(need)
            return
        parts = by_value(whole.series, what.label)
        for value, need in what.parts.items():
            self.answers[need] = replace(whole, query=need.wanted.query, series=tuple(parts.get(value, ())))

    async def _alone(self, need: Need) -> None:
        query = need.wanted.query
        try:
            async with self._pace.query():
                self.queries += 1
                if need.first == need.at:
                    self.answers[need] = await instant(self._numbers, query, need.at)
                    return
                again = await between(self._numbers, [query], need.first, need.at, need.step_s)
                self.answers[need] = again[0]
        except SourceError as error:
            self.answers[need] = error


def shared(needs: Collection[Need]) -> tuple[list[Shared], list[Need]]:
    """What can be asked for together, and what cannot."""
    families: dict[tuple[object, ...], dict[str, Need]] = {}
    for need in needs:
        selector, range_s = need.wanted.selector, need.wanted.range_s
        if selector is None or need.first != need.at:
            continue
        for matcher in selector.matchers:
            if matcher.op is Op.EQUAL and matcher.value:
                rest = tuple(each for each in selector.matchers if each != matcher)
                family = (matcher.name, selector.metric, rest, range_s, need.at)
                families.setdefault(family, {})[matcher.value] = need
    made: list[Shared] = []
    left = set(needs)
    for (label, *_), members in sorted(families.items(), key=lambda each: -len(each[1])):
        free = {value: need for value, need in sorted(members.items()) if need in left}
        for parts in _portions(free):
            made.append(_shared(str(label), parts))
            left.difference_update(parts.values())
    return made, list(left)


def _portions(members: Mapping[str, Need]) -> Iterator[dict[str, Need]]:
    """Members cut into what one query may bring; one alone shares nothing."""
    part: dict[str, Need] = {}
    series = 0
    for value, need in members.items():
        if part and (len(part) == MOST or series + need.series > MOST_SERIES):
            if len(part) > 1:
                yield part
            part, series = {}, 0
        part[value] = need
        series += need.series
    if len(part) > 1:
        yield part


def _shared(label: str, parts: dict[str, Need]) -> Shared:
    one = next(iter(parts.values())).wanted
    if one.selector is None:
        raise ValueError("what is no selection cannot be shared")
    rest = [
        each for each in one.selector.matchers if (each.name, each.op, each.value) not in _equal(label, parts)
    ]
    pattern = "|".join(map(_literal, parts))
    selector = Selector.of(one.selector.metric, (*rest, Matcher(label, Op.MATCHES, pattern)))
    return Shared(last(selector, one.range_s), label, parts)


def _equal(label: str, values: Iterable[str]) -> set[tuple[str, Op, str]]:
    return {(label, Op.EQUAL, value) for value in values}


def _literal(value: str) -> str:
    """A regular expression of Go's that means exactly this text."""
    return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", value)


def by_value(series: Sequence[Series], label: str) -> dict[str, list[Series]]:
    """Series by what they have as this label."""
    found: dict[str, list[Series]] = {}
    for each in series:
        found.setdefault(each.labels.get(label, ""), []).append(each)
    return found
