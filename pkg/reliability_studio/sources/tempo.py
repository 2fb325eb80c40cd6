"""A Tempo server: traces of a service that failed or were slow, whole traces, counts of all its spans.

    traces = await tempo.search(failing("api"), start, end, limit=20)
    spans = await tempo.trace(traces[0].id)
    rates = await tempo.measured(served(), start, end, step_s=30)

Tempo gives the first traces that it finds, not the slowest; the caller must not read them as a ranking.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import quote as in_path

import msgspec

from reliability_studio.errors import SourceMalformed
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.literals import quote

SPANS_EACH = 10
"""Matched spans that a search shows of each trace."""
LONGEST = timedelta(hours=168)
"""The longest search that a server takes by default."""
BY_SERVICE = "resource.service.name"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trace:
    """One trace as a search shows it."""

    id: str
    root_service: str
    root_name: str
    start: datetime
    duration_ms: float
    matched: tuple["Match", ...] = ()
    """The spans that made it match, a few of them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A span that a search matched, with those attributes that the query selected."""

    id: str
    name: str
    duration_ms: float
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Span:
    """One span of a whole trace."""

    id: str
    parent: str
    """Empty for a root."""
    service: str
    name: str
    kind: str
    """`server`, `client`, `internal`, `producer`, `consumer`; empty when not told."""
    start_ns: int
    duration_ms: float
    error: bool
    message: str
    """What its status or its first exception says."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a server counted of the spans of one service."""

    service: str
    times_ms: Sequence[int]
    values: Sequence[float]
    """Per step; not finite where the server has no number."""


class Tempo:
    """The search and metrics API of one server."""

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
            "spss": str(SPANS_EACH),
        }
        answer = self._as(await self._client.get("/api/search", params), _Answer)
        found = [self._trace(each) for each in answer.traces or ()]
        return tuple(sorted(found, key=lambda trace: trace.start, reverse=True)[:limit])

    async def trace(self, trace_id: str) -> tuple[Span, ...]:
        """All spans of one trace.

        Raises:
            SourceError: the server refuses, cannot be reached, or has no such trace any more.
        """
        body = await self._client.get(f"/api/traces/{in_path(trace_id, safe='')}")
        answer = self._as(body, _Whole)
        batches = answer.batches or answer.resourceSpans or []
        return tuple(
            self._span(raw, service)
            for batch in batches
            for service in (_attributes(batch.resource.attributes).get("service.name", ""),)
            for scope in (*(batch.scopeSpans or ()), *(batch.instrumentationLibrarySpans or ()))
            for raw in scope.spans or ()
        )

    async def measured(
        self, traceql: str, start: datetime, end: datetime, *, step_s: int
    ) -> tuple[Measured, ...]:
        """Series of a TraceQL metrics query that groups by service; what names no service is left out.

        Raises:
            SourceError: the server refuses or cannot be reached. Before version 3 a server without the
                processor `local-blocks` refuses all of these.
        """
        params = {
            "q": traceql,
            "start": str(int(start.timestamp())),
            "end": str(int(end.timestamp())),
            "step": f"{step_s}s",
        }
        # A server that does not count answers like one that is broken: asking again would not help it.
        body = await self._client.get("/api/metrics/query_range", params, retries=False)
        answer = self._as(body, _Metrics)
        return tuple(
            self._measured(name, series.samples or ())
            for series in answer.series or ()
            if (name := _attributes(series.labels).get(BY_SERVICE, ""))
        )

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/api/status/buildinfo")
        return f"version {self._as(body, _Build).version or 'unknown'}"

    def _measured(self, service: str, samples: "Sequence[_Sample]") -> Measured:
        try:
            return Measured(
                service,
                [int(each.timestampMs) for each in samples],
                [float(each.value) for each in samples],
            )
        except ValueError as error:
            raise self._malformed(str(error)) from error

    def _trace(self, found: "_Trace") -> Trace:
        if not found.startTimeUnixNano.isdigit():
            raise self._malformed(f"'{found.startTimeUnixNano[:30]}' is no time in nanoseconds")
        start = datetime.fromtimestamp(int(found.startTimeUnixNano) / 1e9, tz=UTC)
        sets = found.spanSets or ([found.spanSet] if found.spanSet else [])
        matched = tuple(
            Match(
                each.spanID, each.name, _nanoseconds(each.durationNanos) / 1e6, _attributes(each.attributes)
            )
            for one in sets
            for each in one.spans or ()
        )
        return Trace(
            found.traceID, found.rootServiceName, found.rootTraceName, start, found.durationMs, matched
        )

    def _span(self, raw: "_Span", service: str) -> Span:
        begin, end = _nanoseconds(raw.startTimeUnixNano), _nanoseconds(raw.endTimeUnixNano)
        code = raw.status.code
        thrown = next(
            (
                text
                for event in raw.events or ()
                if (text := _attributes(event.attributes).get("exception.message", ""))
            ),
            "",
        )
        return Span(
            id=raw.spanId,
            parent=raw.parentSpanId,
            service=service,
            name=raw.name,
            kind=_KINDS.get(raw.kind, str(raw.kind).removeprefix("SPAN_KIND_").lower()),
            start_ns=begin,
            duration_ms=max(0, end - begin) / 1e6,
            error=code in {2, "2", "STATUS_CODE_ERROR"},
            message=(raw.status.message or thrown)[:300],
        )

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


def selecting(traceql: str, attributes: Sequence[str]) -> str:
    """The same search, whose matched spans bring these attributes along."""
    return f"{traceql} | select({', '.join(attributes)})"


def usual(service: str) -> str:
    """TraceQL: spans of the service that ended well."""
    return f"{{ resource.service.name = {quote(service)} && status != error }}"


_SERVED = "(kind = server || kind = consumer)"
"""Spans in which a service did what somebody asked of it, each once."""


def served(service: str = "", *, failed: bool = False) -> str:
    """TraceQL: what each service, or this one, served per second; or what of it ended in an error."""
    named = f"{BY_SERVICE} = {quote(service)}" if service else ""
    chosen = " && ".join(each for each in (_SERVED, named, "status = error" if failed else "") if each)
    return f"{{ {chosen} }} | rate() by ({BY_SERVICE})"


def served_within(quantile: float) -> str:
    """TraceQL: the seconds within which each service served that share of requests."""
    return f"{{ {_SERVED} }} | quantile_over_time(duration, {quantile:g}) by ({BY_SERVICE})"


_KINDS: Mapping[object, str] = {
    0: "",
    1: "internal",
    2: "server",
    3: "client",
    4: "producer",
    5: "consumer",
    "SPAN_KIND_UNSPECIFIED": "",
}


def _nanoseconds(text: str | int) -> int:
    return int(text) if str(text).isdigit() else 0


def _attributes(found: "list[_Attribute] | None") -> Mapping[str, str]:
    read: dict[str, str] = {}
    for each in found or ():
        value = next((inner for inner in each.value.values() if isinstance(inner, str | int | float)), None)
        if value is not None:
            read[each.key] = str(value)
    return read


class _Attribute(msgspec.Struct):
    key: str
    value: dict[str, object] = {}


class _MatchedSpan(msgspec.Struct):
    spanID: str = ""  # noqa: N815 - the server's names, here and below
    name: str = ""
    durationNanos: str | int = 0  # noqa: N815
    attributes: list[_Attribute] | None = None


class _SpanSet(msgspec.Struct):
    spans: list[_MatchedSpan] | None = None


class _Status(msgspec.Struct):
    code: str | int = 0
    message: str = ""


class _SpanEvent(msgspec.Struct):
    attributes: list[_Attribute] | None = None


class _Span(msgspec.Struct):
    spanId: str = ""  # noqa: N815
    parentSpanId: str = ""  # noqa: N815
    name: str = ""
    kind: str | int = 0
    startTimeUnixNano: str | int = 0  # noqa: N815
    endTimeUnixNano: str | int = 0  # noqa: N815
    status: _Status = msgspec.field(default_factory=_Status)
    events: list[_SpanEvent] | None = None


class _Scope(msgspec.Struct):
    spans: list[_Span] | None = None


class _Resource(msgspec.Struct):
    attributes: list[_Attribute] | None = None


class _Batch(msgspec.Struct):
    resource: _Resource = msgspec.field(default_factory=_Resource)
    scopeSpans: list[_Scope] | None = None  # noqa: N815
    instrumentationLibrarySpans: list[_Scope] | None = None  # noqa: N815 - before Tempo 2


class _Whole(msgspec.Struct):
    batches: list[_Batch] | None = None
    resourceSpans: list[_Batch] | None = None  # noqa: N815


class _Trace(msgspec.Struct):
    traceID: str  # noqa: N815 - the server's names
    startTimeUnixNano: str  # noqa: N815
    rootServiceName: str = ""  # noqa: N815
    rootTraceName: str = ""  # noqa: N815
    durationMs: float = 0.0  # noqa: N815
    spanSets: list[_SpanSet] | None = None  # noqa: N815
    spanSet: _SpanSet | None = None  # noqa: N815


class _Sample(msgspec.Struct):
    """Protobuf leaves out what is zero, and writes 64 bits and what is no number as texts."""

    timestampMs: str | int = 0  # noqa: N815
    value: float | str = 0.0


class _MetricSeries(msgspec.Struct):
    labels: list[_Attribute] | None = None
    samples: list[_Sample] | None = None


class _Metrics(msgspec.Struct):
    series: list[_MetricSeries] | None = None


class _Answer(msgspec.Struct):
    traces: list[_Trace] | None = None


class _Build(msgspec.Struct):
    version: str = ""
