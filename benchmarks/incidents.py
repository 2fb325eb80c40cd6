"""Q8: what people wait for with ten thousand incidents and a hundred thousand alerts, on both databases.

The store is filled directly; everything that is timed goes through the plugin process, as a page's call does.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from benchmarks.bench import Bench
from benchmarks.client import CALL_RESOURCE, Job
from benchmarks.contract import Cell
from benchmarks.intake import BATCH, P95_MS, PER_MINUTE
from benchmarks.load import send
from benchmarks.measure import Measure, Skipped
from benchmarks.process import Plugin, running
from benchmarks.seed import SERVICES, an_alert, webhook
from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.incidents.model import Incident, Milestone, Origin, Severity, Stamp, Status
from reliability_studio.store import alerts, incidents, joins
from reliability_studio.store.engine import Database
from scripts.servers import ProgramMissing, postgres

INCIDENTS = 10_000
ALERTS = 100_000
OPEN_EVERY = 50
LIST_MS = 200.0
CHANGE_MS = 50.0
CALLS = 100
NOW = datetime(2026, 1, 1, tzinfo=UTC)

LISTS = (
    Cell("newest 50", "incidents", query="limit=50"),
    Cell(
        "filtered by three", "incidents", query="status=open&severity=critical&service=service-008&limit=50"
    ),
    Cell("full text", "incidents", query="q=payments+region&limit=50"),
    Cell("a rare word", "incidents", query="q=INC-never-heard-of&limit=50"),
)


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Both databases, one after the other."""
    path = bench.data("incidents-sqlite")
    yield from _on(bench, "SQLite", f"sqlite:///{path}/studio.sqlite", {"GF_PLUGIN_DATA_DIR": str(path)})
    try:
        with postgres(durable=True) as server:
            url = server.database("incidents")
            yield from _on(bench, "PostgreSQL", url, {"GF_PLUGIN_DATABASE_URL": url})
    except ProgramMissing as missing:
        yield Skipped("incidents on PostgreSQL", str(missing))


def _on(bench: Bench, database: str, url: str, environment: Mapping[str, str]) -> Iterator[Measure]:
    held, alarms = bench.many(INCIDENTS), bench.many(ALERTS)
    asyncio.run(_fill(url, held, alarms))
    plugin: Plugin = replace(bench.app, environment={**bench.app.environment, **environment})
    group, note = f"incidents, {database}", f"{held:,} incidents, {alarms:,} alerts"
    with running(plugin, bench.data(f"incidents-run-{database.lower()}")) as started:
        for cell in LISTS:
            job = Job(started.target, CALL_RESOURCE, (cell.request(),), callers=1, calls=CALLS)
            yield Measure(group, f"{cell.name}, p95", _p95(job), "ms", LIST_MS, note=note)
        changes = tuple(_change(number).request() for number in range(OPEN_EVERY, held + 1, OPEN_EVERY))
        job = Job(started.target, CALL_RESOURCE, changes, callers=1, calls=len(changes), warm_up=False)
        yield Measure(group, "change of status, p95", _p95(job), "ms", CHANGE_MS, note=note)
        news = tuple(_delivery(start).request() for start in range(0, CALLS * BATCH, BATCH))
        rate = PER_MINUTE / 60 / BATCH
        job = Job(started.target, CALL_RESOURCE, news, callers=4, calls=CALLS, rate=rate, warm_up=False)
        yield Measure(group, f"delivery of {BATCH} alerts, p95", _p95(job), "ms", P95_MS, note=note)


def _change(number: int) -> Cell:
    return Cell("change", f"incidents/INC-{number}", "PATCH", body={"status": "acknowledged"})


def _delivery(first: int) -> Cell:
    return webhook([an_alert(ALERTS + index) for index in range(first, first + BATCH)])


def _p95(job: Job) -> float:
    load = send(job)
    if load.failures:
        message = f"{load.failures} of {load.calls} calls failed: {load.first_failure}"
        raise RuntimeError(message)
    return load.p95


async def _fill(url: str, held: int, alarms: int) -> None:
    database = await Database.open(url)
    try:
        async with database.writing() as connection:
            ids: list[int] = []
            for number in range(1, held + 1):
                stored = await incidents.insert(connection, _incident(number))
                ids.append(stored.id)
            for _ in range(held):
                await incidents.take_number(connection, 1)
        for start in range(0, alarms, 5000):
            async with database.writing() as connection:
                events = [_alert(index) for index in range(start, min(start + 5000, alarms))]
                stored_alerts = await alerts.put(connection, 1, events)
                chosen = ids[start // 5000 % len(ids)]
                keys = [each.id for each in stored_alerts]
                await joins.place(connection, keys, chosen, "seeded", "", at=NOW)
    finally:
        await database.aclose()


def _incident(number: int) -> Incident:
    began = NOW - timedelta(minutes=number)
    reached = dict.fromkeys(
        (Milestone.STARTED, Milestone.DETECTED, Milestone.DECLARED), Stamp(began, "system")
    )
    status = Status.OPEN if number % OPEN_EVERY == 0 else Status.RESOLVED
    if status is Status.RESOLVED:
        for milestone in (Milestone.ACKNOWLEDGED, Milestone.MITIGATED, Milestone.RESOLVED):
            reached[milestone] = Stamp(began + timedelta(minutes=30), "system")
    return Incident(
        id=0,
        org_id=1,
        number=number,
        version=1,
        title=f"payments fails {number % 97} % of its requests in region {number % 7}",
        severity=tuple(Severity)[number % 4],
        status=status,
        service=SERVICES[number % len(SERVICES)],
        origin=Origin.ALERT,
        milestones=reached,
        created_at=began,
        created_by="system",
        updated_at=began,
        updated_by="system",
    )


def _alert(index: int) -> AlertEvent:
    began = NOW - timedelta(seconds=index)
    return AlertEvent(
        source=AlertSource.ALERTMANAGER,
        fingerprint=f"{index:016x}",
        starts_at=began,
        ends_at=began + timedelta(minutes=5),
        labels={"alertname": "HighErrorRate", "service": SERVICES[index % len(SERVICES)]},
        received_at=began,
    )
