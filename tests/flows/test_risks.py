"""Structural risks of one service, by the catalogue and the cluster (row 112)."""

import json

import httpx

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.api.risks import risk_routes
from reliability_studio.api.router import Router
from reliability_studio.clock import ManualClock
from reliability_studio.domain.catalog import Service
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.risks import Risks
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.kubernetes import Kubernetes
from tests.support.desk import VERA
from tests.support.fake_sources import FakeKubernetes, client
from tests.support.records import NOON

PODS = "/api/v1/namespaces/shop/pods"
BUDGETS = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"


def pod(name, node, app="cart"):
    return {
        "metadata": {"name": name, "namespace": "shop", "labels": {"app": app}},
        "spec": {"nodeName": node, "containers": [{"image": f"{app}:1"}]},
        "status": {"phase": "Running"},
    }


def node(name, zone):
    return {"metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": zone}}, "status": {}}


def cluster(**more):
    answers = {
        PODS: [pod("cart-1", "n1"), pod("cart-2", "n1"), pod("db-1", "n2", "db")],
        "/api/v1/nodes": [node("n1", "a"), node("n2", "b")],
        BUDGETS: [{"metadata": {"name": "x", "namespace": "shop"}, "spec": {}}],
        **more,
    }
    server = FakeKubernetes({path: items for path, items in answers.items() if items is not None})
    return Kubernetes(client("kubernetes", server, NOON))


async def asked(database, service, kubernetes):
    catalog = Catalog(database)
    for name in ("shop", "mail", "till"):
        await catalog.declare(1, Service(name, depends_on=("cart",)), by="ada", now=NOON)
    labels = {"namespace": "shop"}
    await catalog.declare(1, Service("cart", labels=labels, depends_on=("db",)), by="ada", now=NOON)
    risks = Risks(1, database, Signals(None, None, None, kubernetes))
    router = Router(risk_routes(risks, ManualClock(NOON)))
    answer = await router.answer(ResourceRequest(VERA, "GET", f"services/{service}/risks", {}, {}, b""))
    body = json.loads(answer.body)
    return answer.status, {each["id"]: each for each in body.get("items", ())}


async def test_row_112_a_services_page_tells_how_it_is_placed(database):
    """Row 112: node, zone, budget and call graph, each with what would remove the risk."""
    status, found = await asked(database, "cart", cluster())
    assert status == 200
    assert found["single-replica"]["outcome"] == "clean"
    assert found["single-node"]["summary"] == "cart: all 2 pods run on node n1"
    assert found["single-zone"]["summary"] == "cart: all 2 pods run in zone a, of several"
    assert found["no-disruption-budget"]["outcome"] == "found"
    assert "3 services depend on it" in found["single-point"]["summary"]
    assert all(each["fix"] for each in found.values() if each["outcome"] == "found")


async def test_row_112_what_an_account_may_not_read_is_no_data(database):
    """Row 112: without nodes and budgets, nothing is said of zones and budgets."""
    _, found = await asked(database, "cart", cluster(**{"/api/v1/nodes": None, BUDGETS: None}))
    assert found["single-node"]["outcome"] == "found"
    assert {found[each]["outcome"] for each in ("single-zone", "no-disruption-budget")} == {"no_data"}


async def test_row_112_without_a_cluster_the_call_graph_is_still_looked_at(database):
    """Row 112: a source that is not there is said to be so."""
    _, found = await asked(database, "cart", None)
    assert found["single-node"]["outcome"] == "skipped"
    assert found["single-point"]["outcome"] == "found"


async def test_row_112_a_cluster_that_fails_and_a_service_without_a_namespace_say_so(database):
    """Row 112: neither is a comfort."""
    down = Kubernetes(client("kubernetes", lambda _request: httpx.Response(500), NOON))
    _, found = await asked(database, "cart", down)
    assert found["single-node"]["outcome"] == "failed"


async def test_row_112_a_service_without_a_namespace_says_what_it_lacks(database):
    """Row 112: where to look is the label `namespace`; a service that nobody knows is not found."""
    _, found = await asked(database, "shop", cluster())
    assert "no label namespace" in found["single-replica"]["summary"]
    router = Router(risk_routes(Risks(1, database, Signals(None, None, None, None)), ManualClock(NOON)))
    answer = await router.answer(ResourceRequest(VERA, "GET", "services/nobody/risks", {}, {}, b""))
    assert answer.status == 404
