"""The detector at work: candidates about services that no alert rule watches, through the door of all alerts.

It asks Prometheus for the courses of all services at once, a few queries a minute whatever their number. What
it finds is an alert of the source `detector`, which never opens an incident: it waits, with the reason
`candidate`, for a person to declare one. It is left out where somebody is told already: the service has an
open incident or calls one that has, an alert rule spoke of it within `WATCHED`, or it has an SLO that alerts.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.unusual import (
    HISTORY,
    OVER_AFTER,
    STEP_MS,
    Unusual,
    goes_on,
    unexplained,
    unusual,
)
from reliability_studio.errors import SourceError
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.detector import DetectorSettings
from reliability_studio.sources import dialects
from reliability_studio.sources.dialects import Course, Spoken
from reliability_studio.store import alerts, catalog, incidents, slos
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

WATCHED = timedelta(days=30)
"""How long a service counts as watched after an alert of a rule about it."""
AROUND = timedelta(minutes=15)
"""What is read of yesterday, before and after this time."""
MOST_SERIES = 2_000
"""Services that one query may answer for; more are a sign that a label is not a service's name."""

_SCHEMA = {"ts": pl.Int64, "service": pl.String, "kind": pl.String, "value": pl.Float64}
_NAMES: Mapping[Kind, str] = {Kind.ERRORS: "UnusualErrors", Kind.LATENCY: "UnusualLatency"}


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store says before anybody is told."""

    firing: Mapping[tuple[str, Kind], AlertEvent]
    """Candidates that go on."""
    calls: frozenset[tuple[str, str]]
    told: frozenset[str]
    """Services about which somebody is told already."""


class Detector:
    """Looks at one organisation's services."""

    def __init__(
        self, org_id: int, database: Database, signals: Signals, intake: Intake, settings: DetectorSettings
    ) -> None:
        self._org_id = org_id
        self._database = database
        self._signals = signals
        self._intake = intake
        self._settings = settings

    @property
    def problem(self) -> str:
        """Why it cannot work although it is switched on; empty when it can."""
        if self._settings.enabled and not self._signals.has_metrics:
            return "the detector is switched on but no Prometheus is configured: it sees nothing"
        return ""

    async def sweep(self, now: datetime) -> int:
        """Look once; how many candidates began or ended. Switched off, it ends those that it had."""
        known = await self._known(now)
        if not self._settings.enabled or not self._signals.has_metrics:
            ends = [replace(event, ends_at=now, received_at=now) for event in known.firing.values()]
            return await self._tell(ends, now)
        try:
            return await self._look(known, now)
        except SourceError as error:
            _log.warning("the detector sees nothing", extra={"reason": str(error)})
        except ExceptionGroup as failures:
            _, others = failures.split(SourceError)
            if others is not None:
                raise
            _log.warning("the detector sees nothing", extra={"reason": str(failures.exceptions[0])})
        return 0

    async def _look(self, known: _Known, now: datetime) -> int:
        spoken = await self._spoken(now)
        courses = await self._courses(spoken, now - HISTORY, now)
        # Arithmetic over all services must not hold the loop up.
        events = [*await asyncio.to_thread(_ended, courses, known.firing, now)]
        found = await asyncio.to_thread(unusual, courses, now)
        if found:
            day = timedelta(days=1)
            yesterday = await self._courses(spoken, now - day - AROUND, now - day + AROUND)
            found = await asyncio.to_thread(unusual, courses, now, yesterday)
        told = known.told | self._settings.exclude
        events += [
            candidate(one, now)
            for one in unexplained(found, known.calls)
            if (one.service, one.kind) not in known.firing and one.service not in told
        ]
        return await self._tell(events, now)

    async def _tell(self, events: Sequence[AlertEvent], now: datetime) -> int:
        await self._intake.apply(self._org_id, events, now)
        return len(events)

    async def _spoken(self, now: datetime) -> Sequence[Spoken]:
        there = await self._signals.metric_names(now - timedelta(minutes=10), now)
        query = dialects.everybody(there)
        if not query:
            return ()
        answer = await self._signals.instant(query, now)
        return dialects.speakers(there, (series.labels for series in answer.series))

    async def _courses(self, spoken: Sequence[Spoken], start: datetime, end: datetime) -> pl.DataFrame:
        """Traffic, errors and latency of everybody, one point a minute."""
        wanted = [(each, course) for each in spoken for course in dialects.everywhere(each)]
        async with asyncio.TaskGroup() as group:
            asking = [
                group.create_task(self._course(each.label, course, start, end)) for each, course in wanted
            ]
        frames = [task.result() for task in asking]
        found = pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)
        # A service that two dialects measure is judged by the first that does.
        return found.unique(["ts", "service", "kind"], keep="first", maintain_order=True)

    async def _course(self, label: str, course: Course, start: datetime, end: datetime) -> pl.DataFrame:
        answer = await self._signals.course(course.query, start, end, STEP_MS // 1000)
        names = [series.labels.get(label, "") for series in answer.series]
        if len(names) > MOST_SERIES:
            _log.warning("too many series for the detector", extra={"label": label, "series": len(names)})
            return pl.DataFrame(schema=_SCHEMA)
        rows = answer.of_services(names)
        return rows.select("ts", "service", pl.lit(course.kind).alias("kind"), "value")

    async def _known(self, now: datetime) -> _Known:
        async with self._database.reading() as connection:
            firing = await alerts.firing(connection, self._org_id, source=AlertSource.DETECTOR)
            services = await catalog.listing(connection, self._org_id)
            calls = frozenset((each.name, callee) for each in services for callee in each.calls)
            told = (
                await _told(connection, self._org_id, calls, now) if self._settings.enabled else frozenset()
            )
        by_name = {_subject(one.event): one.event for one in firing}
        return _Known(by_name, calls, told)


def candidate(one: Unusual, now: datetime) -> AlertEvent:
    """The alert about a service that misbehaves; it carries what its end is judged by."""
    labels = {"alertname": _NAMES[one.kind], "service": one.service, "severity": "low"}
    what = "requests fail" if one.kind is Kind.ERRORS else "of latency"
    return AlertEvent(
        source=AlertSource.DETECTOR,
        fingerprint=fingerprint({"detector": one.kind.value, "service": one.service}),
        starts_at=one.since,
        ends_at=None,
        labels=labels,
        annotations={
            "summary": f"{_said(one.now, one.kind)} {what}, usually {_said(one.usual, one.kind)}",
            "description": (
                f"For nearly all of ten minutes, at {one.rate:.2g} requests a second; further out of its own "
                "noise than in the hours before, and worse than at this time yesterday where that is known."
            ),
            "detector_usual": repr(one.usual),
            "detector_level": repr(one.now),
            "detector_kind": one.kind.value,
        },
        received_at=now,
    )


async def _told(
    connection: AsyncConnection, org_id: int, calls: Collection[tuple[str, str]], now: datetime
) -> frozenset[str]:
    """Services that need no candidate."""
    active = await incidents.active(connection, org_id, resolved_since=now)
    open_ = {name for each in active if each.status.active for name in (each.service, *each.services)}
    callers = {caller for caller, callee in calls if callee in open_}
    watched = await incidents.alerted_services(connection, org_id, now - WATCHED)
    objectives = {slo.definition.service for slo in await slos.every(connection, org_id)}
    return frozenset(open_ | callers | watched | objectives)


def _ended(
    courses: pl.DataFrame, firing: Mapping[tuple[str, Kind], AlertEvent], now: datetime
) -> Sequence[AlertEvent]:
    """Those that are over. What is not measured any more is over after `OVER_AFTER`, as all are."""
    found = []
    for (service, kind), event in firing.items():
        told = event.annotations
        one = Unusual(
            service,
            kind,
            event.starts_at,
            float(told.get("detector_usual", "0")),
            float(told.get("detector_level", "0")),
            0.0,
            0.0,
        )
        still = goes_on(courses, one, now)
        if still is False or (still is None and now - event.starts_at >= OVER_AFTER):
            found.append(replace(event, ends_at=now, received_at=now))
    return found


def _subject(event: AlertEvent) -> tuple[str, Kind]:
    return event.labels.get("service", ""), Kind(event.annotations.get("detector_kind", Kind.ERRORS.value))


def _said(value: float, kind: Kind) -> str:
    return f"{value:.2%}" if kind is Kind.ERRORS else f"{value:.0f} ms"
