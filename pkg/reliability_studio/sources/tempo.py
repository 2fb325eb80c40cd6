"""A Tempo server: traces of a service that failed or were slow, and whether it is well.

    traces = await tempo.search(failing("api"), start, end, limit=20)

Tempo gives the first traces that it finds, not the slowest; the caller must not read them as a ranking.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from reliability_studio.errors import SourceMalformed
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.promql import quote

LONGEST = timedelta(hours=168)
"""The longest search that a server takes by default."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace as a search shows it."""

    id: str
    root_service: str
    root_name: str
    start: datetime
    duration_ms: float


class Tempo:
    """The search API of one server."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

    async def search(self, traceql: str, start: datetime, end: datetime, *, limit: int) -> tuple[Trace, ...]:
        """Traces that match within a window, newest first.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        start = max(start, end - LONGEST)
        params = {
            "q": traceql,
            "start": str(int(start.timestamp())),
            "end": str(int(end.timestamp()) + 1),
            "limit": str(limit),
        }
        answer = self._as(await self._client.get("/api/search", params), _Answer)
        found = [self._trace(each) for each in answer.traces or ()]
        return tuple(sorted(found, key=lambda trace: trace.start, reverse=True)[:limit])

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/api/status/buildinfo")
        return f"version {self._as(body, _Build).version or 'unknown'}"

    def _trace(self, found: "_Trace") -> Trace:
        if not found.startTimeUnixNano.isdigit():
            raise self._malformed(f"'{found.startTimeUnixNano[:30]}' is no time in nanoseconds")
        start = datetime.fromtimestamp(int(found.startTimeUnixNano) / 1e9, tz=UTC)
        return Trace(found.traceID, found.rootServiceName, found.rootTraceName, start, found.durationMs)

    def _as(self, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._malformed(str(error)) from error

    def _malformed(self, why: str) -> SourceMalformed:
        return SourceMalformed(f"{self.name} does not answer like Tempo: {why}", source=self.name)


def failing(service: str) -> str:
    """TraceQL: spans of the service that ended in an error."""
    return f"{{ resource.service.name = {quote(service)} && status = error }}"


def slow(service: str, over_ms: int) -> str:
    """TraceQL: spans of the service that took longer."""
    return f"{{ resource.service.name = {quote(service)} && duration > {over_ms}ms }}"


class _Trace(msgspec.Struct):
    traceID: str  # noqa: N815 - the server's names
    startTimeUnixNano: str  # noqa: N815
    rootServiceName: str = ""  # noqa: N815
    rootTraceName: str = ""  # noqa: N815
    durationMs: float = 0.0  # noqa: N815


class _Answer(msgspec.Struct):
    traces: list[_Trace] | None = None


class _Build(msgspec.Struct):
    version: str = ""
