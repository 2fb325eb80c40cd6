"""Alert episodes: an incident for one that opened nothing, because a person says so."""

from typing import Any

from tests.flows.test_detect import detector
from tests.support.desk import BO, VERA, Desk, firing, webhook
from tests.support.records import minutes


async def test_row_10_a_person_declares_an_incident_for_a_candidate(desk: Desk):
    """Rows 10 and 19: by an Editor only, once only; the alert joins it and ends it."""
    work = detector(desk.database)
    await work.sweep(minutes(12))
    [found] = (await desk.ask("GET", "alerts?reason=candidate&firing=true")).json["items"]
    path = f"alerts/{found['id']}/incident"
    assert (await desk.ask("POST", path, {}, caller=VERA)).status == 403
    made = await desk.ask("POST", path, {"severity": "high"}, caller=BO)
    assert made.status == 201
    assert (made.json["severity"], made.json["service"], made.json["status"]) == ("high", "checkout", "open")
    again = await desk.ask("POST", path, {}, caller=BO)
    assert (again.status, made.json["number"] in again.json["message"]) == (409, True)
    [joined] = (await desk.ask("GET", f"incidents/{made.json['number']}/alerts")).json["items"]
    assert (joined["reason"], "bo declared" in joined["reasonText"]) == ("moved", True)
    assert (await desk.ask("POST", "alerts/999/incident", {}, caller=BO)).status == 404
    await detector(desk.database, over=minutes(15)).sweep(minutes(26))
    ended = await desk.ask("GET", f"incidents/{made.json['number']}")
    assert ended.json["status"] == "resolved"


async def test_row_10_a_rule_leaves_alerts_to_people_and_collects_what_they_declare(desk: Desk):
    """Nothing opens by itself; what is declared is led by the rule: its group joins, its end is its own."""
    rule = {"name": "staging", "action": "candidate", "groupBy": ["cluster"], "autoResolve": "never"}
    assert (await desk.ask("POST", "rules", rule)).status == 201

    def of(name: str, cluster: str, **more: str) -> dict[str, Any]:
        labels = {"alertname": name, "service": "checkout", "cluster": cluster}
        return firing(name, labels=labels, fingerprint=f"{name}{cluster}".ljust(16, "0"), **more)

    taken = await desk.ask("POST", "webhooks/alertmanager", webhook(of("A", "1"), of("B", "2")))
    assert (taken.json["opened"], taken.json["setAside"]) == ([], 2)
    waiting = (await desk.ask("GET", "alerts?reason=candidate")).json["items"]
    [chosen] = [one["id"] for one in waiting if one["labels"]["cluster"] == "1"]
    assert (await desk.ask("POST", f"alerts/{chosen}/incident", {}, caller=BO)).json["number"] == "INC-1"
    taken = await desk.ask("POST", "webhooks/alertmanager", webhook(of("C", "1"), of("D", "2")))
    assert (taken.json["opened"], taken.json["joined"], taken.json["setAside"]) == ([], ["INC-1"], 1)
    over = {"status": "resolved", "endsAt": "2026-03-01T11:59:30Z"}
    await desk.ask("POST", "webhooks/alertmanager", webhook(of("A", "1", **over), of("C", "1", **over)))
    assert (await desk.ask("GET", "incidents/1")).json["status"] == "open"
