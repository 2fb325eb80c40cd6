"""Alert intake: webhooks as Alertmanager sends them, every alert new, on both databases.

The budget is a thousand alerts a minute for an hour; here a thousand a minute is offered for a while at a
steady rate, and a burst of five thousand as fast as answers come.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from benchmarks.bench import Bench
from benchmarks.client import CALL_RESOURCE, Job, Load
from benchmarks.contract import Cell
from benchmarks.load import send
from benchmarks.measure import Measure, Skipped
from benchmarks.process import Plugin, running
from benchmarks.seed import an_alert, ask, webhook
from scripts.servers import ProgramMissing, postgres

P95_MS = 100.0
PER_MINUTE = 1000
BATCH = 10
STEADY_S = 60.0
"""A hundred deliveries: the 95th percentile of few would be the worst of them, and that the start's."""
BURST = 5000
BURST_BATCH = 50
BURST_S = 60.0


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Both databases, one after the other."""
    yield from _on(bench, "SQLite", {})
    try:
        with postgres(durable=True) as server:
            address = {"GF_PLUGIN_DATABASE_URL": server.database("intake")}
            yield from _on(bench, "PostgreSQL", address)
    except ProgramMissing as missing:
        yield Skipped("intake on PostgreSQL", str(missing))


def _on(bench: Bench, database: str, environment: Mapping[str, str]) -> Iterator[Measure]:
    plugin: Plugin = replace(bench.app, environment={**bench.app.environment, **environment})
    with running(plugin, bench.data(f"intake-{database.lower()}")) as started:
        ask(started.target, webhook([an_alert(0)]))
        steady = _steady(bench, started.target)
        burst = _burst(bench, started.target)
        held = ask(started.target, _count())
    group, sent = f"intake, {database}", 1 + steady[1] + burst[1]
    yield Measure(group, "delivery of 10 alerts, p95", steady[0], "ms", P95_MS, note="1,000 alerts/min")
    yield Measure(group, f"burst of {burst[1]:,} alerts", burst[0], "s", BURST_S, note="8 callers, 50 each")
    lost = sent - int(str(held["total"]))
    yield Measure(group, "alerts answered and not there", float(lost), "", 0.0)


def _steady(bench: Bench, target: str) -> tuple[float, int]:
    """95th percentile in milliseconds, and how many alerts were sent."""
    calls = int(bench.seconds(STEADY_S) * PER_MINUTE / 60 / BATCH)
    requests = _requests(first=1, calls=calls, batch=BATCH)
    rate = PER_MINUTE / 60 / BATCH
    job = Job(target, CALL_RESOURCE, requests, callers=4, calls=calls, rate=rate, warm_up=False)
    return _sent(job).p95, calls * BATCH


def _burst(bench: Bench, target: str) -> tuple[float, int]:
    """Seconds for the burst, and how many alerts it held."""
    calls = bench.many(BURST // BURST_BATCH)
    requests = _requests(first=1_000_000, calls=calls, batch=BURST_BATCH)
    job = Job(target, CALL_RESOURCE, requests, callers=8, calls=calls, warm_up=False)
    return calls / _sent(job).per_second, calls * BURST_BATCH


def _requests(*, first: int, calls: int, batch: int) -> tuple[bytes, ...]:
    starts = range(first, first + calls * batch, batch)
    return tuple(webhook([an_alert(i) for i in range(start, start + batch)]).request() for start in starts)


def _sent(job: Job) -> Load:
    load = send(job)
    if load.failures:
        message = f"{load.failures} of {load.calls} deliveries were refused: {load.first_failure}"
        raise RuntimeError(message)
    return load


def _count() -> Cell:
    return Cell("alerts", "alerts", query="limit=1")
