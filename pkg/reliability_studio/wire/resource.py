"""CallResource: an HTTP request in, an HTTP answer out, whole or streamed.

The first message carries status and headers; every later one a part of the body that Grafana flushes to
the client. Once the first is out an error can no longer be told in HTTP: the call is aborted, so that a
broken answer never looks like a complete one.

The contract calls the answer a stream. On the wire a stream of one message is a single answer, and as such it
is registered: grpc then sends message and status together, which is a sixth of what a small call costs. Parts
of a streamed body are written before the last message, which is empty.
"""

import asyncio
import functools
from collections.abc import Mapping
from urllib.parse import parse_qs

from reliability_studio.api.calls import Caller, ResourceRequest, ResourceResponse
from reliability_studio.api.router import error_response
from reliability_studio.errors import BadRequest, StudioError
from reliability_studio.wire.context import Headers
from reliability_studio.wire.desk import Desk, Rpc
from reliability_studio.wire.pb import backend_pb2 as pb
from reliability_studio.wire.rpc import Context, closing
from reliability_studio.wire.status import grpc_code

MAX_QUERY_FIELDS = 200

_LEAST_STATUS = 200
_MOST_STATUS = 599


class ResourceService:
    """Answers CallResource."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def call_resource(
        self, request: pb.CallResourceRequest, context: Context
    ) -> pb.CallResourceResponse:
        """Answer one HTTP-like call; what is returned is the last message."""
        route = f"{request.method} {request.path}"[:200]
        visit = self._desk.visit(Rpc.RESOURCE, request.pluginContext, context, route)
        parts = _Parts(context)

        async def work(scope: asyncio.Timeout) -> pb.CallResourceResponse:
            headers = Headers.of_resource(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            async with self._desk.instance(tenant) as lease:
                response = await lease.instance.resource(narrow(request, caller, headers))
                visit.status = response.status
                return await self._last(response, parts, scope)

        outcome = await self._desk.conduct(visit, work)
        if not isinstance(outcome, StudioError):
            return outcome
        if parts.begun:
            await context.abort(grpc_code(outcome), "the answer broke off")
        response = error_response(outcome)
        return _message(response.status, response.headers, _whole(response))

    async def _last(
        self, response: ResourceResponse, parts: "_Parts", scope: asyncio.Timeout
    ) -> pb.CallResourceResponse:
        """The last message of an answer, after everything before it was sent."""
        if not _LEAST_STATUS <= response.status <= _MOST_STATUS:
            raise ValueError(f"a resource answered with status {response.status}")
        if isinstance(response.body, bytes):
            return _message(response.status, response.headers, response.body)
        with self._desk.streaming_body(), self._desk.endless(scope):
            await parts.send(_message(response.status, _without_length(response.headers), b""))
            async with closing(response.body) as body:
                async for part in body:
                    if part:  # an empty one would only wake the client
                        await parts.send(pb.CallResourceResponse(body=part))
        return pb.CallResourceResponse()


def narrow(request: pb.CallResourceRequest, caller: Caller, headers: Headers) -> ResourceRequest:
    """The request as the product knows it.

    Raises:
        BadRequest: the query string has too many fields.
    """
    return ResourceRequest(
        caller=caller,
        method=request.method.upper(),
        path=request.path.lstrip("/"),
        query=_query(request.url),
        headers=headers.public(),
        body=request.body,
    )


class _Parts:
    """The messages of a streamed answer; knows whether the first is out."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.begun = False

    async def send(self, message: pb.CallResourceResponse) -> None:
        """Send one that is not the last."""
        self.begun = True
        # As bytes: grpc has a serializer for the last message of such a call only.
        await self._context.write(message.SerializeToString())


def _message(status: int, headers: Mapping[str, str], body: bytes) -> pb.CallResourceResponse:
    lists = {_canonical(name): pb.StringList(values=[value]) for name, value in headers.items()}
    return pb.CallResourceResponse(code=status, headers=lists, body=body)


def _query(url: str) -> Mapping[str, tuple[str, ...]]:
    text = url.partition("?")[2]
    if not text:
        return {}
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS)
    except ValueError as error:
        raise BadRequest(f"the query string has more than {MAX_QUERY_FIELDS} fields") from error
    return {name: tuple(values) for name, values in fields.items()}


@functools.lru_cache(maxsize=256)
def _canonical(name: str) -> str:
    """Go's spelling of a header name."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _without_length(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-length"}


def _whole(response: ResourceResponse) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
