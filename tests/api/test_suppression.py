"""Row 8 through the routes: nothing hidden, and what still fires afterwards opens its own incident."""

from datetime import timedelta

from tests.support.desk import BO, VERA, Desk, firing, webhook


def labelled(name: str, service: str, **more: object) -> dict[str, object]:
    """A firing alert of a service."""
    return firing(name, labels={"alertname": name, "service": service, "severity": "high"}, **more)


async def begun(desk: Desk) -> None:
    """web calls payments; a rule lets web wait; payments has an incident, and web an alert."""
    await desk.ask("POST", "services", {"name": "web", "dependsOn": ["payments"]})
    matcher = {"label": "service", "operator": "=", "value": "web"}
    rule = {"name": "wait", "action": "suppress", "matchers": [matcher]}
    assert (await desk.ask("POST", "rules", rule, caller=BO)).status == 201
    await desk.ask("POST", "webhooks/alertmanager", webhook(labelled("Down", "payments")))
    await desk.ask("POST", "webhooks/alertmanager", webhook(labelled("Slow", "web")))


async def waiting(desk: Desk) -> list[tuple[str, str]]:
    """Suppressed alerts as the list shows them."""
    found = (await desk.ask("GET", "alerts?reason=suppressed", caller=VERA)).json["items"]
    return [(each["name"], each["reasonText"]) for each in found]


async def test_row_8_a_suppressed_alert_is_kept_and_shown_with_its_reason(desk: Desk) -> None:
    """It opens nothing; delivered again, nothing changes."""
    await begun(desk)
    said = [("Slow", "suppressed because INC-1 about payments is open, and web depends on it")]
    assert await waiting(desk) == said
    assert (await desk.ask("GET", "incidents")).json["total"] == 1
    await desk.ask("POST", "webhooks/alertmanager", webhook(labelled("Slow", "web")))
    await desk.intake.sweep(1, desk.clock.now())
    assert await waiting(desk) == said
    assert (await desk.ask("GET", "incidents")).json["total"] == 1


async def test_row_8_when_the_parent_is_over_what_still_fires_opens_its_own(desk: Desk) -> None:
    """Two minutes later, not at once."""
    await begun(desk)
    ended = {"status": "resolved", "force": True}
    assert (await desk.ask("PATCH", "incidents/INC-1", ended)).status == 200
    desk.clock.advance(60)
    await desk.intake.sweep(1, desk.clock.now())
    assert len(await waiting(desk)) == 1
    desk.clock.advance(61)
    await desk.intake.sweep(1, desk.clock.now())
    assert await waiting(desk) == []
    opened = (await desk.ask("GET", "incidents/INC-2")).json
    assert (opened["service"], opened["status"]) == ("web", "open")


async def test_row_8_what_is_over_meanwhile_opens_nothing(desk: Desk) -> None:
    """A child that recovers with its parent was never an incident."""
    await begun(desk)
    over = {"status": "resolved", "endsAt": (desk.clock.now() + timedelta(seconds=1)).isoformat()}
    desk.clock.advance(5)
    await desk.ask("POST", "webhooks/alertmanager", webhook(labelled("Slow", "web", **over)))
    await desk.ask("PATCH", "incidents/INC-1", {"status": "resolved", "force": True})
    desk.clock.advance(300)
    await desk.intake.sweep(1, desk.clock.now())
    assert (await desk.ask("GET", "incidents")).json["total"] == 1


async def test_row_8_without_the_rule_the_alert_speaks_for_itself(desk: Desk) -> None:
    """Deleting the rule lets everybody speak who waited."""
    await begun(desk)
    [rule] = (await desk.ask("GET", "rules")).json["items"]
    assert (rule["action"], rule["parents"]) == ("suppress", [])
    await desk.ask("DELETE", f"rules/{rule['id']}")
    await desk.intake.sweep(1, desk.clock.now())
    assert await waiting(desk) == []


async def test_row_8_a_dry_run_shows_what_would_wait(desk: Desk) -> None:
    """Before the rule is saved."""
    await begun(desk)
    rule = {"name": "all wait", "action": "suppress", "parents": ["payments"]}
    tried = (await desk.ask("POST", "rules/dry-run", {"rule": rule, "days": 1})).json
    found = {each["alert"]["name"]: each["reason"] for each in tried["places"]}
    assert found == {"Down": "opened", "Slow": "suppressed"}
