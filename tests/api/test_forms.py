"""Custom fields and templates: defined once, checked at every write."""

from typing import Any

from tests.support.desk import ADA, BO, ELSEWHERE, VERA, Desk, firing, webhook

REGION: dict[str, Any] = {"title": "Region", "kind": "select", "options": ["eu", "us"]}
CAUSE: dict[str, Any] = {"title": "Cause", "requiredOn": ["closed", "resolved"]}
TEMPLATE: dict[str, Any] = {
    "name": "Database trouble",
    "title": "a database is in trouble",
    "severity": "high",
    "service": "db",
    "labels": {"team": "storage"},
    "roles": {"commander": "bo"},
    "fields": {"region": "eu"},
    "tasks": [
        {"title": "look at replication", "dueMinutes": 30},
        {"title": "write the report", "kind": "followup", "assignee": "bo"},
    ],
    "comment": "First read the **runbook**.",
}


async def test_a_field_is_checked_at_every_write_of_a_person(desk: Desk) -> None:
    """Feature 23: 422 with the path of the field; declaring and changing alike."""
    assert (await desk.ask("PUT", "fields/region", REGION)).json["version"] == 1
    wrong = await desk.ask("POST", "incidents", {"title": "x", "fields": {"region": "asia", "typo": 1}})
    assert wrong.status == 422
    assert [one["path"] for one in wrong.json["problems"]] == ["$.fields.region", "$.fields.typo"]
    await desk.declare(fields={"region": "eu"})
    refused = await desk.ask("PATCH", "incidents/1", {"fields": {"region": 5}})
    assert (refused.status, refused.json["problems"][0]["path"]) == (422, "$.fields.region")
    taken = await desk.ask("PATCH", "incidents/1", {"fields": {"region": "us"}})
    assert taken.json["fields"] == {"region": "us"}
    bulk = await desk.ask("POST", "incidents/bulk", {"numbers": ["INC-1"], "severity": "low"})
    assert bulk.json["outcomes"][0]["ok"]


async def test_a_required_field_stops_people_but_no_alert(desk: Desk) -> None:
    """It is asked for when the state is reached or passed."""
    await desk.ask("PUT", "fields/cause", CAUSE)
    await desk.declare()
    stopped = await desk.ask("PATCH", "incidents/1", {"status": "closed"})
    assert (stopped.status, stopped.json["problems"][0]) == (
        422,
        {"path": "$.fields.cause", "problem": "must be filled before an incident is resolved"},
    )
    told = {"status": "resolved", "fields": {"cause": "a full disk"}}
    assert (await desk.ask("PATCH", "incidents/1", told)).status == 200
    assert (await desk.ask("PATCH", "incidents/1", {"status": "closed"})).status == 200
    late = await desk.ask("POST", "incidents", {"title": "x", "status": "resolved"})
    assert late.status == 422
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    desk.clock.advance(60)
    over = firing(status="resolved", endsAt="2026-03-01T12:00:30Z")
    assert (await desk.ask("POST", "webhooks/alertmanager", webhook(over))).json["resolved"] == ["INC-2"]


async def test_a_user_field_holds_somebody_who_is_known(desk: Desk) -> None:
    """A typing error would leave it to nobody."""
    await desk.ask("PUT", "fields/driver", {"title": "Driver", "kind": "user"})
    await desk.declare()
    refused = await desk.ask("PATCH", "incidents/1", {"fields": {"driver": "nobody"}})
    assert (refused.status, refused.json["problems"][0]["path"]) == (422, "$.fields.driver")
    assert (await desk.ask("PATCH", "incidents/1", {"fields": {"driver": "bo"}}, caller=BO)).status == 200


async def test_fields_are_defined_by_admins_in_an_order(desk: Desk) -> None:
    """Versioned, audited, forgotten; values stay."""
    assert (await desk.ask("PUT", "fields/region", REGION, caller=BO)).status == 403
    await desk.ask("PUT", "fields/region", {**REGION, "position": 2})
    await desk.ask("PUT", "fields/cause", {**CAUSE, "position": 1})
    listed = (await desk.ask("GET", "fields", caller=VERA)).json["items"]
    assert [(one["key"], one["requiredOn"]) for one in listed] == [
        ("cause", ["resolved", "closed"]),
        ("region", []),
    ]
    cases: list[dict[str, Any]] = [
        {"title": "x", "kind": "select"},
        {"title": "x", "kind": "text", "options": ["a"]},
        {"title": "x", "kind": "multi", "options": ["a", "a"]},
    ]
    for body in cases:
        answer = await desk.ask("PUT", "fields/x", body)
        assert (answer.status, answer.json["problems"][0]["path"]) == (422, "$.options")
    assert (await desk.ask("PUT", "fields/region", {**REGION, "version": 7})).status == 409
    await desk.declare(fields={"region": "eu"})
    assert (await desk.ask("DELETE", "fields/region")).status == 204
    assert (await desk.ask("DELETE", "fields/region")).status == 404
    assert (await desk.ask("PATCH", "incidents/1", {"title": "y"})).json["fields"] == {"region": "eu"}
    assert (await desk.ask("GET", "fields", caller=ELSEWHERE)).json["items"] == []
    deeds = (await desk.ask("GET", "audit?subject=field:region", caller=ADA)).json["items"]
    assert [one["action"] for one in deeds] == ["field.delete", "field.create"]


async def test_an_incident_by_a_template_begins_with_all_of_it(desk: Desk) -> None:
    """Feature 32: record, tasks and first comment; what is given wins."""
    await desk.ask("PUT", "templates/database", TEMPLATE, caller=BO)
    made = await desk.ask("POST", "incidents", {"template": "database", "labels": {"zone": "b"}})
    assert made.status == 201, made.raw
    one = made.json
    assert (one["title"], one["severity"], one["service"]) == ("a database is in trouble", "high", "db")
    assert (one["labels"], one["roles"], one["fields"]) == (
        {"team": "storage", "zone": "b"},
        {"commander": "bo"},
        {"region": "eu"},
    )
    assert [(t["title"], t["kind"], t["assignee"], t["dueAt"]) for t in one["tasks"]] == [
        ("look at replication", "task", "", "2026-03-01T12:30:00Z"),
        ("write the report", "followup", "bo", None),
    ]
    types = [entry["type"] for entry in one["timeline"]]
    assert (types.count("task"), types.count("comment")) == (2, 1)
    other = await desk.ask(
        "POST", "incidents", {"template": "database", "title": "disk full", "severity": "low"}
    )
    assert (other.json["title"], other.json["severity"]) == ("disk full", "low")


async def test_the_same_key_makes_an_incident_of_a_template_once(desk: Desk) -> None:
    """Its tasks too."""
    await desk.ask("PUT", "templates/database", TEMPLATE)
    for _ in range(2):
        made = await desk.ask("POST", "incidents", {"template": "database"}, headers={"idempotency-key": "k"})
        assert (made.json["number"], len(made.json["tasks"])) == ("INC-1", 2)


async def test_without_a_title_or_with_fields_that_do_not_fit_nothing_is_declared(desk: Desk) -> None:
    """No half incident: no tasks without a record."""
    assert (await desk.ask("POST", "incidents", {})).json["problems"][0]["path"] == "$.title"
    assert (await desk.ask("POST", "incidents", {"template": "nothing"})).status == 404
    await desk.ask("PUT", "templates/database", TEMPLATE)
    await desk.ask("PUT", "fields/region", {**REGION, "options": ["asia"]})
    refused = await desk.ask("POST", "incidents", {"template": "database"})
    assert (refused.status, refused.json["problems"][0]["path"]) == (422, "$.fields.region")
    assert (await desk.ask("GET", "incidents")).json["total"] == 0


async def test_templates_are_listed_and_forgotten(desk: Desk) -> None:
    """Editors keep them, viewers see them, each organisation has its own."""
    assert (await desk.ask("PUT", "templates/database", TEMPLATE, caller=VERA)).status == 403
    await desk.ask("PUT", "templates/database", TEMPLATE)
    shown = (await desk.ask("GET", "templates/database", caller=VERA)).json
    assert (shown["key"], shown["tasks"][0]["dueMinutes"], shown["version"]) == ("database", 30, 1)
    assert len((await desk.ask("GET", "templates")).json["items"]) == 1
    assert (await desk.ask("GET", "templates", caller=ELSEWHERE)).json["items"] == []
    assert (await desk.ask("DELETE", "templates/database")).status == 204
    assert (await desk.ask("GET", "templates/database")).status == 404
