"""CallResource: an HTTP request in, an HTTP answer out, whole or streamed.

The first message carries status and headers; every later one a part of the body that Grafana flushes to
the client. Once the first is out an error can no longer be told in HTTP: the call is aborted, so that a
broken answer never looks like a complete one.
"""

import asyncio
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

    async def call_resource(self, request: pb.CallResourceRequest, context: Context) -> None:
        """Answer one HTTP-like call."""
        route = f"{request.method} {request.path}"[:200]
        visit = self._desk.visit(Rpc.RESOURCE, request.pluginContext, context, route)
        answer = _Answer(context)

        async def work(scope: asyncio.Timeout) -> None:
            headers = Headers.of_resource(request.headers)
            caller, tenant = await self._desk.identify(request.pluginContext, headers)
            async with self._desk.instance(tenant) as lease:
                response = await lease.instance.resource(narrow(request, caller, headers))
                visit.status = response.status
                await self._send(response, answer, scope)

        outcome = await self._desk.conduct(visit, work)
        if not isinstance(outcome, StudioError):
            return
        if answer.begun:
            await context.abort(grpc_code(outcome), "the answer broke off")
        response = error_response(outcome)
        await answer.begin(response.status, response.headers, _whole(response))

    async def _send(self, response: ResourceResponse, answer: "_Answer", scope: asyncio.Timeout) -> None:
        if not _LEAST_STATUS <= response.status <= _MOST_STATUS:
            raise ValueError(f"a resource answered with status {response.status}")
        if isinstance(response.body, bytes):
            await answer.begin(response.status, response.headers, response.body)
            return
        with self._desk.streaming_body(), self._desk.endless(scope):
            await answer.begin(response.status, _without_length(response.headers), b"")
            async with closing(response.body) as parts:
                async for part in parts:
                    await answer.more(part)


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


class _Answer:
    """The messages of one answer; knows whether the first is out."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.begun = False

    async def begin(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send status and headers, with the body or the first part of it."""
        self.begun = True
        lists = {_canonical(name): pb.StringList(values=[value]) for name, value in headers.items()}
        await self._context.write(pb.CallResourceResponse(code=status, headers=lists, body=body))

    async def more(self, part: bytes) -> None:
        """Send a further part; an empty one would only wake the client."""
        if part:
            await self._context.write(pb.CallResourceResponse(body=part))


def _query(url: str) -> Mapping[str, tuple[str, ...]]:
    text = url.partition("?")[2]
    if not text:
        return {}
    try:
        fields = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS)
    except ValueError as error:
        raise BadRequest(f"the query string has more than {MAX_QUERY_FIELDS} fields") from error
    return {name: tuple(values) for name, values in fields.items()}


def _canonical(name: str) -> str:
    """Go's spelling of a header name."""
    return "-".join(part.capitalize() for part in name.split("-"))


def _without_length(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name.lower() != "content-length"}


def _whole(response: ResourceResponse) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
