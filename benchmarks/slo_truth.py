"""How near the error ratio of 30 days comes to the truth, beside PromQL's `increase` over the same samples.

The traffic is generated event by event (`benchmarks/truth.py`), so the truth is known; a real Prometheus
holds what a scraper saw of it. SLOs are made after the fact: all of it is history, counted in steps of five
minutes. Events between the last scrape and a reset are in no sample, so nobody can count them.
"""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import truth
from benchmarks.bench import Bench
from benchmarks.measure import Measure, Skipped
from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.prometheus import Prometheus, explain
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database
from scripts.servers import ProgramMissing, prometheus
from scripts.servers.prometheus import Prometheus as Server

BUDGET = 0.1
"""Percent that the ratio of a service with at least `LEAST` errors may be off."""
LEAST = 50
ROUNDS = 20
"""Times that the job may go on with the history of one SLO."""


def measure(_bench: Bench) -> Iterator[Measure | Skipped]:
    """One line per service: ours, and PromQL's for comparison."""
    now = truth.last_october(int(time.time()))  # noqa: TID251 - the server keeps real time
    try:
        with tempfile.TemporaryDirectory(prefix="studio-truth-") as home:
            history = Path(home) / "truth.om"
            made = truth.write(history, now)
            with prometheus(blocks=history) as server:
                history.unlink()
                yield from asyncio.run(_compared(server, Path(home), made, now))
    except ProgramMissing as missing:
        yield Skipped("SLO truth", str(missing))


async def _compared(server: Server, home: Path, made: dict[str, truth.Truth], now: int) -> list[Measure]:
    clock = ManualClock(datetime.fromtimestamp(now + 60, UTC))
    settings = SourceSettings(name="prometheus", url=server.url, timeout_s=30)
    found: list[Measure] = []
    async with (
        contextlib.aclosing(await Database.open(f"sqlite:///{home}/studio.sqlite")) as database,
        contextlib.aclosing(SourceClient(settings, clock=clock, explain=explain)) as client,
    ):
        source = Prometheus(client)
        refresh = SloRefresh(1, database, source, clock, _nobody)
        slos = Slos(1, database, refresh, clock)
        for service in truth.SERVICES:
            known = made[service.name]
            total, bad = _selectors(service)
            view = await slos.create(_definition(service, total, bad), "bench")
            for _ in range(ROUNDS):
                await refresh.run()
            measured = (await slos.get(view.slo.id)).standing.measurement
            if measured is None:
                raise AssertionError(f"{service.name} was not measured")
            counts = measured.window.counts
            theirs = _increase(server, service, bad, now) / _increase(server, service, total, now)
            real = known.bad / known.total
            budget = BUDGET if known.bad >= LEAST else None
            note = f"{known.bad:,} errors of {known.total:,}; counted {counts.bad:,} of {counts.total:,}"
            ours = abs(counts.bad / counts.total / real - 1) * 100
            found.append(Measure("SLO truth", f"{service.name}: ratio off by", ours, "%", budget, note=note))
            off = abs(theirs / real - 1) * 100
            found.append(
                Measure("SLO truth", f"{service.name}: PromQL increase over the window off by", off, "%")
            )
    return found


async def _nobody(_org_id: int, _events: object) -> None:
    """Alerts are not what is measured."""


def _definition(service: truth.Service, total: str, bad: str) -> Definition:
    name = service.name
    window = Calendar(CalendarUnit.MONTH, truth.ZONE.key) if service.month else Rolling(truth.DAYS)
    indicator = RatioIndicator(parse_selector(total, "$"), parse_selector(bad, "$"), Part.BAD)
    return Definition(name, name, indicator, Objective.percent("99"), window)


def _selectors(service: truth.Service) -> tuple[str, str]:
    one = ',replica="0"' if service.replicas > 1 else ""
    base = f'http_requests_total{{service="{service.name}"{one}'
    return f"{base}}}", f'{base},code="500"}}'


def _increase(server: Server, service: truth.Service, selector: str, now: int) -> float:
    window_s = truth.MONTH_S if service.month else truth.DAYS * truth.DAY
    return sum(value for _, value in server.query(f"sum(increase({selector}[{window_s}s]))", now))
