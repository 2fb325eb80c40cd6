"""Live channels: who may listen or publish, and the packets of a channel until somebody ends it.

Grafana runs a channel once for all its subscribers, with the settings of the first. When newer settings
replace the instance under a running channel, the channel is ended with UNAVAILABLE; Grafana starts it
again at once, and it continues on the new instance.
"""

import asyncio
import json
import logging
from typing import NoReturn

from reliability_studio.api.calls import SubscribeStatus, Subscription
from reliability_studio.errors import Forbidden, NotFound, StudioError
from reliability_studio.wire.context import Headers
from reliability_studio.wire.desk import Desk, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.rpc import Context, closing
from reliability_studio.wire.status import grpc_code

_log = logging.getLogger(__name__)

_HTTP = {SubscribeStatus.OK: 200, SubscribeStatus.NOT_FOUND: 404, SubscribeStatus.PERMISSION_DENIED: 403}


class StreamService:
    """Answers SubscribeStream, PublishStream and RunStream."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def subscribe_stream(
        self, request: pb.SubscribeStreamRequest, context: Context
    ) -> pb.SubscribeStreamResponse:
        """May this caller listen?"""
        visit = self._desk.visit(Rpc.SUBSCRIBE, request.pluginContext, context, request.path[:200])

        async def work(_scope: asyncio.Timeout) -> Subscription:
            headers = Headers.of_call(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            async with self._desk.instance(tenant) as lease:
                answer = await lease.instance.subscribe(caller, request.path)
            visit.status = _HTTP[answer.status]
            return answer

        answer = await _settled(await self._desk.conduct(visit, work), context)
        return pb.SubscribeStreamResponse(status=answer.status.name, data=answer.initial)

    async def publish_stream(
        self, request: pb.PublishStreamRequest, context: Context
    ) -> pb.PublishStreamResponse:
        """May this caller publish this?"""
        visit = self._desk.visit(Rpc.PUBLISH, request.pluginContext, context, request.path[:200])

        async def work(_scope: asyncio.Timeout) -> Subscription:
            headers = Headers.of_call(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            async with self._desk.instance(tenant) as lease:
                answer = await lease.instance.publish(caller, request.path, request.data)
            visit.status = _HTTP[answer.status]
            return answer

        answer = await _settled(await self._desk.conduct(visit, work), context)
        return pb.PublishStreamResponse(status=answer.status.name, data=answer.initial)

    async def run_stream(self, request: pb.RunStreamRequest, context: Context) -> None:
        """Send the packets of a channel until it is ended."""
        visit = self._desk.visit(Rpc.RUN, request.pluginContext, context, request.path[:200])

        async def work(scope: asyncio.Timeout) -> None:
            tenant = await self._desk.tenant(request.pluginContext)
            async with self._desk.instance(tenant, stream=True) as lease:
                with self._desk.endless(scope), lease.streams.holding(scope):
                    packets = lease.instance.run_stream(tenant.org_id, request.path)
                    async with closing(packets):
                        async for packet in packets:
                            await _send(packet, context)

        outcome = await self._desk.conduct(visit, work)
        if isinstance(outcome, StudioError):
            await context.abort(grpc_code(outcome), str(outcome))


async def _send(packet: bytes, context: Context) -> None:
    """Send a packet if it is JSON; one that is not would end the channel in Grafana."""
    try:
        json.loads(packet, parse_constant=_refuse)
    except (ValueError, RecursionError):
        _log.error("a live packet is not JSON and was dropped", extra={"bytes": len(packet)})
        return
    await context.write(pb.StreamPacket(data=packet))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


async def _settled(outcome: Subscription | StudioError, context: Context) -> Subscription:
    """The decision; an error that is none (not ready, overloaded) fails the call, so it is asked again."""
    if isinstance(outcome, NotFound):
        return Subscription(SubscribeStatus.NOT_FOUND)
    if isinstance(outcome, Forbidden):
        return Subscription(SubscribeStatus.PERMISSION_DENIED)
    if isinstance(outcome, StudioError):
        await context.abort(grpc_code(outcome), str(outcome))
    return outcome
