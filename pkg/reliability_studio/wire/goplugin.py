"""The services of go-plugin itself: health, the stop request, and two streams that idle.

The stop request must return at once: the host waits for it without a deadline, and its own shutdown hangs
when we do. It only sets the stop in motion; the process ends on another path.
"""

import asyncio
from collections.abc import AsyncIterator, Callable

import grpc
from google.protobuf.empty_pb2 import Empty

from reliability_studio.wire import rpc
from reliability_studio.wire.pb import grpc_broker_pb2 as broker
from reliability_studio.wire.pb import grpc_controller_pb2 as controller
from reliability_studio.wire.pb import health_pb2 as health

_SERVED = frozenset({"", "plugin"})
"""go-plugin asks for `plugin`; tools ask for the empty name."""


class HostServices:
    """Health, GRPCController, GRPCStdio and GRPCBroker."""

    def __init__(self, stopping: asyncio.Event, stop: Callable[[], None]) -> None:
        self._stopping = stopping
        self._stop = stop

    def handlers(self) -> tuple[rpc.Service, ...]:
        """The four services, ready to be registered."""
        check = rpc.unary(health.HealthCheckRequest, self._check)
        listing = rpc.unary(health.HealthListRequest, self._list)
        watch = rpc.streaming(health.HealthCheckRequest, self._watch)
        return (
            rpc.service("grpc.health.v1.Health", {"Check": check, "List": listing, "Watch": watch}),
            rpc.service("plugin.GRPCController", {"Shutdown": rpc.unary(controller.Empty, self._shutdown)}),
            rpc.service("plugin.GRPCStdio", {"StreamStdio": rpc.streaming(Empty, self._stdio)}),
            rpc.service("plugin.GRPCBroker", {"StartStream": rpc.both_ways(broker.ConnInfo, self._broker)}),
        )

    def _status(self, service: str) -> health.HealthCheckResponse:
        kinds = health.HealthCheckResponse
        if service not in _SERVED:
            return kinds(status=kinds.SERVICE_UNKNOWN)
        return kinds(status=kinds.NOT_SERVING if self._stopping.is_set() else kinds.SERVING)

    async def _check(
        self, request: health.HealthCheckRequest, context: rpc.Context
    ) -> health.HealthCheckResponse:
        answer = self._status(request.service)
        if answer.status == health.HealthCheckResponse.SERVICE_UNKNOWN:
            await context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
        return answer

    async def _list(
        self, _request: health.HealthListRequest, _context: rpc.Context
    ) -> health.HealthListResponse:
        return health.HealthListResponse(statuses={name: self._status(name) for name in _SERVED})

    async def _watch(self, request: health.HealthCheckRequest, context: rpc.Context) -> None:
        await context.write(self._status(request.service))
        await self._stopping.wait()
        await context.write(self._status(request.service))

    async def _shutdown(self, _request: controller.Empty, _context: rpc.Context) -> controller.Empty:
        self._stop()
        return controller.Empty()

    async def _stdio(self, _request: Empty, _context: rpc.Context) -> None:
        await self._stopping.wait()

    async def _broker(self, _requests: AsyncIterator[broker.ConnInfo], _context: rpc.Context) -> None:
        await self._stopping.wait()
