"""Maintenance windows and heartbeats: what is expected opens nothing, what is missing does."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from reliability_studio.domain.slo.alert_event import event
from reliability_studio.domain.slo.alerting import AlertState
from reliability_studio.flows.heartbeats import Heartbeats
from reliability_studio.store import alerts
from tests.domain.slo.world import slo
from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook
from tests.support.records import minutes


def window(start: float = -10, end: float = 10, **more: Any) -> dict[str, Any]:
    """A window around noon."""
    return {
        "title": "database upgrade",
        "startsAt": minutes(start).isoformat(),
        "endsAt": minutes(end).isoformat(),
        "services": ["checkout"],
        **more,
    }


def beat(**more: Any) -> dict[str, Any]:
    """A signal that is expected every ten minutes."""
    return {"title": "nightly backup", "intervalSeconds": 600, "graceSeconds": 60, "service": "db", **more}


def later(desk: Desk, at: float) -> datetime:
    """Let the clock show so many minutes after noon."""
    desk.clock.advance((minutes(at) - desk.clock.now()).total_seconds())
    return minutes(at)


async def reasons(desk: Desk) -> list[tuple[str, int | None]]:
    """Why each alert is where it is, and the incident it is in."""
    async with desk.database.reading() as connection:
        page = await alerts.search(connection, 1, firing=None, cursor=None, limit=50)
    return [(one.reason, one.incident_number) for one in page.items]


async def test_an_alert_during_maintenance_is_kept_and_placed_when_it_is_over(desk: Desk) -> None:
    """Feature 14: nothing is opened meanwhile, nothing is forgotten afterwards."""
    made = await desk.ask("POST", "maintenance-windows", window(), caller=BO)
    assert (made.status, made.json["phase"], made.headers["ETag"]) == (201, "active", '"1"')
    taken = (await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))).json
    assert (taken["opened"], taken["setAside"]) == ([], 1)
    shown = (await desk.ask("GET", "alerts")).json["items"][0]
    assert (shown["reason"], "database upgrade" in shown["reasonText"]) == ("maintenance", True)
    await desk.intake.sweep(1, later(desk, 9))
    assert await reasons(desk) == [("maintenance", None)]
    await desk.intake.sweep(1, later(desk, 10))
    assert await reasons(desk) == [("opened", 1)]
    await desk.intake.sweep(1, later(desk, 11))
    assert (await desk.ask("GET", "incidents")).json["total"] == 1


async def test_slo_row_47_a_silence_keeps_the_alert_of_one_slo_and_of_no_other(desk: Desk) -> None:
    """What the SLO's page declares: a window over the alerts that carry its id."""
    silenced, other = slo("99.9"), replace(slo("99.9"), id="another")
    over = [{"label": "slo_id", "operator": "=", "value": silenced.id}]
    made = window(services=[], matchers=over, comment="a known fault")
    assert (await desk.ask("POST", "maintenance-windows", made, caller=BO)).status == 201
    state = AlertState(int(minutes(-1).timestamp()), "page-quick", "page")
    now = desk.clock.now()
    await desk.intake.apply(1, [event(one, state, "burns", now) for one in (silenced, other)])
    assert sorted(await reasons(desk), key=str) == [("maintenance", None), ("opened", 1)]
    await desk.intake.sweep(1, later(desk, 10))
    assert {reason for reason, _ in await reasons(desk)} == {"opened", "joined_group"}


async def test_what_maintenance_held_back_is_listed_by_its_reason(desk: Desk) -> None:
    """Alerts that opened something are not in it; the pages of one reason are not those of another."""
    await desk.ask("POST", "maintenance-windows", window())
    other = firing("Other", labels={"alertname": "Other", "service": "cart"})
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing(), firing("Slower"), other))
    held = (await desk.ask("GET", "alerts?reason=maintenance&limit=1", caller=VERA)).json
    assert held["total"] == 2
    rest = (await desk.ask("GET", f"alerts?reason=maintenance&cursor={held['cursor']}", caller=VERA)).json
    assert {one["name"] for one in (*held["items"], *rest["items"])} == {"Slow", "Slower"}
    assert (await desk.ask("GET", f"alerts?cursor={held['cursor']}")).status == 400
    assert (await desk.ask("GET", "alerts?reason=banana")).json["problems"][0]["path"] == "reason"


async def test_an_alert_that_ends_during_maintenance_opens_nothing_afterwards(desk: Desk) -> None:
    """It is over."""
    await desk.ask("POST", "maintenance-windows", window())
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    over = firing(status="resolved", endsAt=minutes(2).isoformat())
    later(desk, 3)
    await desk.ask("POST", "webhooks/alertmanager", webhook(over))
    await desk.intake.sweep(1, later(desk, 20))
    assert await reasons(desk) == [("maintenance", None)]


async def test_a_window_that_is_taken_back_lets_its_alerts_go(desk: Desk) -> None:
    """At the next look; also one that is switched off."""
    one = (await desk.ask("POST", "maintenance-windows", window())).json
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    path = f"maintenance-windows/{one['id']}"
    off = await desk.ask("PATCH", path, window(enabled=False, version=1))
    assert (off.json["enabled"], off.json["version"]) == (False, 2)
    await desk.intake.sweep(1, later(desk, 1))
    assert await reasons(desk) == [("opened", 1)]
    assert (await desk.ask("DELETE", path)).status == 204
    assert (await desk.ask("GET", path)).status == 404
    deeds = (await desk.ask("GET", f"audit?subject=maintenance:{one['id']}")).json["items"]
    assert [d["action"] for d in deeds] == ["maintenance.delete", "maintenance.update", "maintenance.create"]


async def test_an_alert_may_join_silently(desk: Desk) -> None:
    """It belongs to the open incident, which stays as loud as it was."""
    await desk.declare(service="checkout", severity="low")
    await desk.ask("POST", "maintenance-windows", window(effect="join"))
    taken = (await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))).json
    assert taken["joined"] == ["INC-1"]
    assert (await desk.ask("GET", "incidents/1")).json["severity"] == "low"
    why = (await desk.ask("GET", "incidents/1/alerts")).json["items"][0]["reasonText"]
    assert "silently, since the maintenance 'database upgrade' is on" in why


async def test_a_window_that_cannot_work_is_422_and_names_its_fields(desk: Desk) -> None:
    """Before anything is stored."""
    cases = {
        "$.endsAt": window(5, 5),
        "$.until": window(until=minutes(-20).isoformat()),
        "$.timeZone": window(timeZone="Mars/Olympus"),
        "$.matchers[0].value": window(matchers=[{"label": "a", "operator": "=~", "value": "("}]),
    }
    for path, body in cases.items():
        answer = await desk.ask("POST", "maintenance-windows", body)
        assert (answer.status, answer.json["problems"][0]["path"]) == (422, path)
    daily = await desk.ask("POST", "maintenance-windows", window(0, 25 * 60, repeat="daily"))
    assert daily.status == 422
    assert (await desk.ask("GET", "maintenance-windows")).json["items"] == []
    assert (await desk.ask("PATCH", "maintenance-windows/nothing", window())).status == 404


async def test_windows_belong_to_their_organisation_and_editors_make_them(desk: Desk) -> None:
    """Viewers see them."""
    one = (await desk.ask("POST", "maintenance-windows", window(repeat="weekly"))).json
    assert one["nextStart"] is not None
    assert (await desk.ask("POST", "maintenance-windows", window(), caller=VERA)).status == 403
    assert (await desk.ask("DELETE", f"maintenance-windows/{one['id']}", caller=ELSEWHERE)).status == 404
    assert (await desk.ask("GET", "maintenance-windows", caller=ELSEWHERE)).json["items"] == []
    assert len((await desk.ask("GET", "maintenance-windows", caller=VERA)).json["items"]) == 1


async def test_a_signal_that_does_not_come_is_an_incident_and_ends_with_the_next(desk: Desk) -> None:
    """Feature 15: through the same door as every alert."""
    heartbeats = Heartbeats(desk.database, desk.intake)
    made = await desk.ask("PUT", "heartbeats/backup", beat(), caller=BO)
    assert (made.status, made.json["pulse"], made.json["address"]) == (
        200,
        "waiting",
        "webhooks/heartbeat/backup",
    )
    later(desk, 5)
    assert (await desk.ask("POST", "webhooks/heartbeat/backup", caller=BO)).json["pulse"] == "beating"
    assert (await heartbeats.check(1, later(desk, 16))).opened == ()
    assert (await heartbeats.check(1, later(desk, 17))).opened == ("INC-1",)
    assert (await heartbeats.check(1, later(desk, 18))).received == 0
    shown = (await desk.ask("GET", "incidents/1")).json
    assert (shown["service"], shown["severity"]) == ("db", "high")
    assert shown["milestones"]["started"]["at"] == minutes(15).isoformat().replace("+00:00", "Z")
    assert (await desk.ask("GET", "heartbeats", caller=VERA)).json["items"][0]["pulse"] == "missing"
    later(desk, 19)
    back = await desk.ask("POST", "webhooks/heartbeat/backup", raw=b"anything at all", caller=BO)
    assert back.json["pulse"] == "beating"
    ended = (await desk.ask("GET", "incidents/1")).json
    assert (ended["status"], ended["milestones"]["resolved"]["at"]) == ("resolved", "2026-03-01T12:19:00Z")


async def test_an_alert_that_always_fires_can_be_the_signal(desk: Desk) -> None:
    """The usual Watchdog: while it is repeated, alerting works; when it is not, we say so."""
    heartbeats = Heartbeats(desk.database, desk.intake)
    matchers = [{"label": "alertname", "operator": "=", "value": "Watchdog"}]
    await desk.ask("PUT", "heartbeats/alerting", beat(matchers=matchers))
    watchdog = firing("Watchdog", labels={"alertname": "Watchdog"})
    for at in (0, 9, 18):
        later(desk, at)
        await desk.ask("POST", "webhooks/alertmanager", webhook(watchdog))
        assert (await heartbeats.check(1, minutes(at))).opened == ()
    (one,) = (await desk.ask("GET", "heartbeats")).json["items"]
    assert (one["pulse"], one["lastSeenAt"]) == ("beating", "2026-03-01T12:18:00Z")
    assert (await heartbeats.check(1, later(desk, 30))).opened == ("INC-1",)


async def test_what_is_expected_no_more_ends_its_alert(desk: Desk) -> None:
    """Switched off, or deleted; switched on again it is expected from then on."""
    heartbeats = Heartbeats(desk.database, desk.intake)
    await desk.ask("PUT", "heartbeats/backup", beat())
    await heartbeats.check(1, later(desk, 30))
    off = await desk.ask("PUT", "heartbeats/backup", beat(enabled=False))
    assert off.json["pulse"] == "off"
    assert (await desk.ask("GET", "incidents/1")).json["status"] == "resolved"
    assert (await desk.ask("POST", "webhooks/heartbeat/backup")).status == 404
    later(desk, 40)
    on = await desk.ask("PUT", "heartbeats/backup", beat(version=2))
    assert (on.json["pulse"], on.json["dueAt"]) == ("waiting", "2026-03-01T12:50:00Z")
    assert (await heartbeats.check(1, later(desk, 60))).opened == ("INC-2",)
    assert (await desk.ask("DELETE", "heartbeats/backup")).status == 204
    assert (await desk.ask("GET", "incidents/2")).json["status"] == "resolved"
    assert (await desk.ask("DELETE", "heartbeats/backup")).status == 404


async def test_heartbeats_are_guarded_like_everything_else(desk: Desk) -> None:
    """Roles, organisations, names, versions."""
    assert (await desk.ask("PUT", "heartbeats/backup", beat(), caller=VERA)).status == 403
    assert (await desk.ask("PUT", "heartbeats/No", beat())).status == 422
    assert (await desk.ask("PUT", "heartbeats/backup", beat(intervalSeconds=1))).status == 422
    assert (await desk.ask("PUT", "heartbeats/backup", beat(version=4))).status == 409
    await desk.ask("PUT", "heartbeats/backup", beat())
    assert (await desk.ask("POST", "webhooks/heartbeat/backup", caller=VERA)).status == 403
    assert (await desk.ask("POST", "webhooks/heartbeat/backup", caller=ELSEWHERE)).status == 404
    assert (await desk.ask("POST", "webhooks/heartbeat/backup", raw=b"x" * 70_000)).status == 413
