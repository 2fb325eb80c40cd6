"""Everything the sources know about an incident's window, as the columns that the engine reads.

All sources are asked at once, each under the same deadline. What fails, is late or is not configured is
written down in words and the rest goes on: an investigation never fails for lack of one source. One query
per measurement covers all services that speak the same dialect, and all calls together stay within an
allowance, so a whole investigation never asks more than sixty times.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.checks.check import Check, Fact
from reliability_studio.domain.correlation.evidence import (
    Change,
    ClusterEvent,
    Outcome,
    Source,
    Telemetry,
)
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.series import COUNT
from reliability_studio.domain.correlation.topology import Graph
from reliability_studio.errors import SourceNotConfigured, StudioError
from reliability_studio.flows import tracing
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.measure import Measurements, Place, Span, measure
from reliability_studio.flows.sights import about
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects, loki
from reliability_studio.sources.allowance import allowed
from reliability_studio.sources.cluster_objects import Event, Pod, belongs
from reliability_studio.sources.prometheus import Answer

LOOKBACK = timedelta(hours=2)
AFTER = timedelta(hours=1)
STEP_S = 30
DEADLINE_S = 10.0
LINES = 5_000
QUERIES = 60
"""Calls to all sources that one investigation may make."""
NOT_CONFIGURED = "not configured"
AWAITED = "not answered yet"
MOST_CALLEES = 3
"""Services that the incident's own depends on whose lines are read too."""
MOST_COUNTED = 50
"""Patterns of the server that become series, the most frequent first, as it sends them."""
DEEP = 3
"""Hops from the incident's service to those that count as what it depends on."""


@dataclass(slots=True)
class Gathered:
    """What came back, filled source by source."""

    metrics: list[pl.DataFrame] = field(default_factory=list)
    edges: pl.DataFrame | None = None
    logs: pl.DataFrame | None = None
    spans: pl.DataFrame | None = None
    pods: Mapping[str, Sequence[Pod]] = field(default_factory=dict)
    """Of the namespace, by service."""
    events: Sequence[tuple[str, Event]] = ()
    """Of the namespace, each with the service whose object it is about."""
    changes: list[Change] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Checks that bring facts and were asked."""
    measurements: Measurements = field(default_factory=Measurements)
    failed: dict[Source, str] = field(default_factory=dict)
    traces: int = 0
    """Traces that were looked at."""
    seen_calls: frozenset[tuple[str, str]] = frozenset()
    """Caller and callee in these traces."""
    queries: int = 0
    dialect: str = ""
    """How the service's request metrics are named; empty when no known name was found."""
    requests: str = ""
    """Selector of its request counter."""

    def telemetry(self) -> Telemetry:
        """The engine's view of it."""
        metrics = [*self.metrics, *self.measurements.frames]
        return Telemetry.of(
            metrics=pl.concat(metrics, how="diagonal") if metrics else None,
            logs=self.logs,
            spans=self.spans,
            edges=self.edges,
            changes=tuple(self.changes),
            events=tuple(
                ClusterEvent(each.at, owner, each.reason, each.message, each.type, each.name, each.count)
                for owner, each in self.events
            ),
            failed=self.failed,
        )

    def so_far(self, waiting: Collection[Source]) -> "Gathered":
        """What is there at this moment, as a value of its own; sources that are awaited say so."""
        into = self.measurements
        return replace(
            self,
            metrics=[*self.metrics],
            changes=[*self.changes],
            facts=[*self.facts],
            asked={*self.asked},
            measurements=replace(
                into,
                frames=[*into.frames],
                measured={**into.measured},
                queries={**into.queries},
                unanswered={**into.unanswered},
            ),
            failed={**dict.fromkeys(waiting, AWAITED), **self.failed},
        )

    @property
    def anything(self) -> bool:
        """Whether any source has told something yet; who calls whom alone is no finding."""
        frames = (*self.metrics, *self.measurements.frames, self.logs, self.spans)
        told = any(frame is not None and not frame.is_empty() for frame in frames)
        return told or bool(self.pods or self.events or self.changes or self.facts)

    def near(self, service: str) -> list[str]:
        """What the service depends on, the nearest first."""
        if self.edges is None or self.edges.is_empty():
            return []
        hops = Graph.of(self.edges).causes_of(service)
        return sorted(
            (name for name, hop in hops.items() if 0 < hop <= DEEP), key=lambda name: (hops[name], name)
        )

    def scope(self, service: str) -> frozenset[str]:
        """The service and what it depends on."""
        if self.edges is None or self.edges.is_empty():
            return frozenset({service})
        hops = Graph.of(self.edges).causes_of(service)
        return frozenset(name for name, hop in hops.items() if hop <= DEEP)


async def gather(
    signals: Signals,
    checks: Sequence[Check],
    service: str,
    namespace: str,
    start: datetime,
    now: datetime,
    *,
    declared: Collection[tuple[str, str]] = (),
    arrived: Callable[[Gathered, frozenset[Source]], None] = lambda _got, _waiting: None,
) -> Gathered:
    """Ask every source about `[start - LOOKBACK, start + AFTER]`, but nothing after `now`.

    `declared` are calls, caller and callee, that the catalogue knows. `arrived` is called whenever a source
    has answered, with what is there so far and the sources that are still awaited.
    """
    asking = _Asking(signals, checks, service, namespace, start, start - LOOKBACK, min(now, start + AFTER))
    asking.got.edges = _calls(declared)
    wanted: Mapping[Source, Callable[[], Awaitable[None]]] = {
        Source.METRICS: asking.metrics,
        Source.TOPOLOGY: asking.topology,
        Source.LOGS: asking.logs,
        Source.EVENTS: asking.cluster,
        Source.TRACES: asking.traces,
    }
    got = asking.got
    waiting = set(wanted)
    deadline = asyncio.get_running_loop().time() + DEADLINE_S

    def told() -> None:
        if waiting and got.anything:
            arrived(got.so_far(waiting), frozenset(waiting))

    async def answered(source: Source, ask: Callable[[], Awaitable[None]]) -> None:
        await _guarded(got, source, ask, deadline)
        if source is not Source.METRICS:  # The checks measure on.
            waiting.discard(source)
        told()

    with allowed(QUERIES) as allowance:
        async with asyncio.TaskGroup() as group:
            first = {source: group.create_task(answered(source, ask)) for source, ask in wanted.items()}
            # Checks measure whom the first answers name: the services around and what is called.
            await asyncio.wait([first[Source.METRICS], first[Source.TOPOLOGY]])
            callees = group.create_task(_after(first[Source.LOGS], got, asking.logs_of_callees, deadline))
            await asking.checked(deadline)
            await callees
            waiting.discard(Source.METRICS)
            told()
    got.queries = allowance.spent
    if got.seen_calls and (got.edges is None or got.edges.is_empty()):
        # No service graph: what a few traces show is better than no call graph.
        got.edges = _calls(got.seen_calls)
    return got


@dataclass(slots=True)
class _Asking:
    """One question to each source; answers go into `got` as they arrive, so that a deadline loses none."""

    signals: Signals
    checks: Sequence[Check]
    service: str
    namespace: str
    start: datetime
    since: datetime
    until: datetime
    got: Gathered = field(default_factory=Gathered)
    logs_from: datetime | None = None
    """From when on the service's lines are whole; None before they were read."""

    async def metrics(self) -> None:
        spoken = await self.signals.spoken(self.service, self.until)
        if spoken is not None:
            self.got.dialect = spoken.dialect.name
            self.got.requests = spoken.selecting(self.service)
            async with asyncio.TaskGroup() as group:
                for each in dialects.everywhere(spoken):
                    group.create_task(self._course(each, spoken.named))

    async def _course(self, wanted: dialects.Course, named: str) -> None:
        answer = await self.signals.course(wanted.query, self.since, self.until, STEP_S)
        rows = _rows(answer, wanted)
        if named:
            # The metric calls the service something else; from here on it has its own name.
            rows = rows.with_columns(pl.col("service").replace({named: self.service}))
        self.got.metrics.append(rows)

    async def checked(self, deadline: float) -> None:
        """The metric checks; what did not answer says so for itself."""
        got = self.got
        into = got.measurements
        wanted = [check for check in self.checks if check.query and check.source is Source.METRICS]
        why = got.failed.get(Source.METRICS, "")
        outcome = Outcome.SKIPPED if why == NOT_CONFIGURED else Outcome.FAILED
        if not why:
            scope = got.scope(self.service)
            known = {name for frame in got.metrics for name in frame["service"].unique().to_list()}
            place = Place(self.service, self.namespace, scope, frozenset(known | scope), got.requests)
            span = Span(self.since, self.until, self.start - timedelta(minutes=5), STEP_S)
            try:
                async with asyncio.timeout_at(deadline):
                    await measure(self.signals, self.checks, place, span, into)
            except TimeoutError:
                why = f"no answer within {DEADLINE_S:g} s"
            except SourceNotConfigured:
                why, outcome = NOT_CONFIGURED, Outcome.SKIPPED
        for check in wanted:
            if why and check.id not in into.measured and check.id not in into.unanswered:
                into.unanswered[check.id] = (outcome, why)

    async def topology(self) -> None:
        begin = self.until - timedelta(minutes=1)
        seen = _edges(await self.signals.course(dialects.EDGES, begin, self.until, STEP_S))
        known = _calls(()) if self.got.edges is None else self.got.edges
        more = known.join(seen, on=["caller", "callee"], how="anti")
        self.got.edges = pl.concat([seen, more])

    async def logs(self) -> None:
        lines = await self.signals.all_lines(self.service, self.since, self.until, LINES)
        self.got.logs = loki.frame(lines, self.service)
        if len(lines) < LINES:
            self.logs_from = self.since
            return
        # Only the newest lines fit: what was usual is known to the server's own patterns, if it keeps any.
        self.logs_from = lines[-1].at
        counted = await self.signals.log_patterns(self.service, self.since, self.until, STEP_S)
        rows = _counts(counted, self.service, self.since, self.until)
        if not rows.is_empty():
            self.got.metrics.append(rows)

    async def logs_of_callees(self) -> None:
        """Lines of trouble of what the service depends on, the nearest first.

        All logs begin at one moment, so that what was usual is counted over the same time for everybody.
        """
        near = self.got.near(self.service)[:MOST_CALLEES]
        if self.got.logs is None or self.logs_from is None or not near:
            return
        found = await self.signals.trouble_of(near, self.logs_from, self.until, LINES)
        frames = [loki.frame(lines, name) for name, lines in sorted(found.items()) if lines]
        self.got.logs = pl.concat([self.got.logs, *frames])

    async def traces(self) -> None:
        until = min(self.until, self.start + timedelta(minutes=15))
        seen = await tracing.traced(self.signals, self.service, self.start, self.since, until)
        self.got.facts.extend(seen.facts)
        self.got.traces = seen.traces
        self.got.seen_calls = seen.calls
        if seen.traces:
            self.got.asked |= tracing.CHECKS

    async def cluster(self) -> None:
        got = self.got
        seen = await self.signals.workloads(self.namespace, self.since)
        by_service: dict[str, list[Pod]] = {}
        for pod in seen.pods:
            owner = self.service if belongs(pod.name, pod.labels, self.service) else ""
            by_service.setdefault(owner or seen.service_of(pod.name, pod.labels), []).append(pod)
        got.pods = by_service
        mine = about(
            seen.events,
            self.service,
            by_service.get(self.service, ()),
            [each for each in seen.deployments if belongs(each.name, each.labels, self.service)],
        )
        known = {id(each) for each in mine}
        got.events = [
            (self.service if id(each) in known else seen.service_of_event(each), each)
            for each in seen.events
            if each.at <= self.until
        ]
        got.changes.extend(changes(seen, self.since, self.until))


async def _after(
    first: asyncio.Task[None], got: Gathered, ask: Callable[[], Awaitable[None]], deadline: float
) -> None:
    """What is asked of the logs once the service's own lines are there; a failure is that of the logs."""
    await first
    if Source.LOGS not in got.failed:
        await _guarded(got, Source.LOGS, ask, deadline)


async def _guarded(
    got: Gathered, source: Source, ask: Callable[[], Awaitable[None]], deadline: float
) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await ask()
    except* TimeoutError:
        got.failed[source] = f"no answer within {DEADLINE_S:g} s"
    except* SourceNotConfigured:
        got.failed[source] = NOT_CONFIGURED
    except* StudioError as errors:
        got.failed[source] = str(_first(errors))


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    found = errors.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


def _rows(answer: Answer, wanted: dialects.Course) -> pl.DataFrame:
    services = [next(iter(series.labels.values()), "") for series in answer.series]
    named = pl.DataFrame(
        {
            "series": pl.Series(range(len(services)), dtype=pl.UInt32),
            "service": pl.Series(services, dtype=pl.String),
        }
    )
    return (
        answer.frame()
        .join(named, on="series")
        .filter(pl.col("service") != "")
        .select(
            ts=pl.col("time").dt.epoch("ms"),
            service="service",
            name=pl.lit(wanted.name),
            kind=pl.lit(wanted.kind),
            value="value",
            unit=pl.lit(wanted.unit),
            query=pl.lit(answer.query),
        )
    )


def _counts(
    patterns: Sequence[loki.LokiPattern], service: str, since: datetime, until: datetime
) -> pl.DataFrame:
    """Lines per step of each pattern of trouble, zeros included: the server counts all lines, always."""
    begin, end = int(since.timestamp()), int(until.timestamp())
    steps = range(begin - begin % STEP_S, end, STEP_S)
    rows = []
    for pattern in [each for each in patterns if each.trouble][:MOST_COUNTED]:
        counts = Counter[int]()
        for at, count in pattern.samples:
            counts[at - at % STEP_S] += count
        rows += [(at * 1000, pattern.text[:200], float(counts[at])) for at in steps]
    return pl.DataFrame(
        rows, schema={"ts": pl.Int64, "name": pl.String, "value": pl.Float64}, orient="row"
    ).with_columns(service=pl.lit(service), kind=pl.lit(Kind.LOG_PATTERN.value), unit=pl.lit(COUNT))


def _calls(pairs: Collection[tuple[str, str]]) -> pl.DataFrame:
    """Calls of unknown rate."""
    return pl.DataFrame(
        [(caller, callee, None) for caller, callee in sorted(pairs)],
        schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        orient="row",
    )


def _edges(answer: Answer) -> pl.DataFrame:
    rows = [
        (series.labels.get("client", ""), series.labels.get("server", ""), series.values[-1])
        for series in answer.series
        if series.values
    ]
    return pl.DataFrame(
        [row for row in rows if row[0] and row[1] and row[0] != "user"],
        schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        orient="row",
    )
