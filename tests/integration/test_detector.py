"""Row 19 on a real Prometheus: a quiet day gives no candidate, one fault gives one, its end ends it."""

import random
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reliability_studio.clock import ManualClock, SystemClock
from reliability_studio.flows.detect import Detector
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.detector import DetectorSettings
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import prometheus as source
from reliability_studio.sources.http import SourceClient
from reliability_studio.store import alerts
from reliability_studio.store.engine import Database
from scripts.servers import prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.servers import need_program

pytestmark = pytest.mark.integration

STEP_S = 30
LENGTH = timedelta(hours=27)
FAULT_AT, FAULT_FOR = timedelta(hours=1), timedelta(minutes=15)
"""How long before the end the fault begins, and how long it lasts."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, datetime]]:
    """Two noisy services; a fifth of what one serves fails for a while. With the end of the history."""
    need_program(PROMETHEUS, PROMTOOL)
    end = SystemClock().now().replace(second=0, microsecond=0) - timedelta(minutes=1)
    history = tmp_path_factory.mktemp("detector") / "day.om"
    history.write_text("\n".join(_day(end)) + "\n# EOF\n", encoding="utf-8")
    with prometheus(blocks=history) as server:
        yield server.url, end


def _day(end: datetime) -> Iterator[str]:
    yield "# TYPE http_requests counter"
    chance = random.Random(19)  # noqa: S311 - noise of a test
    times = range(int((end - LENGTH).timestamp()), int(end.timestamp()) + 1, STEP_S)
    begin = int((end - FAULT_AT).timestamp())
    fault = range(begin, begin + int(FAULT_FOR.total_seconds()))
    for service, at_fault in (("checkout", 0.2), ("search", 0.002)):
        totals = {"200": 0, "500": 0}
        lines: dict[str, list[str]] = {"200": [], "500": []}
        for at in times:
            asked = round(chance.gauss(40 * STEP_S, (40 * STEP_S) ** 0.5))
            share = at_fault if at in fault else 0.002
            failed = max(0, round(chance.gauss(asked * share, (asked * share) ** 0.5)))
            for code, count in (("200", asked - failed), ("500", failed)):
                totals[code] += count
                lines[code].append(
                    f'http_requests_total{{service="{service}",code="{code}"}} {totals[code]} {at}'
                )
        yield from (*lines["200"], *lines["500"])


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """An empty database."""
    opened = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield opened
    await opened.aclose()


async def _seen(database, url, at):
    """One sweep at a moment: how many candidates began or ended, and those that are there after it."""
    clock = ManualClock(at)
    client = SourceClient(SourceSettings(name="prometheus", url=url), clock=clock, explain=source.explain)
    signals = Signals(source.Prometheus(client), None, None, None)
    intake = Intake(database, Hub(), clock)
    try:
        changed = await Detector(1, database, signals, intake, DetectorSettings(enabled=True)).sweep(at)
    finally:
        await client.aclose()
    async with database.reading() as connection:
        firing = await alerts.firing(connection, 1)
    return changed, [each.event.labels["service"] for each in firing if each.reason == "candidate"]


async def test_row_19_a_quiet_time_gives_no_candidate_and_a_fault_gives_one(database, world):
    """Row 19: noise alone is no news; a fault is told once, of whom it is, until it is over."""
    url, end = world
    for quiet in (180, 120, 90):
        assert await _seen(database, url, end - timedelta(minutes=quiet)) == (0, [])
    fault = end - FAULT_AT
    assert await _seen(database, url, fault + timedelta(minutes=12)) == (1, ["checkout"])
    assert await _seen(database, url, fault + timedelta(minutes=13)) == (0, ["checkout"])
    assert await _seen(database, url, end) == (1, [])
