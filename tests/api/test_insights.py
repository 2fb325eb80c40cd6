"""What the incidents of a period say together."""

from typing import Any

from tests.support.desk import VERA, Desk, firing, webhook


async def test_nothing_is_no_number(desk: Desk) -> None:
    """An empty period has no mean, not a mean of zero."""
    found = (await desk.ask("GET", "insights", caller=VERA)).json
    assert (found["incidents"], found["weeks"], found["recurring"]) == (0, [], [])
    assert found["means"]["resolve"] == {"seconds": None, "count": 0}


async def test_volume_means_recurrences_and_what_is_left(desk: Desk) -> None:
    """Rows 89, 92, 93. Drills never count; a mean says how many incidents are behind it."""
    for minutes, drill in ((10, False), (20, False), (500, True)):
        number = await desk.declare("checkout fails", service="checkout", severity="high", drill=drill)
        desk.clock.advance(minutes * 60)
        await desk.ask("PATCH", f"incidents/{number}", {"status": "resolved"})
    await desk.declare("search is slow", service="search", severity="low")
    body = {"title": "add a test", "kind": "followup", "dueAt": "2026-03-01T12:00:01Z"}
    await desk.ask("POST", "incidents/1/tasks", body)
    desk.clock.advance(1)
    found = (await desk.ask("GET", "insights")).json
    assert (found["incidents"], found["bySeverity"]) == (3, {"high": 2, "low": 1})
    assert found["means"]["resolve"] == {"seconds": 900.0, "count": 2}
    assert found["means"]["detect"] == {"seconds": 0.0, "count": 3}
    assert [(one["start"], one["incidents"]) for one in found["weeks"]] == [("2026-02-23T00:00:00Z", 3)]
    assert [(one["title"], one["count"]) for one in found["recurring"]] == [("checkout fails", 2)]
    assert (found["followUpsOpen"], found["followUpsOverdue"]) == (1, 1)


async def test_a_cause_that_comes_back_is_counted_however_it_is_spelt(desk: Desk) -> None:
    """Row 93: across services; drills and what nobody named do not count."""
    told = [("cart", "Disk full "), ("search", "disk full"), ("cart", "bad rollout"), ("cart", "")]
    for service, cause in told:
        number = await desk.declare("slow", service=service)
        await desk.ask("PATCH", f"incidents/{number}", {"rootCause": cause})
        desk.clock.advance(60)
    number = await desk.declare("exercise", drill=True)
    await desk.ask("PATCH", f"incidents/{number}", {"rootCause": "bad rollout"})
    desk.clock.advance(1)
    (found,) = (await desk.ask("GET", "insights", caller=VERA)).json["causes"]
    assert (found["cause"], found["services"], found["count"]) == ("disk full", ["cart", "search"], 2)


async def test_a_period_must_be_one(desk: Desk) -> None:
    """It ends after it begins, and is not endless."""
    for query in ("from=2026-03-01T12:00:00Z&to=2026-03-01T11:00:00Z", "from=0"):
        assert (await desk.ask("GET", f"insights?{query}")).status == 422


async def test_what_ended_by_itself_says_nothing_about_how_fast_people_acknowledge(desk: Desk) -> None:
    """Its number is told; one that a person acknowledged, or resolved, counts."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing("A"), other("B", "cart")))
    desk.clock.advance(120)
    await desk.ask("PATCH", "incidents/1", {"status": "acknowledged"})
    ends = {"status": "resolved", "endsAt": "2026-03-01T12:01:00Z"}
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing("A", **ends), other("B", "cart", **ends)))
    found = (await desk.ask("GET", "insights")).json
    assert (found["incidents"], found["unattended"]) == (2, 1)
    assert found["means"]["acknowledge"] == {"seconds": 120.0, "count": 1}
    assert found["means"]["resolve"]["count"] == 2


def other(name: str, service: str, **more: Any) -> dict[str, Any]:
    """An alert of another service."""
    return firing(name, labels={"alertname": name, "service": service, "severity": "high"}, **more)
