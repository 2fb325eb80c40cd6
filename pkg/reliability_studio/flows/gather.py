"""Everything the sources know about an incident's window, as the columns that the engine reads.

All sources are asked at once, each under the same deadline. What fails, is late or is not configured is
written down in words and the rest goes on: an investigation never fails for lack of one source. One query
per measurement covers all services that speak the same dialect, and all calls together stay within an
allowance, so a whole investigation never asks more than sixty times.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.checks import self_times
from reliability_studio.domain.checks.check import Check
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.telemetry import Change, Source
from reliability_studio.errors import SourceNotConfigured, StudioError
from reliability_studio.flows import gathered_columns as columns
from reliability_studio.flows import tracing
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.gathered import Gathered
from reliability_studio.flows.gathered_columns import STEP_S
from reliability_studio.flows.measure import Place, Span, measure
from reliability_studio.flows.sights import about
from reliability_studio.flows.span_courses import span_courses
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects, loki
from reliability_studio.sources.allowance import Allowance, allowed
from reliability_studio.sources.cluster_objects import Pod, belongs
from reliability_studio.sources.kubernetes import unseen

LOOKBACK = timedelta(hours=2)
AFTER = timedelta(hours=1)
DEADLINE_S = 10.0
LINES = 5_000
QUERIES = 60
"""Calls to all sources that one investigation may make."""
NOT_CONFIGURED = "not configured"
MOST_CALLEES = 3
"""Services that the incident's own depends on whose lines are read too."""
REQUESTS = (Kind.TRAFFIC.value, Kind.ERRORS.value, Kind.LATENCY.value)

_log = logging.getLogger(__name__)


def window(start: datetime, now: datetime) -> tuple[datetime, datetime]:
    """What an investigation looks at: some time before the incident and after its start, nothing to come."""
    return start - LOOKBACK, min(now, start + AFTER)


async def gather(
    signals: Signals,
    checks: Sequence[Check],
    service: str,
    namespace: str,
    start: datetime,
    now: datetime,
    *,
    declared: Collection[tuple[str, str]] = (),
    reported: Collection[Change] = (),
    arrived: Callable[[Gathered, frozenset[Source]], None] = lambda _got, _waiting: None,
) -> Gathered:
    """Ask every source about `[start - LOOKBACK, start + AFTER]`, but nothing after `now`.

    `declared` are calls, caller and callee, that the catalogue knows; `reported` are changes that somebody
    told of. `arrived` is called whenever a source has answered, with what is there so far and the sources
    that are still awaited.
    """
    asking = _Asking(signals, checks, service, namespace, start, *window(start, now))
    asking.got.edges = columns.calls(declared)
    asking.got.changes.extend(reported)
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
            spans = group.create_task(_besides(first[Source.TRACES], got, asking.spans, deadline))
            await asking.checked(deadline)
            await callees
            await spans
            # Last, with the calls that nothing else needs.
            await asking.self_times(deadline, allowance)
            waiting.discard(Source.METRICS)
            told()
    got.queries = allowance.spent
    if got.seen_calls and (got.edges is None or got.edges.is_empty()):
        # No service graph: what a few traces show is better than no call graph.
        got.edges = columns.calls(got.seen_calls)
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
    traced: tracing.Traced | None = None
    """What a first look at the traces gave; None before it."""

    async def metrics(self) -> None:
        spoken = await self.signals.spoken(self.service, self.until)
        if spoken is not None:
            self.got.dialect = spoken.dialect.name
            self.got.requests = spoken.selecting(self.service)
            self.got.native = spoken.dialect.native
            async with asyncio.TaskGroup() as group:
                for each in dialects.everywhere(spoken):
                    group.create_task(self._course(each, spoken.named))

    async def _course(self, wanted: dialects.Course, named: str) -> None:
        answer = await self.signals.course(wanted.query, self.since, self.until, STEP_S)
        rows = columns.rows(answer, wanted)
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
            place = Place(
                self.service, self.namespace, scope, frozenset(known | scope), got.requests, got.native
            )
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
        seen = columns.edges(await self.signals.course(dialects.EDGES, begin, self.until, STEP_S))
        known = columns.calls(()) if self.got.edges is None else self.got.edges
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
        rows = columns.counts(counted, self.service, self.since, self.until)
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
        self.traced = seen
        self.got.facts.extend(seen.facts)
        self.got.traces = seen.traces
        self.got.seen_calls = seen.calls
        if seen.traces:
            self.got.asked |= tracing.CHECKS

    async def spans(self) -> None:
        """What Tempo counts, where somebody in question has no request metrics."""
        got = self.got
        known = {
            name
            for frame in got.metrics
            for name in frame.filter(pl.col("kind").is_in(REQUESTS))["service"].unique().to_list()
        }
        around = got.scope(self.service) | {name for call in got.seen_calls for name in call}
        if not around <= known:
            got.span_rows = await span_courses(self.signals, known, self.since, self.until, STEP_S)

    async def self_times(self, deadline: float, allowance: Allowance) -> None:
        """Which service takes more time of its own; what could not be read is a word of that check alone."""
        seen, unanswered = self.traced, self.got.measurements.unanswered
        wanted = any(each.id == self_times.CHECK and each.enabled for each in self.checks)
        if seen is None or not wanted:
            return
        try:
            async with asyncio.timeout_at(deadline):
                found = await tracing.self_times(
                    self.signals, self.service, seen.usual, seen.now, allowance.left
                )
        except* TimeoutError:
            unanswered[self_times.CHECK] = (Outcome.FAILED, f"no answer within {DEADLINE_S:g} s")
        except* StudioError as errors:
            unanswered[self_times.CHECK] = (Outcome.FAILED, str(_first(errors)))
        else:
            if found.lacking:
                unanswered[self_times.CHECK] = (Outcome.NO_DATA, found.lacking)
            else:
                self.got.asked.add(self_times.CHECK)
                self.got.facts.extend(found.facts)

    async def cluster(self) -> None:
        got = self.got
        async with asyncio.TaskGroup() as group:
            group.create_task(self._placement())
            running = group.create_task(self.signals.cluster.workloads(self.namespace, self.since))
            edited = group.create_task(self.signals.cluster.config_maps(self.namespace))
        seen = running.result()
        if seen.unread:
            # Nobody may take silence for calm: some rollouts cannot be seen at all.
            got.failed[Source.CHANGES] = f"the account {unseen(seen.unread)}"
        by_service: dict[str, list[Pod]] = {}
        for pod in seen.pods:
            owner = self.service if belongs(pod.name, pod.labels, self.service) else ""
            by_service.setdefault(owner or seen.service_of(pod.name, pod.labels), []).append(pod)
        got.pods = by_service
        mine = about(
            seen.events,
            self.service,
            by_service.get(self.service, ()),
            [each for each in seen.workloads if belongs(each.name, each.labels, self.service)],
        )
        known = {id(each) for each in mine}
        got.events = [
            (self.service if id(each) in known else seen.service_of_event(each), each)
            for each in seen.events
            if each.at <= self.until
        ]
        got.changes.extend(changes(seen, edited.result(), self.since, self.until))

    async def _placement(self) -> None:
        self.got.placement = await self.signals.cluster.placement(self.namespace)


async def _after(
    first: asyncio.Task[None], got: Gathered, ask: Callable[[], Awaitable[None]], deadline: float
) -> None:
    """What is asked of the logs once the service's own lines are there; a failure is that of the logs."""
    await first
    if Source.LOGS not in got.failed:
        await _guarded(got, Source.LOGS, ask, deadline)


async def _besides(
    first: asyncio.Task[None], got: Gathered, ask: Callable[[], Awaitable[None]], deadline: float
) -> None:
    """What Tempo is asked for besides its traces, once these are there; without it they still hold."""
    await first
    if Source.TRACES in got.failed:
        return
    try:
        async with asyncio.timeout_at(deadline):
            await ask()
    except (TimeoutError, StudioError) as error:
        _log.info("spans are not counted", extra={"reason": str(error) or "no answer in time"})


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
