"""Issue 4, section 3.3: what the server adds up is what is counted here, on counters that are never reset."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import LatencyIndicator, Part, RatioIndicator
from reliability_studio.domain.slo.measure import Status
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.ways import Way
from reliability_studio.flows.slo_refresh import SloRefresh
from reliability_studio.flows.slos import Slos
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.prometheus import Prometheus, explain
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database
from scripts.servers import prometheus as run_prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.servers import need_program

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

HOUR = 3600
SCRAPE_S = 30
ROUNDS = 10


def write(path, now):
    """Twelve hours of three pods: a gap, an error series that begins late, and a pod that is found late.

    That one has run for long: what a process has just begun to count the server cannot tell from the rest.
    """
    with path.open("w") as text:
        text.write("# TYPE http_requests counter\n# TYPE rt histogram\n")
        for step, moment in enumerate(range(now - 12 * HOUR, now + HOUR, SCRAPE_S)):
            for pod in range(3):
                born = 400 if pod == 2 else 0
                missing = pod == 1 and now - 5 * HOUR <= moment < now - 5 * HOUR + 1200
                if step < born or missing:
                    continue
                who = f'job="api",instance="pod-{pod}"'
                grown = (step - born) * (7 + pod) + (step // 50) * 13 + (50_000 if born else 0)
                text.write(f'http_requests_total{{{who},code="200"}} {grown} {moment}\n')
                if step >= 600:
                    text.write(f'http_requests_total{{{who},code="500"}} {(step - 590) // 3} {moment}\n')
                text.write(f'rt_bucket{{{who},le="0.5"}} {grown // 2} {moment}\n')
                text.write(f'rt_bucket{{{who},le="+Inf"}} {grown} {moment}\n')
                text.write(f"rt_count{{{who}}} {grown} {moment}\nrt_sum{{{who}}} {grown} {moment}\n")
        text.write("# EOF\n")


@pytest.fixture(scope="module")
def now():
    """A full hour, so that every bucket of the window is whole."""
    return int(time.time()) // HOUR * HOUR  # noqa: TID251 - the server keeps real time


@pytest.fixture(scope="module")
def world(tmp_path_factory, now):
    """The pods behind a real server."""
    need_program(PROMETHEUS, PROMTOOL)
    history = tmp_path_factory.mktemp("wide") / "wide.om"
    write(history, now)
    with run_prometheus(blocks=history) as server:
        yield server


def ratio():
    """Errors of all requests."""
    total = parse_selector('http_requests_total{job="api"}', "$")
    bad = parse_selector('http_requests_total{job="api",code="500"}', "$")
    return RatioIndicator(total, bad, Part.BAD)


def latency(threshold="0.5"):
    """Requests that are quick."""
    return LatencyIndicator(parse_selector('rt_bucket{job="api"}', "$"), Decimal(threshold))


async def counted(
    world, tmp_path, name, now, indicator, minutes=(), before_minute=lambda _number: None, tried=None
):
    """Where an SLO stands after its history and these minutes; `tried` collects trials of it."""
    clock = ManualClock(datetime.fromtimestamp(now + 90, UTC))
    settings = SourceSettings(name="prometheus", url=world.url, timeout_s=30)
    client = SourceClient(settings, clock=clock, explain=explain)
    database = await Database.open(f"sqlite:///{tmp_path}/{name}.sqlite")

    async def nobody(_org_id, _events):
        """Alerts are not what is looked at."""

    source = Prometheus(client)
    refresh = SloRefresh(1, database, source, clock, nobody)
    slos = Slos(1, database, refresh, clock)
    what = Definition("wide", "api", indicator, Objective.percent("90"), Rolling(1))
    view = await slos.create(what, "ann")
    for _ in range(ROUNDS):
        await refresh.run()
    for number in minutes:
        clock.advance(60)
        before_minute(number)
        assert (await refresh.run()).failed == 0
    seen = await slos.get(view.slo.id)
    if tried is not None:
        tried.append(await slos.preview(what, 10))
        tried.append(
            await slos.what_if(view.slo.id, lambda d: replace(d, objective=Objective.percent("95")), 10)
        )
    _, course = await slos.history(
        view.slo.id,
        datetime.fromtimestamp(now - 12 * HOUR, UTC),
        datetime.fromtimestamp(now + 60 * len(minutes), UTC),
        5000,
    )
    await client.aclose()
    await database.aclose()
    return seen, [(point.at, point.bad, point.total, point.coverage) for point in course.points]


@pytest.mark.parametrize("indicator", [ratio(), latency()], ids=["ratio", "latency"])
async def test_the_server_adds_up_what_is_counted_here(world, tmp_path, now, indicator, monkeypatch):
    """Bucket by bucket the same, from history and live; new error series, new pods and gaps included."""
    here, course = await counted(world, tmp_path, "here", now, indicator, range(3))
    assert here.standing.chosen.way is Way.SNAPSHOTS
    monkeypatch.setattr("reliability_studio.flows.slo_width.WIDE", 2)
    there, other = await counted(world, tmp_path, "there", now, indicator, range(3))
    assert there.standing.chosen.way is Way.SERVER
    assert "series are more than" in there.standing.chosen.why
    assert "no anchored ranges" in there.standing.chosen.why
    assert "offset" in there.standing.queries[0]
    assert other == course
    mine, theirs = (view.standing.measurement.window for view in (here, there))
    assert mine.counts == theirs.counts
    assert mine.counts.total > 30_000


async def test_a_trial_decides_as_the_job_does(world, tmp_path, now, monkeypatch):
    """How an SLO will be counted is told before it is saved, with what would be asked, and why."""
    for name, wide, way in (("narrow", 100, Way.SNAPSHOTS), ("wide", 2, Way.SERVER)):
        monkeypatch.setattr("reliability_studio.flows.slo_width.WIDE", wide)
        tried = []
        seen, _ = await counted(world, tmp_path, name, now, ratio(), tried=tried)
        assert seen.standing.chosen.way is way
        for each in tried:
            assert (each.standing.chosen, each.standing.queries) == (
                seen.standing.chosen,
                seen.standing.queries,
            )


async def test_a_missing_bucket_of_a_histogram_is_a_gap_there_too(world, tmp_path, now, monkeypatch):
    """Nothing would be good; it is a mistake of the SLO and not of the service."""
    monkeypatch.setattr("reliability_studio.flows.slo_width.WIDE", 1)
    seen, course = await counted(world, tmp_path, "missing", now, latency("0.123"))
    assert seen.standing.chosen.way is Way.SERVER
    assert seen.verdict.status is Status.NO_DATA
    assert not any(total for _, _, total, _ in course)


async def test_a_selection_that_grew_too_wide_goes_on_without_a_gap(world, tmp_path, now, monkeypatch):
    """The minute in which it is noticed is counted by the server already, and every event once."""
    here, course = await counted(world, tmp_path, "before", now, ratio(), range(6))

    def narrow(number):
        if number == 3:
            monkeypatch.setattr("reliability_studio.flows.slo_counters.MAX_SERIES", 2)

    there, other = await counted(world, tmp_path, "after", now, ratio(), range(6), narrow)
    assert (here.standing.chosen.way, there.standing.chosen.way) == (Way.SNAPSHOTS, Way.SERVER)
    assert other == course
    assert here.standing.measurement.window == there.standing.measurement.window
