"""FX through the product: P1, P2, P3, A18, A19, A20 on a real Prometheus."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.router import Router
from reliability_studio.api.telemetry import telemetry_routes
from reliability_studio.clock import SystemClock
from reliability_studio.domain.checks.catalogue import BUILT_IN
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.telemetry import Source
from reliability_studio.flows.gather import NOT_CONFIGURED, gather
from reliability_studio.flows.measure import Place, filled
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import prometheus as source
from reliability_studio.sources.http import SourceClient
from scripts.servers import Prometheus, prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.integration import fx
from tests.support.servers import need_program

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    need_program(PROMETHEUS, PROMTOOL)
    history = tmp_path_factory.mktemp("fx") / "fx.om"
    fx.write(history, days=1)
    with prometheus(blocks=history) as server:
        yield server


async def ask(world: Prometheus, path: str, **query: str) -> dict[str, object]:
    clock = SystemClock()
    settings = SourceSettings(name="prometheus", url=world.url)
    client = SourceClient(settings, clock=clock, explain=source.explain)
    signals = Signals(source.Prometheus(client), None, None, None)
    caller = Caller(org_id=1, login="ann", role=Role.VIEWER)
    try:
        answer = await Router(telemetry_routes(signals, clock)).answer(
            ResourceRequest(caller, "GET", path, {k: (v,) for k, v in query.items()})
        )
    finally:
        await client.aclose()
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


async def test_p1_a19_one_percent_fails_summed_over_both_pods(world: Prometheus):
    """P1, A19."""
    body = await ask(world, "metrics/error-rate/api")
    assert body["value"] == pytest.approx(1.0, abs=0.01)
    assert (body["unit"], body["dialect"]) == ("percent", "plain HTTP")


async def test_a18_availability_is_99_percent(world: Prometheus):
    """A18."""
    assert (await ask(world, "metrics/availability/api"))["value"] == pytest.approx(99.0, abs=0.01)


async def test_p3_the_rate_is_16_67_per_second_over_both_pods(world: Prometheus):
    """P3."""
    assert (await ask(world, "metrics/request-rate/api"))["value"] == pytest.approx(16.67, abs=0.01)


async def test_p2_a20_the_95th_percentile_is_4775_milliseconds(world: Prometheus):
    """P2, A20."""
    body = await ask(world, "metrics/latency/api")
    assert body["unit"] == "ms"
    values = body["values"]
    assert isinstance(values, dict)
    assert values["p95"] == pytest.approx(4775, abs=1)
    assert values["p50"] < values["p95"] < values["p99"]


async def test_the_course_of_an_hour_has_the_numbers_of_the_window_at_every_point(world: Prometheus):
    """Incident-features row 126, V1: what a panel of the incident draws, on a real Prometheus."""
    # Prometheus tells moments to the millisecond.
    end = (SystemClock().now() - timedelta(hours=3)).replace(microsecond=0)
    start = end - timedelta(hours=1)
    body = await ask(world, "metrics/course/api", **{"from": start.isoformat(), "to": end.isoformat()})
    points = body["points"]
    assert isinstance(points, list)
    assert (body["stepSeconds"], len(points), body["dialect"]) == (30, 121, "plain HTTP")
    for point in points:
        assert point["errorRate"] == pytest.approx(1.0, abs=0.05)
        assert point["requestRate"] == pytest.approx(16.67, abs=0.1)
        assert point["p95"] == pytest.approx(4775, abs=5)
    assert points[0]["at"] < points[-1]["at"] <= body["end"]


async def test_a_service_that_nobody_measures_has_no_course(world: Prometheus):
    """No points, rather than zeros."""
    body = await ask(world, "metrics/course/nobody")
    assert (body["points"], body["dialect"], body["query"]) == ([], "", "")


async def test_a_window_three_hours_ago_is_asked_there(world: Prometheus):
    """C5: an incident of the past is measured in its own window."""
    end = SystemClock().now() - timedelta(hours=3)
    body = await ask(world, "metrics/error-rate/api", to=end.isoformat())
    assert body["value"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("service", ["nobody", 'api"} or vector(1)', "a\\"])
async def test_a_service_that_nobody_measures_has_no_number(world: Prometheus, service: str):
    """No data is a state, and a name is never more than a value."""
    body = await ask(world, f"metrics/availability/{service}")
    assert (body["value"], body["state"]) == (None, "no_data")


async def test_the_courses_of_all_services_are_read_from_a_real_server(world: Prometheus):
    """What an investigation asks is PromQL that Prometheus takes, and 1 % is 1 % there too."""
    clock = SystemClock()
    client = SourceClient(
        SourceSettings(name="prometheus", url=world.url), clock=clock, explain=source.explain
    )
    now = clock.now()
    try:
        signals = Signals(source.Prometheus(client), None, None, None)
        got = await gather(signals, BUILT_IN, "api", "default", now - timedelta(hours=3), now)
    finally:
        await client.aclose()
    assert got.failed == {
        Source.LOGS: NOT_CONFIGURED,
        Source.EVENTS: NOT_CONFIGURED,
        Source.TRACES: NOT_CONFIGURED,
    }
    assert got.queries <= 60
    failed = {
        check: why
        for check, (outcome, why) in got.measurements.unanswered.items()
        if outcome is Outcome.FAILED
    }
    assert failed == {}
    medians = {frame["kind"][0]: frame["value"].median() for frame in got.metrics}
    assert medians == pytest.approx({"traffic": 16.67, "errors": 0.01, "latency": 4775}, rel=0.01)


async def test_every_check_asks_promql_that_prometheus_takes(world: Prometheus):
    """Also of those whose metrics are not there: none may fail on the day they are."""
    clock = SystemClock()
    client = SourceClient(
        SourceSettings(name="prometheus", url=world.url), clock=clock, explain=source.explain
    )
    place = Place('a"b', "shop", frozenset({'a"b', "c.d"}), frozenset(), "up")
    now = clock.now()
    try:
        prometheus = source.Prometheus(client)
        asked = [check for check in BUILT_IN if check.query]
        for check in asked:
            await prometheus.query_range(
                filled(check.query, place), now - timedelta(minutes=5), now, step_s=30
            )
    finally:
        await client.aclose()
    assert len(asked) >= 30
