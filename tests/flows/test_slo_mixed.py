"""Row 16: all events counted by Prometheus, the bad ones by Loki; what either does not know is no number."""

import httpx
import pytest

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import MixedIndicator, Part
from reliability_studio.domain.slo.measure import Status
from reliability_studio.domain.slo.spec import Definition, GroupBy
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.limits import BreakerPolicy
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.loki import Loki
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World
from tests.flows.test_slo_logs import BAD, traffic, truth
from tests.support.fake_log_counts import FakeLogCounts

DAY = 86_400
EVERY = 'sum (increase(http_requests_total{job="api"}[$window]))'


class Two(World):
    """The world of counters, and a Loki beside it."""

    def __init__(self, database):
        self.lines = FakeLogCounts(traffic)
        super().__init__(database)

    def process(self, *, configured=True, loki=True):
        _, _ = super().process(configured=configured)
        settings = SourceSettings(name="loki", url="http://loki.test", timeout_s=5)
        transport = httpx.MockTransport(self.lines)
        policy = BreakerPolicy(failures=10_000)
        client = SourceClient(settings, clock=self.clock, transport=transport, policy=policy)
        refresh = SloRefresh(
            1,
            self.database,
            self.prometheus,
            self.clock,
            self.door,
            loki=Loki(client) if loki else None,
            tell=self.tell,
        )
        return refresh, Slos(1, self.database, refresh, self.clock)

    async def window(self, view):
        return (await self.slos.get(view.slo.id)).standing.measurement.window


@pytest.fixture
async def two(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield Two(database)
    await database.aclose()


def definition(days=1, **more):
    indicator = MixedIndicator(EVERY, parse_lines(BAD, "$"), Part.BAD)
    return Definition("mixed", "api", indicator, Objective.percent("95"), Rolling(days), **more)


async def test_each_server_counts_its_part_of_history_and_of_the_minutes_after_it(two):
    """Whole numbers, newest first; minutes without a bad line are measured and hold none."""
    view = await two.slos.create(definition(), "ann")
    assert view.standing.failure == ""
    assert view.standing.queries == (
        'sum(count_over_time({app="api"} |= "request" | json | status >= 500 [60s]))',
        'sum (increase(http_requests_total{job="api"}[1m]))',
        'sum(count_over_time({app="api"} [60s]))',
    )
    for _ in range(2):
        found = await two.window(view)
        assert found.counts.bad == truth(found.start, found.end)[0]
        assert found.counts.total == 100 * (found.end - found.start) // 60
        assert (found.counts.bad > 0, found.coverage) == (True, 1.0)
        done = await two.minutes(30)
        assert (done.calculated, done.failed) == (1, 0)


async def test_days_of_which_no_line_was_kept_are_a_gap_and_not_free_of_errors(two):
    """Prometheus knows all events of them; Loki has dropped its lines, the good and the bad."""
    two.lines.since = START - 2 * DAY
    view = await two.slos.create(definition(days=4), "ann")
    for _ in range(3):
        await two.minutes()
    found = await two.window(view)
    assert found.counts.bad == truth(START - 2 * DAY, found.end)[0]
    since = (await two.slos.get(view.slo.id)).standing.measurement.measured_since
    assert START - 3 * DAY < since <= START - 2 * DAY
    assert found.counts.total == 100 * (found.end - since) // 60


@pytest.mark.parametrize(("configured", "loki", "said"), [(True, False, "Loki"), (False, True, "Prometheus")])
async def test_an_slo_of_both_needs_both(two, configured, loki, said):
    """The one that nobody configured is named; the numbers stay with their time."""
    view = await two.slos.create(definition(), "ann")
    two.refresh, two.slos = two.process(configured=configured, loki=loki)
    await two.minutes(2)
    seen = await two.slos.get(view.slo.id)
    assert seen.stale_reason == f"{said} is not configured"
    assert (seen.verdict.status, seen.standing.measurement) == (Status.NO_DATA, view.standing.measurement)


async def test_what_one_of_them_refuses_leaves_the_others_alone(two):
    """Loki's words; what is counted from Prometheus alone goes on."""
    view = await two.slos.create(definition(), "ann")
    two.lines.error = "too many outstanding requests"
    done = await two.minutes()
    assert (done.calculated, done.failed) == (0, 1)
    assert "too many outstanding requests" in (await two.slos.get(view.slo.id)).stale_reason
    two.lines.error = None
    await two.minutes(2)
    found = await two.window(view)
    assert (found.coverage, found.counts.bad) == (1.0, truth(found.start, found.end)[0])


async def test_it_is_tried_out_before_it_is_kept(two):
    """Row 87: on the history that both have, and how it is counted."""
    found = await two.slos.preview(definition(), 50)
    window = found.standing.measurement.window
    assert (window.counts.bad, window.coverage) == (truth(window.start, window.end)[0], 1.0)


def test_it_has_no_groups():
    """Labels of lines and of series are not the same ones."""
    with pytest.raises(BadSpec, match="two servers do not tell the same groups apart"):
        definition(group_by=GroupBy(("route",)))
