"""The plugin server from start to end: listen, say the handshake, load, serve, stop.

    bind -> start -> handshake line -> load in the background -> ... -> stop asked -> drain -> exit

The handshake comes before loading, so that Grafana never waits for imports or a database. The end has a
budget: calls in progress get half a second, the product what is left of the time before force.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Mapping

import grpc.aio
import uvloop

from reliability_studio.api.calls import Instance, Product, Tenant
from reliability_studio.clock import Clock, SystemClock
from reliability_studio.endings import ENDINGS
from reliability_studio.observability import logs
from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire import rpc
from reliability_studio.wire.data import DataService
from reliability_studio.wire.desk import LIMITS, PATIENCE_S, Desk, Limit, Rpc
from reliability_studio.wire.diagnostics import DiagnosticsService
from reliability_studio.wire.goplugin import HostServices
from reliability_studio.wire.handshake import HandshakeChannel
from reliability_studio.wire.instances import Instances
from reliability_studio.wire.journal import Journal
from reliability_studio.wire.lifeline import Lifeline, StopReason
from reliability_studio.wire.listener import listen
from reliability_studio.wire.loading import ProductSlot
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.resource import ResourceService
from reliability_studio.wire.stream import StreamService

_log = logging.getLogger(__name__)

OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", 64 << 20),  # the default of 4 MiB refuses ordinary uploads
    ("grpc.max_send_message_length", -1),
    ("grpc.so_reuseport", 0),  # two processes must never share a port silently
    ("grpc.max_metadata_size", 64 << 10),  # baggage and log parameters outgrow the default of 8 KiB
    ("grpc.absolute_max_metadata_size", 128 << 10),
)

DRAIN_S = 0.5
CLOSE_INSTANCES_S = 0.3
CLOSE_PRODUCT_S = 0.5

Load = Callable[[], Awaitable[Product]]


async def serve(
    load: Load,
    channel: HandshakeChannel,
    environ: Mapping[str, str],
    *,
    metrics: Metrics | None = None,
    clock: Clock | None = None,
    limits: Mapping[Rpc, Limit] = LIMITS,
    leave: Callable[[int], object] = os._exit,
) -> None:
    """Serve until a stop is asked for, then end the process.

    Args:
        load: builds the product; called after the handshake, again after a failure.
        channel: where the handshake goes.
        environ: the process environment, for the socket's folder.
        metrics: where calls are counted; the product should collect from the same.
        clock: time, for waits between attempts to load and for durations.
        limits: bounds of each kind of call.
        leave: ends the process; called with the exit status as the last thing.
    """
    loop = asyncio.get_running_loop()
    logs.watch_loop(loop)
    plugin = _Plugin(load, Lifeline(loop, channel.parent, leave=leave), metrics or Metrics(), clock, limits)
    status = 1
    try:
        await plugin.live(channel, environ)
        status = 0
    except ENDINGS:
        raise
    except BaseException:  # noqa: BLE001 - a busy thread could keep an ordinary exit from ever ending
        _log.exception("the plugin server failed")
    leave(status)


class _Plugin:
    """The parts of one process, built in order."""

    def __init__(
        self,
        load: Load,
        lifeline: Lifeline,
        metrics: Metrics,
        clock: Clock | None,
        limits: Mapping[Rpc, Limit],
    ) -> None:
        self._lifeline = lifeline
        ticking = clock or SystemClock()
        failures = metrics.counter("load_failures", "Failed attempts to load the product.")
        self._slot = ProductSlot(load, ticking, failures)
        self._instances = Instances(self._build, metrics)
        journal = Journal(metrics, tuple(rpc.value for rpc in Rpc))
        self._desk = Desk(self._slot, self._instances, journal, ticking, limits)
        self.server = grpc.aio.server(options=OPTIONS)
        self.server.add_generic_rpc_handlers(_contract(self._desk, metrics))
        host = HostServices(lifeline.stopping, lambda: lifeline.stop(StopReason.HOST_ASKED))
        self.server.add_generic_rpc_handlers(host.handlers())

    async def live(self, channel: HandshakeChannel, environ: Mapping[str, str]) -> None:
        """From the handshake to the end of the last call."""
        with self._lifeline.guarded():
            listener = listen(self.server.add_insecure_port, environ)
            try:
                await self.server.start()
                channel.announce(listener.network, listener.address)
                _log.info("listening", extra={"network": listener.network})
                await self._until_stopped()
                await self._end()
            finally:
                listener.close()

    async def _until_stopped(self) -> None:
        async with asyncio.TaskGroup() as group:
            background = (
                group.create_task(self._slot.run(), name="load"),
                group.create_task(self._instances.run(), name="janitor"),
            )
            await self._lifeline.stopping.wait()
            for task in background:
                task.cancel()

    async def _end(self) -> None:
        self._desk.end_streams()
        await self.server.stop(DRAIN_S)
        await _bounded("instances", CLOSE_INSTANCES_S, self._instances.aclose())
        if (product := self._slot.loaded) is not None:
            await _bounded("product", CLOSE_PRODUCT_S, product.aclose())

    async def _build(self, tenant: Tenant) -> Instance:
        product = await self._slot.product(PATIENCE_S)
        return await product.instance(tenant)


def _contract(desk: Desk, metrics: Metrics) -> tuple[rpc.Service, ...]:
    """Grafana's services. What is not listed (chunked data, admission, conversion) is UNIMPLEMENTED."""
    resource, data, stream = ResourceService(desk), DataService(desk), StreamService(desk)
    diagnostics = DiagnosticsService(desk, metrics.text)
    return (
        rpc.service(
            "pluginv2.Resource",
            {Rpc.RESOURCE: rpc.unary(pb.CallResourceRequest, resource.call_resource)},
        ),
        rpc.service("pluginv2.Data", {Rpc.QUERY: rpc.unary(pb.QueryDataRequest, data.query_data)}),
        rpc.service(
            "pluginv2.Diagnostics",
            {
                Rpc.HEALTH: rpc.unary(pb.CheckHealthRequest, diagnostics.check_health),
                Rpc.METRICS: rpc.unary(pb.CollectMetricsRequest, diagnostics.collect_metrics),
            },
        ),
        rpc.service(
            "pluginv2.Stream",
            {
                Rpc.SUBSCRIBE: rpc.unary(pb.SubscribeStreamRequest, stream.subscribe_stream),
                Rpc.PUBLISH: rpc.unary(pb.PublishStreamRequest, stream.publish_stream),
                Rpc.RUN: rpc.streaming(pb.RunStreamRequest, stream.run_stream),
            },
        ),
    )


async def _bounded(what: str, seconds: float, closing: Awaitable[None]) -> None:
    """Close something within its time; the end of the process must not depend on it."""
    try:
        async with asyncio.timeout(seconds):
            await closing
    except Exception:  # noqa: BLE001 - the process ends either way
        _log.exception("%s did not close in time or not cleanly", what)


def run(load: Load, channel: HandshakeChannel, environ: Mapping[str, str], metrics: Metrics) -> int:
    """`serve` on an event loop of its own. The process ends inside; 0 is for the type checker's peace."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(load, channel, environ, metrics=metrics))
    return 0
