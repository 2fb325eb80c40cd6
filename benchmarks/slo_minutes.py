"""Minutes of many SLOs in a process of its own.

python -m benchmarks.slo_minutes     reads `Minutes` as JSON from stdin, prints `Taken` as JSON
"""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from reliability_studio.clock import ManualClock
from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.prometheus import Prometheus, explain
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database

PODS = 10
CODES = ("200", "500")
ROUNDS = 20
"""Runs that all windows may take to be filled."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """What to count."""

    prometheus: str
    database: str
    slos: int
    start: int
    """Unix seconds: when the SLOs are made. Prometheus has an hour before it and one after it."""
    cycles: int

    def on(self, database: str) -> "Minutes":
        """The same on another database."""
        return replace(self, database=database)

    def encode(self) -> str:
        """As JSON text."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class Taken:
    """What it took. Seconds and CPU seconds of each run."""

    seconds: Sequence[float]
    cpu: Sequence[float]
    growth_mib: float
    calculated: int
    failed: int
    firing: int
    """SLOs whose alert was handed on."""


async def count(job: Minutes) -> Taken:
    """Make the SLOs, fill their windows, then count minute after minute."""
    clock = ManualClock(datetime.fromtimestamp(job.start + 30, UTC))
    settings = SourceSettings(name="prometheus", url=job.prometheus, timeout_s=30)
    firing: set[str] = set()

    async def door(_org_id: int, events: Sequence[AlertEvent]) -> None:
        firing.update(event.fingerprint for event in events)

    async with (
        contextlib.aclosing(await Database.open(job.database)) as database,
        contextlib.aclosing(SourceClient(settings, clock=clock, explain=explain)) as client,
    ):
        source = Prometheus(client)
        refresh = SloRefresh(1, database, source, clock, door)
        slos = Slos(1, database, refresh, clock)
        await refresh.run()
        before = _memory_mib()
        for number in range(job.slos):
            await slos.create(_definition(number), "bench", at_once=False)
        for _ in range(ROUNDS):
            if not (await refresh.run()).queries:
                break
        seconds, cpu, calculated, failed = list[float](), list[float](), 0, 0
        for _ in range(job.cycles):
            clock.advance(60)
            began, spent = time.perf_counter(), time.process_time()
            done = await refresh.run()
            seconds.append(time.perf_counter() - began)
            cpu.append(time.process_time() - spent)
            calculated, failed = calculated + done.calculated, failed + done.failed
        return Taken(seconds, cpu, _memory_mib() - before, calculated, failed, len(firing))


def _definition(number: int) -> Definition:
    base = f'http_requests_total{{service="s{number}"'
    total, bad = parse_selector(f"{base}}}", "$"), parse_selector(f'{base},code="500"}}', "$")
    indicator = RatioIndicator(total, bad, Part.BAD)
    return Definition("availability", f"s{number}", indicator, Objective.percent("99.9"), Rolling(30))


def _memory_mib() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    taken = asyncio.run(count(Minutes(**json.load(sys.stdin))))
    sys.stdout.write(json.dumps(asdict(taken)))
