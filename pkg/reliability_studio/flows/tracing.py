"""Tempo within an investigation: a few searches and a few whole traces, told as facts.

What counts as slow is asked of the service's own usual traces, not of a number that fits nobody.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability_studio.domain.checks import spans
from reliability_studio.domain.checks.check import Fact
from reliability_studio.domain.checks.self_times import LEAST, MOST, Operation, comparable, slower
from reliability_studio.domain.checks.spans import SpanSeen
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import tempo
from reliability_studio.sources.tempo import Trace

SEARCHED = 20
"""Traces of one search."""
OPENED = 4
"""Whole traces that are read of the failing ones, and of the slow ones."""
SLOWER = 3.0
"""Times the usual upper duration from which a trace is slow."""
LEAST_SLOW_MS = 50
BEFORE = timedelta(minutes=2)
USUAL = timedelta(minutes=60)

ATTRIBUTES = (
    "resource.k8s.pod.name",
    "resource.service.version",
    "resource.host.name",
    "resource.cloud.availability_zone",
    "span.http.route",
    "span.http.request.method",
    "span.rpc.method",
    "span.db.operation.name",
    "span.tenant.id",
    "span.user.id",
    "span.server.address",
    "name",
)
"""What spans are compared by: where they ran, what was asked, for whom, and of whom."""
CHECKS = frozenset({"failing-spans", "slow-spans", "span-attributes", "repeated-calls"})


@dataclass(frozen=True, slots=True)
class Traced:
    """What the traces said, and whether anything was there to read."""

    facts: tuple[Fact, ...]
    traces: int
    calls: frozenset[tuple[str, str]]
    """Caller and callee, as whole traces show them."""
    usual: Sequence[Trace] = ()
    """Traces from before the onset, not failed."""
    now: Sequence[Trace] = ()
    """Traces since then, not failed either: the same search, so that the two can be compared."""


async def traced(signals: Signals, service: str, start: datetime, since: datetime, until: datetime) -> Traced:
    """Look at traces of the service around the onset, beside some from before.

    Raises:
        SourceError: Tempo is not configured or fails.
    """
    begin, end = start - BEFORE, until
    before = max(since, start - USUAL)
    async with asyncio.TaskGroup() as group:
        failed = group.create_task(_searched(signals, tempo.failing(service), begin, end))
        usual = group.create_task(_searched(signals, tempo.usual(service), before, begin))
        now = group.create_task(signals.found_traces(tempo.usual(service), start, end, SEARCHED))
    over = _slow_from(usual.result())
    slow_query = tempo.slow(service, over)
    late = await signals.found_traces(slow_query, begin, end, SEARCHED)
    async with asyncio.TaskGroup() as group:
        bad = group.create_task(_opened(signals, failed.result()))
        slow = group.create_task(_opened(signals, late))
    fail_query = tempo.failing(service)
    facts = (
        *spans.failing(bad.result(), fail_query),
        *spans.slow(slow.result(), slow_query),
        *spans.repeated({**bad.result(), **slow.result()}, slow_query),
        *spans.common(
            service,
            [match.attributes for trace in failed.result() for match in trace.matched],
            [match.attributes for trace in usual.result() for match in trace.matched],
            fail_query,
        ),
    )
    looked = len(failed.result()) + len(usual.result()) + len(now.result()) + len(late)
    return Traced(facts, looked, spans.calls({**bad.result(), **slow.result()}), usual.result(), now.result())


@dataclass(frozen=True, slots=True)
class SelfTimes:
    """Whose time of its own rose; or why that could not be told."""

    facts: tuple[Fact, ...] = ()
    lacking: str = ""


async def self_times(
    signals: Signals, service: str, usual: Sequence[Trace], now: Sequence[Trace], calls_left: int
) -> SelfTimes:
    """Read a few traces of either side whole, as many as there are calls left for.

    Raises:
        SourceError: Tempo is not configured or fails.
    """
    chosen = comparable(_operations(usual), _operations(now), min(MOST, calls_left // 2))
    if min(map(len, chosen)) < LEAST:
        if calls_left < 2 * LEAST:
            return SelfTimes(lacking=f"{calls_left} queries were left for traces; {2 * LEAST} are needed")
        return SelfTimes(
            lacking=f"{len(chosen[0])} usual traces of one operation and {len(chosen[1])} since the onset; "
            f"{LEAST} of each are needed"
        )
    ids = {*chosen[0], *chosen[1]}
    opened = await _opened(signals, [each for each in (*usual, *now) if each.id in ids], most=len(ids))
    before, after = ({each: opened[each] for each in side} for side in chosen)
    return SelfTimes(slower(before, after, tempo.usual(service)))


def _operations(traces: Sequence[Trace]) -> Sequence[tuple[str, Operation]]:
    return [(each.id, Operation(each.root_service, each.root_name)) for each in traces]


async def _searched(signals: Signals, query: str, start: datetime, end: datetime) -> Sequence[Trace]:
    return await signals.found_traces(query, start, end, SEARCHED, ATTRIBUTES)


def _slow_from(usual: Sequence[Trace]) -> int:
    durations = sorted(each.duration_ms for each in usual)
    upper = durations[int(0.95 * (len(durations) - 1))] if durations else 1000.0 / SLOWER
    return max(LEAST_SLOW_MS, round(SLOWER * upper))


async def _opened(
    signals: Signals, traces: Sequence[Trace], most: int = OPENED
) -> dict[str, tuple[SpanSeen, ...]]:
    async with asyncio.TaskGroup() as group:
        reading = {each.id: group.create_task(signals.trace(each.id)) for each in traces[:most]}
    return {
        trace: tuple(
            SpanSeen(
                trace,
                each.id,
                each.parent,
                each.service,
                each.name,
                each.duration_ms,
                each.error,
                each.message,
                each.kind,
            )
            for each in task.result()
        )
        for trace, task in reading.items()
    }
