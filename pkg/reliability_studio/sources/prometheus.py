"""A Prometheus-compatible server: instant and range queries, and whether it is well.

    answer = await prometheus.query(promql, at=now)                       one value per series
    answer = await prometheus.query_range(promql, start, end, step_s=60)  one value per series and step
    answer.series      labels, times (Unix seconds) and values of each series
    answer.frame()     the same as a long Polars frame: series, time, value

Queries go out as form POSTs with their moment pinned. Numbers arrive as JSON text and become floats, NaN
and infinities included: what they mean is the caller's matter. Warnings are handed on, since a warning
often means that a part of the data is missing. Mimir, Thanos and VictoriaMetrics speak the same protocol;
Thanos is told not to answer in part, and only from raw samples unless the settings allow downsampled ones.
"""

import asyncio
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
import polars as pl

from reliability_studio.errors import Invalid, SourceMalformed, SourceRejected, SourceTimeout
from reliability_studio.sources.http import Fault, SourceClient, plain

MAX_POINTS = 11_000
"""Points per series that a Prometheus server answers in one range query."""

HEALTH_S = 4.0
"""A probe that takes longer has failed."""

_RAW = "0s"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer; `times` are Unix seconds, as long as `values`."""

    labels: Mapping[str, str]
    times: Sequence[float]
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave, and what was asked."""

    query: str
    series: tuple[Series, ...]
    warnings: tuple[str, ...] = ()
    """Something is missing or doubtful: the data may be partial."""
    infos: tuple[str, ...] = ()

    def number(self) -> float | None:
        """The one number of an aggregated query; None when there is no series or it is not a number.

        Raises:
            Invalid: the query gives several series.
        """
        if len(self.series) > 1:
            raise Invalid(
                f"the query gives {len(self.series)} series where one number is needed: {self.query}"
            )
        values = [s.values[-1] for s in self.series if s.values]
        return values[0] if values and math.isfinite(values[0]) else None

    def frame(self) -> pl.DataFrame:
        """Long rows: `series` (position in `self.series`), `time` (UTC), `value`."""
        lengths = [len(s.values) for s in self.series]
        numbers = pl.Series("series", range(len(lengths)), dtype=pl.UInt32)
        times = [moment for s in self.series for moment in s.times]
        return pl.DataFrame(
            {
                "series": numbers.repeat_by(pl.Series(lengths, dtype=pl.UInt32)).explode(empty_as_null=False),
                "time": (pl.Series(times, dtype=pl.Float64) * 1000).round().cast(pl.Int64),
                "value": pl.Series([v for s in self.series for v in s.values], dtype=pl.Float64),
            }
        ).with_columns(pl.from_epoch("time", "ms").dt.replace_time_zone("UTC"))

    def of_services(self, names: Sequence[str]) -> pl.DataFrame:
        """Long rows: `ts` (milliseconds), `service`, `value`; `names` has the service of each series.

        A series whose service is unknown (an empty name) is left out.
        """
        named = pl.DataFrame(
            {"series": range(len(names)), "service": names},
            schema={"series": pl.UInt32, "service": pl.String},
        )
        rows = self.frame().join(named, on="series").filter(pl.col("service") != "")
        return rows.select(pl.col("time").dt.epoch("ms").alias("ts"), "service", "value")

    def labels(self) -> pl.DataFrame:
        """One row per series: `series` and a column per label, null where a series lacks it."""
        names = sorted({name for s in self.series for name in s.labels})
        columns: dict[str, pl.Series] = {"series": pl.Series(range(len(self.series)), dtype=pl.UInt32)}
        for name in names:
            columns[name] = pl.Series([s.labels.get(name) for s in self.series], dtype=pl.String)
        return pl.DataFrame(columns)


class Prometheus:
    """The query API of one server."""

    def __init__(self, client: SourceClient, *, timeout_s: float = 0.0, resolution: str = "raw") -> None:
        self._client = client
        self._limit = {"timeout": f"{timeout_s:g}s"} if timeout_s else {}
        # Thanos alone knows these; other servers pass over what they do not know.
        coarsest = _RAW if resolution == "raw" else resolution
        self._thanos = {"partial_response": "false", "max_source_resolution": coarsest}
        self.name = client.name

    async def query(self, promql: str, *, at: datetime) -> Answer:
        """Evaluate at the moment `at`.

        Raises:
            SourceError: SourceRejected when the server refuses the query, with its words.
        """
        envelope = await self._post("query", {"query": promql, "time": _moment(at)})
        return self._instant(promql, envelope)

    async def query_range(self, promql: str, start: datetime, end: datetime, *, step_s: int) -> Answer:
        """Evaluate at `start`, `start + step_s`, … up to and including `end`.

        Raises:
            Invalid: more than `MAX_POINTS` steps.
            SourceError: as for `query`.
        """
        points = (end - start) / timedelta(seconds=step_s) + 1
        if points > MAX_POINTS:
            raise Invalid.field("step", f"{points:.0f} points are more than the {MAX_POINTS} of one query")
        form = {"query": promql, "start": _moment(start), "end": _moment(end), "step": str(step_s)}
        envelope = await self._post("query_range", form)
        data = self._as(envelope.data, _Data)
        if data.resultType != "matrix":
            raise self._malformed(f"a range query gave a {data.resultType}")
        return self._answer(promql, envelope, self._as(data.result, list[_MatrixRow]))

    async def metric_names(self, start: datetime, end: datetime) -> frozenset[str]:
        """The metrics that have series in a window.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        body = await self._client.get(
            "/api/v1/label/__name__/values", {"start": _moment(start), "end": _moment(end)}
        )
        return frozenset(self._as(self._decode(body).data, list[str]))

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well, or took longer than `HEALTH_S`.
        """
        try:
            async with asyncio.timeout(HEALTH_S):
                return await self._build()
        except TimeoutError as error:
            text = f"{self.name} did not say how it is within {HEALTH_S:g} s"
            raise SourceTimeout(text, source=self.name) from error

    async def _build(self) -> str:
        try:
            body = await self._client.get("/api/v1/status/buildinfo")
        except SourceRejected:
            # Not every compatible server has this route; all of them can count to one.
            await self._post("query", {"query": "vector(1)"})
            return "answers queries"
        envelope = self._decode(body)
        return f"version {self._as(envelope.data, _Build).version or 'unknown'}"

    async def _post(self, route: str, form: Mapping[str, str]) -> "_Envelope":
        body = await self._client.post_form(
            f"/api/v1/{route}", {**form, **self._limit, **self._thanos}, idempotent=True
        )
        envelope = self._decode(body)
        if envelope.status != "success":
            raise SourceRejected(f"{self.name}: {envelope.errorType}: {envelope.error}", source=self.name)
        return envelope

    def _instant(self, promql: str, envelope: "_Envelope") -> Answer:
        data = self._as(envelope.data, _Data)
        if data.resultType == "vector":
            rows = [_MatrixRow(r.metric, [r.value] if r.value else []) for r in self._vector(data)]
        elif data.resultType == "scalar":
            rows = [_MatrixRow({}, [self._as(data.result, tuple[float, str])])]
        elif data.resultType == "matrix":
            rows = self._as(data.result, list[_MatrixRow])
        else:
            raise self._malformed(f"a query gave a {data.resultType}")
        return self._answer(promql, envelope, rows)

    def _vector(self, data: "_Data") -> "list[_VectorRow]":
        return self._as(data.result, list[_VectorRow])

    def _answer(self, promql: str, envelope: "_Envelope", rows: "list[_MatrixRow]") -> Answer:
        try:
            series = tuple(_series(row) for row in rows)
        except ValueError as error:
            raise self._malformed(f"a value is no number: {error}") from error
        return Answer(promql, series, tuple(envelope.warnings or ()), tuple(envelope.infos or ()))

    def _decode(self, body: bytes) -> "_Envelope":
        return self._as(msgspec.Raw(body), _Envelope)

    def _as(self, raw: msgspec.Raw, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(raw or b"null", type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise self._malformed(str(error)) from error

    def _malformed(self, why: str) -> SourceMalformed:
        return SourceMalformed(f"{self.name} does not answer like Prometheus: {why}", source=self.name)


def explain(body: bytes) -> Fault:
    """A Prometheus error body in one line; for `SourceClient`."""
    try:
        error = msgspec.json.decode(body, type=_Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return plain(body)
    return Fault(f"{error.errorType}: {error.error}", timeout=error.errorType in {"timeout", "canceled"})


def spans(
    start: datetime, end: datetime, *, step_s: int, longest: timedelta
) -> Iterator[tuple[datetime, datetime]]:
    """`[start, end]` cut into ranges that one query each may ask for, newest first; they share no step."""
    step = timedelta(seconds=step_s)
    steps = min(MAX_POINTS - 1, max(1, longest // step))
    while end >= start:
        begin = max(start, end - (steps - 1) * step)
        yield begin, end
        end = begin - step


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return f"{at.astimezone(UTC).timestamp():.3f}"


def _series(row: "_MatrixRow") -> Series:
    return Series(row.metric, [moment for moment, _ in row.values], [float(text) for _, text in row.values])


class _Envelope(msgspec.Struct):
    """The frame of every answer. The names are the server's."""

    status: str = ""
    data: msgspec.Raw = msgspec.Raw()
    errorType: str = ""  # noqa: N815
    error: str = ""
    warnings: list[str] | None = None
    infos: list[str] | None = None


class _Data(msgspec.Struct):
    resultType: str  # noqa: N815
    result: msgspec.Raw


class _VectorRow(msgspec.Struct):
    metric: dict[str, str]
    value: tuple[float, str] | None = None
    """Absent for a native histogram, which no query of ours asks for."""


class _MatrixRow(msgspec.Struct):
    metric: dict[str, str]
    values: list[tuple[float, str]] = []


class _Build(msgspec.Struct):
    version: str = ""
