"""Services that nobody declared are found in metrics, in the service graph and in the cluster."""

from urllib.parse import parse_qs

import httpx

from reliability_studio.domain.annotated import PREFIX
from reliability_studio.domain.catalog import Service
from reliability_studio.flows.catalog import Catalog, ServiceChange
from reliability_studio.flows.discovery import Discovery
from reliability_studio.flows.telemetry import Signals
from tests.flows.test_investigate import prometheus
from tests.flows.test_rollouts import cluster
from tests.sources.test_kubernetes import kubernetes
from tests.support.records import NOON


def answers(request):
    """A Prometheus with two dialects and a service graph."""
    if request.method == "GET":
        names = ["http_requests_total", "grpc_server_handled_total"]
        return httpx.Response(200, json={"status": "success", "data": names})
    query = parse_qs(request.content.decode())["query"][0]
    if "service_graph" in query:
        rows = [
            {"client": "user", "server": "web"},
            {"client": "web", "server": "db"},
            {"client": "web", "server": "web"},
        ]
    else:
        rows = [
            {"__role__": "plain HTTP/service", "service": "web"},
            {"__role__": "plain HTTP/job", "job": "not-a-service"},
            {"__role__": "gRPC/job", "job": "ledger"},
        ]
    result = [{"metric": row, "value": [NOON.timestamp(), "1"]} for row in rows]
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "vector", "result": result}})


async def test_rows_106_and_108_services_and_their_calls_are_found(database):
    """Rows 106, 108: by the likeliest label of each dialect, with their calls and their namespace."""
    catalog = Catalog(database)
    await catalog.declare(1, Service("web", description="the shop's front"), by="ada", now=NOON)
    work = Discovery(1, catalog, Signals(prometheus(answers), None, None, kubernetes(cluster())))
    assert await work.sweep(NOON) == 4
    found = {each.service.name: each.service for each in await catalog.listing(1, NOON)}
    assert set(found) == {"web", "db", "ledger", "checkout"}
    assert found["web"].discovered == ("db",)
    assert (found["web"].declared, found["web"].description) == (True, "the shop's front")
    assert found["checkout"].labels == {"namespace": "shop"}
    assert await work.sweep(NOON) == 0


async def test_one_way_of_finding_that_fails_leaves_the_others(database):
    """Prometheus is down, the cluster is not; without any source nothing happens."""
    catalog = Catalog(database)
    down = prometheus(lambda _request: httpx.Response(500))
    assert await Discovery(1, catalog, Signals(down, None, None, kubernetes(cluster()))).sweep(NOON) == 1
    assert await Discovery(1, catalog, Signals(None, None, None, None)).sweep(NOON) == 0


async def test_row_113_what_a_workload_says_of_its_service_fills_the_catalogue(database, caplog):
    """Row 113: annotations fill gaps, change with the workload, and never overrule what people declared."""
    seen = cluster()
    [deployment] = seen.lists["/apis/apps/v1/deployments"]
    said = deployment["metadata"].setdefault("annotations", {})
    said |= {f"{PREFIX}owner": "team-shop", f"{PREFIX}runbook": "nowhere", f"{PREFIX}depends-on": "db"}
    catalog = Catalog(database)
    work = Discovery(1, catalog, Signals(None, None, None, kubernetes(seen)))
    for _ in range(2):
        await work.sweep(NOON)
    found = (await catalog.get(1, "checkout", NOON)).service
    assert (found.owner_team, found.runbook_url, found.discovered) == ("team-shop", "", ("db",))
    assert [each.workload for each in caplog.records if "annotations" in each.message] == ["shop/web"]
    said[f"{PREFIX}owner"] = "team-checkout"
    await work.sweep(NOON)
    assert (await catalog.get(1, "checkout", NOON)).service.owner_team == "team-checkout"
    await catalog.change(1, "checkout", ServiceChange(owner_team="people"), by="ada", now=NOON)
    await work.sweep(NOON)
    assert (await catalog.get(1, "checkout", NOON)).service.owner_team == "people"


async def test_row_113_an_annotation_names_the_service_where_labels_do_not(database):
    seen = cluster()
    [deployment] = seen.lists["/apis/apps/v1/deployments"]
    deployment["metadata"] |= {"labels": {}, "annotations": {f"{PREFIX}service": "shop-front"}}
    catalog = Catalog(database)
    await Discovery(1, catalog, Signals(None, None, None, kubernetes(seen))).sweep(NOON)
    assert [each.service.name for each in await catalog.listing(1, NOON)] == ["shop-front"]
