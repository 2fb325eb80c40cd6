"""Row 10: log lines counted by Loki, minute by minute and in history, and honest when Loki is not there."""

from datetime import UTC, datetime

import httpx
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import LogsIndicator, Part
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.spec import Definition, GroupBy, Timeslices
from reliability_studio.errors import SourceNotConfigured
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.limits import BreakerPolicy
from reliability_studio.sources.logql_text import parse_lines
from reliability_studio.sources.loki import Loki
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, Door, World
from tests.flows.slo_world import definition as of_counters
from tests.support.fake_log_counts import FakeLogCounts

API = {"app": "api"}
ALL, BAD = '{app="api"} |= "request" | json', '{app="api"} |= "request" | json | status >= 500'


def traffic(minute):
    """Five requests a minute, one of them failing in every tenth; twenty minutes an hour are silent."""
    if minute // 60 % 60 >= 40:
        return []
    failing = minute // 60 % 10 == 0
    ok = (API, {"status": "200", "route": "/list"}, "request done")
    bad = (API, {"status": "503" if failing else "200", "route": "/pay"}, "request done")
    return [ok, ok, ok, ok, bad, (API, {}, "started"), ({"app": "web"}, {"status": "500"}, "request done")]


def truth(start, end):
    """Bad and all requests of `(start, end]`."""
    found = [
        parsed
        for m in range(start // 60 * 60, end, 60)
        for ls, parsed, _ in traffic(m)
        if parsed and ls == API
    ]
    return sum(each["status"] == "503" for each in found), len(found)


class Logs:
    """The SLOs of one organisation over a stand-in Loki."""

    def __init__(self, database, server):
        self.clock, self.server, self.database, self.door = (
            ManualClock(datetime.fromtimestamp(START + 90, UTC)),
            server,
            database,
            Door(),
        )
        self.configure()

    def configure(self, *, loki=True):
        settings = SourceSettings(name="loki", url="http://loki.test", timeout_s=5)
        policy = BreakerPolicy(failures=10_000)
        transport = httpx.MockTransport(self.server)
        client = SourceClient(settings, clock=self.clock, transport=transport, policy=policy)
        self.refresh = SloRefresh(
            1, self.database, None, self.clock, self.door, loki=Loki(client) if loki else None
        )
        self.slos = Slos(1, self.database, self.refresh, self.clock)

    async def minutes(self, count=1):
        found = None
        for _ in range(count):
            self.clock.advance(60)
            found = await self.refresh.run()
        return found

    async def window(self, view):
        return (await self.slos.get(view.slo.id)).standing.measurement.window


@pytest.fixture
async def logs(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield Logs(database, FakeLogCounts(traffic))
    await database.aclose()


def definition(name="requests", **more):
    indicator = LogsIndicator(parse_lines(ALL, "$"), parse_lines(BAD, "$"), Part.BAD)
    return Definition(name, "api", indicator, Objective.percent("95"), **{"window": Rolling(1), **more})


async def test_row_10_history_and_the_minutes_after_it_are_the_truth(logs):
    """Whole numbers, newest first; a quiet minute is measured and holds nothing."""
    view = await logs.slos.create(definition(), "ann")
    assert view.standing.failure == ""
    assert view.standing.queries == (
        'sum(count_over_time({app="api"} |= "request" | json | status >= 500 [60s]))',
        'sum(count_over_time({app="api"} |= "request" | json [60s]))',
    )
    for _ in range(2):
        found = await logs.window(view)
        assert (found.counts.bad, found.counts.total) == truth(found.start, found.end)
        assert found.counts.total > 0
        assert found.coverage == 1.0
        done = await logs.minutes(30)
        assert (done.calculated, done.failed) == (1, 0)


async def test_row_10_slices_of_time_are_counted_from_lines_too(logs):
    """A slice is bad when too many of its lines are."""
    view = await logs.slos.create(definition(budgeting=Timeslices(60, Objective.percent("90"))), "ann")
    found = await logs.window(view)
    assert found.counts.bad == sum(
        truth(at - 60, at)[0] > 0 for at in range(found.start + 60, found.end + 1, 60)
    )


async def test_row_10_lines_that_arrive_late_are_counted_within_three_minutes(logs):
    """What Loki had not taken in yet is counted when the newest buckets are asked for again."""
    await logs.slos.create(definition(), "ann")
    late_from = logs.server.lines
    now = int(logs.clock.now().timestamp())
    logs.server.lines = lambda minute: [] if minute >= now // 60 * 60 - 60 else late_from(minute)
    await logs.minutes(2)
    logs.server.lines = late_from
    await logs.minutes(1)
    [view] = await logs.slos.every()
    found = view.standing.measurement.window
    assert (found.counts.bad, found.counts.total) == truth(found.start, found.end)


async def test_row_10_days_before_the_lines_that_loki_keeps_are_a_gap(logs):
    """No line in a whole day of history says nothing: that time was not measured."""
    logs.server.since = START - 2 * 86_400
    view = await logs.slos.create(definition(window=Rolling(7)), "ann")
    await logs.minutes(2)
    found = await logs.window(view)
    assert 0.25 < found.coverage < 0.5
    assert (await logs.slos.get(view.slo.id)).verdict.status is Status.NO_DATA


async def test_row_10_groups_are_told_apart_by_what_a_stage_extracts(logs):
    """Labels that JSON gives are labels to group by; the whole stays exact."""
    view = await logs.slos.create(definition(group_by=GroupBy(("route",))), "ann")
    await logs.minutes(2)
    groups = {
        each.slo.group["route"]: each.standing.measurement.window
        for each in await logs.slos.groups(view.slo.id)
    }
    whole = await logs.window(view)
    assert set(groups) == {"/list", "/pay"}
    assert sum(each.counts.total for each in groups.values()) == whole.counts.total
    assert groups["/list"].counts.bad == 0
    assert groups["/pay"].counts.bad == whole.counts.bad > 0


async def test_row_10_a_refusal_of_loki_makes_stale_and_says_why(logs):
    """Broken lines in a pipeline are Loki's word, and the last good numbers stay."""
    view = await logs.slos.create(definition(), "ann")
    before = await logs.window(view)
    logs.server.error = "pipeline error: 'JSONParserErr' for series"
    done = await logs.minutes(3)
    assert done.failed == 1
    seen = await logs.slos.get(view.slo.id)
    assert "JSONParserErr" in seen.stale_reason
    assert seen.standing.measurement.window == before


async def test_row_10_without_loki_the_slo_says_so_and_others_go_on(tmp_path):
    """A missing Loki is a state with a reason and no trouble of SLOs on Prometheus."""
    database = await Database.open(f"sqlite:///{tmp_path}/both.sqlite")
    world = World(database)
    await world.slos.create(of_counters(), "ann")
    view = await world.slos.create(definition(), "ann")
    done = await world.minutes()
    assert (done.calculated, done.failed) == (1, 1)
    seen = await world.slos.get(view.slo.id)
    assert (seen.verdict.status, seen.stale_reason) == (Status.NO_DATA, "Loki is not configured")
    assert seen.verdict.reason is Reason.NEVER_MEASURED
    with pytest.raises(SourceNotConfigured, match="Loki is not configured"):
        await world.slos.preview(definition(), 50)
    await database.aclose()


async def test_row_10_a_preview_asks_loki_a_day_at_a_time(logs):
    """Lines are read one by one, so history is asked for by the day."""
    found = await logs.slos.preview(definition(window=Rolling(5)), 50)
    window = found.standing.measurement.window
    assert (window.counts.bad, window.counts.total) == truth(window.start, window.end)
    spans = [int(p["end"]) - int(p["start"]) for p in logs.server.asked]
    assert max(spans) <= 86_400 * 10**9
