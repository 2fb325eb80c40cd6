"""P10: services that speak through native histograms or nginx, asked on a real Prometheus."""

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta

import polars as pl
import pytest

from reliability_studio.clock import ManualClock, SystemClock
from reliability_studio.domain.checks.catalogue import BUILT_IN
from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.flows.coverage import CoverageState, coverage
from reliability_studio.flows.gather import gather
from reliability_studio.flows.gathered import Gathered
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import dialects
from reliability_studio.sources import prometheus as source
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.promql import TAG
from scripts.servers import prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.support.remote_write import FLAGS, Buckets, Written, bound, remote_write
from tests.support.servers import need_program

pytestmark = pytest.mark.integration

STEP_S = 30
HOURS = 2
QUICK, SLOW = -16, 0
"""Buckets that end at 62.5 ms and at one second."""
RATE, FAILED, SLOW_SHARE = 10, 0.02, 0.1
"""Requests a second, the share that fails, and the share that is slow."""
HOSTS = {"shop": 10.0, "blog": 5.0}
"""Virtual hosts of one nginx, with requests a second."""
WINDOW = timedelta(minutes=10)


def native(end: datetime) -> list[Written]:
    """OpenTelemetry, Spring and span metrics with durations as native histograms only."""
    names = {
        "http_server_request_duration_seconds": ("service_name", "otel", "http_response_status_code"),
        "http_server_requests_seconds": ("application", "spring", "status"),
        "traces_spanmetrics_latency": ("service", "spans", "status_code"),
    }
    found = []
    for metric, (label, service, status) in names.items():
        for code, share in (("200", 1 - FAILED), ("500", FAILED)):
            labels = {"__name__": metric, label: service, status: code, "instance": "a"}
            if service == "spans":
                labels["span_kind"] = "SPAN_KIND_SERVER"
            found.append(Written(labels, [(at * 1000, _so_far(n, share)) for n, at in enumerate(times(end))]))
    return found


def _so_far(ticks: int, share: float) -> Buckets:
    count = ticks * STEP_S * RATE * share
    slow = round(count * SLOW_SHARE)
    return Buckets({QUICK: round(count) - slow, SLOW: slow}, total_s=count)


def times(end: datetime) -> range:
    """Moments of all samples, Unix seconds."""
    last = int(end.timestamp())
    return range(last - HOURS * 3600, last + 1, STEP_S)


def counters(end: datetime) -> Iterator[Written]:
    """The counter of spans, and what two exporters of nginx say."""
    for code, share in (("STATUS_CODE_UNSET", 1 - FAILED), ("STATUS_CODE_ERROR", FAILED)):
        labels = {"service": "spans", "span_kind": "SPAN_KIND_SERVER", "status_code": code}
        yield counter("traces_spanmetrics_calls_total", labels, end, RATE * share)
    codes = {"1xx": 0.0, "2xx": 0.75, "3xx": 0.0, "4xx": 0.05, "5xx": 0.2, "total": 1.0}
    for host, rate in (*HOSTS.items(), ("*", sum(HOSTS.values()))):
        labels = {"host": host, "job": "edge"}
        for code, share in codes.items():
            yield counter("nginx_vts_server_requests_total", {**labels, "code": code}, end, rate * share)
        yield counter("nginx_vts_server_request_seconds_total", labels, end, rate * 0.3)
    summarised = {"application": "summarised", "status": "200"}
    yield counter("http_server_requests_seconds_count", summarised, end, RATE)
    yield counter("http_server_requests_seconds", {**summarised, "quantile": "0.95"}, end, 0)
    proxy = {"job": "proxy"}
    yield counter("nginx_http_requests_total", proxy, end, 7.0)
    yield counter("nginx_connections_accepted", proxy, end, 3.0)
    yield counter("nginx_connections_handled", proxy, end, 2.5)


def counter(name: str, labels: Mapping[str, str], end: datetime, rate: float) -> Written:
    """A counter that grows evenly."""
    points = [(at * 1000, ticks * STEP_S * rate) for ticks, at in enumerate(times(end))]
    return Written({"__name__": name, **labels}, points)


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[str, datetime]]:
    """The server's address, and the moment of its newest samples."""
    need_program(PROMETHEUS, PROMTOOL)
    end = SystemClock().now().replace(second=0, microsecond=0)
    with prometheus(flags=FLAGS) as server:
        remote_write(server.url, [*native(end), *counters(end)])
        yield server.url, end


@pytest.fixture
async def signals(world: tuple[str, datetime]) -> AsyncIterator[Signals]:
    """The product's own client of that server."""
    url, end = world
    client = SourceClient(
        SourceSettings(name="prometheus", url=url), clock=ManualClock(end), explain=source.explain
    )
    yield Signals(source.Prometheus(client), None, None, None)
    await client.aclose()


def medians_of(got: Gathered, by: str) -> dict[str, float]:
    """Of the courses that were read."""
    rows = pl.concat(got.metrics, how="diagonal").group_by(by).agg(pl.col("value").median())
    return dict(rows.select(by, "value").iter_rows())


@pytest.mark.parametrize(
    ("service", "dialect"),
    [
        ("otel", "OpenTelemetry, native histogram"),
        ("spring", "Spring, native histogram"),
        ("spans", "span metrics (Tempo)"),
    ],
)
async def test_p10_native_histograms_give_rates_failures_and_quantiles(signals, world, service, dialect):
    """Without `le`, `_count` or `_bucket`: nine of ten requests are quick, and one of fifty fails."""
    _, end = world
    rates = await signals.rates(service, end - WINDOW, end)
    assert rates.dialect == dialect
    assert rates.values["requestRate"] == pytest.approx(RATE, rel=0.02)
    assert rates.values["errorRate"] == pytest.approx(100 * FAILED, rel=0.02)
    times = (await signals.latencies(service, end - WINDOW, end)).values
    # Prometheus 2 takes the middle of a bucket's line, later ones its exponential course.
    assert 1000 * bound(QUICK - 1) < times["p50"] <= 1000 * bound(QUICK)
    assert 1000 * bound(SLOW - 1) < times["p95"] <= 1000 * bound(SLOW)
    seen = {each.subject: each for each in (await coverage(signals, service, end)).parts}
    assert seen["latency"].state is CoverageState.PRESENT
    assert seen["latency"].detail.endswith("(native histogram)")
    assert seen["errors"].state is CoverageState.PRESENT


@pytest.mark.parametrize("service", ["otel", "spring", "spans"])
async def test_p10_an_investigation_reads_native_histograms(signals, world, service):
    """Traffic, errors and p95 as courses of the whole window, and every check's query is taken."""
    _, end = world
    got = await gather(signals, BUILT_IN, service, "default", end - timedelta(minutes=30), end)
    medians = medians_of(got, "kind")
    assert medians["traffic"] == pytest.approx(RATE, rel=0.02)
    assert medians["errors"] == pytest.approx(FAILED, rel=0.02)
    assert 1000 * bound(SLOW - 1) < medians["latency"] <= 1000 * bound(SLOW)
    unanswered = got.measurements.unanswered
    assert [check for check, (outcome, _) in unanswered.items() if outcome is Outcome.FAILED] == []


async def test_p10_the_detector_and_discovery_know_who_speaks_so(signals, world):
    """One query over everybody, in every form that is there."""
    _, end = world
    there = await signals.metric_names(end - timedelta(minutes=10), end)
    answer = await signals.instant(dialects.everybody(there), end)
    assert {"otel", "spring", "spans", "edge", "proxy"} <= dialects.named(
        each.labels for each in answer.series
    )
    speakers = dialects.speakers(there, (each.labels for each in answer.series))
    assert {"OpenTelemetry, native histogram", "nginx (virtual hosts)", "nginx"} <= {
        each.dialect.name for each in speakers
    }
    assert all(TAG in each.labels for each in answer.series)


async def test_p10_a_summary_is_no_native_histogram(signals, world):
    """It has the same name, and gives quantiles that cannot be added up: no number is made of them."""
    _, end = world
    rates = await signals.rates("summarised", end - WINDOW, end)
    assert (rates.dialect, rates.values["errorRate"]) == ("Spring", 0.0)
    assert (await signals.latencies("summarised", end - WINDOW, end)).values.get("p95") is None
    seen = {each.subject: each for each in (await coverage(signals, "summarised", end)).parts}
    assert seen["latency"].state is CoverageState.MISSING


async def test_p10_nginx_virtual_hosts_are_counted_once(signals, world):
    """Neither the sum over all codes nor that over all hosts is added to its parts."""
    _, end = world
    shop = (await signals.rates("shop", end - WINDOW, end)).values
    assert shop["requestRate"] == pytest.approx(HOSTS["shop"], rel=0.02)
    assert shop["errorRate"] == pytest.approx(20, rel=0.02)
    edge = (await signals.rates("edge", end - WINDOW, end)).values
    assert edge["requestRate"] == pytest.approx(sum(HOSTS.values()), rel=0.02)
    got = await gather(signals, (), "shop", "default", end - timedelta(minutes=30), end)
    medians = medians_of(got, "name")
    assert medians["mean duration"] == pytest.approx(300, rel=0.02)
    assert "p95" not in medians
    seen = {each.subject: each for each in (await coverage(signals, "shop", end)).parts}
    assert seen["latency"].state is CoverageState.MISSING
    assert "nginx_vts_server_request_seconds_total gives the mean only" in seen["latency"].detail
    assert "vhost_traffic_status_histogram_buckets" in seen["latency"].fix


async def test_p10_plain_nginx_says_nothing_of_failures_and_so_does_the_studio(signals, world):
    """The exporter of stub_status has no status: no number, and never a comforting zero."""
    _, end = world
    rates = await signals.rates("proxy", end - WINDOW, end)
    assert rates.dialect == "nginx"
    assert rates.values["requestRate"] == pytest.approx(7, rel=0.02)
    assert (rates.values["errorRate"], rates.values["availability"]) == (None, None)
    seen = {each.subject: each for each in (await coverage(signals, "proxy", end)).parts}
    assert seen["errors"].state is seen["latency"].state is CoverageState.MISSING
    assert "stub_status" in seen["errors"].fix
    got = await gather(signals, BUILT_IN, "proxy", "default", end - timedelta(minutes=30), end)
    assert medians_of(got, "name").keys() == {"request rate"}
    [dropped] = got.measurements.measured["dropped-connections"]
    assert dropped.worst == pytest.approx(0.5, rel=0.02)
