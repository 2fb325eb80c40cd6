"""The front desk: every call into the product passes here, and leaves with an answer or an error value.

    conduct = admit (bounded) -> deadline -> work -> last resort -> one log line and the metrics

Hosts set no deadline and would wait for ever, so each kind of call has its own; a full house is said at
once instead of queued; an exception of any kind ends as a `StudioError` value. The handlers beside this
module only translate messages.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

import grpc.aio

from reliability_studio.api.calls import Caller, HealthReport, Tenant
from reliability_studio.clock import Clock
from reliability_studio.endings import ENDINGS
from reliability_studio.errors import Overloaded, StoreError, StudioError
from reliability_studio.observability import logs, traces
from reliability_studio.wire import context as narrowing
from reliability_studio.wire.instances import Instances, Lease, Scopes
from reliability_studio.wire.journal import Journal
from reliability_studio.wire.loading import ProductSlot
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.rpc import Context, metadata
from reliability_studio.wire.status import CLIENT_GONE, Interrupted, TookTooLong, told

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Rpc(StrEnum):
    """The calls of the contract that reach the product."""

    RESOURCE = "CallResource"
    QUERY = "QueryData"
    HEALTH = "CheckHealth"
    METRICS = "CollectMetrics"
    SUBSCRIBE = "SubscribeStream"
    PUBLISH = "PublishStream"
    RUN = "RunStream"


@dataclass(frozen=True, slots=True)
class Limit:
    """Bounds of one kind of call: how many at once, and how long each may take (None: any time)."""

    at_once: int
    deadline_s: float | None


LIMITS: Mapping[Rpc, Limit] = {
    Rpc.RESOURCE: Limit(256, 30.0),
    Rpc.QUERY: Limit(128, 30.0),
    Rpc.HEALTH: Limit(16, 30.0),
    Rpc.METRICS: Limit(8, 30.0),
    Rpc.SUBSCRIBE: Limit(64, 30.0),
    Rpc.PUBLISH: Limit(64, 30.0),
    Rpc.RUN: Limit(512, None),
}

MAX_BODY_STREAMS = 64
"""Streamed resource bodies at once; each also holds one of the resource calls."""

_PARAMETERS = "loggerparamsctxmetadata"
_TRACE = "traceparent"
_LOGGED = frozenset({_PARAMETERS, _TRACE})
"""Metadata of a call that its log lines carry."""

PATIENCE_S = 25.0
"""How long a call waits for the product to load, below every deadline: a busy machine at boot needs long."""


@dataclass(slots=True)
class Visit:
    """One call, as the log and the metrics see it. `status` is set as the call goes on."""

    rpc: Rpc
    org: int
    user: str
    route: str = ""
    status: int = 200
    fields: Mapping[str, object] = field(default_factory=dict)


class Gate:
    """Lets a bounded number through and refuses the rest at once."""

    def __init__(self, what: str, at_once: int) -> None:
        self._what = what
        self._at_once = at_once
        self._inside = 0

    def count(self) -> int:
        """How many are inside."""
        return self._inside

    def __enter__(self) -> None:
        """Be inside while the block runs.

        Raises:
            Overloaded: the house is full.
        """
        if self._inside >= self._at_once:
            raise Overloaded(f"{self._at_once} {self._what} calls are running already; try again")
        self._inside += 1

    def __exit__(self, *_error: object) -> None:
        self._inside -= 1


class Desk:
    """What every handler needs: the product, its instances, and the way through."""

    def __init__(
        self,
        slot: ProductSlot,
        instances: Instances,
        journal: Journal,
        clock: Clock,
        limits: Mapping[Rpc, Limit] = LIMITS,
    ) -> None:
        self._slot = slot
        self._instances = instances
        self._journal = journal
        self._clock = clock
        self._limits = limits
        self._gates = {rpc: Gate(rpc.value, limit.at_once) for rpc, limit in limits.items()}
        self._bodies = Gate("streaming", MAX_BODY_STREAMS)
        self._endless = Scopes()
        journal.watch({rpc.value: gate.count for rpc, gate in self._gates.items()})

    def visit(self, rpc: Rpc, who: pb.PluginContext, context: Context, route: str = "") -> Visit:
        """A new call, with the fields that its log lines carry."""
        org = narrowing.org_id(who)
        fields: dict[str, object] = {"rpc": rpc.value, "org": org}
        sent = metadata(context, _LOGGED)
        if _PARAMETERS in sent:
            fields |= narrowing.log_parameters(sent[_PARAMETERS])
        if _TRACE in sent and (trace := traces.trace_id(sent[_TRACE][0])):
            fields["trace_id"] = trace
        return Visit(rpc, org, who.user.login, route, fields=fields)

    async def conduct(self, visit: Visit, work: Callable[[asyncio.Timeout], Awaitable[T]]) -> T | StudioError:
        """Do the work within the bounds of its kind; any failure comes back as a value.

        Raises:
            CancelledError: the caller went away or the process stops; the work was cancelled.
        """
        started = self._clock.monotonic()
        with logs.bound(**visit.fields):
            try:
                return await self._admitted(visit, work)
            except asyncio.CancelledError:
                visit.status = CLIENT_GONE
                raise
            except grpc.aio.InternalError:
                # The connection broke under an answer: nobody is left who could read an error.
                visit.status = CLIENT_GONE
                raise asyncio.CancelledError from None
            except ENDINGS:
                raise
            except BaseException as error:  # noqa: BLE001 - the last resort: the host would wait for ever
                failure = told(error)
                visit.status = failure.status
                return failure
            finally:
                self._journal.note(visit.rpc, visit, self._clock.monotonic() - started)

    async def identify(self, who: pb.PluginContext, headers: narrowing.Headers) -> tuple[Caller, Tenant]:
        """Who asks and for whom.

        Raises:
            BadRequest: the host names no organisation.
            Forbidden: the identity token is not valid.
            NotReady: the product is not there yet.
        """
        tenant = await self.tenant(who)
        caller = narrowing.caller(who, headers)
        if token := headers.get(narrowing.ID_TOKEN):
            product = await self._slot.product(PATIENCE_S)
            caller = replace(caller, user_uid=await product.verify(tenant, token))
        return caller, tenant

    async def tenant(self, who: pb.PluginContext) -> Tenant:
        """For whom the call is, once there is a product to serve it.

        Raises:
            BadRequest: the host names no organisation.
            NotReady: the product is not there yet.
        """
        tenant = narrowing.tenant(who)
        await self._slot.product(PATIENCE_S)
        return tenant

    def instance(
        self, tenant: Tenant, *, stream: bool = False
    ) -> contextlib.AbstractAsyncContextManager[Lease]:
        """The tenant's instance for the time of the block.

        Raises:
            Overloaded: too many instances are in use.
        """
        return self._instances.use(tenant, stream=stream)

    async def ailing(self, tenant: Tenant, error: StoreError) -> HealthReport:
        """The tenant's health when it has no instance, since its database failed like this."""
        product = await self._slot.product(PATIENCE_S)
        return await product.ailing(tenant, error)

    @contextlib.contextmanager
    def endless(self, scope: asyncio.Timeout) -> Iterator[None]:
        """Lift the deadline inside the block; the stop of the process still ends it."""
        scope.reschedule(None)
        with self._endless.holding(scope):
            yield

    def streaming_body(self) -> contextlib.AbstractContextManager[None]:
        """A place among the streamed bodies.

        Raises:
            Overloaded: there is none.
        """
        return self._bodies

    async def metrics(self, own: Callable[[], bytes]) -> bytes:
        """The process's metrics; `own` gives them while there is no product."""
        product = self._slot.loaded
        return await product.metrics() if product is not None else own()

    def end_streams(self) -> None:
        """End everything that would not end by itself: the process stops."""
        self._endless.end()

    async def _admitted(self, visit: Visit, work: Callable[[asyncio.Timeout], Awaitable[T]]) -> T:
        deadline = self._limits[visit.rpc].deadline_s
        scope = asyncio.timeout(deadline)
        planned: float | None = None
        with self._gates[visit.rpc]:
            try:
                async with scope:
                    planned = scope.when()
                    return await work(scope)
            except TimeoutError as error:
                if not scope.expired():
                    raise
                if scope.when() != planned:
                    # Somebody moved the end here: the process stops, or newer settings came.
                    raise Interrupted("the stream was ended; ask again") from error
                raise TookTooLong(f"the call took longer than {deadline:g} s and was ended") from error
