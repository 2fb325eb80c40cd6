"""What is kept of every call: one log line and its metrics. Never a header, a body or a query string.

What changed something, failed or was slow is logged at info; a read that went well is news for nobody, and
pages make thousands of them, so its line is at debug level and the metrics count it.

Labels are bounded: kinds of calls and classes of statuses. What each route does is counted where routes are
known (`api/router.py`).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from reliability_studio.observability.metrics import Metrics

_log = logging.getLogger("reliability_studio.calls")

_STATUSES = ("2xx", "3xx", "4xx", "5xx")
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

    def watch(self, inside: Mapping[str, Callable[[], int]]) -> None:
        """Read the number of calls in progress from these functions."""
        for rpc, count in inside.items():
            self._running.of(rpc=rpc).set_function(count)

    def note(self, rpc: str, call: Told, seconds: float) -> None:
        """A call has ended."""
        self._calls.of(rpc=rpc, status=f"{call.status // 100}xx").inc()
        self._seconds.of(rpc=rpc).observe(seconds)
        level = logging.DEBUG if _quiet(rpc, call, seconds) else logging.INFO
        if _log.isEnabledFor(level):
            ms = round(seconds * 1000, 2)
            extra = {"user": call.user, "route": call.route, "status": call.status, "ms": ms}
            _log.log(level, "call", extra=extra)


def _quiet(rpc: str, call: Told, seconds: float) -> bool:
    """Whether a call is a read that went well."""
    if rpc in _READS:
        return seconds < SLOW_S and call.status < _SERVER_ERROR
    return call.route.startswith(_READ) and seconds < SLOW_S and call.status < _CLIENT_ERROR
