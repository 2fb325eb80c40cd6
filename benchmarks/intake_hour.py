"""The whole hour of the intake's budget, with a SIGKILL in the middle: `--only intake_hour`.

Both databases at the same time, each with a plugin of its own; every alert is new, so that the store holds
sixty thousand at the end. What was answered before the kill is counted after it, before anything is sent
again: a second delivery would hide a loss. It takes an hour, so it runs only when it is asked for.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import grpc

from benchmarks.bench import Bench
from benchmarks.client import Load
from benchmarks.intake import BATCH, P95_MS, PER_MINUTE, counted, steady
from benchmarks.measure import Measure, Skipped
from benchmarks.process import Plugin, Started, running
from benchmarks.seed import an_alert, ask, webhook
from scripts.servers import ProgramMissing, postgres

MINUTES = 60
PART_MINUTES = 5
"""A percentile for each part, so that an hour that gets slower shows, and a busy machine too."""
KILL_AFTER_S = 10.0
"""Deliveries go on, as fast as they are answered, while the process is killed."""


@dataclass(slots=True)
class _Hour:
    """What one database showed."""

    parts: list[Load] = field(default_factory=list)
    sent: int = 0
    """Alerts that were answered; each is another."""
    lost: int = 0
    unanswered: int = BATCH
    """Alerts whose delivery broke off at the kill; sent again after it, as Alertmanager does. At the very
    start the first delivery, which is not measured: it waits for the start."""
    memory: list[float] = field(default_factory=list)
    """MiB after each part."""


def measure(bench: Bench) -> Iterator[Measure | Skipped]:
    """Two plugins for an hour each."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        lite = pool.submit(_hour, bench, "sqlite", {})
        try:
            with postgres(durable=True) as server:
                address = {"GF_PLUGIN_DATABASE_URL": server.database("intake_hour")}
                found = pool.submit(_hour, bench, "postgresql", address).result()
        except ProgramMissing as missing:
            yield Skipped("intake for an hour, PostgreSQL", str(missing))
        else:
            yield from _told("PostgreSQL", found)
        yield from _told("SQLite", lite.result())


def _hour(bench: Bench, database: str, environment: dict[str, str]) -> _Hour:
    plugin = replace(bench.app, environment={**bench.app.environment, **environment})
    data = bench.data(f"intake-hour-{database}")
    half = 1 if bench.quick else MINUTES // PART_MINUTES // 2
    hour = _Hour()
    _lived(bench, plugin, data, hour, parts=half, then=_killed)
    _lived(bench, plugin, data, hour, parts=half, then=_settled)
    return hour


def _lived(
    bench: Bench,
    plugin: Plugin,
    data: Path,
    hour: _Hour,
    *,
    parts: int,
    then: Callable[[Started, _Hour], None],
) -> None:
    """One life of the process: what the last one left is counted, parts are offered, `then` ends it."""
    with running(plugin, data) as started:
        _counted(started, hour)
        _again(started, hour)
        for _ in range(parts):
            load, alerts = steady(bench, started.target, first=hour.sent, seconds=PART_MINUTES * 60.0)
            hour.parts.append(load)
            hour.sent += alerts
            hour.memory.append(started.memory_mib())
        then(started, hour)


def _killed(started: Started, hour: _Hour) -> None:
    """Deliver until the process is gone."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        killing = pool.submit(_kill_later, started)
        while True:
            first = hour.sent
            try:
                ask(started.target, webhook([an_alert(i) for i in range(first, first + BATCH)]))
            except grpc.RpcError:
                hour.unanswered = BATCH
                break
            hour.sent += BATCH
        killing.result()


def _kill_later(started: Started) -> None:
    time.sleep(KILL_AFTER_S)
    started.kill()


def _counted(started: Started, hour: _Hour) -> None:
    """What was answered and is not there; the delivery that broke off may be there or not."""
    hour.lost += max(0, hour.sent - counted(started.target))


def _again(started: Started, hour: _Hour) -> None:
    """The delivery that was not answered; once more, it makes no second episode of any alert."""
    first = hour.sent
    ask(started.target, webhook([an_alert(i) for i in range(first, first + hour.unanswered)]))
    hour.sent += hour.unanswered


def _settled(started: Started, hour: _Hour) -> None:
    hour.lost += abs(hour.sent - counted(started.target))


def _told(database: str, hour: _Hour) -> Iterator[Measure]:
    group = f"intake for an hour, {database}"
    worst = max(part.p95 for part in hour.parts)
    offered = f"{PER_MINUTE:,} alerts/min, {len(hour.parts)} parts"
    yield Measure(group, "delivery of 10 alerts, p95 of the slowest part", worst, "ms", P95_MS, note=offered)
    each = ", ".join(f"{part.p95:.0f}" for part in hour.parts)
    median = statistics.median(part.p95 for part in hour.parts)
    yield Measure(group, "delivery of 10 alerts, p95 of the median part", median, "ms", note=each)
    yield Measure(group, "alerts held at the end", float(hour.sent), "", note="SIGKILL at half")
    yield Measure(group, "alerts answered and not there, or there twice", float(hour.lost), "", 0.0)
    yield Measure(group, "memory, most", max(hour.memory), "MiB")
