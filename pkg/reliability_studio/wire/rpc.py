"""Typed seams to grpc.aio: a service as a table of methods, and what every handler gets of its call.

grpc's own generated servicers are untyped and list each method twice; a table says once which message
comes in. Answers are protobuf messages, so they serialise themselves.
"""

import contextlib
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Mapping,
    Sequence,
)
from typing import Any, TypeAlias, TypeVar

import grpc
import grpc.aio
from google.protobuf.message import Message

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Method: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
Service: TypeAlias = "grpc.GenericRpcHandler[Any, Any]"

Q = TypeVar("Q", bound=Message)


def unary(request: type[Q], handler: Callable[[Q, Context], Awaitable[Message]]) -> Method:
    """One message in, one out."""
    return grpc.unary_unary_rpc_method_handler(handler, request.FromString, _serialize)


def streaming(request: type[Q], handler: Callable[[Q, Context], Awaitable[None]]) -> Method:
    """One message in, any number out: the handler sends with `context.write`."""
    return grpc.unary_stream_rpc_method_handler(handler, request.FromString, _serialize)


def both_ways(request: type[Q], handler: Callable[[AsyncIterator[Q], Context], Awaitable[None]]) -> Method:
    """Any number of messages in both directions."""
    return grpc.stream_stream_rpc_method_handler(handler, request.FromString, _serialize)


def service(name: str, methods: Mapping[str, Method]) -> Service:
    """A service by its full name; methods that are not listed answer UNIMPLEMENTED."""
    return grpc.method_handlers_generic_handler(name, dict(methods))


def metadata(context: Context, keys: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The text values of those of these metadata keys that came, in their order."""
    found: dict[str, list[str]] = {}
    for name, value in context.invocation_metadata() or ():
        if name in keys and isinstance(value, str):
            found.setdefault(name, []).append(value)
    return found


@contextlib.asynccontextmanager
async def closing(parts: AsyncIterator[bytes]) -> AsyncIterator[AsyncIterator[bytes]]:
    """Close a generator with its call, not whenever the garbage collector comes by."""
    try:
        yield parts
    finally:
        if isinstance(parts, AsyncGenerator):
            await parts.aclose()


def _serialize(message: Message) -> bytes:
    return message.SerializeToString()
