"""What investigations found as frames."""

import json
from datetime import timedelta
from typing import Any

from grafana_host.arrow_reader import read
from reliability_studio.api.calls import Caller, Query, QueryAnswer, Role
from reliability_studio.api.finding_queries import finding_queries
from reliability_studio.api.queries import Queries, QueryMeter
from reliability_studio.flows.findings import Findings
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store import correlations
from reliability_studio.store.correlations import Signal, Version
from tests.support.desk import Desk


async def answer(desk: Desk, org_id: int = 1, **model: object) -> QueryAnswer:
    """What one `findings` query gets."""
    types = finding_queries(Findings(org_id, desk.database))
    meter = QueryMeter(Metrics(), [each.name for each in types])
    queries = Queries(types, deadline_s=30, max_parallel=4, meter=meter, clock=desk.clock)
    now = desk.clock.now()
    body = json.dumps(model).encode()
    query = Query("A", "findings", now - timedelta(days=1), now, timedelta(minutes=1), 100, body)
    return (await queries.answer(Caller(org_id, "v", role=Role.VIEWER), [query]))["A"]


async def titles(desk: Desk, org_id: int = 1, **model: object) -> list[tuple[Any, Any]]:
    """Incident and title of each row."""
    got = await answer(desk, org_id, **model)
    assert got.error == "", got.error
    (frame,) = [read(each) for each in got.frames]
    return [(row["incident"], row["title"]) for row in frame.rows]


async def investigated(desk: Desk, number: int, *signals: Signal) -> None:
    """Keep a run of an investigation that found these."""
    incident = await desk.incidents.get(1, number)
    async with desk.database.writing() as connection:
        await correlations.record(connection, 1, incident.id, Version(0, desk.clock.now()), {}, signals)


CAUSE = Signal("cause", "engine", "payments", "rollout of payments v2", 0.86)
METRIC = Signal("metric", "prometheus", "error_rate", "4 % of the requests fail", 0.8)


async def test_findings_of_active_incidents_by_their_newest_run(desk: Desk) -> None:
    """The most probable first; an earlier run is no longer shown, nor is what nobody looked at."""
    for title in ("one", "two", "three"):
        await desk.declare(title, service="checkout", severity="high")
    await investigated(desk, 1, Signal("log", "loki", "x", "an older finding", 0.6))
    desk.clock.advance(60)
    await investigated(desk, 1, METRIC, CAUSE)
    await investigated(desk, 2, METRIC)
    assert await titles(desk) == [("INC-2", METRIC.title), ("INC-1", CAUSE.title), ("INC-1", METRIC.title)]
    assert await titles(desk, types=["cause"]) == [("INC-1", CAUSE.title)]
    assert await titles(desk, number="INC-1", types=["metric"]) == [("INC-1", METRIC.title)]
    assert await titles(desk, number="INC-3") == []
    assert await titles(desk, services=["payments"]) == []
    assert await titles(desk, org_id=2) == []


async def test_a_finding_says_how_sure_it_is_and_when_it_was_found(desk: Desk) -> None:
    """Columns are part of the API."""
    await desk.declare("one", service="checkout", severity="high")
    await investigated(desk, 1, CAUSE)
    (frame,) = [read(each) for each in (await answer(desk)).frames]
    (row,) = frame.rows
    found = {name: row[name] for name in ("service", "type", "source", "subject", "confidence")}
    assert found == {
        "service": "checkout",
        "type": "cause",
        "source": "engine",
        "subject": "payments",
        "confidence": 0.86,
    }
    assert row["investigated_at"] is not None


async def test_a_number_that_is_none_is_refused_by_name(desk: Desk) -> None:
    """And one that does not exist is said not to exist."""
    assert "INC-42" in (await answer(desk, number="forty-two")).error
    assert (await answer(desk, number="INC-9")).status == 404
