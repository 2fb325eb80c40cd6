"""Incidents as the API shows and changes them, on a real store."""

import asyncio
import json
from typing import Any

import pytest

from reliability_studio.store.correlations import Signal, Version, record
from reliability_studio.store.incidents import get
from tests.support.desk import ADA, BO, ELSEWHERE, VERA, Desk, firing, webhook

DETAIL = {"alerts", "timeline", "tasks", "correlations", "sloImpact", "services", "durations", "milestones"}


async def test_a_title_and_a_severity_are_enough(desk: Desk) -> None:
    """L2, L3: the service is `unassigned`; what was declared is what is read."""
    made = await desk.ask("POST", "incidents", {"title": "checkout fails", "severity": "critical"})
    assert (made.status, made.json["number"], made.headers["ETag"]) == (201, "INC-1", '"1"')
    read = await desk.ask("GET", "incidents/INC-1")
    assert read.json == made.json
    assert (read.json["service"], read.json["severity"], read.json["status"]) == (
        "unassigned",
        "critical",
        "open",
    )
    assert read.json["createdBy"] == "ada"


async def test_one_answer_has_all_that_belongs_to_an_incident(desk: Desk) -> None:
    """L9 and A10: correlations with confidence and their details as stored, timeline, tasks, SLO impact."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    await desk.ask("POST", "incidents/1/tasks", {"title": "roll back", "assignee": "bo"})
    details = {"pod": "checkout-1", "restarts": 4}
    async with desk.database.writing() as connection:
        incident = await get(connection, 1, 1)
        assert incident is not None
        signal = Signal("infrastructure", "kubernetes", "pod/checkout-1", "pod restarts", 0.95, details)
        await record(connection, 1, incident.id, Version(0, desk.clock.now()), {}, [signal])
    shown = (await desk.ask("GET", "incidents/INC-1")).json
    assert set(shown) >= DETAIL
    (found,) = shown["correlations"]
    assert (found["confidence"], found["details"], found["source"]) == (0.95, details, "kubernetes")
    assert (await desk.ask("GET", "incidents/1/correlations")).json["items"] == shown["correlations"]
    assert [task["title"] for task in shown["tasks"]] == ["roll back"]
    assert {entry["type"] for entry in shown["timeline"]} == {"alert", "status_change", "task"}


@pytest.mark.parametrize("number", ["INC-999", "0", "x", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"])
async def test_an_unknown_number_is_404(desk: Desk, number: str) -> None:
    """A7: never 500."""
    assert (await desk.ask("GET", f"incidents/{number}")).status == 404
    assert (await desk.ask("PATCH", f"incidents/{number}", {"title": "x"})).status == 404


async def test_a_list_is_filtered_sorted_and_paged(desk: Desk) -> None:
    """A5: repeated parameters are alternatives; the cursor belongs to its list."""
    for position in range(5):
        await desk.declare(
            f"number {position}", severity="low" if position % 2 else "high", service=f"s{position}"
        )
        desk.clock.advance(60)
    everything = (await desk.ask("GET", "incidents")).json
    assert (everything["total"], everything["cursor"]) == (5, None)
    assert everything["facets"]["severity"] == {"high": 3, "low": 2}
    first = (await desk.ask("GET", "incidents?severity=high&limit=2&sort=started")).json
    assert [one["number"] for one in first["items"]] == ["INC-1", "INC-3"]
    rest = (
        await desk.ask("GET", f"incidents?severity=high&limit=2&sort=started&cursor={first['cursor']}")
    ).json
    assert [one["number"] for one in rest["items"]] == ["INC-5"]
    assert (rest["total"], rest["facets"]) == (3, {})
    assert (await desk.ask("GET", f"incidents?cursor={first['cursor']}")).status == 400
    two = (await desk.ask("GET", "incidents?service=s1&service=s4")).json
    assert two["total"] == 2
    assert (await desk.ask("GET", "incidents?q=number+3")).json["items"][0]["service"] == "s3"
    await desk.ask("PATCH", "incidents/2", {"labels": {"team": "a=b"}})
    assert (await desk.ask("GET", "incidents/labels")).json == {"labels": {"team": {"a=b": 1}}}
    assert (await desk.ask("GET", "incidents?label=team%3Da%3Db")).json["total"] == 1
    assert (await desk.ask("GET", "incidents?label=team")).status == 422
    since = (await desk.ask("GET", "incidents?from=2026-03-01T12:02:30Z")).json
    assert since["total"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("severity=banana", "severity"),
        ("status=resolve", "status"),
        ("drill=maybe", "drill"),
        ("from=yesterday", "from"),
        ("sort=title", "sort"),
    ],
)
async def test_a_wrong_parameter_is_422_and_named(desk: Desk, query: str, field: str) -> None:
    """The message says what would be right."""
    answer = await desk.ask("GET", f"incidents?{query}")
    assert (answer.status, answer.json["problems"][0]["path"]) == (422, field)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"title": "x" * 501}, "title"),
        ({"title": "  "}, "title"),
        ({"severity": "high"}, "title"),
        ({"title": "x", "severity": "banana"}, "severity"),
        ({"title": "x", "tilte": "y"}, "tilte"),
        ({"title": "x", "startedAt": "2026-03-01T12:00:01Z"}, "startedAt"),
        ({"title": "x", "startedAt": "2026-03-01T12:00:00"}, "startedAt"),
        ({"title": "x", "resolvedAt": "2026-03-01T11:00:00Z"}, "resolvedAt"),
        ({"title": "x", "assignee": "nobody-here"}, "assignee"),
    ],
)
async def test_what_cannot_be_declared_is_422_and_names_the_field(
    desk: Desk, body: dict[str, object], path: str
) -> None:
    """A6, D4: an unknown severity or person is not a server error."""
    answer = await desk.ask("POST", "incidents", body)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert path in answer.json["message"]
    assert (await desk.ask("GET", "incidents")).json["total"] == 0


async def test_the_same_idempotency_key_makes_one_incident(desk: Desk) -> None:
    """A6: also when both requests come at once; another body under the key is a conflict."""
    body, headers = {"title": "checkout fails"}, {"idempotency-key": "k1"}
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(desk.ask("POST", "incidents", body, headers=headers)) for _ in range(5)]
    assert {task.result().json["number"] for task in tasks} == {"INC-1"}
    other = await desk.ask("POST", "incidents", {"title": "other"}, headers=headers)
    assert (other.status, other.json["code"]) == (409, "conflict")
    assert (await desk.ask("POST", "incidents", body)).json["number"] == "INC-2"


async def test_every_field_that_is_changed_is_saved(desk: Desk) -> None:
    """Rows 24, 25, 26. A8: title, summary, cause, assignee and the rest; the version counts up."""
    await desk.declare()
    await desk.ask("POST", "incidents", {"title": "so that bo is known"}, caller=BO)
    change = {
        "title": "checkout is slow",
        "summary": "since the rollout",
        "rootCause": "rollout of payments v2",
        "assignee": "bo",
        "severity": "low",
        "service": "checkout",
        "services": ["payments", "checkout"],
        "environment": "prod",
        "labels": {"team": "shop"},
        "fields": {"customers": 12, "tags": ["a"]},
        "roles": {"commander": "bo"},
        "links": [{"title": "call", "url": "https://meet.example.org/1"}],
        "drill": True,
    }
    answer = await desk.ask("PATCH", "incidents/INC-1", change)
    assert (answer.status, answer.headers["ETag"]) == (200, '"2"')
    shown = (await desk.ask("GET", "incidents/INC-1")).json
    assert {name: shown[name] for name in change} == {**change, "services": ["payments"]}
    kinds = [entry["type"] for entry in shown["timeline"]]
    assert sorted(kinds) == ["assignment", "severity_change", "status_change"]
    same = await desk.ask("PATCH", "incidents/INC-1", change)
    assert same.json["version"] == 2


async def test_a_change_over_an_old_version_is_refused(desk: Desk) -> None:
    """A8: by If-Match or by `version`; the answer names the version that there is."""
    await desk.declare()
    await desk.ask("PATCH", "incidents/1", {"title": "first"}, headers={"if-match": '"1"'})
    for change, headers in (({"title": "x"}, {"if-match": '"1"'}), ({"title": "x", "version": 1}, {})):
        answer = await desk.ask("PATCH", "incidents/1", change, headers=headers)
        assert (answer.status, answer.json["code"], answer.headers["ETag"]) == (409, "stale_write", '"2"')
    assert (await desk.ask("PATCH", "incidents/1", {}, headers={"if-match": "x"})).status == 400


async def test_resolving_sets_the_time_to_resolve_and_a_wrong_status_is_422(desk: Desk) -> None:
    """L11, L12: 600 seconds after the start."""
    await desk.declare()
    desk.clock.advance(600)
    assert (await desk.ask("PATCH", "incidents/1", {"status": "banana"})).status == 422
    done = await desk.ask("PATCH", "incidents/1", {"status": "resolved"})
    assert (done.status, done.json["durations"]["resolve"]) == (200, 600.0)
    assert done.json["milestones"]["resolved"] == {"at": "2026-03-01T12:10:00Z", "by": "ada"}


async def test_every_change_of_status_is_told_with_from_to_and_who(desk: Desk) -> None:
    """T6 and V3: each step once; what was said with an acknowledgement stays with it."""
    await desk.declare()
    for status in ("acknowledged", "mitigated", "resolved", "closed"):
        desk.clock.advance(60)
        comment = "on it" if status == "acknowledged" else ""
        answer = await desk.ask("PATCH", "incidents/1", {"status": status, "comment": comment}, caller=BO)
        assert answer.status == 200
    page = (await desk.ask("GET", "incidents/1/timeline?type=status_change")).json
    steps = [(one["metadata"]["from"], one["metadata"]["to"], one["metadata"]["by"]) for one in page["items"]]
    assert steps == [
        (None, "open", "ada"),
        ("open", "acknowledged", "bo"),
        ("acknowledged", "mitigated", "bo"),
        ("mitigated", "resolved", "bo"),
        ("resolved", "closed", "bo"),
    ]
    assert page["items"][1]["description"] == "on it"


async def test_the_way_back_needs_to_be_meant_and_both_runs_are_kept(desk: Desk) -> None:
    """D7: without `reopen` it is a conflict that says so."""
    await desk.declare()
    desk.clock.advance(60)
    await desk.ask("PATCH", "incidents/1", {"status": "resolved"})
    back = await desk.ask("PATCH", "incidents/1", {"status": "open"})
    assert (back.status, "reopen" in back.json["message"]) == (409, True)
    desk.clock.advance(60)
    again = await desk.ask("PATCH", "incidents/1", {"status": "investigating", "reopen": True})
    assert (len(again.json["episodes"]), "resolved" in again.json["milestones"]) == (1, False)
    desk.clock.advance(60)
    done = (await desk.ask("PATCH", "incidents/1", {"status": "resolved"})).json
    assert (done["durations"]["resolve"], done["episodes"][0]["resolvedBy"]) == (60.0, "ada")


async def test_resolving_while_the_source_fires_needs_force(desk: Desk) -> None:
    """The answer names the alerts."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    refused = await desk.ask("PATCH", "incidents/1", {"status": "resolved"})
    assert (refused.status, refused.json["code"]) == (409, "still_firing")
    assert "Slow" in refused.json["message"]
    assert (await desk.ask("PATCH", "incidents/1", {"status": "resolved", "force": True})).status == 200


async def test_milestones_can_be_corrected_and_never_become_negative(desk: Desk) -> None:
    """Rows 22, 37. Each keeps who set it."""
    await desk.declare()
    desk.clock.advance(600)
    await desk.ask("PATCH", "incidents/1", {"status": "resolved"})
    fixed = await desk.ask(
        "PATCH", "incidents/1", {"milestones": {"started": "2026-03-01T11:50:00Z"}}, caller=BO
    )
    assert fixed.json["durations"]["resolve"] == 1200.0
    assert fixed.json["milestones"]["started"]["by"] == "bo"
    wrong = await desk.ask("PATCH", "incidents/1", {"milestones": {"resolved": "2026-03-01T11:00:00Z"}})
    assert (wrong.status, wrong.json["problems"][0]["path"]) == (422, "$.milestones.resolved")


async def test_an_incident_can_be_told_afterwards(desk: Desk) -> None:
    """Row 38. Retrospective: its times are those of the past; none is negative."""
    body = {
        "title": "last night",
        "status": "resolved",
        "startedAt": "2026-03-01T01:00:00+05:30",
        "resolvedAt": "2026-03-01T03:00:00+05:30",
    }
    made = await desk.ask("POST", "incidents", body)
    assert made.json["milestones"]["started"]["at"] == "2026-02-28T19:30:00Z"
    assert made.json["durations"]["resolve"] == 7200.0
    assert all(value >= 0 for value in made.json["durations"].values())


async def test_many_incidents_are_changed_each_by_itself(desk: Desk) -> None:
    """Row 39. One that cannot be changed does not stop the others."""
    await desk.declare("a")
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    body = {"numbers": ["INC-1", "INC-2", "INC-9", "1"], "status": "resolved"}
    outcomes = (await desk.ask("POST", "incidents/bulk", body)).json["outcomes"]
    assert [(one["number"], one["ok"], one["code"]) for one in outcomes] == [
        ("INC-1", True, ""),
        ("INC-2", False, "still_firing"),
        ("INC-9", False, "not_found"),
    ]
    assert (await desk.ask("POST", "incidents/bulk", {"numbers": ["x"]})).status == 422


async def test_deleting_is_for_admins_and_leaves_the_alerts(desk: Desk) -> None:
    """The audit log keeps what was deleted."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    assert (await desk.ask("DELETE", "incidents/1", caller=BO)).status == 403
    assert (await desk.ask("DELETE", "incidents/1")).status == 204
    assert (await desk.ask("GET", "incidents/1")).status == 404
    (alert,) = (await desk.ask("GET", "alerts?firing=true")).json["items"]
    assert alert["incident"] is None


async def test_every_write_is_audited_with_before_and_after(desk: Desk) -> None:
    """Row 130. X12: who, what, and only the fields that changed; for admins."""
    await desk.declare()
    await desk.ask("PATCH", "incidents/1", {"severity": "low"}, caller=BO)
    await desk.ask("POST", "incidents/1/comments", {"text": "seen"}, caller=BO)
    assert (await desk.ask("GET", "audit", caller=BO)).status == 403
    deeds = (await desk.ask("GET", "audit?subject=INC-1")).json["items"]
    assert [(deed["action"], deed["actor"]) for deed in deeds] == [
        ("comment.create", "bo"),
        ("incident.update", "bo"),
        ("incident.create", "ada"),
    ]
    assert (deeds[1]["before"], deeds[1]["after"]) == ({"severity": "medium"}, {"severity": "low"})


async def test_two_incidents_become_one_and_two_again(desk: Desk) -> None:
    """Row 29. Merge moves alerts and timeline; undoing gives back exactly these."""
    await desk.declare("by hand", service="search")
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    own = (await desk.ask("GET", "incidents/2")).json
    merged = await desk.ask("POST", "incidents/1/merge", {"numbers": ["INC-2"]})
    assert (merged.status, merged.json["services"], merged.json["severity"]) == (
        200,
        ["checkout"],
        "critical",
    )
    gone = (await desk.ask("GET", "incidents/2")).json
    assert (gone["mergedInto"], gone["alerts"]) == ("INC-1", [])
    assert [one["title"] for one in gone["timeline"]] == ["opened as critical"]
    assert (await desk.ask("PATCH", "incidents/2", {"title": "x"})).status == 409
    assert (await desk.ask("POST", "incidents/2/merge", {"numbers": ["1"]})).status == 409
    assert [one["number"] for one in (await desk.ask("GET", "incidents")).json["items"]] == ["INC-1"]
    whole = (await desk.ask("GET", "incidents/1")).json
    assert [one["reason"] for one in whole["alerts"]] == ["moved"]
    back = await desk.ask("POST", "incidents/1/split", {"incident": "INC-2"})
    assert (back.status, back.json["mergedInto"]) == (201, None)
    again = (await desk.ask("GET", "incidents/2")).json
    assert (len(again["alerts"]), again["timeline"]) == (1, own["timeline"])
    assert (await desk.ask("POST", "incidents/1/split", {"incident": "INC-2"})).status == 409


async def test_row_29_undoing_a_merge_takes_back_what_it_made_wider(desk: Desk) -> None:
    """The severity, the start and the services of the other go with it, each time anew."""
    await desk.declare("by hand", service="search", severity="low")
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing(starts="2026-03-01T09:00:00Z")))
    own = (await desk.ask("GET", "incidents/1")).json
    for again in (1, 2):
        wide = (await desk.ask("POST", "incidents/1/merge", {"numbers": ["2"]})).json
        assert (wide["severity"], wide["milestones"]["started"]["at"]) == ("critical", "2026-03-01T09:00:00Z")
        assert (await desk.ask("POST", "incidents/1/split", {"incident": "2"})).status == 201
        now = (await desk.ask("GET", "incidents/1")).json
        assert [now[name] for name in ("severity", "services", "milestones")] == [
            own[name] for name in ("severity", "services", "milestones")
        ]
        told = [one["title"] for one in now["timeline"] if one["type"] == "severity_change"]
        assert told == ["low → critical", "critical → low"] * again


async def test_what_was_split_off_after_a_merge_stays_where_somebody_put_it(desk: Desk) -> None:
    """Undoing the merge gives back only what the incident still has; a corrected moment changes nothing."""
    await desk.declare("by hand", service="search")
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing(), firing("Disk")))
    for name in ("Slow", "Disk"):
        await desk.ask("POST", "incidents/1/merge", {"numbers": ["2"]})
        entries = (await desk.ask("GET", "incidents/1/timeline?type=evidence")).json["items"]
        last = entries[-1]["id"]
        await desk.ask("PATCH", f"incidents/1/timeline/{last}", {"occurredAt": "2026-03-01T10:00:00Z"})
        alerts = (await desk.ask("GET", "incidents/1/alerts")).json["items"]
        chosen = [one["id"] for one in alerts if one["name"] == name]
        assert (await desk.ask("POST", "incidents/1/split", {"alerts": chosen})).status == 201
        assert (await desk.ask("POST", "incidents/1/split", {"incident": "2"})).status == 201
    where = {one["name"]: one["incident"] for one in (await desk.ask("GET", "alerts")).json["items"]}
    assert where == {"Slow": "INC-3", "Disk": "INC-4"}


async def test_what_was_merged_into_an_incident_goes_with_it(desk: Desk) -> None:
    """Otherwise it could neither be worked on nor given back; each deletion is in the audit log."""
    for title in ("one", "two", "three", "other"):
        await desk.declare(title)
    await desk.ask("POST", "incidents/2/merge", {"numbers": ["3"]})
    await desk.ask("POST", "incidents/1/merge", {"numbers": ["2"]})
    assert (await desk.ask("DELETE", "incidents/1")).status == 204
    left = [(await desk.ask("GET", f"incidents/{number}")).status for number in (1, 2, 3, 4)]
    assert left == [404, 404, 404, 200]
    deeds = (await desk.ask("GET", "audit")).json["items"]
    gone = [one["subject"] for one in deeds if one["action"] == "incident.delete"]
    assert sorted(gone) == ["INC-1", "INC-2", "INC-3"]


async def test_a_list_in_a_change_has_the_bound_of_the_declaration(desk: Desk) -> None:
    """Nobody makes one incident so large that everybody waits for it."""
    await desk.declare()
    services = [f"s{number}" for number in range(201)]
    links = [{"title": "x", "url": f"https://example.org/{number}"} for number in range(101)]
    for change, field in (({"services": services}, "services"), ({"links": links}, "links")):
        refused = await desk.ask("PATCH", "incidents/1", change)
        assert (refused.status, refused.json["problems"][0]["path"]) == (422, f"$.{field}")
    most = {"services": services[:200], "links": links[:100]}
    assert (await desk.ask("PATCH", "incidents/1", most)).status == 200


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("incidents", {"title": "x", "startedAt": "MOMENT"}, "$.startedAt"),
        ("incidents/1", {"milestones": {"started": "MOMENT"}}, "$.milestones.started"),
        ("incidents/1/comments", {"text": "x", "occurredAt": "MOMENT"}, "$.occurredAt"),
        ("incidents/1/tasks", {"title": "x", "dueAt": "MOMENT"}, "$.dueAt"),
    ],
)
async def test_a_moment_at_which_years_run_out_is_refused_where_it_comes_in(
    desk: Desk, path: str, body: dict[str, Any], field: str
) -> None:
    """What was taken in could never be read again: one task would be the end of its incident's page."""
    await desk.declare()
    method = "PATCH" if path == "incidents/1" else "POST"
    for moment in ("0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"):
        text = json.dumps(body).replace("MOMENT", moment)
        refused = await desk.ask(method, path, raw=text.encode())
        assert (refused.status, [one["path"] for one in refused.json["problems"]]) == (422, [field])
        assert refused.json["problems"][0]["problem"] == "must be a time between 1970 and 2200"
    first = json.dumps(body).replace("MOMENT", "1970-01-01T00:00:00Z")
    assert (await desk.ask(method, path, raw=first.encode())).status < 300
    assert (await desk.ask("GET", "incidents/1")).status == 200


async def test_alerts_can_be_split_off(desk: Desk) -> None:
    """Into a new incident with their severity and onset."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing(), firing("Disk")))
    alerts = (await desk.ask("GET", "incidents/1/alerts")).json["items"]
    disk = next(one["id"] for one in alerts if one["name"] == "Disk")
    new = await desk.ask("POST", "incidents/1/split", {"alerts": [disk]})
    assert (new.status, new.json["number"], new.json["title"]) == (201, "INC-2", "Disk")
    assert [one["name"] for one in (await desk.ask("GET", "incidents/1")).json["alerts"]] == ["Slow"]
    assert (await desk.ask("POST", "incidents/1/split", {"alerts": [disk]})).status == 422
    assert (await desk.ask("POST", "incidents/1/split", {})).status == 422


async def test_similar_incidents_and_how_rare_they_are(desk: Desk) -> None:
    """Rows 28, 78. The same trouble again is shown first."""
    for _ in range(2):
        await desk.ask("POST", "webhooks/alertmanager", webhook(firing(starts=desk.clock.now().isoformat())))
        number = (await desk.ask("GET", "incidents")).json["items"][0]["number"]
        await desk.ask("PATCH", f"incidents/{number}", {"status": "closed", "force": True})
        desk.clock.advance(3600)
    await desk.declare("something else", service="search")
    found = (await desk.ask("GET", "incidents/INC-2/similar")).json
    assert [one["incident"]["number"] for one in found["items"]] == ["INC-1"]
    assert (found["items"][0]["agrees"], found["recurrences"]) == (["group", "service", "title"], 1)
    assert (await desk.ask("GET", "incidents/INC-3/similar")).json["rarity"] == "never_seen"


async def test_another_organisation_sees_nothing(desk: Desk) -> None:
    """Not by list, number, timeline or change."""
    await desk.declare()
    assert (await desk.ask("GET", "incidents", caller=ELSEWHERE)).json["total"] == 0
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/timeline"), ("GET", "/tasks")):
        answer = await desk.ask(
            method, f"incidents/1{path}", {} if method == "PATCH" else None, caller=ELSEWHERE
        )
        assert answer.status == 404


async def test_a_viewer_reads_and_changes_nothing(desk: Desk) -> None:
    """Every route with a method that writes; a dry run is a read that needs a body."""
    await desk.declare()
    assert (await desk.ask("GET", "incidents/1", caller=VERA)).status == 200
    for route in desk.router.routes:
        if route.method == "GET" or route.path.endswith("/dry-run"):
            continue
        path = route.path
        for name in ("number", "id", "name", "integration"):
            path = path.replace(f"{{{name}}}", "1")
        assert (await desk.ask(route.method, path, {}, caller=VERA)).status == 403, route.path
    assert ADA.role > BO.role > VERA.role
