"""QueryData: query type to handler to frames; one answer per refId, one failure per refId.

    QueryType("slo_status", SloStatusModel, handler)      the table's rows, built in `app.py`
    Queries([...]).answer(caller, queries)                 every refId gets frames or an error

A handler takes a `QueryCall` with its decoded model and returns what `frames.shapes` made. A model is a
`QueryModel`: keys it does not know are left alone, because Grafana stores its own beside ours (`datasource`,
`hide`, `intervalMs`, …) and adds new ones with its versions.

Each query runs under its own deadline, which counts from its arrival, and at most `max_parallel` run at once;
when `max_waiting` are under way already, a further one is refused as overloaded. Whatever goes wrong in one
query, a bug or a panic in a library too, becomes that refId's error; the neighbours never notice.

Who may ask: alert rules and public dashboards come without a user, so a caller without login may read what a
viewer may read. A user whom Grafana names, with the role None, may not.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

import msgspec

from reliability_studio.api import codec
from reliability_studio.api.calls import Caller, Query, QueryAnswer, Role
from reliability_studio.clock import Clock
from reliability_studio.errors import BadRequest, Forbidden, InputError, Overloaded, StudioError
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame, check_answer
from reliability_studio.observability.metrics import OTHER, Metrics

_log = logging.getLogger(__name__)

M = TypeVar("M")

THREAD_CELLS = 20_000
"""An answer with more cells than this is encoded in a thread; below, the switch costs more than it saves."""


class QueryModel(msgspec.Struct, rename="camel", kw_only=True, frozen=True):
    """Base of the query models: camelCase, unknown keys left alone."""


@dataclass(frozen=True, slots=True)
class QueryCall(Generic[M]):
    """What a handler gets: who asks, the decoded model, the time range and the wished resolution."""

    caller: Caller
    ref_id: str
    model: M
    start: datetime
    end: datetime
    interval: timedelta
    max_points: int


QueryHandler = Callable[[QueryCall[M]], Awaitable[Sequence[CheckedFrame]]]


@dataclass(frozen=True, slots=True)
class QueryType(Generic[M]):
    """One kind of query: its name on the wire, its model, the least role, and who answers it."""

    name: str
    model: type[M]
    handler: QueryHandler[M]
    role: Role = Role.VIEWER
    summary: str = ""

    def call(self, caller: Caller, query: Query) -> Awaitable[Sequence[CheckedFrame]]:
        """Decode the model and start the handler.

        Raises:
            BadRequest: the model is not JSON.
            Invalid: the model is not of the type's shape; names the field.
        """
        model = codec.decode(query.model or b"{}", self.model)
        return self.handler(
            QueryCall(caller, query.ref_id, model, query.start, query.end, query.interval, query.max_points)
        )


class AnyQueryType(Protocol):
    """A `QueryType` of whatever model: what the dispatcher needs of it."""

    @property
    def name(self) -> str:
        """`queryType` on the wire."""
        ...

    @property
    def role(self) -> Role:
        """Least role of a named user."""
        ...

    def call(self, caller: Caller, query: Query) -> Awaitable[Sequence[CheckedFrame]]:
        """Decode the model and start the handler."""
        ...


class Outcome(StrEnum):
    """How a query ended: a metric's label."""

    OK = "ok"
    HIDDEN = "hidden"
    REFUSED = "refused"
    """The caller's fault."""
    FAILED = "failed"
    """Ours, or a system's behind us."""
    TIMEOUT = "timeout"
    OVERLOADED = "overloaded"


class QueryMeter:
    """Counts and times queries, for all organisations together: one per process."""

    def __init__(self, metrics: Metrics, kinds: Sequence[str]) -> None:
        labels = {"type": (*kinds, OTHER), "outcome": tuple(Outcome)}
        self._seconds = metrics.histograms("query_seconds", "Time to answer one query.", labels)
        self._under_way = metrics.gauge("queries_under_way", "Queries that run or wait for their turn.")

    def begun(self) -> None:
        """A query was taken in."""
        self._under_way.inc()

    def ended(self) -> None:
        """A query that was taken in has left."""
        self._under_way.dec()

    def answered(self, kind: str, outcome: Outcome, seconds: float) -> None:
        """A query has its answer; any `kind` that is no query type counts as other."""
        self._seconds.of(type=kind, outcome=outcome).observe(seconds)


class Queries:
    """The table of query types and the one way through it; one per instance."""

    def __init__(
        self,
        types: Sequence[AnyQueryType],
        *,
        deadline_s: float,
        max_parallel: int,
        meter: QueryMeter,
        clock: Clock,
        max_waiting: int = 1000,
    ) -> None:
        self._types = {each.name: each for each in types}
        if len(self._types) < len(types):
            raise ValueError("two query types have the same name")
        if deadline_s <= 0 or max_parallel < 1 or max_waiting < max_parallel:
            raise ValueError(
                "deadline_s and max_parallel are positive, max_waiting is not below max_parallel"
            )
        self._deadline_s = deadline_s
        self._meter = meter
        self._clock = clock
        self._max_waiting = max_waiting
        self._slots = asyncio.Semaphore(max_parallel)
        self._under_way = 0

    async def answer(self, caller: Caller, queries: Sequence[Query]) -> Mapping[str, QueryAnswer]:
        """Answer every query; the result has one entry for each refId, whatever happens."""
        answers: dict[str, QueryAnswer] = {}
        async with asyncio.TaskGroup() as group:
            for query in queries:
                group.create_task(self._settle(caller, query, answers))
        for ref_id, count in Counter(query.ref_id for query in queries).items():
            if count > 1:
                answers[ref_id] = _failure(BadRequest(f"{count} queries have the refId '{ref_id[:50]}'"))
        return answers

    async def _settle(self, caller: Caller, query: Query, answers: dict[str, QueryAnswer]) -> None:
        """Put the query's answer into `answers` and report it. Raises nothing but a real cancellation."""
        started = self._clock.monotonic()
        outcome, answers[query.ref_id] = await self._admit(caller, query)
        self._meter.answered(_name(query), outcome, self._clock.monotonic() - started)

    async def _admit(self, caller: Caller, query: Query) -> tuple[Outcome, QueryAnswer]:
        if self._under_way >= self._max_waiting:
            error = Overloaded(f"{self._under_way} queries are under way already; try again")
            return Outcome.OVERLOADED, _failure(error)
        self._under_way += 1
        self._meter.begun()
        try:
            return await self._guarded(caller, query)
        finally:
            self._under_way -= 1
            self._meter.ended()

    async def _guarded(self, caller: Caller, query: Query) -> tuple[Outcome, QueryAnswer]:
        """The query's end as a value, whatever its handler raises."""
        deadline = asyncio.timeout(self._deadline_s)
        try:
            async with deadline, self._slots:
                return await self._run(caller, query)
        except StudioError as error:
            return Outcome.REFUSED if isinstance(error, InputError) else Outcome.FAILED, _failure(error)
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # A panic in Polars is a BaseException, and yet it is this one query's matter.
            if _cancelled(error):
                raise
            if isinstance(error, TimeoutError) and deadline.expired():
                late = f"the query took longer than {self._deadline_s:g} s"
                return Outcome.TIMEOUT, QueryAnswer(error=late, status=504)
            # The text of an unexpected error may hold anything, secrets too: it goes to the log only.
            _log.exception("query failed", extra={"ref_id": query.ref_id[:50], "query_type": query.type[:50]})
            return Outcome.FAILED, _failure(StudioError("the plugin failed to answer; its log says why"))

    async def _run(self, caller: Caller, query: Query) -> tuple[Outcome, QueryAnswer]:
        envelope = _envelope(query)
        if envelope.hide is True:
            return Outcome.HIDDEN, QueryAnswer()
        kind = self._find(query.type or envelope.named())
        if caller.role < kind.role and (caller.login or kind.role > Role.VIEWER):
            raise Forbidden(f"the query '{kind.name}' needs the role {kind.role.name.title()} or higher")
        frames = await kind.call(caller, query)
        check_answer(frames)
        return Outcome.OK, QueryAnswer(await _encoded(frames, query.ref_id))

    def _find(self, name: str) -> AnyQueryType:
        known = ", ".join(sorted(self._types))
        if not name:
            raise BadRequest(f"the query has no queryType; use one of: {known}")
        kind = self._types.get(name)
        if kind is None:
            raise BadRequest(f"there is no queryType '{name[:50]}'; use one of: {known}")
        return kind


class _Envelope(msgspec.Struct, rename="camel"):
    """The keys of any model that the dispatcher itself reads; foreign, so of any type."""

    hide: object = None
    query_type: object = None
    type: object = None

    def named(self) -> str:
        """The query type that the model names, for callers that leave the query's own field empty."""
        return next((name for name in (self.query_type, self.type) if isinstance(name, str) and name), "")


def _envelope(query: Query) -> _Envelope:
    return codec.decode(query.model or b"{}", _Envelope)


def _name(query: Query) -> str:
    """What the query calls its type, for a metric; empty when it says nothing readable."""
    try:
        return query.type or _envelope(query).named()
    except InputError:
        return ""


async def _encoded(frames: Sequence[CheckedFrame], ref_id: str) -> tuple[bytes, ...]:
    def encode_all() -> tuple[bytes, ...]:
        return tuple(encode(frame, ref_id) for frame in frames)

    if sum(frame.cells for frame in frames) > THREAD_CELLS:
        return await asyncio.to_thread(encode_all)
    return encode_all()


def _failure(error: StudioError) -> QueryAnswer:
    return QueryAnswer(error=str(error), status=error.status, downstream=error.downstream)


def _cancelled(error: BaseException) -> bool:
    """Whether somebody cancelled this query; a stray CancelledError out of a handler is only a bug."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
