"""Rules, integrations, services, people and the audit log, as the API shows and changes them."""

import csv
import io
import json
from typing import Any

from reliability_studio.api.calls import Caller, Role
from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook

RULE: dict[str, Any] = {
    "name": "databases",
    "matchers": [{"label": "team", "operator": "=~", "value": "db|storage"}],
    "groupBy": ["cluster"],
    "severities": {"banana": "low"},
    "autoResolve": "never",
    "holdSeconds": 60,
}


def of_team(name: str, team: str, **labels: str) -> dict[str, Any]:
    """A firing alert of a team."""
    return firing(name, labels={"alertname": name, "team": team, **labels})


async def test_a_rule_decides_about_alerts_from_then_on(desk: Desk) -> None:
    """Two services of one cluster are one incident under this rule."""
    made = await desk.ask("POST", "rules", RULE, caller=BO)
    assert (made.status, made.json["version"], made.headers["ETag"]) == (201, 1, '"1"')
    alerts = [of_team("A", "db", cluster="1", service="x"), of_team("B", "storage", cluster="1", service="y")]
    taken = (await desk.ask("POST", "webhooks/alertmanager", webhook(*alerts))).json
    assert taken["opened"] == ["INC-1"]
    whys = {one["reasonText"] for one in (await desk.ask("GET", "incidents/1/alerts")).json["items"]}
    assert any("databases" in why for why in whys)


async def test_rules_are_tried_in_the_order_of_their_position(desk: Desk) -> None:
    """The list shows them so."""
    for name, position in (("second", 2), ("first", 1)):
        await desk.ask("POST", "rules", {**RULE, "name": name, "position": position})
    assert [one["name"] for one in (await desk.ask("GET", "rules")).json["items"]] == ["first", "second"]


async def test_a_rule_is_replaced_only_over_the_version_that_was_seen(desk: Desk) -> None:
    """And deleted; each is audited."""
    rule = (await desk.ask("POST", "rules", RULE)).json
    path = f"rules/{rule['id']}"
    changed = await desk.ask("PATCH", path, {**RULE, "enabled": False}, headers={"if-match": '"1"'})
    assert (changed.json["version"], changed.json["enabled"]) == (2, False)
    stale = await desk.ask("PATCH", path, {**RULE, "version": 1})
    assert (stale.status, stale.json["code"]) == (409, "stale_write")
    assert (await desk.ask("DELETE", path)).status == 204
    assert (await desk.ask("GET", path)).status == 404
    deeds = (await desk.ask("GET", f"audit?subject=rule:{rule['id']}")).json["items"]
    assert [one["action"] for one in deeds] == ["rule.delete", "rule.update", "rule.create"]


async def test_a_pattern_that_cannot_be_used_is_422(desk: Desk) -> None:
    """The path names the matcher."""
    wrong = {**RULE, "matchers": [{"label": "a", "operator": "=~", "value": "("}]}
    answer = await desk.ask("POST", "rules", wrong)
    assert (answer.status, answer.json["problems"][0]["path"]) == (422, "$.matchers[0].value")


async def test_a_dry_run_shows_what_a_rule_would_have_done(desk: Desk) -> None:
    """Nothing is changed by it."""
    alerts = [
        of_team(name, "db", cluster=cluster, service=name) for name, cluster in zip("abc", "112", strict=True)
    ]
    await desk.ask("POST", "webhooks/alertmanager", webhook(*alerts))
    assert (await desk.ask("GET", "incidents")).json["total"] == 3
    found = (await desk.ask("POST", "rules/dry-run", {"rule": RULE}, caller=VERA)).json
    assert (found["incidents"], found["truncated"]) == (2, False)
    assert [one["group"] for one in found["places"]] == ["#1", "#1", "#2"]
    assert all(one["reasonText"] for one in found["places"])
    assert (await desk.ask("GET", "rules")).json["items"] == []


async def test_a_dry_run_over_what_prometheus_remembers_needs_one(desk: Desk) -> None:
    """Without a Prometheus it says so, and nothing is guessed."""
    answer = await desk.ask("POST", "rules/dry-run", {"rule": RULE, "history": "prometheus"}, caller=VERA)
    assert (answer.status, answer.json["code"]) == (424, "source_not_configured")


async def test_a_sender_of_other_json_gets_an_address(desk: Desk) -> None:
    """Its mapping can be replaced and forgotten."""
    body = {"namePath": "check", "resolvedValues": ["fine"]}
    made = (await desk.ask("PUT", "integrations/nagios", body)).json
    assert (made["address"], made["version"]) == ("webhooks/generic/nagios", 1)
    assert (await desk.ask("POST", "webhooks/generic/nagios", {"check": "Disk"})).json["opened"] == ["INC-1"]
    stale = await desk.ask("PUT", "integrations/nagios", {**body, "version": 0})
    assert stale.status == 409
    off = await desk.ask("PUT", "integrations/nagios", {**body, "enabled": False})
    assert off.json["version"] == 2
    assert (await desk.ask("POST", "webhooks/generic/nagios", {"check": "Disk"})).status == 404
    assert len((await desk.ask("GET", "integrations")).json["items"]) == 1
    assert (await desk.ask("DELETE", "integrations/nagios")).status == 204
    assert (await desk.ask("DELETE", "integrations/nagios")).status == 404
    assert (await desk.ask("PUT", "integrations/No", body)).status == 422


FROM = {"x-forwarded-for": "203.0.113.7, 10.0.0.3"}


async def test_x12_a_change_says_who_what_before_and_after_and_from_where(desk: Desk) -> None:
    """The address is reported by proxies: it is written down, and opens or closes no door."""
    await desk.declare("slow", severity="high")
    await desk.ask("PATCH", "incidents/1", {"title": "slower"}, headers=FROM)
    [changed, made] = (await desk.ask("GET", "audit?subject=INC-1")).json["items"]
    assert (changed["actor"], changed["reportedAddress"]) == ("ada", "203.0.113.7, 10.0.0.3")
    assert (changed["before"]["title"], changed["after"]["title"]) == ("slow", "slower")
    assert made["reportedAddress"] == ""
    near = {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1"}
    assert (await desk.ask("GET", "audit", caller=BO, headers=near)).status == 403
    assert (await desk.ask("DELETE", "incidents/1", caller=BO, headers=near)).status == 403


async def test_x12_a_webhook_of_a_service_account_says_from_where_as_well(desk: Desk) -> None:
    """Of alerts it names who opened or ended incidents by them."""
    robot = Caller(1, "sa-alertmanager", role=Role.EDITOR)
    over = {"status": "resolved", "endsAt": "2026-03-01T11:59:30Z"}
    for body in (webhook(firing()), webhook(firing()), webhook(firing(**over))):
        answer = await desk.ask("POST", "webhooks/alertmanager", body, caller=robot, headers=FROM)
        assert answer.status == 200
    log = (await desk.ask("GET", "audit?subject=webhook:alertmanager")).json["items"]
    told = [(one["actor"], one["action"], one["reportedAddress"]) for one in log]
    # The repeat changed nothing.
    assert told == [("sa-alertmanager", "alerts.deliver", "203.0.113.7, 10.0.0.3")] * 2
    assert [one["after"] for one in log] == [
        {"alerts": 1, "opened": [], "resolved": ["INC-1"]},
        {"alerts": 1, "opened": ["INC-1"], "resolved": []},
    ]


async def test_x12_the_audit_log_is_exported_with_addresses_and_without_formulas(desk: Desk) -> None:
    """For admins; more than one page of it, the newest first."""
    await desk.declare("=HYPERLINK(1)")
    for number in range(3):
        await desk.ask("PATCH", "incidents/1", {"title": f"t{number}"}, headers=FROM)
    await desk.declare("other")
    answer = await desk.ask("GET", "audit/export?subject=INC-1")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.raw.decode())))
    assert [row["action"] for row in rows] == ["incident.update"] * 3 + ["incident.create"]
    assert [row["reported_address"] for row in rows] == ["203.0.113.7, 10.0.0.3"] * 3 + [""]
    assert json.loads(rows[0]["after"]) == {"title": "t2"}
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert (await desk.ask("GET", "audit/export", caller=BO)).status == 403


async def test_a_service_is_declared_changed_and_forgotten(desk: Desk) -> None:
    """Row 107. Its health comes from its open incidents, drills aside."""
    body = {
        "name": "checkout",
        "ownerTeam": "shop",
        "dependsOn": ["payments", "checkout"],
        "links": [{"title": "wiki", "url": "https://wiki.example.org"}],
        "contacts": [{"kind": "slack", "value": "#shop"}],
    }
    made = await desk.ask("POST", "services", body, caller=BO)
    assert (made.status, made.json["declared"], made.json["dependsOn"]) == (201, True, ["payments"])
    assert (await desk.ask("POST", "services", body)).status == 409
    await desk.declare("slow", service="checkout", severity="high")
    await desk.declare("game day", service="payments", severity="critical", drill=True)
    changed = await desk.ask(
        "PATCH", "services/checkout", {"tier": "1", "runbookUrl": "https://r.example.org"}
    )
    assert (changed.json["tier"], changed.json["ownerTeam"], changed.json["health"]) == (
        "1",
        "shop",
        "critical",
    )
    assert [one["number"] for one in changed.json["openIncidents"]] == ["INC-1"]
    payments = (await desk.ask("GET", "services/payments")).json
    assert (payments["declared"], payments["health"], payments["dependents"]) == (
        False,
        "healthy",
        ["checkout"],
    )
    assert [one["name"] for one in (await desk.ask("GET", "services")).json["items"]] == [
        "checkout",
        "payments",
    ]
    assert (await desk.ask("GET", "services", caller=ELSEWHERE)).json["items"] == []
    assert (await desk.ask("DELETE", "services/checkout")).status == 204
    assert (await desk.ask("DELETE", "services/checkout")).status == 404
    assert (await desk.ask("GET", "services/nothing")).status == 404


async def test_neighbours_of_the_catalogue_join_one_incident(desk: Desk) -> None:
    """A declared dependency is enough."""
    await desk.ask("POST", "services", {"name": "checkout", "dependsOn": ["payments"]})
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    other = firing("Errors", labels={"alertname": "Errors", "service": "payments"})
    taken = (await desk.ask("POST", "webhooks/alertmanager", webhook(other))).json
    assert (taken["opened"], taken["joined"]) == ([], ["INC-1"])


async def test_people_who_changed_something_are_in_the_directory(desk: Desk) -> None:
    """For admins; with what Grafana says of them."""
    await desk.declare()
    await desk.ask("PATCH", "incidents/1", {"assignee": "bo"}, caller=BO)
    found = (await desk.ask("GET", "users")).json
    assert [(one["login"], one["role"]) for one in found["items"]] == [("ada", "Admin"), ("bo", "Editor")]
    assert (await desk.ask("GET", "users", caller=BO)).status == 403
    page = (await desk.ask("GET", "users?limit=1")).json
    assert (await desk.ask("GET", f"users?limit=1&cursor={page['cursor']}")).json["items"][0]["login"] == "bo"


async def test_everybody_reads_the_directory_which_holds_nothing_private(desk: Desk) -> None:
    """G6-G9: id, login and name, no address of mail and no role; of the own organisation only, in pages."""
    await desk.declare()
    await desk.ask("PATCH", "incidents/1", {"assignee": "bo"}, caller=BO)
    for caller in (VERA, BO):
        found = (await desk.ask("GET", "directory", caller=caller)).json
        assert [one["login"] for one in found["items"]] == ["ada", "bo"]
        assert all(set(one) == {"id", "login", "name"} for one in found["items"])
    page = (await desk.ask("GET", "directory?limit=1", caller=VERA)).json
    assert (page["total"], [one["login"] for one in page["items"]]) == (2, ["ada"])
    rest = await desk.ask("GET", f"directory?limit=1&cursor={page['cursor']}", caller=VERA)
    assert ([one["login"] for one in rest.json["items"]], rest.json["cursor"]) == (["bo"], None)
    elsewhere = (await desk.ask("GET", "directory", caller=ELSEWHERE)).json
    assert not {"ada", "bo"} & {one["login"] for one in elsewhere["items"]}


async def test_a_service_shows_its_score_with_every_part(desk: Desk) -> None:
    """V5: owner, links, SLOs, open incidents, dependency edges, and how it stands."""
    await desk.ask("POST", "services", {"name": "checkout", "ownerTeam": "shop", "dependsOn": ["payments"]})
    await desk.declare("slow", service="checkout", severity="medium")
    await desk.declare("down", service="payments", severity="critical")
    shown = (await desk.ask("GET", "services/checkout", caller=VERA)).json
    assert (shown["score"], [(p["kind"], p["name"], p["points"]) for p in shown["scoreParts"]]) == (
        70,
        [("dependency", "payments", -15), ("incident", "INC-1", -15)],
    )
    assert (shown["slos"], shown["provisioned"], shown["discovered"]) == ([], False, [])
    assert (await desk.ask("GET", "services/payments")).json["score"] == 40
