"""Q7: a hundred people at once for five minutes, on both databases: they read lists and incidents, and work.

Each caller asks once in five seconds, as somebody does who reads and works: nine reads and one change in ten.
What counts is that nothing fails; the times say what people wait for meanwhile.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.client import CALL_RESOURCE, Job
from benchmarks.contract import Cell
from benchmarks.load import send
from benchmarks.measure import Measure, Skipped
from benchmarks.process import Plugin, running
from benchmarks.seed import an_alert, ask, webhook
from scripts.servers import ProgramMissing, postgres

USERS = 100
SECONDS, QUICK_SECONDS = 300.0, 15.0
PER_USER = 0.2
"""Calls per second of one of them."""
P95_MS = 300.0
INCIDENTS = 200


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Both databases, one after the other."""
    yield from _on(bench, "SQLite", {})
    try:
        with postgres(durable=True) as server:
            yield from _on(bench, "PostgreSQL", {"GF_PLUGIN_DATABASE_URL": server.database("users")})
    except ProgramMissing as missing:
        yield Skipped("users on PostgreSQL", str(missing))


def _on(bench: Bench, database: str, environment: Mapping[str, str]) -> Iterator[Measure]:
    plugin: Plugin = replace(bench.app, environment={**bench.app.environment, **environment})
    seconds = QUICK_SECONDS if bench.quick else SECONDS
    with running(plugin, bench.data(f"users-{database.lower()}")) as started:
        held = bench.many(INCIDENTS)
        for number in range(1, held + 1):
            ask(started.target, Cell("declare", "incidents", "POST", body=_wish(number)))
        ask(started.target, webhook([an_alert(index) for index in range(100)]))
        job = Job(
            started.target,
            CALL_RESOURCE,
            tuple(cell.request() for cell in _day(held)),
            callers=USERS,
            seconds=seconds,
            rate=USERS * PER_USER,
        )
        load = send(job)
    group, note = f"users, {database}", f"{USERS} callers, {load.calls:,} calls in {seconds:.0f} s"
    yield Measure(group, "calls that failed", float(load.failures), "", 0.0, note=load.first_failure or note)
    yield Measure(group, "a call, p95", load.p95, "ms", P95_MS, note=note)


def _wish(number: int) -> Mapping[str, object]:
    severities = ("critical", "high", "medium", "low")
    return {
        "title": f"checkout answers slowly in region {number % 7}",
        "severity": severities[number % 4],
        "service": f"service-{number % 20}",
    }


def _day(held: int) -> Iterator[Cell]:
    """What people ask, in turn: for each change nine reads."""
    reads = (
        Cell("list", "incidents", query="limit=50"),
        Cell("open ones", "incidents", query="status=open&severity=critical&limit=50"),
        Cell("search", "incidents", query="q=checkout+slowly&limit=20"),
        Cell("services", "services"),
        Cell("insights", "insights"),
        Cell("alerts", "alerts", query="firing=true&limit=50"),
        Cell("rules", "rules"),
    )
    for number in range(1, held + 1):
        yield from reads
        yield Cell("incident", f"incidents/INC-{number}")
        yield Cell("timeline", f"incidents/INC-{number}/timeline", query="limit=100")
        comment = {"text": "still looking; the **error rate** falls"}
        yield Cell("comment", f"incidents/INC-{number}/comments", "POST", body=comment)
