"""The shop's logs, traces and cluster agree with its metrics, and reach the product's own clients (Q4).

The stand-ins refuse what the real servers refuse, with their status.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from reliability_studio.clock import SystemClock
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.telemetry import Signals
from reliability_studio.flows.tracing import self_times, traced
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import tempo
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.tempo import Tempo
from scripts.shop import Shop, serve, serve_witnesses, witness
from scripts.shop.cluster import POD_KIND, VERSION_KIND
from scripts.shop.targets import ShopTargets
from scripts.stand_ins import Asked, Cluster, Watch
from scripts.stand_ins.loki import Loki as LokiServer

CLOCK = SystemClock()
START = 1_760_000_000.0
BEGUN, ENDED = START + 1800, START + 1860


def now() -> float:
    """Unix seconds."""
    return CLOCK.now().timestamp()


class Told:
    """A shop with half an hour of past, a minute of fault and half a minute after it."""

    def __init__(self):
        self.shop = Shop(START)
        self.seen = witness(self.shop)
        self.shop.advance(BEGUN)
        self.shop.fault.begin(BEGUN)
        self.shop.advance(ENDED)


@pytest.fixture(scope="module")
def told():
    return Told()


def lines(told, service):
    return [
        (ns / 1e9, text)
        for labels, lines in told.seen.logs.streams()
        if labels["service_name"] == service
        for ns, text in lines
    ]


def test_error_lines_come_with_the_fault_and_name_its_reason(told):
    for service, why in (("payments", "is nil since v2"), ("orders", "payments answered 500")):
        bad = [(at, text) for at, text in lines(told, service) if why in text and "level=error" in text]
        inside = [at for at, _ in bad if at > BEGUN]
        assert len(inside) > 50
        assert len(bad) - len(inside) < 10
    assert not [1 for at, text in lines(told, "users") if at > BEGUN and "level=error" in text]


def test_lines_of_a_pod_are_in_order_and_say_that_they_are_of_a_demo(told):
    for labels, found in told.seen.logs.streams():
        assert labels["environment"] == "demo"
        assert "simulated demo data" in found[0][1]
        assert [ns for ns, _ in found] == sorted(ns for ns, _ in found)


def test_traces_show_the_failing_edge_and_share_of_the_counters(told):
    spans = [
        span
        for trace in told.seen.traces.kept
        if trace.spans[0].start / 1e9 > BEGUN + 8
        for span in trace.spans
    ]
    served = [s for s in spans if s.pod.service.name == "payments" and s.kind == "SPAN_KIND_SERVER"]
    called = [s for s in spans if s.name == "POST payments"]
    assert len(served) == len(called) > 20
    assert 0.3 < sum(bool(s.failed) for s in served) / len(served) < 0.7
    assert {bool(s.failed) for s in served if s.parent in {c.id for c in called if c.failed}} == {True}
    assert not [s for s in spans if s.pod.service.name == "users" and s.failed]


def test_spans_lie_within_their_parents(told):
    for trace in told.seen.traces.kept:
        by_id = {span.id: span for span in trace.spans}
        assert [span.parent for span in trace.spans].count("") == 1
        for span in trace.spans:
            if span.parent:
                parent = by_id[span.parent]
                assert parent.start <= span.start <= span.end <= parent.end


def test_the_cluster_has_the_pods_that_the_metrics_name(told):
    objects = told.seen.cluster.objects
    assert {name for _, name in objects[POD_KIND]} == {pod.name for pod in told.shop.pods.values()}
    held = {name: item["spec"]["replicas"] for (_, name), item in objects[VERSION_KIND].items()}
    assert (held["payments-v1"], held["payments-v2"]) == (0, 2)


def test_a_rollback_scales_the_old_version_up_under_a_new_revision():
    told = Told()
    told.shop.fault.end(ENDED)
    told.shop.advance(ENDED + 10)
    versions = told.seen.cluster.objects[VERSION_KIND]
    old, bad = versions["shop", "payments-v1"], versions["shop", "payments-v2"]
    revision = "deployment.kubernetes.io/revision"
    assert (old["spec"]["replicas"], bad["spec"]["replicas"]) == (2, 0)
    assert (old["metadata"]["annotations"][revision], bad["metadata"]["annotations"][revision]) == ("3", "2")
    assert old["metadata"]["annotations"][f"{revision}-history"] == "1"


async def test_row_59_the_rollback_of_the_shop_is_a_change_of_its_own():
    """As the product reads it off the stand-in: its moment is that of its first step."""
    told = Told()
    told.shop.fault.end(ENDED)
    told.shop.advance(ENDED + 10)
    begun, ended = (datetime.fromtimestamp(each, UTC) for each in (BEGUN, ENDED))
    with serve(told.shop, lambda: ENDED + 10) as targets, serve_witnesses(targets, told.seen) as sources:
        async with client(sources, "kubernetes") as one:
            signals = Signals(None, None, None, Kubernetes(one))
            seen = await signals.cluster.workloads("shop", begun)
    bad, back = changes(seen, (), begun, ended + timedelta(seconds=10))
    assert (bad.service, bad.id, back.service, back.id) == (
        "payments",
        "payments-v2",
        "payments",
        "payments-v1#3",
    )
    assert timedelta(0) <= back.at - ended <= timedelta(seconds=1)
    images = "demo.invalid/shop/payments:v2 to demo.invalid/shop/payments:v1"
    assert back.summary == f"payments revision 3: rolled back to revision 1, {images}"


def test_writing_it_down_changes_no_number():
    """The metrics are the same whether anybody watches or not."""
    watched, alone = Told().shop, Shop(START)
    alone.advance(BEGUN)
    alone.fault.begin(BEGUN)
    alone.advance(ENDED)
    assert [pod.requests for pod in watched.pods.values()] == [pod.requests for pod in alone.pods.values()]


@pytest.fixture(scope="module")
def calm() -> Iterator[Mapping[str, str]]:
    """Sources of a shop in which nothing happens."""
    shop = Shop(START)
    seen = witness(shop)
    with serve(shop, lambda: START + 60) as targets, serve_witnesses(targets, seen) as sources:
        yield sources


@pytest.fixture
def present() -> Iterator[tuple[ShopTargets, Mapping[str, str]]]:
    """A shop that runs now, with its sources on loopback."""
    shop = Shop(now() - 600)
    seen = witness(shop)
    with serve(shop, now) as targets, serve_witnesses(targets, seen) as sources:
        yield targets, sources


@asynccontextmanager
async def client(sources: Mapping[str, str], name: str) -> AsyncIterator[SourceClient]:
    made = SourceClient(SourceSettings(name=name, url=sources[name], timeout_s=5), clock=SystemClock())
    try:
        yield made
    finally:
        await made.aclose()


async def test_the_products_clients_read_all_three(present):
    targets, sources = present
    targets.begin_fault()
    await asyncio.sleep(3)
    end = CLOCK.now() + timedelta(seconds=1)
    start = end - timedelta(minutes=5)
    async with client(sources, "loki") as one:
        loki = Loki(one)
        selector = await loki.selector("payments", start, end)
        assert selector == '{service_name="payments"}'
        assert await loki.lines(selector, start, end, limit=50, containing="is nil since v2")
        assert "simulated" in await loki.health()
    async with client(sources, "tempo") as one:
        server = Tempo(one)
        query = tempo.selecting(tempo.usual("payments"), ("resource.k8s.pod.name", "span.http.route"))
        found = await server.search(query, start, end, limit=5)
        assert found[0].matched[0].attributes["http.route"] == "/charge"
        assert {"orders", "payments"} <= {span.service for span in await server.trace(found[0].id)}
        counted = await server.measured(tempo.served(), start, end, step_s=60)
        failed = await server.measured(tempo.served("payments", failed=True), start, end, step_s=60)
        assert {"frontend", "orders", "payments"} <= {each.service for each in counted}
        assert [each.service for each in failed] == ["payments"]
        assert "simulated" in await server.health()
    async with client(sources, "kubernetes") as one:
        cluster = Kubernetes(one)
        assert len(await cluster.pods("shop")) == 10
        assert {node.name for node in await cluster.nodes()} == {"demo-node-1", "demo-node-2"}
        reasons = {event.reason for event in await cluster.events("shop", start)}
        assert {"ScalingReplicaSet", "Scheduled", "Killing"} <= reasons
        assert "simulated" in await cluster.health()


async def test_row_55_traces_of_the_shop_tell_whose_own_time_rose():
    """Half an hour of usual traces, then a minute in which every charge is slow, and its callers wait."""
    shop = Shop(START)
    shop.fault.slow = 1.0
    seen = witness(shop)
    shop.advance(BEGUN)
    shop.fault.begin(BEGUN)
    shop.advance(ENDED)
    begun, ended = (datetime.fromtimestamp(each, UTC) for each in (BEGUN, ENDED))
    with serve(shop, lambda: ENDED) as targets, serve_witnesses(targets, seen) as sources:
        async with client(sources, "tempo") as one:
            signals = Signals(None, None, Tempo(one), None)
            look = await traced(signals, "orders", begun, begun - timedelta(minutes=28), ended)
            told = await self_times(signals, "orders", look.usual, look.now, 20)
    assert told.lacking == ""
    assert [fact.service for fact in told.facts] == ["payments"]


async def test_a_watch_tells_of_a_rollout(present):
    targets, sources = present
    async with client(sources, "kubernetes") as one, asyncio.TaskGroup() as group:
        cluster = Kubernetes(one)
        following = group.create_task(cluster.follow(3))
        await asyncio.sleep(0.5)
        targets.begin_fault()
        await asyncio.sleep(1.5)
        named = {pod.name for pod in await cluster.pods("shop") if "payments-v2" in pod.name}
        assert len(named) == 1
        await following
        assert "not followed" not in await cluster.health()


RANGE = {"start": "1", "end": "2", "limit": "10"}
COUNTING = {"start": "1", "end": "61", "step": "30s", "q": tempo.served()}
COUNTED = 'sum(count_over_time({a="b"} [60s]))'


@pytest.mark.parametrize(
    ("source", "path", "params", "status"),
    [
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a="b"'}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a=""}'}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a="b"} |~ "(?=x)"'}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a="b"}', "limit": "5001"}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a="b"}', "end": "1"}, 400),
        (
            "loki",
            "/loki/api/v1/query_range",
            {**RANGE, "query": '{a="b"}', "end": str(32 * 86400 * 10**9)},
            400,
        ),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": '{a="b"}', "start": "2026-01-01"}, 400),
        ("loki", "/loki/api/v1/patterns", {**RANGE, "query": '{a="b"}', "step": "10s"}, 404),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": COUNTED}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": COUNTED, "step": "0s"}, 400),
        ("loki", "/loki/api/v1/query_range", {**RANGE, "query": f"{COUNTED} > 1", "step": "9s"}, 400),
        ("loki", "/loki/api/v1/query", {"time": "1", "query": '{a="b"}'}, 400),
        ("loki", "/elsewhere", {}, 404),
        ("tempo", "/api/search", {**RANGE, "q": "{ service = payments }"}, 400),
        ("tempo", "/api/search", {**RANGE, "q": tempo.failing("a"), "end": str(169 * 3600)}, 400),
        ("tempo", "/api/search", {**RANGE, "q": tempo.failing("a"), "spss": "101"}, 400),
        ("tempo", "/api/search", {**RANGE, "q": tempo.failing("a"), "limit": "0"}, 400),
        ("tempo", "/api/metrics/query_range", {**COUNTING, "q": "{ } | rate("}, 400),
        ("tempo", "/api/metrics/query_range", {**COUNTING, "q": tempo.usual("a")}, 400),
        ("tempo", "/api/metrics/query_range", {**COUNTING, "step": "0s"}, 400),
        ("tempo", "/api/metrics/query_range", {**COUNTING, "end": "1"}, 400),
        ("tempo", "/api/metrics/query_range", {**COUNTING, "end": str(25 * 3600)}, 400),
        ("tempo", "/api/traces/none", {}, 400),
        ("tempo", "/api/traces/abc", {}, 404),
        ("kubernetes", "/api/v1/secrets", {"limit": "10"}, 404),
        ("kubernetes", "/api/v1/pods", {"limit": "ten"}, 400),
        ("kubernetes", "/api/v1/pods", {"watch": "1"}, 400),
    ],
)
def test_what_the_real_servers_refuse_is_refused(calm, source, path, params, status):
    assert httpx.get(f"{calm[source]}{path}", params=params, timeout=5).status_code == status


def test_history_that_was_forgotten_is_gone():
    cluster = Cluster([POD_KIND])
    for name in ("a", "b", "c"):
        cluster.put(POD_KIND, {"metadata": {"name": name, "namespace": "shop"}})
    watch = {"watch": "1", "allowWatchBookmarks": "true", "timeoutSeconds": "1", "resourceVersion": "101"}
    assert isinstance(cluster.answer(Asked(POD_KIND, watch)), Watch)
    cluster.compact(keep=1)
    assert cluster.answer(Asked(POD_KIND, watch)).status == 410
    assert isinstance(cluster.answer(Asked(POD_KIND, {**watch, "resourceVersion": "102"})), Watch)
    assert [version for version, _ in cluster.happened(POD_KIND, 102)] == [103]


def test_nothing_can_be_written(calm):
    for url in calm.values():
        assert httpx.post(f"{url}/api/v1/pods", json={}, timeout=5).status_code >= 400


def test_loki_counts_what_it_keeps():
    """Minute by minute, each with its end and without its start; no number where there is no line."""
    second = 10**9
    kept = [(60 * second, "error"), (61 * second, "ok"), (120 * second, "error"), (240 * second, "error")]
    loki = LokiServer(lambda: [({"a": "b"}, kept), ({"a": "c"}, kept)])

    def counted(query, path="query_range", **params):
        answer = loki.answer(Asked(f"/loki/api/v1/{path}", {"query": query, **params}))
        return json.loads(answer.body)["data"]

    span = {"start": str(60 * second), "end": str(240 * second), "step": "60s"}
    found = counted(COUNTED, **span)
    assert found["resultType"] == "matrix"
    assert found["result"] == [{"metric": {}, "values": [[60, "1"], [120, "2"], [240, "1"]]}]
    errors = 'sum(count_over_time({a="b"} |= "error" [60s]))'
    assert counted(errors, **span)["result"][0]["values"] == [[60, "1"], [120, "1"], [240, "1"]]
    assert counted('sum(count_over_time({a="none"} [60s]))', **span)["result"] == []
    now = counted(errors, "query", time=str(120 * second))
    assert (now["resultType"], now["result"]) == ("vector", [{"metric": {}, "value": [120, "1"]}])
