"""Alert intake: webhooks as Alertmanager sends them, every alert new, on both databases.

The budget is a thousand alerts a minute for an hour; here a thousand a minute is offered for a while at a
steady rate, and a burst of five thousand as fast as answers come. `intake_hour` offers the whole hour.
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
        load, offered = steady(bench, started.target, first=1, seconds=STEADY_S)
        burst = _burst(bench, started.target)
        held = counted(started.target)
    group, sent = f"intake, {database}", 1 + offered + burst[1]
    yield Measure(group, "delivery of 10 alerts, p95", load.p95, "ms", P95_MS, note="1,000 alerts/min")
    yield Measure(group, f"burst of {burst[1]:,} alerts", burst[0], "s", BURST_S, note="8 callers, 50 each")
    yield Measure(group, "alerts answered and not there", float(sent - held), "", 0.0)


def steady(bench: Bench, target: str, *, first: int, seconds: float) -> tuple[Load, int]:
    """Offer the budget's rate, every alert new.

    Args:
        bench: the run; a quick one offers for a second.
        target: the plugin.
        first: index of the first alert, one that was not sent yet.
        seconds: how long.

    Returns:
        What the deliveries took, and how many alerts they held.

    Raises:
        RuntimeError: a delivery was refused.
    """
    calls = int(bench.seconds(seconds) * PER_MINUTE / 60 / BATCH)
    requests = _requests(first=first, calls=calls, batch=BATCH)
    rate = PER_MINUTE / 60 / BATCH
    job = Job(target, CALL_RESOURCE, requests, callers=4, calls=calls, rate=rate, warm_up=False)
    return _sent(job), calls * BATCH


def counted(target: str) -> int:
    """How many alerts the plugin holds."""
    return int(str(ask(target, Cell("alerts", "alerts", query="limit=1"))["total"]))


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
