"""What is kept of every call: one log line and its metrics. Never a header, a body or a query string.

What changed something, failed or was slow is logged at info; a read that went well is news for nobody, and
pages make thousands of them, so its line is at debug level and the metrics count it.

Labels are bounded: a route counts under the first segment of its path, and only segments that have been
answered with something else than 404 get a series of their own, so that nobody can grow the process by
inventing paths.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from reliability_studio.observability.metrics import OTHER, Metrics

_log = logging.getLogger("reliability_studio.calls")

MAX_ROUTES = 64
_STATUSES = ("2xx", "3xx", "4xx", "5xx")
_NOT_FOUND = 404
_READS = frozenset({"CheckHealth", "CollectMetrics", "QueryData"})
"""Calls that change nothing."""

_READ = "GET "
"""How the route of a resource call begins that changes nothing."""

SLOW_S = 1.0
"""From here on the line of a read is worth showing."""

_CLIENT_ERROR = 400
_SERVER_ERROR = 500


class Told(Protocol):
    """What the journal reads of a call."""

    @property
    def org(self) -> int:
        """The organisation."""
        ...

    @property
    def user(self) -> str:
        """The login, empty when Grafana itself asks."""
        ...

    @property
    def route(self) -> str:
        """Method and path of a resource call, path of a stream, else empty."""
        ...

    @property
    def status(self) -> int:
        """The HTTP status, or what corresponds to it."""
        ...


class Journal:
    """Writes the line and counts."""

    def __init__(self, metrics: Metrics, rpcs: tuple[str, ...]) -> None:
        labels = {"rpc": rpcs, "status": _STATUSES}
        self._calls = metrics.counters("calls", "Calls of the host, by status class.", labels)
        self._seconds = metrics.histograms("call_seconds", "Duration of calls.", {"rpc": rpcs})
        self._running = metrics.gauges("calls_running", "Calls in progress.", {"rpc": rpcs})
        self._resources = metrics.counters(
            "resource_calls",
            "Resource calls, by the first segment of the path.",
            {"route": (OTHER,), "status": _STATUSES},
        )
        self._routes: set[str] = set()

    def watch(self, inside: Mapping[str, Callable[[], int]]) -> None:
        """Read the number of calls in progress from these functions."""
        for rpc, count in inside.items():
            self._running.of(rpc=rpc).set_function(count)

    def note(self, rpc: str, call: Told, seconds: float) -> None:
        """A call has ended."""
        status = f"{call.status // 100}xx"
        self._calls.of(rpc=rpc, status=status).inc()
        self._seconds.of(rpc=rpc).observe(seconds)
        if rpc == "CallResource":
            self._resources.of(route=self._route(call), status=status).inc()
        level = logging.DEBUG if _quiet(rpc, call, seconds) else logging.INFO
        if _log.isEnabledFor(level):
            ms = round(seconds * 1000, 2)
            extra = {"user": call.user, "route": call.route, "status": call.status, "ms": ms}
            _log.log(level, "call", extra=extra)

    def _route(self, call: Told) -> str:
        segment = call.route.partition(" ")[2].partition("/")[0][:64]
        if segment not in self._routes and call.status != _NOT_FOUND and len(self._routes) < MAX_ROUTES:
            self._routes.add(segment)
            self._resources.declare("route", segment)
        return segment


def _quiet(rpc: str, call: Told, seconds: float) -> bool:
    """Whether a call is a read that went well."""
    if rpc in _READS:
        return seconds < SLOW_S and call.status < _SERVER_ERROR
    return call.route.startswith(_READ) and seconds < SLOW_S and call.status < _CLIENT_ERROR
