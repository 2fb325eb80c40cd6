"""Everything the sources know about an incident's window, as the columns that the engine reads.

All sources are asked at once, each under the same deadline. What fails, is late or is not configured is
written down in words and the rest goes on: an investigation never fails for lack of one source. One query
per measurement covers all services that speak the same dialect, so a whole investigation stays far below
the sixty queries that it may ask.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import polars as pl

from reliability_studio.domain.correlation.evidence import Change, ClusterEvent, Source, Telemetry
from reliability_studio.errors import SourceNotConfigured, StudioError
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects, loki
from reliability_studio.sources.kubernetes import Event, Pod
from reliability_studio.sources.prometheus import Answer

LOOKBACK = timedelta(hours=2)
AFTER = timedelta(hours=1)
STEP_S = 30
DEADLINE_S = 10.0
LINES = 5_000
NOT_CONFIGURED = "not configured"


@dataclass(slots=True)
class Gathered:
    """What came back, filled source by source."""

    metrics: list[pl.DataFrame] = field(default_factory=list)
    edges: pl.DataFrame | None = None
    logs: pl.DataFrame | None = None
    pods: tuple[Pod, ...] = ()
    events: tuple[Event, ...] = ()
    changes: list[Change] = field(default_factory=list)
    failed: dict[Source, str] = field(default_factory=dict)

    def telemetry(self, service: str) -> Telemetry:
        """The engine's view of it."""
        return Telemetry.of(
            metrics=pl.concat(self.metrics, how="diagonal") if self.metrics else None,
            logs=self.logs,
            edges=self.edges,
            changes=tuple(self.changes),
            events=tuple(
                ClusterEvent(each.at, service, each.reason, each.message, each.type, each.name, each.count)
                for each in self.events
            ),
            failed=self.failed,
        )


async def gather(signals: Signals, service: str, namespace: str, start: datetime, now: datetime) -> Gathered:
    """Ask every source about `[start - LOOKBACK, start + AFTER]`, but nothing after `now`."""
    asking = _Asking(signals, service, namespace, start - LOOKBACK, min(now, start + AFTER))
    wanted: Mapping[Source, Callable[[], Awaitable[None]]] = {
        Source.METRICS: asking.metrics,
        Source.TOPOLOGY: asking.topology,
        Source.LOGS: asking.logs,
        Source.EVENTS: asking.cluster,
    }
    async with asyncio.TaskGroup() as group:
        for source, ask in wanted.items():
            group.create_task(_guarded(asking.got, source, ask))
    return asking.got


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question to each source; answers go into `got` as they arrive, so that a deadline loses none."""

    signals: Signals
    service: str
    namespace: str
    since: datetime
    until: datetime
    got: Gathered = field(default_factory=Gathered)

    async def metrics(self) -> None:
        spoken = await self.signals.spoken(self.service, self.until)
        if spoken is not None:
            for name, kind, query in dialects.everywhere(spoken):
                answer = await self.signals.course(query, self.since, self.until, STEP_S)
                self.got.metrics.append(_rows(answer, name, kind))

    async def topology(self) -> None:
        begin = self.until - timedelta(minutes=1)
        self.got.edges = _edges(await self.signals.course(dialects.EDGES, begin, self.until, STEP_S))

    async def logs(self) -> None:
        lines = await self.signals.all_lines(self.service, self.since, self.until, LINES)
        self.got.logs = loki.frame(lines, self.service)

    async def cluster(self) -> None:
        got, place = self.got, (self.namespace, self.service)
        got.pods = await self.signals.pods(*place)
        events = await self.signals.events(*place, self.since)
        got.events = tuple(each for each in events if each.at <= self.until)
        for each in await self.signals.deployments(*place):
            if each.rolled_out is not None and self.since <= each.rolled_out <= self.until:
                summary = f"{each.name} revision {each.revision}: {', '.join(each.images)}"
                got.changes.append(Change(each.rolled_out, self.service, "rollout", summary, each.name))


async def _guarded(got: Gathered, source: Source, ask: Callable[[], Awaitable[None]]) -> None:
    try:
        async with asyncio.timeout(DEADLINE_S):
            await ask()
    except TimeoutError:
        got.failed[source] = f"no answer within {DEADLINE_S:g} s"
    except SourceNotConfigured:
        got.failed[source] = NOT_CONFIGURED
    except StudioError as error:
        got.failed[source] = str(error)


def _rows(answer: Answer, name: str, kind: str) -> pl.DataFrame:
    services = [next(iter(series.labels.values()), "") for series in answer.series]
    named = pl.DataFrame(
        {
            "series": pl.Series(range(len(services)), dtype=pl.UInt32),
            "service": pl.Series(services, dtype=pl.String),
        }
    )
    return (
        answer.frame()
        .join(named, on="series")
        .filter(pl.col("service") != "")
        .select(
            ts=pl.col("time").dt.epoch("ms"),
            service="service",
            name=pl.lit(name),
            kind=pl.lit(kind),
            value="value",
            query=pl.lit(answer.query),
        )
    )


def _edges(answer: Answer) -> pl.DataFrame:
    rows = [
        (series.labels.get("client", ""), series.labels.get("server", ""), series.values[-1])
        for series in answer.series
        if series.values
    ]
    return pl.DataFrame(
        [row for row in rows if row[0] and row[1] and row[0] != "user"],
        schema={"caller": pl.String, "callee": pl.String, "rate": pl.Float64},
        orient="row",
    )
