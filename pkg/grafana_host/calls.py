"""Grafana's calls on one plugin process, over gRPC: unlimited messages, no deadlines."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
import grpc.aio

from grafana_host.contract import message

UNLIMITED = (("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1))


def traced() -> tuple[tuple[str, str], ...]:
    """Metadata of one call as Grafana sends it: a trace of its own, and attributes for the plugin's log."""
    return (
        ("traceparent", f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"),
        ("loggerparamsctxmetadata", "dsName:::stand-in"),
        ("loggerparamsctxmetadata", "endpoint:::pluginCall"),
    )


class PluginUnavailable(RuntimeError):
    """The process is not there; Grafana answers "plugin unavailable"."""


class PluginNotFound(PluginUnavailable):
    """Nothing of that id is installed; Grafana answers "plugin not found"."""


@dataclass(frozen=True, slots=True)
class ResourceAnswer:
    """A whole answer to CallResource, as the HTTP client sees it."""

    status: int
    headers: Mapping[str, Sequence[str]]
    body: bytes


@dataclass(frozen=True, slots=True)
class Health:
    """An answer to CheckHealth: status `OK`, `ERROR` or `UNKNOWN`."""

    status: str
    message: str
    details: bytes


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a QueryData call; times are milliseconds since 1970."""

    ref_id: str
    query_type: str
    json: bytes
    from_ms: int
    to_ms: int
    interval_ms: int = 60_000
    max_data_points: int = 1000


@dataclass(slots=True)
class Calls:
    """A channel to one process."""

    channel: grpc.aio.Channel
    metadata: Callable[[], Sequence[tuple[str, str]]] = traced
    closed: bool = False

    @classmethod
    def open(cls, target: str) -> "Calls":
        """Connect lazily; the first call waits for the connection."""
        return cls(grpc.aio.insecure_channel(target, options=list(UNLIMITED)))

    async def ping(self) -> bool:
        """Whether the service `plugin` says that it serves."""
        request = message("grpc.health.v1.HealthCheckRequest")(service="plugin")
        answer = await self._unary(
            "/grpc.health.v1.Health/Check", request, "grpc.health.v1.HealthCheckResponse"
        )
        return int(answer.status) == 1

    async def call_resource(self, request: Any) -> ResourceAnswer:
        """The whole answer; a stream of parts is put together."""
        status, headers, parts = 0, {}, []
        async for part in self.stream_resource(request):
            if not status:
                status = part.code
                headers = {name: tuple(values.values) for name, values in part.headers.items()}
            parts.append(part.body)
        if not status:
            return ResourceAnswer(500, {}, b'{"message":"received empty resource response"}')
        return ResourceAnswer(status, headers, b"".join(parts))

    async def stream_resource(self, request: Any) -> AsyncIterator[Any]:
        """The messages of an answer as they come."""
        call = self.channel.unary_stream(
            "/pluginv2.Resource/CallResource",
            request_serializer=lambda each: each.SerializeToString(),
            response_deserializer=message("pluginv2.CallResourceResponse").FromString,
        )
        stream = call(request, metadata=self.metadata())
        try:
            with self._losing():
                async for part in stream:
                    yield part
        finally:
            stream.cancel()

    async def check_health(self, context: Any, headers: Mapping[str, str]) -> Health:
        """CheckHealth."""
        request = message("pluginv2.CheckHealthRequest")(pluginContext=context, headers=dict(headers))
        answer = await self._unary(
            "/pluginv2.Diagnostics/CheckHealth", request, "pluginv2.CheckHealthResponse"
        )
        return Health(("UNKNOWN", "OK", "ERROR")[answer.status], answer.message, answer.jsonDetails)

    async def collect_metrics(self, context: Any) -> bytes:
        """CollectMetrics: Prometheus text."""
        request = message("pluginv2.CollectMetricsRequest")(pluginContext=context)
        answer = await self._unary(
            "/pluginv2.Diagnostics/CollectMetrics", request, "pluginv2.CollectMetricsResponse"
        )
        return bytes(answer.metrics.prometheus)

    async def query_data(
        self, context: Any, headers: Mapping[str, str], queries: Sequence[Query]
    ) -> Mapping[str, Any]:
        """QueryData: a `pluginv2.DataResponse` per refId."""
        kind, span = message("pluginv2.DataQuery"), message("pluginv2.TimeRange")
        request = message("pluginv2.QueryDataRequest")(
            pluginContext=context,
            headers=dict(headers),
            queries=[
                kind(
                    refId=each.ref_id,
                    queryType=each.query_type,
                    json=each.json,
                    timeRange=span(fromEpochMS=each.from_ms, toEpochMS=each.to_ms),
                    intervalMS=each.interval_ms,
                    maxDataPoints=each.max_data_points,
                )
                for each in queries
            ],
        )
        answer = await self._unary("/pluginv2.Data/QueryData", request, "pluginv2.QueryDataResponse")
        return dict(answer.responses)

    async def subscribe(self, context: Any, path: str, data: bytes = b"") -> tuple[str, bytes]:
        """SubscribeStream: `OK`, `NOT_FOUND` or `PERMISSION_DENIED`, and the initial data."""
        request = message("pluginv2.SubscribeStreamRequest")(pluginContext=context, path=path, data=data)
        answer = await self._unary(
            "/pluginv2.Stream/SubscribeStream", request, "pluginv2.SubscribeStreamResponse"
        )
        return ("OK", "NOT_FOUND", "PERMISSION_DENIED")[answer.status], bytes(answer.data)

    async def publish(self, context: Any, path: str, data: bytes) -> tuple[str, bytes]:
        """PublishStream: as for `subscribe`."""
        request = message("pluginv2.PublishStreamRequest")(pluginContext=context, path=path, data=data)
        answer = await self._unary(
            "/pluginv2.Stream/PublishStream", request, "pluginv2.PublishStreamResponse"
        )
        return ("OK", "NOT_FOUND", "PERMISSION_DENIED")[answer.status], bytes(answer.data)

    async def run_stream(self, context: Any, path: str) -> AsyncIterator[bytes]:
        """RunStream: packets until it ends or the caller stops listening."""
        call = self.channel.unary_stream(
            "/pluginv2.Stream/RunStream",
            request_serializer=lambda each: each.SerializeToString(),
            response_deserializer=message("pluginv2.StreamPacket").FromString,
        )
        stream = call(
            message("pluginv2.RunStreamRequest")(pluginContext=context, path=path), metadata=self.metadata()
        )
        try:
            with self._losing():
                async for packet in stream:
                    yield bytes(packet.data)
        finally:
            stream.cancel()

    async def shutdown(self) -> None:
        """GRPCController.Shutdown: no deadline, errors do not matter."""
        await self._unary("/plugin.GRPCController/Shutdown", message("plugin.Empty")(), "plugin.Empty")

    async def aclose(self) -> None:
        """Close the connection; calls under way end."""
        self.closed = True
        await self.channel.close(None)

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        """Closing the channel cancels its calls; to who made them, the plugin went away.

        Left alone, that cancellation would end the caller's task in silence, as if somebody had wanted that.
        """
        try:
            yield
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if self.closed and task is not None and not task.cancelling():
                raise PluginUnavailable("the plugin went away during the call") from None
            raise

    async def _unary(self, method: str, request: Any, answer: str) -> Any:
        call = self.channel.unary_unary(
            method,
            request_serializer=lambda each: each.SerializeToString(),
            response_deserializer=message(answer).FromString,
        )
        with self._losing():
            return await call(request, metadata=self.metadata())
