"""What a service's metrics, logs, traces and pods say about a window of time, for people to read.

Each answer carries the query that gave it. A source that is not configured is said to be so; a service that
nobody measures gives no number, never a comforting one.
"""

import asyncio
import contextlib
import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.logs import known
from reliability_studio.domain.correlation.logs.lines import ERROR_LEVELS, parsed
from reliability_studio.errors import SourceNotConfigured, SourceRejected
from reliability_studio.flows.cluster_reading import ClusterReading
from reliability_studio.flows.sights import LogSight, Sight
from reliability_studio.settings.dialects import OwnDialect
from reliability_studio.sources import dialects, loki, tempo
from reliability_studio.sources.dialects import Spoken
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Line, Loki, LokiPattern
from reliability_studio.sources.prometheus import Answer, Prometheus
from reliability_studio.sources.promql import TAG, tagged
from reliability_studio.sources.tempo import Measured, Span, Tempo, Trace

READ_FACTOR = 5
"""Lines read for each line of trouble that is wanted: many that look like one are harmless."""


class Signals:
    """The configured sources of one organisation, asked about one service at a time."""

    def __init__(
        self,
        prometheus: Prometheus | None,
        logs: Loki | None,
        traces: Tempo | None,
        cluster: Kubernetes | None,
        own: Sequence[OwnDialect] = (),
    ) -> None:
        self._prometheus = prometheus
        self._loki = logs
        self._tempo = traces
        self.cluster = ClusterReading(cluster)
        """What runs, and how it is placed."""
        self._own = {each.service: dialects.own(each) for each in own}

    @property
    def configured(self) -> bool:
        """Whether there is any source to ask."""
        return any((self._prometheus, self._loki, self._tempo, self.cluster.configured))

    @property
    def has_metrics(self) -> bool:
        """Whether there is a Prometheus to ask."""
        return self._prometheus is not None

    async def rates(self, service: str, start: datetime, end: datetime) -> Sight:
        """`requestRate` per second, `errorRate` and `availability` in percent, where failures are told.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        spoken = await self.spoken(service, end)
        if spoken is None:
            return Sight(service, start, end, "", "")
        answer = await self._ask(dialects.rates(spoken, service, _seconds(start, end)), end)
        got = _by_role(answer)
        total, bad = got.get("total"), got.get("bad")
        share = None if not total or bad is None else bad / total
        return Sight(
            service,
            start,
            end,
            spoken.dialect.name,
            answer.query,
            {
                "requestRate": total,
                "errorRate": None if share is None else 100 * share,
                "availability": None if share is None else 100 * (1 - share),
            },
        )

    async def latencies(self, service: str, start: datetime, end: datetime) -> Sight:
        """`p50`, `p95` and `p99` in milliseconds.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        spoken = await self.spoken(service, end)
        if spoken is None or not spoken.dialect.durations:
            return Sight(service, start, end, spoken.dialect.name if spoken else "", "")
        answer = await self._ask(dialects.latencies(spoken, service, _seconds(start, end)), end)
        values = {
            name: None if value is None else value * spoken.dialect.to_ms
            for name, value in _by_role(answer).items()
        }
        return Sight(service, start, end, spoken.dialect.name, answer.query, values)

    async def errors(self, service: str, start: datetime, end: datetime, limit: int) -> LogSight:
        """Lines that say that something went wrong.

        Raises:
            SourceError: Loki is not configured or fails.
        """
        source = self._need_loki()
        selector = await source.selector(service, start, end)
        if selector is None:
            return LogSight("", (), (), ())
        caught = await source.lines(
            selector, start, end, limit=min(limit * READ_FACTOR, loki.MAX_LINES), matching=loki.TROUBLE
        )
        seen = _judged(selector, caught)
        wanted = [
            place
            for place, (level, meaning) in enumerate(zip(seen.levels, seen.meanings, strict=True))
            if level in ERROR_LEVELS or (level == "unknown" and meaning)
        ][:limit]
        return LogSight(
            selector,
            tuple(seen.lines[i] for i in wanted),
            tuple(seen.levels[i] for i in wanted),
            tuple(seen.meanings[i] for i in wanted),
        )

    async def all_lines(self, service: str, start: datetime, end: datetime, limit: int) -> tuple[Line, ...]:
        """The service's newest lines of any kind.

        Raises:
            SourceError: Loki is not configured or fails.
        """
        source = self._need_loki()
        selector = await source.selector(service, start, end)
        return () if selector is None else await source.lines(selector, start, end, limit=limit)

    async def trouble_of(
        self, services: Sequence[str], start: datetime, end: datetime, limit: int
    ) -> Mapping[str, tuple[Line, ...]]:
        """Lines of trouble of several services, by service; one with more than `limit` of them has no entry.

        A part of them would look as if the trouble began where the part does.

        Raises:
            SourceError: Loki is not configured.
            ExceptionGroup: of a SourceError, when it fails.
        """
        source = self._need_loki()
        selectors = await source.selectors(services, start, end)
        async with asyncio.TaskGroup() as group:
            reading = {
                name: group.create_task(
                    source.lines(selector, start, end, limit=limit, matching=loki.TROUBLE)
                )
                for name, selector in selectors.items()
            }
        return {name: lines for name, task in reading.items() if len(lines := task.result()) < limit}

    async def log_patterns(
        self, service: str, start: datetime, end: datetime, step_s: int
    ) -> tuple[LokiPattern, ...]:
        """Patterns of all the service's lines as the server counts them; none where it keeps none.

        Raises:
            SourceError: Loki is not configured or fails.
        """
        source = self._need_loki()
        selector = await source.selector(service, start, end)
        found = None if selector is None else await source.patterns(selector, start, end, step_s=step_s)
        return found or ()

    async def search(self, service: str, text: str, start: datetime, end: datetime, limit: int) -> LogSight:
        """Lines that hold `text`, whatever characters it is made of.

        Raises:
            SourceError: Loki is not configured or fails.
        """
        source = self._need_loki()
        selector = await source.selector(service, start, end)
        if selector is None:
            return LogSight("", (), (), ())
        return _judged(selector, await source.lines(selector, start, end, limit=limit, containing=text))

    async def traces(
        self, service: str, start: datetime, end: datetime, limit: int, over_ms: int | None
    ) -> tuple[str, tuple[Trace, ...]]:
        """Failed traces of the service, or those with spans slower than `over_ms`; with the query.

        Raises:
            SourceError: Tempo is not configured or fails.
        """
        query = tempo.failing(service) if over_ms is None else tempo.slow(service, over_ms)
        return query, await self.found_traces(query, start, end, limit, ("name",))

    async def found_traces(
        self, traceql: str, start: datetime, end: datetime, limit: int, attributes: Sequence[str] = ()
    ) -> tuple[Trace, ...]:
        """Traces that match a query of ours; with these attributes of matched spans, where the server can.

        Raises:
            SourceError: Tempo is not configured or fails.
        """
        if self._tempo is None:
            raise _absent("tempo")
        if attributes:
            selecting = tempo.selecting(traceql, attributes)
            with contextlib.suppress(SourceRejected):  # Too old to select.
                return await self._tempo.search(selecting, start, end, limit=limit)
        return await self._tempo.search(traceql, start, end, limit=limit)

    async def trace(self, trace_id: str) -> tuple[Span, ...]:
        """All spans of one trace.

        Raises:
            SourceError: Tempo is not configured or fails.
        """
        if self._tempo is None:
            raise _absent("tempo")
        return await self._tempo.trace(trace_id)

    async def measured_spans(
        self, traceql: str, start: datetime, end: datetime, step_s: int
    ) -> tuple[Measured, ...]:
        """What Tempo counts of the spans of every service over a window.

        Raises:
            SourceError: Tempo is not configured, keeps no spans for metrics, or fails.
        """
        if self._tempo is None:
            raise _absent("tempo")
        return await self._tempo.measured(traceql, start, end, step_s=step_s)

    async def spoken(self, service: str, at: datetime) -> Spoken | None:
        """The dialect that the service speaks; None when the table knows none.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        if self._prometheus is None:
            raise _absent("prometheus")
        if service in self._own:
            return self._own[service]
        answer = await self._prometheus.query(dialects.probe(service), at=at)
        return dialects.recognise(series.labels.get(TAG, "") for series in answer.series)

    async def course(self, query: str, start: datetime, end: datetime, step_s: int) -> Answer:
        """Series of a query of ours over a window.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        if self._prometheus is None:
            raise _absent("prometheus")
        return await self._prometheus.query_range(query, start, end, step_s=step_s)

    async def instant(self, query: str, at: datetime) -> Answer:
        """The answer to a query of ours at one moment.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        if self._prometheus is None:
            raise _absent("prometheus")
        return await self._prometheus.query(query, at=at)

    async def log_selector(self, service: str, start: datetime, end: datetime) -> str | None:
        """The stream selector that finds the service's logs; None when no label names it.

        Raises:
            SourceError: Loki is not configured or fails.
        """
        return await self._need_loki().selector(service, start, end)

    async def metric_names(self, start: datetime, end: datetime) -> frozenset[str]:
        """The metrics that have series in a window.

        Raises:
            SourceError: Prometheus is not configured or fails.
        """
        if self._prometheus is None:
            raise _absent("prometheus")
        return await self._prometheus.metric_names(start, end)

    async def _ask(self, parts: Mapping[str, str], at: datetime) -> Answer:
        if self._prometheus is None:
            raise _absent("prometheus")
        return await self._prometheus.query(tagged(parts), at=at)

    def _need_loki(self) -> Loki:
        if self._loki is None:
            raise _absent("loki")
        return self._loki


def _judged(selector: str, lines: Sequence[Line]) -> LogSight:
    """The level of each line as it says itself, else as Loki says; and what common lines mean (K4-K8)."""
    frame = loki.frame(lines, "").with_columns(row=pl.int_range(pl.len()))
    read = parsed(frame).sort("row") if lines else frame.with_columns(text=pl.col("message"))
    levels = tuple(level or "unknown" for level in read["level"].to_list())
    found = [known.meaning(text, level) for text, level in zip(read["text"].to_list(), levels, strict=True)]
    meanings = tuple(each.value if each else "" for each in found)
    return LogSight(selector, tuple(lines), levels, meanings)


def _by_role(answer: Answer) -> dict[str, float | None]:
    return {
        series.labels.get(TAG, ""): series.values[-1] if math.isfinite(series.values[-1]) else None
        for series in answer.series
        if series.values
    }


def _seconds(start: datetime, end: datetime) -> int:
    return max(60, (end - start) // timedelta(seconds=1))


def _absent(name: str) -> SourceNotConfigured:
    return SourceNotConfigured(f"{name} is not configured: give its address in the settings", source=name)
