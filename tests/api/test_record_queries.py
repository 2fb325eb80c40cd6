"""One incident's story and the services as frames."""

import json
from datetime import timedelta
from typing import Any

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, QueryAnswer, Role
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.api.record_queries import record_queries
from reliability_studio.domain.catalog import Service
from reliability_studio.flows.catalog import Catalog
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store import catalog
from tests.support.desk import Desk, firing, webhook


async def answer(desk: Desk, kind: str, **model: object) -> QueryAnswer:
    """What one query gets."""
    types = record_queries(1, desk.incidents, Catalog(desk.database), desk.clock)
    meter = QueryMeter(Metrics(), [each.name for each in types])
    queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=desk.clock)
    now = desk.clock.now()
    query = Query(
        "A", kind, now - timedelta(days=1), now, timedelta(minutes=1), 100, json.dumps(model).encode()
    )
    return (await queries.answer(Caller(1, "v", role=Role.VIEWER), [query]))["A"]


async def rows(desk: Desk, kind: str, **model: object) -> list[dict[str, Any]]:
    """The rows of the only frame."""
    got = await answer(desk, kind, **model)
    assert got.error == "", got.error
    (frame,) = [read(each) for each in got.frames]
    found: list[dict[str, Any]] = list(frame.rows)
    return found


async def test_the_timeline_of_an_incident_as_rows_and_marks(desk: Desk) -> None:
    """In the order of what happened; a deleted comment is not shown."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    entry = (await desk.ask("POST", "incidents/1/comments", {"text": "oops"})).json
    await desk.ask("DELETE", f"incidents/1/timeline/{entry['id']}")
    told = await rows(desk, "incident_timeline", number="INC-1")
    assert [(row["type"], row["title"]) for row in told] == [
        ("alert", "Slow fires"),
        ("status_change", "opened as critical"),
    ]
    marks = await rows(desk, "incident_timeline", number="1", format="annotations", types=["alert"])
    assert [(row["title"], row["tags"]) for row in marks] == [("Slow fires", "alert,alertmanager")]


async def test_a_timeline_as_log_lines(desk: Desk) -> None:
    """For Explore: title and description in one line, what it is in the labels."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    told = await rows(desk, "incident_timeline", number="INC-1", format="logs")
    assert [row["body"].partition(":")[0] for row in told] == ["Slow fires", "opened as critical"]
    assert json.loads(told[0]["labels"])["type"] == "alert"


async def test_a_timeline_needs_its_incident(desk: Desk) -> None:
    """The error names what is missing."""
    assert "INC-42" in (await answer(desk, "incident_timeline")).error
    missing = await answer(desk, "incident_timeline", number="INC-9")
    assert (missing.status, missing.downstream) == (404, False)


async def test_services_with_their_health(desk: Desk) -> None:
    """Drills do not count."""
    assert (await answer(desk, "services", format="numeric")).error == ""
    await desk.ask("POST", "services", {"name": "checkout", "ownerTeam": "shop", "dependsOn": ["payments"]})
    await desk.declare("slow", service="checkout", severity="high")
    await desk.declare("exercise", service="checkout", severity="high", drill=True)
    (row,) = await rows(desk, "services")
    assert (row["service"], row["health"], row["open_incidents"]) == ("checkout", "critical", 1)
    assert row["depends_on"] == "payments"
    got = await answer(desk, "services", format="numeric")
    assert (len(got.frames), got.error) == (1, "")


async def test_services_as_a_graph(desk: Desk) -> None:
    """Nodes with their health, edges to what they call; what is called and unknown is a node too."""
    await desk.ask("POST", "services", {"name": "checkout", "dependsOn": ["payments"]})
    await desk.ask("POST", "services", {"name": "search", "dependsOn": ["index"]})
    await desk.declare("slow", service="checkout", severity="high")
    got = await answer(desk, "service_graph")
    nodes, edges = ({row["id"]: row for row in read(each).rows} for each in got.frames)
    assert {name: node["mainstat"] for name, node in nodes.items()} == {
        "checkout": "critical",
        "payments": "unknown",
        "search": "healthy",
        "index": "unknown",
    }
    arcs = [name for name in nodes["checkout"] if name.startswith("arc__")]
    assert all(sum(node[arc] for arc in arcs) == 1 for node in nodes.values())
    assert [(edge["source"], edge["target"]) for edge in edges.values()] == [
        ("checkout", "payments"),
        ("search", "index"),
    ]
    part = await answer(desk, "service_graph", services=["payments"])
    assert [row["id"] for row in read(part.frames[0]).rows] == ["checkout", "payments"]


async def test_a_call_that_telemetry_saw_is_an_edge_too(desk: Desk) -> None:
    """Edges come from what people declare and from what telemetry shows."""
    seen = Service("checkout", discovered=("payments", "users"))
    async with desk.database.writing() as connection:
        await catalog.upsert(connection, 1, [seen], desk.clock.now())
    await desk.ask("POST", "services", {"name": "search", "dependsOn": ["checkout"]})
    got = await answer(desk, "service_graph")
    edges = [(row["source"], row["target"]) for row in read(got.frames[1]).rows]
    assert edges == [("checkout", "payments"), ("checkout", "users"), ("search", "checkout")]


async def test_an_empty_catalogue_is_an_empty_graph(desk: Desk) -> None:
    """No error, no nodes."""
    got = await answer(desk, "service_graph")
    assert (got.error, [len(read(each).rows) for each in got.frames]) == ("", [0, 0])
