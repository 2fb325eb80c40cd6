"""A Loki server: log lines of a service, and whether it is well.

    selector = await loki.selector("api", start, end)     the label by which the logs name the service
    counts = await loki.query_range(logql, start, end, step_s=60)
    lines = await loki.lines(selector, start, end, limit=100, containing='he said "no"')

Times are nanoseconds since 1970 and stay whole numbers: a float would move them. What a user gives becomes a
string literal of LogQL and is searched as it stands.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import quote as in_path

import msgspec
import polars as pl

from reliability_studio.errors import SourceMalformed, SourceRejected
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.literals import quote
from reliability_studio.sources.prometheus import Answer, Series

MAX_LINES = 5_000
"""Lines that a Loki server gives out in one answer, by default."""

SERVICE_LABELS = ("service_name", "service", "app", "job", "container")
"""Labels that may name the service, the likeliest first."""

TROUBLE = (
    r"(?i)(error|err=|fail|fatal|panic|exception|critical|severe|refused|time(d)?.?out|deadline|denied|"
    r"unavailable|out of memory|no space|reset)"
)
"""A wide net for lines of trouble; what it caught is judged by level afterwards."""

_TROUBLED = frozenset({"critical", "fatal", "error", "warn", "warning"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Line:
    """One log line; `ns` is its exact moment."""

    ns: int
    text: str
    labels: Mapping[str, str]

    @property
    def at(self) -> datetime:
        """The moment, cut to microseconds."""
        return _EPOCH + timedelta(microseconds=self.ns // 1000)

    @property
    def level(self) -> str:
        """What Loki itself says of the level; empty if it says nothing."""
        return self.labels.get("level") or self.labels.get("detected_level") or ""

    @property
    def pod(self) -> str:
        """The pod, where labels name it."""
        return self.labels.get("pod") or self.labels.get("k8s_pod_name") or ""


@dataclass(frozen=True, slots=True)
class LokiPattern:
    """Lines that look alike, as the server itself clusters them, and how many there were when."""

    text: str
    """The pattern, `<_>` where lines differ."""
    level: str
    """Empty on servers that do not tell it."""
    samples: tuple[tuple[int, int], ...]
    """Unix seconds and lines; a time without lines has none."""

    @property
    def trouble(self) -> bool:
        """Whether it speaks of trouble: by its level, or by its words."""
        return self.level in _TROUBLED or re.search(TROUBLE, self.text) is not None


class Loki:
    """The query API of one server."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

    async def selector(self, service: str, start: datetime, end: datetime) -> str | None:
        """A stream selector that finds the service's logs; None when no label names it.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return (await self.selectors((service,), start, end)).get(service)

    async def lines(
        self,
        selector: str,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        containing: str = "",
        matching: str = "",
    ) -> tuple[Line, ...]:
        """The newest lines of a window (start included, end excluded), newest first.

        Args:
            selector: as `selector` gives it.
            start: from.
            end: up to.
            limit: at most `MAX_LINES`.
            containing: a text that lines must hold, literally.
            matching: a regular expression (RE2) of ours that lines must match.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        query = selector
        if containing:
            query += f" |= {quote(containing)}"
        if matching:
            query += f" |~ {quote(matching)}"
        body = await self._client.get(
            "/loki/api/v1/query_range",
            {
                "query": query,
                "start": str(nanoseconds(start)),
                "end": str(nanoseconds(end)),
                "limit": str(min(limit, MAX_LINES)),
                "direction": "backward",
            },
        )
        data = self._as(body, _Answer).data
        if data.resultType != "streams":
            raise self._malformed(f"a query for lines gave {data.resultType}")
        found = [line for stream in data.result for line in self._of_stream(stream)]
        found.sort(key=lambda line: line.ns, reverse=True)
        return tuple(found[:limit])

    async def query(self, logql: str, /, *, at: datetime) -> Answer:
        """The numbers of a metric query at the moment `at`.

        Raises:
            SourceError: SourceRejected when the server refuses the query, with its words.
        """
        return await self._numbers(logql, "query", {"time": str(nanoseconds(at))})

    async def query_range(self, logql: str, /, start: datetime, end: datetime, *, step_s: int) -> Answer:
        """The same at `start`, `start + step_s`, … up to and including `end`.

        Raises:
            SourceError: as for `query`.
        """
        span = {"start": str(nanoseconds(start)), "end": str(nanoseconds(end)), "step": f"{step_s}s"}
        return await self._numbers(logql, "query_range", span)

    async def patterns(
        self, selector: str, start: datetime, end: datetime, *, step_s: int
    ) -> tuple[LokiPattern, ...] | None:
        """Patterns of all lines of a window with their counts; None where the server keeps none.

        Raises:
            SourceError: the server cannot be reached, or is no Loki.
        """
        params = {
            "query": selector,
            "start": str(nanoseconds(start)),
            "end": str(nanoseconds(end)),
            "step": f"{step_s}s",
        }
        try:
            body = await self._client.get("/loki/api/v1/patterns", params)
        except SourceRejected:
            return None  # An old server, or one without a pattern ingester.
        found = self._as(body, _Patterns).data or ()
        return tuple(
            LokiPattern(
                each.pattern,
                each.level,
                tuple((int(at), int(count)) for at, count in each.samples),
            )
            for each in found
        )

    async def selectors(self, services: Sequence[str], start: datetime, end: datetime) -> Mapping[str, str]:
        """Stream selectors of those services whose logs are found, with one question per label.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        span = {"start": str(nanoseconds(start)), "end": str(nanoseconds(end))}
        there = await self._words("/loki/api/v1/labels", span)
        found: dict[str, str] = {}
        for label in SERVICE_LABELS:
            left = [each for each in services if each not in found]
            if label in there and left:
                values = await self._words(f"/loki/api/v1/label/{in_path(label, safe='')}/values", span)
                found |= {each: f"{{{label}={quote(each)}}}" for each in left if each in values}
        return found

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/loki/api/v1/status/buildinfo")
        return f"version {self._as(body, _Build).version or 'unknown'}"

    async def _words(self, path: str, params: Mapping[str, str]) -> frozenset[str]:
        return frozenset(self._as(await self._client.get(path, params), _Words).data or ())

    async def _numbers(self, logql: str, route: str, params: Mapping[str, str]) -> Answer:
        found = self._as(
            await self._client.get(f"/loki/api/v1/{route}", {"query": logql, **params}), _Numbers
        )
        data = found.data
        if data.resultType not in {"matrix", "vector"}:
            raise self._malformed(f"a query for numbers gave {data.resultType}")
        try:
            series = tuple(_series(each) for each in data.result)
        except ValueError as error:
            raise self._malformed(str(error)) from error
        return Answer(logql, series, tuple(found.warnings or ()))

    def _of_stream(self, stream: "_Stream") -> list[Line]:
        lines: list[Line] = []
        for value in stream.values:
            # The third part, structured metadata, is there on newer servers only.
            if len(value) < 2 or not isinstance(value[0], str) or not isinstance(value[1], str):  # noqa: PLR2004
                raise self._malformed("a line is not [time, text]")
            if not (value[0].isascii() and value[0].isdigit()):
                raise self._malformed(f"'{value[0][:30]}' is no time in nanoseconds")
            lines.append(Line(int(value[0]), value[1], stream.stream))
        return lines

    def _as(self, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._malformed(str(error)) from error

    def _malformed(self, why: str) -> SourceMalformed:
        return SourceMalformed(f"{self.name} does not answer like Loki: {why}", source=self.name)


def nanoseconds(at: datetime) -> int:
    """A moment as Loki counts."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (at - _EPOCH) // timedelta(microseconds=1) * 1000


def frame(lines: Sequence[Line], service: str) -> pl.DataFrame:
    """Rows `ts` (ms), `service`, `message`, `level`, `pod`."""
    return pl.DataFrame(
        {
            "ts": pl.Series([line.ns // 1_000_000 for line in lines], dtype=pl.Int64),
            "service": pl.Series([service] * len(lines), dtype=pl.String),
            "message": pl.Series([line.text for line in lines], dtype=pl.String),
            "level": pl.Series([line.level or None for line in lines], dtype=pl.String),
            "pod": pl.Series([line.pod or None for line in lines], dtype=pl.String),
        }
    )


class _Stream(msgspec.Struct):
    stream: dict[str, str] = {}
    values: list[list[object]] = []


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815 - the server's name
    result: list[_Stream] = []


class _Answer(msgspec.Struct):
    data: _Data


class _Measured(msgspec.Struct):
    metric: dict[str, str] = {}
    value: tuple[float, str] | None = None
    values: list[tuple[float, str]] = []


class _NumberData(msgspec.Struct):
    resultType: str  # noqa: N815 - the server's name
    result: list[_Measured] = []


class _Numbers(msgspec.Struct):
    data: _NumberData
    warnings: list[str] | None = None


def _series(row: _Measured) -> Series:
    pairs = row.values if row.value is None else [row.value]
    return Series(row.metric, [at for at, _ in pairs], [float(value) for _, value in pairs])


class _Pattern(msgspec.Struct):
    pattern: str = ""
    level: str = ""
    samples: list[tuple[float, float]] = []


class _Patterns(msgspec.Struct):
    data: list[_Pattern] | None = None


class _Words(msgspec.Struct):
    data: list[str] | None = None


class _Build(msgspec.Struct):
    version: str = ""
