"""Alert episodes: an incident for one that opened nothing, because a person says so."""

from tests.flows.test_detect import detector
from tests.support.desk import BO, VERA, Desk
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
