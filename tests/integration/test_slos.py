"""V4, P1, P4, S2, S5, S6, S9, Q5 against a real Prometheus on FX: one percent of the requests fail."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import LatencyIndicator, Part, RatioIndicator
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.flows.slo_code.documents import write_rules
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.prometheus import Prometheus, explain
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database
from scripts.servers import prometheus as run_prometheus
from scripts.servers.process import folder, give, run
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.integration import fx
from tests.support.servers import need_program

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

TOTAL = 'http_requests_total{service="api"}'
BAD = 'http_requests_total{service="api",code=~"5.."}'
MONTH_S = 30 * 86_400


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """FX behind a real server."""
    need_program(PROMETHEUS, PROMTOOL)
    history: Path = tmp_path_factory.mktemp("fx") / "fx.om"
    fx.write(history)
    with run_prometheus(blocks=history) as server:
        yield server


class Plugin:
    """The SLO side of one process."""

    def __init__(self, database, url, clock):
        self.clock, self.events = clock, []
        settings = SourceSettings(name="prometheus", url=url, timeout_s=10)
        self.client = SourceClient(settings, clock=clock, explain=explain)
        source = Prometheus(self.client)
        self.refresh = SloRefresh(1, database, source, clock, self._take)
        self.slos = Slos(1, database, self.refresh, clock)

    async def _take(self, _org_id, events):
        self.events += events


@pytest.fixture
async def database(tmp_path):
    opened = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield opened
    await opened.aclose()


@pytest.fixture
async def plugin(database, world):
    now = datetime.fromtimestamp(int(time.time()), UTC)  # noqa: TID251 - the fixture lives in real time
    made = Plugin(database, world.url, ManualClock(now))
    yield made
    await made.client.aclose()


def availability(objective="99.9", days=30):
    indicator = RatioIndicator(parse_selector(TOTAL, "$"), parse_selector(BAD, "$"), Part.BAD)
    return Definition("availability", "api", indicator, Objective.percent(objective), Rolling(days))


async def test_p4_s5_thirty_days_are_what_promql_says_over_thirty_days(plugin, world):
    """P1, P4, S5, Q5: the share is exactly 1 %, and the totals agree with `increase[30d]`."""
    began = time.monotonic()
    view = await plugin.slos.create(availability(), "ann")
    assert time.monotonic() - began < 10
    window = view.standing.measurement.window
    assert window.length_s == MONTH_S
    assert window.counts.bad / window.counts.total == 0.01
    assert window.sli == 0.99
    [(_, total)] = world.query(f"sum(increase({TOTAL}[{window.end - window.start}s]))", at=window.end)
    assert window.counts.total == pytest.approx(total, rel=2 * 60 / MONTH_S, abs=1)
    assert window.coverage == 1.0
    assert view.verdict.status is Status.BREACHED
    assert view.standing.measurement.remaining == pytest.approx(-9.0)


async def test_s9_every_burn_window_agrees_with_promql(plugin, world):
    """S9: each over the stretch that it says it was taken over, within a scrape at each edge.

    Windows beyond the kept minutes begin on the next coarser bucket, never more than one bucket early.
    """
    view = await plugin.slos.create(availability("99"), "ann")
    for value in view.standing.measurement.burns:
        taken = value.end - value.start
        assert 0 <= taken - value.length_s < 300
        [(_, total)] = world.query(f"sum(increase({TOTAL}[{taken}s]))", at=value.end)
        assert value.counts.total == pytest.approx(total, rel=2 * 60 / taken + 1e-6, abs=1)
        assert value.burn == 1.0


async def test_a_latency_counts_the_bucket_of_its_threshold(plugin):
    """Row 4, 6: 768 of 1000 requests are quicker than 2.5 s."""
    indicator = LatencyIndicator(
        parse_selector('http_request_duration_seconds_bucket{service="api"}', "$"), Decimal("2.5")
    )
    what = Definition("quick", "api", indicator, Objective.percent("75"), Rolling(1))
    view = await plugin.slos.create(what, "ann")
    assert view.standing.measurement.window.sli == pytest.approx(0.768, abs=1e-9)
    assert view.verdict.status in {Status.HEALTHY, Status.CRITICAL, Status.WARNING}
    missing = Definition(
        "none",
        "api",
        LatencyIndicator(indicator.buckets, Decimal("0.123")),
        Objective.percent("75"),
        Rolling(1),
    )
    view = await plugin.slos.create(missing, "ann")
    assert view.verdict.reason in {Reason.NEVER_MEASURED, Reason.NO_EVENTS}


async def test_a_due_slo_is_computed_after_a_restart_without_any_request(plugin, database, world):
    """S6, S7: nobody asked; the job alone goes on from the last bucket, and nothing is lost."""
    view = await plugin.slos.create(availability("99", days=7), "ann")
    before = view.standing.measurement
    plugin.clock.advance(47 * 60)
    again = Plugin(database, world.url, plugin.clock)
    done = await again.refresh.run()
    assert (done.calculated, done.failed) == (1, 0)
    after = (await again.slos.get(view.slo.id)).standing
    assert after.measurement.as_of == before.as_of + 47 * 60
    assert after.calculated_at > view.standing.calculated_at
    assert after.measurement.burns[2].counts.total == 60_000
    assert after.measurement.window.coverage == 1.0
    await again.client.aclose()


async def test_s2_without_its_prometheus_the_old_value_stays_with_its_time(plugin, database):
    """S2: no data as the status, the reason in words, the number as it was."""
    view = await plugin.slos.create(availability("99", days=1), "ann")
    plugin.clock.advance(60)
    dead = Plugin(database, "http://127.0.0.1:9", plugin.clock)
    seen, result = await dead.slos.calculate(view.slo.id)
    assert result.outcome.value == "failed"
    assert (seen.verdict.status, seen.verdict.reason) == (Status.NO_DATA, Reason.STALE)
    assert "cannot be reached" in seen.stale_reason
    assert seen.standing.measurement.as_of == view.standing.measurement.as_of
    assert seen.standing.measurement.window.sli == 0.99
    await dead.client.aclose()


async def test_history_reaches_back_before_the_slo_existed(plugin):
    """Row 73, A17: thirty days of points at once."""
    view = await plugin.slos.create(availability("99"), "ann")
    now = plugin.clock.now()
    _, course = await plugin.slos.history(view.slo.id, now - timedelta(days=30), now, 360)
    assert len(course.points) >= 350
    assert {round(point.sli, 9) for point in course.points} == {0.99}


async def test_exported_rules_are_valid_and_give_the_same_ratio(plugin, world):
    """Row 51: promtool takes them; the recorded expression says what we say."""
    view = await plugin.slos.create(availability("99"), "ann")
    text = write_rules([view.slo], int(plugin.clock.now().timestamp()))
    with folder("rules") as home:
        (home / "rules.yml").write_text(text)
        give(home)
        run([PROMTOOL.find(), "check", "rules", home / "rules.yml"], home)
    span = "1h"
    expression = (
        f"(sum(rate({BAD}[{span}])) or 0 * sum(rate({TOTAL}[{span}]))) / (sum(rate({TOTAL}[{span}])) > 0)"
    )
    [(_, ratio)] = world.query(expression)
    assert ratio == pytest.approx(0.01, abs=1e-6)
