"""Rows 3, 5, 7, 8, 11, 12 on a real Prometheus: every kind of indicator, in history and by the minute."""

import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Compare,
    GaugeIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    ShareIndicator,
    SpanKind,
    SpanNames,
    SpansIndicator,
    SpanUnit,
)
from reliability_studio.domain.slo.measure import Reason
from reliability_studio.domain.slo.spec import Definition, GroupBy, RatioTimeslices, Timeslices
from reliability_studio.sources.promql_text import parse_query, parse_selector
from reliability_studio.store.engine import Database
from scripts.servers import prometheus as run_prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.integration.test_slos import Plugin
from tests.support.servers import need_program

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

STEP = 15
HOURS = 30


def span_families():
    """Series of calls, and events of each per scrape: one of five fails, four of five are quick enough."""
    server = 'span_kind="SPAN_KIND_SERVER"'
    found = {}
    for family, service in (("traces_spanmetrics_calls", "service"), ("calls", "service_name")):
        said = f'{family}_total{{{service}="shop",span_name="GET /",'
        found[family] = {
            f'{said}{server},status_code="STATUS_CODE_UNSET"}}': 8,
            f'{said}{server},status_code="STATUS_CODE_ERROR"}}': 2,
            f'{said}span_kind="SPAN_KIND_CLIENT",status_code="STATUS_CODE_ERROR"}}': 50,
        }
    bucket = f'service_name="shop",span_name="GET /",{server},le='
    for family, bound in (
        ("traces_spanmetrics_latency_bucket", "0.256"),
        ("traces_span_metrics_duration_milliseconds_bucket", "250.0"),
    ):
        what = bucket.replace("service_name", "service") if "latency" in family else bucket
        found[family] = {f'{family}{{{what}"{bound}"}}': 8, f'{family}{{{what}"+Inf"}}': 10}
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A probe that fails every fifth time, a queue that is long every third five minutes, counters."""
    need_program(PROMETHEUS, PROMTOOL)
    path: Path = tmp_path_factory.mktemp("kinds") / "kinds.om"
    now = int(time.time()) // 300 * 300  # noqa: TID251 - the fixture lives in real time
    with path.open("w") as text:
        families = span_families()
        lines = {"probe_success": [], "queue_length": [], "hits_total": [], "misses_total": []}
        for n, at in enumerate(range(now - HOURS * 3600, now + 1200, STEP)):
            lines["probe_success"].append(f'probe_success{{job="probe"}} {int(n % 5 != 0)} {at}')
            lines["queue_length"].append(f"queue_length {9 if (at - 1) // 300 % 3 == 0 else 1} {at}")
            lines["hits_total"].append(f"hits_total {n * 3} {at}")
            lines["misses_total"].append(f"misses_total {n} {at}")
            for family, series in families.items():
                lines.setdefault(family, []).extend(
                    f"{name} {n * each} {at}" for name, each in series.items()
                )
        kinds = {"probe_success": "gauge", "queue_length": "gauge", "hits": "counter", "misses": "counter"}
        for name, kind in kinds.items():
            text.write(f"# TYPE {name} {kind}\n")
            text.write("\n".join(lines[name if kind == "gauge" else f"{name}_total"]) + "\n")
        for family in families:
            text.write(f"# TYPE {family} {'unknown' if family.endswith('_bucket') else 'counter'}\n")
            text.write("\n".join(sorted(lines[family], key=lambda line: line.rsplit(" ", 2)[0])) + "\n")
        text.write("# EOF\n")
    with run_prometheus(blocks=path) as server:
        yield server, now


@pytest.fixture
async def plugin(tmp_path, world):
    server, now = world
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    made = Plugin(database, server.url, ManualClock(datetime.fromtimestamp(now + 60, UTC)))
    yield made
    await made.client.aclose()
    await database.aclose()


def what(indicator, **more):
    return Definition("x", "api", indicator, Objective.percent("50"), Rolling(1), **more)


SLICES = Timeslices(300, Objective.percent("95"))
MISSES = "sum(increase(misses_total[$window]))"
ALL = "sum(increase(hits_total[$window])) + sum(increase(misses_total[$window]))"
KINDS = {
    "probe": (what(ProbeIndicator(parse_selector("probe_success", "$"))), 0.8, 24 * 240),
    "gauge": (
        what(
            GaugeIndicator(parse_selector("queue_length", "$"), Over.MEAN, Compare.AT_MOST, Decimal(5)),
            budgeting=SLICES,
        ),
        2 / 3,
        288,
    ),
    "share": (
        what(
            ShareIndicator(f"{MISSES} / ({ALL})", Part.BAD),
            budgeting=RatioTimeslices(300),
        ),
        0.75,
        288 * 1_000_000,
    ),
    "spans": (what(SpansIndicator("shop", SpanNames.TEMPO, "GET /")), 0.8, 24 * 240 * 10),
    "spans of any kind": (
        what(SpansIndicator("shop", SpanNames.CONNECTOR_BARE, kind=SpanKind.ANY)),
        8 / 60,
        24 * 240 * 60,
    ),
    "spans in seconds": (
        what(SpansIndicator("shop", SpanNames.TEMPO, quicker_than=Decimal("0.256"))),
        0.8,
        24 * 240 * 10,
    ),
    "spans in milliseconds": (
        what(
            SpansIndicator(
                "shop", SpanNames.CONNECTOR, quicker_than=Decimal("0.25"), unit=SpanUnit.MILLISECONDS
            )
        ),
        0.8,
        24 * 240 * 10,
    ),
    "query": (what(QueryIndicator(ALL, MISSES, Part.BAD)), 0.75, 24 * 240 * 4),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_counts_its_history_and_goes_on(plugin, kind):
    """The share is the truth of the series; the next minutes add to it."""
    definition, sli, total = KINDS[kind]
    view = await plugin.slos.create(definition, "ann")
    window = view.standing.measurement.window
    assert window.coverage == 1.0
    assert window.sli == pytest.approx(sli, abs=0.004)
    assert window.counts.total == pytest.approx(total, rel=0.004)
    for _ in range(6):
        plugin.clock.advance(60)
        await plugin.refresh.run()
    after = (await plugin.slos.get(view.slo.id)).standing
    assert after.failure == ""
    assert after.measurement.window.sli == pytest.approx(sli, abs=0.004)
    found = await plugin.slos.preview(definition, 50)
    assert found.standing.measurement.window.sli == pytest.approx(sli, abs=0.004)


async def test_a_share_is_grouped_by_the_labels_of_its_answer(plugin):
    """Row 13: calls of one side fail to a fifth and of the other all: the whole is good where both are."""
    failed, every = (
        f"sum by (span_kind) (increase(calls_total{of}[$window]))"
        for of in ('{status_code="STATUS_CODE_ERROR"}', "")
    )
    slices = Timeslices(300, Objective.percent("75"))
    by = GroupBy(("span_kind",))
    share = ShareIndicator(f"{failed} / {every}", Part.BAD)
    view = await plugin.slos.create(what(share, budgeting=slices, group_by=by), "ann")
    groups = {each.slo.group["span_kind"]: each for each in await plugin.slos.groups(view.slo.id)}
    found = {name: each.standing.measurement.window.counts for name, each in groups.items()}
    assert {name: (each.bad, each.total) for name, each in found.items()} == {
        "SPAN_KIND_SERVER": (0, 288),
        "SPAN_KIND_CLIENT": (288, 288),
    }
    whole = view.standing.measurement.window.counts
    assert (whole.bad, whole.total) == (288, 288)


async def test_the_server_understands_the_queries_of_native_histograms(plugin):
    """Row 5: there is none here, and that is said; the queries themselves are taken."""
    native = NativeLatencyIndicator(parse_selector("rt_seconds", "$"), Decimal("0.2"))
    view = await plugin.slos.create(what(native), "ann")
    assert view.standing.failure == ""
    assert view.verdict.reason is Reason.NEVER_MEASURED
    assert len(view.standing.queries) == 2


def test_every_query_of_these_is_promql():
    """What people write goes through the parser as it stands."""
    for text in (MISSES, ALL, f"{MISSES} / ({ALL})"):
        assert parse_query(text, "$", windowed=True) == text
