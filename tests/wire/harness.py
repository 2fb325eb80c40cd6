"""A host inside the test process: serves a product on a real socket and calls it over real gRPC."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc.aio
from google.protobuf.message import Message

from reliability_studio.api.calls import Product
from reliability_studio.clock import Clock
from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire.desk import LIMITS, Limit, Rpc
from reliability_studio.wire.handshake import HandshakeChannel
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.pb import grpc_controller_pb2 as controller
from reliability_studio.wire.pb import health_pb2 as health
from reliability_studio.wire.server import serve

UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def who(
    *,
    org: int = 1,
    login: str = "anna",
    role: str = "Editor",
    updated: int = 1,
    json_data: bytes = b"{}",
    grafana: Mapping[str, str] | None = None,
    namespace: str = "",
) -> pb.PluginContext:
    """The context of an app call."""
    settings = pb.AppInstanceSettings(jsonData=json_data, lastUpdatedMS=updated)
    return pb.PluginContext(
        orgId=org,
        pluginId="reliability-studio-app",
        namespace=namespace,
        user=pb.User(login=login, name=login.title(), email=f"{login}@example.org", role=role),
        appInstanceSettings=settings,
        grafanaConfig=grafana or {},
    )


@dataclass
class Answer:
    """A resource call's answer as the HTTP client would see it."""

    code: int
    headers: dict[str, list[str]]
    parts: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        return b"".join(self.parts)


class Host:
    """What Grafana does with a plugin that it has started."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self.channel = channel

    def resource_stream(self, request: pb.CallResourceRequest, metadata: Any = None) -> Any:
        call = self.channel.unary_stream(
            "/pluginv2.Resource/CallResource",
            pb.CallResourceRequest.SerializeToString,
            pb.CallResourceResponse.FromString,
        )
        return call(request, metadata=metadata)

    async def resource(
        self,
        path: str,
        *,
        method: str = "GET",
        body: bytes = b"",
        url: str = "",
        headers: Mapping[str, str] | None = None,
        context: pb.PluginContext | None = None,
        metadata: Any = None,
    ) -> Answer:
        lists = {name: pb.StringList(values=[value]) for name, value in (headers or {}).items()}
        request = pb.CallResourceRequest(
            pluginContext=context or who(),
            path=path,
            method=method,
            url=url or path,
            headers=lists,
            body=body,
        )
        answer: Answer | None = None
        async for message in self.resource_stream(request, metadata):
            if answer is None:
                answer = Answer(message.code, {k: list(v.values) for k, v in message.headers.items()})
            answer.parts.append(message.body)
        assert answer is not None, "no message at all: Grafana answers 500"
        return answer

    async def unary(self, method: str, request: Message, answer: type[Message]) -> Any:
        call = self.channel.unary_unary(method, type(request).SerializeToString, answer.FromString)
        return await call(request)

    async def query(
        self, *queries: pb.DataQuery, context: pb.PluginContext | None = None, **headers: str
    ) -> Any:
        request = pb.QueryDataRequest(pluginContext=context or who(), headers=headers, queries=queries)
        answer = await self.unary("/pluginv2.Data/QueryData", request, pb.QueryDataResponse)
        return answer.responses

    async def health(self, context: pb.PluginContext | None = None, **headers: str) -> Any:
        request = pb.CheckHealthRequest(pluginContext=context or who(), headers=headers)
        return await self.unary("/pluginv2.Diagnostics/CheckHealth", request, pb.CheckHealthResponse)

    async def metrics(self) -> str:
        request = pb.CollectMetricsRequest(pluginContext=who())
        answer = await self.unary("/pluginv2.Diagnostics/CollectMetrics", request, pb.CollectMetricsResponse)
        return answer.metrics.prometheus.decode()

    async def gauge(self, name: str, rpc: str) -> float:
        """The value of one of the wire's own gauges."""
        start = f'reliability_studio_{name}{{rpc="{rpc}"}} '
        [line] = [line for line in (await self.metrics()).splitlines() if line.startswith(start)]
        return float(line.removeprefix(start))

    async def subscribe(self, path: str) -> Any:
        request = pb.SubscribeStreamRequest(pluginContext=who(), path=path)
        return await self.unary("/pluginv2.Stream/SubscribeStream", request, pb.SubscribeStreamResponse)

    async def publish(self, path: str, data: bytes) -> Any:
        request = pb.PublishStreamRequest(pluginContext=who(), path=path, data=data)
        return await self.unary("/pluginv2.Stream/PublishStream", request, pb.PublishStreamResponse)

    def run_stream(self, path: str, context: pb.PluginContext | None = None) -> Any:
        call = self.channel.unary_stream(
            "/pluginv2.Stream/RunStream", pb.RunStreamRequest.SerializeToString, pb.StreamPacket.FromString
        )
        return call(pb.RunStreamRequest(pluginContext=context or who(), path=path))

    async def ping(self, service: str = "plugin") -> Any:
        request = health.HealthCheckRequest(service=service)
        answer = await self.unary("/grpc.health.v1.Health/Check", request, health.HealthCheckResponse)
        return answer.status

    async def shutdown(self) -> None:
        await self.unary("/plugin.GRPCController/Shutdown", controller.Empty(), controller.Empty)


@dataclass
class Serving:
    """A plugin that runs inside the test."""

    host: Host
    line: str
    left: list[int]
    stopped: asyncio.Event

    @property
    def socket(self) -> Path:
        return Path(self.line.split("|")[3])


def target(line: str) -> str:
    """gRPC's name of the address in a handshake line."""
    _, _, network, address, *_ = line.strip().split("|")
    return f"unix:{address}" if network == "unix" else address


@contextlib.asynccontextmanager
async def serving(
    product: Product | Callable[[], Awaitable[Product]],
    folder: Path,
    *,
    clock: Clock | None = None,
    limits: Mapping[Rpc, Limit] = LIMITS,
    metrics: Metrics | None = None,
) -> AsyncIterator[Serving]:
    """Serve a product; at the end ask for the stop and wait until the server has left."""

    async def given() -> Product:
        return product  # type: ignore[return-value]

    load = product if callable(product) else given
    counted = metrics or getattr(product, "metrics_source", None)
    reader, writer = os.pipe()
    left: list[int] = []
    stopped = asyncio.Event()
    channel = HandshakeChannel(writer, os.getppid())
    environ = {"PLUGIN_UNIX_SOCKET_DIR": str(folder)}

    async def run() -> None:
        await serve(load, channel, environ, clock=clock, limits=limits, metrics=counted, leave=left.append)
        stopped.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(run())
        line = (await asyncio.to_thread(os.read, reader, 4096)).decode()
        os.close(reader)
        async with grpc.aio.insecure_channel(target(line), options=UNLIMITED) as connection:
            host = Host(connection)
            try:
                yield Serving(host, line, left, stopped)
            finally:
                if not stopped.is_set():
                    with contextlib.suppress(grpc.aio.AioRpcError):
                        await host.shutdown()
                await task


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Return when the condition holds; the test's own time limit is the bound."""
    while not await condition():  # noqa: ASYNC110 - it looks from outside, through gRPC
        await asyncio.sleep(0.01)


async def turns(condition: Callable[[], bool]) -> None:
    """Let the event loop turn until the condition holds: no time passes."""
    while not condition():  # noqa: ASYNC110 - what is waited for belongs to the code under test
        await asyncio.sleep(0)
