"""The table of resource routes and the one way through it.

A route says its method, path, least role, body type and handler; the router matches, checks the role,
decodes, calls, encodes, and turns every error into the one JSON error shape. Handlers see typed values
only. The table is also what the OpenAPI document is made from.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from reliability_studio.api import codec
from reliability_studio.api.calls import Caller, ResourceRequest, ResourceResponse, Role
from reliability_studio.clock import Clock
from reliability_studio.endings import ENDINGS
from reliability_studio.errors import (
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    SettingsError,
    StaleWrite,
    StudioError,
    TooLarge,
    TooManyRequests,
)
from reliability_studio.observability import origin
from reliability_studio.observability.metrics import OTHER, Metrics

_log = logging.getLogger(__name__)

B = TypeVar("B")

BUCKETS = (0.005, 0.025, 0.1, 0.3, 1.0, 5.0)
"""Seconds; few, since each route has them all."""
CLASSES = ("2xx", "4xx", "5xx")

MAX_BODY = 16 << 20
"""Bytes of a request body that any route takes; a route may ask for less."""


@dataclass(frozen=True, slots=True)
class Call(Generic[B]):
    """What a handler gets: the caller, the path's parameters, the query, and the decoded body."""

    caller: Caller
    body: B
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes = b""
    """The body as it came, for signatures."""

    def param(self, name: str) -> str:
        """A path parameter; the route's pattern guarantees that it is there."""
        return self.params[name]

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name, ())
        return values[0] if values else default


@dataclass(frozen=True, slots=True)
class Reply:
    """What a handler answers: a status, a value that becomes JSON (or ready bytes), extra headers."""

    value: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call[B]], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route(Generic[B]):
    """One method on one path. `{name}` in the path is a parameter of one segment."""

    method: str
    path: str
    role: Role
    handler: Handler[B]
    summary: str
    body: type[B] | None = None
    """Type of the JSON body; None when the route takes none or reads `Call.raw` itself."""
    returns: type | None = None
    status: int = 200
    max_body: int = MAX_BODY

    @property
    def name(self) -> str:
        """The route as people write it: `GET incidents/{number}`."""
        return f"{self.method} {self.path}"


class ErrorShape(codec.Shape):
    """The one shape of every error answer."""

    code: str
    message: str
    problems: tuple["ProblemShape", ...] = ()
    retryable: bool = False


class ProblemShape(codec.Shape):
    """One field and what is wrong with it."""

    path: str
    problem: str


class RouteMeter:
    """Counts and times the answers of each route, by its pattern, never by its path; one per process."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._clock = clock
        self._seconds = metrics.histograms(
            "route_seconds", "Time to answer a call of a route.", {"route": (OTHER,)}, BUCKETS
        )
        self._answers = metrics.counters(
            "route_answers", "Answers of a route.", {"route": (OTHER,), "answer": CLASSES}
        )

    def declare(self, routes: Sequence[Route[Any]]) -> None:
        """Make series for these routes; their number is bounded by the program."""
        for route in routes:
            self._seconds.declare("route", route.name)
            self._answers.declare("route", route.name)

    def now(self) -> float:
        """The moment at which a call begins."""
        return self._clock.monotonic()

    def answered(self, route: str, status: int, began: float) -> None:
        """A call has its answer; a path that no route has counts as other."""
        self._seconds.of(route=route).observe(self._clock.monotonic() - began)
        self._answers.of(route=route, answer=f"{status // 100}xx").inc()


class Router:
    """Routes by path segments; built once per instance."""

    def __init__(self, routes: Sequence[Route[object]], *, meter: RouteMeter | None = None) -> None:
        self._meter = meter
        if meter is not None:
            meter.declare(routes)
        self._places: dict[tuple[int, str], dict[tuple[str, ...], dict[str, Route[object]]]] = {}
        """Routes by method, by pattern, by how many segments it has and which is the first."""
        self.routes = tuple(routes)
        for route in routes:
            segments = _segments(route.path)
            alike = self._places.setdefault((len(segments), _head(segments)), {})
            alike.setdefault(segments, {})[route.method] = route

    async def answer(self, request: ResourceRequest) -> ResourceResponse:
        """Answer a request; every failure becomes an error answer, none escapes."""
        began = 0.0 if self._meter is None else self._meter.now()
        name, response = await self._named(request)
        if self._meter is not None:
            self._meter.answered(name, response.status, began)
        return response

    async def _named(self, request: ResourceRequest) -> tuple[str, ResourceResponse]:
        """The answer, and the name of the route that gave it."""
        try:
            route, params = self._match(request.method, request.path)
        except StudioError as error:
            return OTHER, error_response(error)
        return route.name, await self._answered(route, params, request)

    async def _answered(
        self, route: Route[object], params: Mapping[str, str], request: ResourceRequest
    ) -> ResourceResponse:
        try:
            return _response(await self._dispatch(route, params, request))
        except StudioError as error:
            return error_response(error)
        except ENDINGS:
            raise
        except BaseException:  # noqa: BLE001 - the last resort: no error text may reach the caller
            # The text of an unexpected error may hold anything, secrets too: it goes to the log only.
            _log.exception("route failed", extra={"method": request.method, "path": request.path[:200]})
            return error_response(StudioError("the plugin failed to answer; its log says why"))

    async def _dispatch(
        self, route: Route[object], params: Mapping[str, str], request: ResourceRequest
    ) -> Reply:
        if request.caller.role < route.role:
            raise Forbidden(f"{route.method} {route.path} needs the role {route.role.name.title()} or higher")
        if len(request.body) > route.max_body:
            raise TooLarge(f"the body has {len(request.body)} bytes; at most {route.max_body} are taken")
        body = codec.decode(request.body, route.body) if route.body is not None else None
        call: Call[object] = Call(request.caller, body, params, request.query, request.headers, request.body)
        with origin.came_from(origin.reported(request.headers)):
            return await route.handler(call)

    def _match(self, method: str, path: str) -> tuple[Route[object], Mapping[str, str]]:
        segments = _segments(path)
        allowed: list[str] = []
        for head in (_head(segments), ""):
            for pattern, routes in self._places.get((len(segments), head), {}).items():
                params = _params(pattern, segments)
                if params is None:
                    continue
                if method in routes:
                    return routes[method], params
                allowed.extend(routes)
        if allowed:
            names = tuple(sorted(set(allowed)))
            raise MethodNotAllowed(f"{method} is not allowed here; use {', '.join(names)}", allowed=names)
        raise NotFound(f"there is no route '{path[:200]}'")


def error_response(error: StudioError) -> ResourceResponse:
    """The JSON answer of an error: status, stable code, message, field problems, retry hints."""
    problems = error.problems if isinstance(error, Invalid | SettingsError) else ()
    shape = ErrorShape(
        code=error.code,
        message=str(error),
        problems=tuple(ProblemShape(path=p.path, problem=p.problem) for p in problems),
        retryable=error.retryable,
    )
    headers = dict(codec.JSON)
    if isinstance(error, MethodNotAllowed):
        headers["Allow"] = ", ".join(error.allowed)
    if isinstance(error, TooManyRequests | Overloaded) and error.retry_after:
        headers["Retry-After"] = str(max(1, round(error.retry_after)))
    if isinstance(error, StaleWrite):
        headers["ETag"] = f'"{error.current}"'
    return ResourceResponse(error.status, headers, codec.encode(shape))


def _response(reply: Reply) -> ResourceResponse:
    if reply.status == 204:  # noqa: PLR2004 - No Content has no body and no type
        return ResourceResponse(204, reply.headers)
    if isinstance(reply.value, bytes):
        return ResourceResponse(reply.status, reply.headers, reply.value)
    headers = {**codec.JSON, **reply.headers}
    return ResourceResponse(reply.status, headers, codec.encode(reply.value))


def _segments(path: str) -> tuple[str, ...]:
    return tuple([part for part in path.split("/") if part])


def _head(segments: tuple[str, ...]) -> str:
    first = segments[0] if segments else ""
    return "" if first.startswith("{") else first


def _params(pattern: tuple[str, ...], segments: tuple[str, ...]) -> Mapping[str, str] | None:
    """The parameters if the segments fit the pattern, else None."""
    params: dict[str, str] = {}
    for want, got in zip(pattern, segments, strict=True):
        if want.startswith("{"):
            params[want[1:-1]] = got
        elif want != got:
            return None
    return params
