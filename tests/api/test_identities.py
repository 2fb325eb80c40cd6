"""Row 5 through the routes: rules about which alerts are one, who may write them, and what they did."""

from typing import Any

from reliability_studio.flows.heartbeats import Heartbeats
from tests.support.desk import BO, VERA, Desk, firing, webhook

RULE: dict[str, object] = {
    "title": "Pods are one",
    "labels": ["pod"],
    "matchers": [{"label": "service", "operator": "=", "value": "checkout"}],
}


def pod(name: str, **more: Any) -> dict[str, Any]:
    """A firing alert about a pod."""
    labels = {"alertname": "Slow", "service": "checkout", "severity": "high", "pod": name}
    return firing(labels=labels, fingerprint=f"{name:0>16}", **more)


async def test_row_5_alerts_that_a_rule_takes_for_one_are_shown_with_their_members(desk: Desk) -> None:
    """The episode names the rule; each alert of the source is listed with its own state."""
    made = await desk.ask("POST", "identity-rules", RULE, caller=BO)
    assert (made.status, made.json["how"], made.json["version"]) == (201, "ignore", 1)
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("a"), pod("b")))
    over = {"status": "resolved", "endsAt": "2026-03-01T11:59:30Z"}
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("a", **over)))
    [one] = (await desk.ask("GET", "alerts", caller=VERA)).json["items"]
    assert (one["firing"], one["incident"], one["identity"]["rule"]) == (True, "INC-1", made.json["id"])
    assert "pod" not in one["labels"]
    assert "'Pods are one'" in one["identity"]["text"]
    listed = (await desk.ask("GET", f"alerts/{one['id']}/members", caller=VERA)).json["items"]
    assert [(each["labels"]["pod"], each["firing"]) for each in listed] == [("a", False), ("b", True)]
    assert listed[0]["fingerprint"] == f"{'a':0>16}"


async def test_row_5_a_merge_of_alerts_that_are_one_by_now_can_be_undone(desk: Desk) -> None:
    """Row 29: what a late message made one stays one, in the incident that has it."""
    await desk.ask("POST", "identity-rules", RULE, caller=BO)
    for name, began, ended in (("a", "11:50", "11:55"), ("b", "12:18", "12:19")):
        times = {"startsAt": f"2026-03-01T{began}:00Z"}
        await desk.ask("POST", "webhooks/alertmanager", webhook(pod(name, **times)))
        over = {**times, "status": "resolved", "endsAt": f"2026-03-01T{ended}:00Z"}
        await desk.ask("POST", "webhooks/alertmanager", webhook(pod(name, **over)))
        desk.clock.advance(20 * 60)
    assert (await desk.ask("POST", "incidents/1/merge", {"numbers": ["INC-2"]})).status == 200
    late = {"status": "resolved", "startsAt": "2026-03-01T11:54:00Z", "endsAt": "2026-03-01T12:18:30Z"}
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("c", **late)))
    listed = (await desk.ask("GET", "alerts")).json["items"]
    assert [(each["incident"], each["startsAt"][11:16]) for each in listed] == [("INC-1", "11:50")]
    undone = await desk.ask("POST", "incidents/1/split", {"incident": "INC-2"})
    assert (undone.status, undone.json["mergedInto"]) == (201, None)
    assert (await desk.ask("GET", "incidents/1/alerts")).json["items"][0]["id"] == listed[0]["id"]


async def test_row_5_an_alert_by_itself_has_no_members(desk: Desk) -> None:
    """And an unknown one is not there."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("a")))
    [one] = (await desk.ask("GET", "alerts")).json["items"]
    assert one["identity"] is None
    assert (await desk.ask("GET", f"alerts/{one['id']}/members")).json == {"items": []}
    assert (await desk.ask("GET", "alerts/999/members")).status == 404


async def test_row_5_viewers_read_rules_and_editors_write_them(desk: Desk) -> None:
    """Each change is audited, and only over the version that was seen."""
    assert (await desk.ask("POST", "identity-rules", RULE, caller=VERA)).status == 403
    made = (await desk.ask("POST", "identity-rules", RULE, caller=BO)).json
    address = f"identity-rules/{made['id']}"
    assert (await desk.ask("GET", "identity-rules", caller=VERA)).json["items"] == [made]
    changed = {**RULE, "labels": ["service"], "how": "identify_by", "source": "grafana", "version": 1}
    answer = await desk.ask("PATCH", address, changed, caller=BO)
    assert (answer.status, answer.json["version"], answer.json["source"]) == (200, 2, "grafana")
    stale = await desk.ask("PATCH", address, changed, caller=BO)
    assert (stale.status, stale.json["code"]) == (409, "stale_write")
    assert (await desk.ask("PATCH", address, changed, caller=VERA)).status == 403
    assert (await desk.ask("DELETE", address, caller=VERA)).status == 403
    assert (await desk.ask("DELETE", address, caller=BO)).status == 204
    assert (await desk.ask("GET", address)).status == 404
    log = (await desk.ask("GET", "audit")).json["items"]
    actions = [each["action"] for each in log if each["action"].startswith("identity.")]
    assert actions == ["identity.delete", "identity.update", "identity.create"]


async def test_row_5_a_rule_that_cannot_work_is_refused_with_its_field(desk: Desk) -> None:
    """The path names what is wrong."""
    for wrong, path in (
        ({"labels": []}, "$.labels"),
        ({"labels": ["pod", "pod"]}, "$.labels"),
        ({"source": "slo"}, "$.source"),
        ({"source": "pigeon"}, "$.source"),
        ({"source": "generic", "integration": "nobody"}, "$.integration"),
        ({"integration": "nagios"}, "$.integration"),
        ({"source": "grafana", "integration": "nagios"}, "$.integration"),
        ({"matchers": [{"label": "a", "operator": "=~", "value": "("}]}, "$.matchers[0].value"),
        ({"odd": 1}, "odd"),
    ):
        answer = await desk.ask("POST", "identity-rules", {**RULE, **wrong}, caller=BO)
        assert answer.status in {400, 422}, wrong
        assert path in str(answer.json), answer.json


async def test_row_5_a_dry_run_shows_which_earlier_alerts_would_have_been_one(desk: Desk) -> None:
    """Nothing is changed by it."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("a"), pod("b"), firing("Other")))
    tried = await desk.ask("POST", "identity-rules/dry-run", {"rule": RULE}, caller=VERA)
    assert tried.status == 200
    assert (tried.json["alerts"], tried.json["episodes"], tried.json["truncated"]) == (3, 2, False)
    [group] = tried.json["groups"]
    assert (group["name"], group["alerts"], "pod" in group["labels"]) == ("Slow", 2, False)
    assert (await desk.ask("GET", "alerts")).json["total"] == 3


async def test_row_5_a_rule_is_about_one_integration_by_its_key(desk: Desk) -> None:
    """Also in the dry run; the alert and its members say which integration told them."""
    mapping = {"namePath": "name", "servicePath": "", "severityPath": "", "labelPaths": {"pod": "pod"}}
    for sender in ("nagios", "zabbix"):
        assert (await desk.ask("PUT", f"integrations/{sender}", mapping)).status == 200
        for name in ("a", "b"):
            told = {"name": f"Slow {sender}", "pod": name}
            assert (await desk.ask("POST", f"webhooks/generic/{sender}", told, caller=BO)).status == 200
    rule = {"title": "Pods", "labels": ["pod"], "source": "generic", "integration": "nagios"}
    tried = (await desk.ask("POST", "identity-rules/dry-run", {"rule": rule}, caller=VERA)).json
    assert (tried["alerts"], tried["episodes"]) == (2, 1)
    made = await desk.ask("POST", "identity-rules", rule, caller=BO)
    assert (made.status, made.json["integration"]) == (201, "nagios")
    for sender in ("nagios", "zabbix"):
        for name in ("c", "d"):
            told = {"name": f"Down {sender}", "pod": name}
            await desk.ask("POST", f"webhooks/generic/{sender}", told, caller=BO)
    listed = (await desk.ask("GET", "alerts", caller=VERA)).json["items"]
    down = {
        (each["name"], each["labels"].get("pod"), each["integration"])
        for each in listed
        if "Down" in each["name"]
    }
    assert down == {
        ("Down nagios", None, "nagios"),
        ("Down zabbix", "c", "zabbix"),
        ("Down zabbix", "d", "zabbix"),
    }
    [one] = [each for each in listed if each["identity"]]
    of = (await desk.ask("GET", f"alerts/{one['id']}/members")).json["items"]
    assert [(each["labels"]["pod"], each["integration"]) for each in of] == [("c", "nagios"), ("d", "nagios")]


async def test_row_5_a_rule_whose_integration_is_gone_can_only_be_switched_off_or_changed(desk: Desk) -> None:
    """In use it would cover nothing, and say so nowhere."""
    assert (await desk.ask("PUT", "integrations/nagios", {})).status == 200
    rule = {**RULE, "source": "generic", "integration": "nagios"}
    made = (await desk.ask("POST", "identity-rules", rule, caller=BO)).json
    assert (await desk.ask("DELETE", "integrations/nagios")).status == 204
    address = f"identity-rules/{made['id']}"
    refused = await desk.ask("PATCH", address, {**rule, "version": 1}, caller=BO)
    assert (refused.status, refused.json["problems"][0]["path"]) == (422, "$.integration")
    off = await desk.ask("PATCH", address, {**rule, "enabled": False, "version": 1}, caller=BO)
    assert (off.status, off.json["enabled"]) == (200, False)


async def test_row_5_an_alert_that_is_a_heartbeat_still_is_one_when_it_is_a_member(desk: Desk) -> None:
    """The heartbeat looks at the labels of the source, not at those that the episode has left."""
    await desk.ask("POST", "identity-rules", RULE, caller=BO)
    matcher = {"label": "pod", "operator": "=", "value": "a"}
    beat = {"title": "Pod a", "intervalSeconds": 600, "matchers": [matcher]}
    assert (await desk.ask("PUT", "heartbeats/pod-a", beat, caller=BO)).status == 200
    await desk.ask("POST", "webhooks/alertmanager", webhook(pod("a"), pod("b")))
    await Heartbeats(desk.database, desk.intake).check(1, desk.clock.now())
    [held] = (await desk.ask("GET", "heartbeats")).json["items"]
    assert held["lastSeenAt"] is not None
