"""Webhooks: what senders send becomes incidents, and nothing that they send breaks anything."""

import asyncio
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability_studio.api.alert_payloads import alertmanager_events
from reliability_studio.api.hooks import SIGNATURE, hook_routes, verify
from reliability_studio.api.router import Router
from reliability_studio.errors import Forbidden
from reliability_studio.flows.integrations import FieldMapping, Integration, Integrations
from reliability_studio.store import alerts, incident_lists
from tests.support.desk import BO, VERA, Desk, firing, webhook
from tests.support.records import NOON, minutes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
TIMES = st.sampled_from(
    [
        "2026-03-01T11:00:00Z",
        "2026-03-01T11:00:00.123456789+05:30",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-12:00",
        "2026-03-01",
        "soon",
        "",
    ]
)
ALMOST = st.fixed_dictionaries(
    {
        "labels": st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["service", "severity"]), JSON, max_size=4
        ),
        "startsAt": TIMES | JSON,
    },
    optional={
        "status": st.sampled_from(["firing", "resolved", "", "odd"]) | JSON,
        "endsAt": TIMES | JSON,
        "annotations": st.dictionaries(st.text(max_size=8), JSON, max_size=3) | JSON,
        "fingerprint": st.text(max_size=30) | JSON,
        "generatorURL": st.text(max_size=9) | JSON,
        "more": JSON,
    },
)
BODIES = JSON | st.builds(
    lambda items, more: {"alerts": items, **more}, st.lists(ALMOST, max_size=4), st.just({})
)


async def stored(desk: Desk) -> tuple[int, int]:
    """How many incidents and alerts there are."""
    async with desk.database.reading() as connection:
        listed = await incident_lists.search(connection, 1, incident_lists.Filter(), cursor=None, limit=1)
        known = await alerts.search(connection, 1, firing=None, cursor=None, limit=1)
    return listed.total, known.total


async def test_a_prometheus_alert_becomes_one_incident(desk: Desk) -> None:
    """Row 1. L1: an Alertmanager v4 body; the same again is still one incident."""
    body = webhook(firing(), newField={"x": 1})
    first = await desk.ask("POST", "webhooks/alertmanager", body, caller=BO)
    again = await desk.ask("POST", "webhooks/alertmanager", body, caller=BO)
    assert (first.status, first.json["opened"]) == (200, ["INC-1"])
    assert (again.status, again.json["opened"], again.json["repeated"]) == (200, [], 1)
    shown = (await desk.ask("GET", "incidents/INC-1")).json
    assert (shown["title"], shown["severity"], shown["origin"]) == ("Slow: checkout", "critical", "alert")
    assert shown["milestones"]["started"]["at"] == "2026-03-01T11:59:00.123456Z"
    assert {"title": "Runbook", "url": "https://runbooks.example.org/slow"} in shown["links"]
    (alert,) = shown["alerts"]
    assert (alert["firing"], alert["reason"], alert["incident"]) == (True, "opened", "INC-1")


async def test_row_80_an_incident_of_alerts_leads_to_the_runbook_of_the_alert_and_of_its_service(
    desk: Desk,
) -> None:
    """Each once, with what it is about; a service without one adds nothing."""
    for name, runbook in (("checkout", "https://r.example.org/checkout"), ("cart", None)):
        await desk.ask("POST", "services", {"name": name, "runbookUrl": runbook})
    cart = firing("Other", labels={"alertname": "Other", "service": "cart"}, fingerprint="c" * 16)
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing(), cart), caller=BO)
    found: dict[str, dict[str, str]] = {}
    for number in (1, 2):
        shown = (await desk.ask("GET", f"incidents/{number}")).json
        links = {each["title"]: each["url"] for each in shown["links"] if "unbook" in each["title"]}
        found[shown["service"]] = links
    own = "https://runbooks.example.org/slow"
    assert found == {
        "checkout": {"Runbook": own, "Runbook of checkout": "https://r.example.org/checkout"},
        "cart": {"Runbook": own},
    }
    await desk.ask("POST", "services", {"name": "search", "runbookUrl": own})
    labels = {"alertname": "Third", "service": "search"}
    again = firing("Third", labels=labels, fingerprint="d" * 16)
    await desk.ask("POST", "webhooks/alertmanager", webhook(again), caller=BO)
    third = (await desk.ask("GET", "incidents/3")).json["links"]
    assert [each["title"] for each in third if each["url"] == own] == ["Runbook"]


@pytest.mark.parametrize(
    ("status", "ends_at", "fires"),
    [
        ("firing", "0001-01-01T00:00:00Z", True),
        ("", "2026-03-01T12:04:00Z", True),
        ("", "2026-03-01T11:59:30Z", False),
        ("resolved", "2026-03-01T11:59:30Z", False),
        ("resolved", "0001-01-01T00:00:00Z", False),
    ],
)
def test_an_end_that_is_zero_or_in_the_future_means_that_it_fires(
    status: str,
    ends_at: str,
    fires: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """The status decides when there is one."""
    body = json.dumps(webhook(firing(status=status, endsAt=ends_at))).encode()
    (event,) = alertmanager_events(body, NOON)
    assert event.resolved is not fires


@pytest.mark.parametrize(
    "body",
    [
        {"title": "x", "severity": "high"},
        {"version": "3", "alerts": []},
        {"version": "4", "alerts": [{"labels": {}}]},
        {"version": "4", "alerts": [firing(starts="yesterday")]},
        [],
        "text",
    ],
)
async def test_another_shape_is_422_with_a_text_that_helps(desk: Desk, body: object) -> None:
    """Alertmanager drops it for good, so the text is for the person who configures it."""
    answer = await desk.ask("POST", "webhooks/alertmanager", body)
    assert (answer.status, answer.json["code"]) == (422, "invalid")
    assert "Alertmanager webhook" in answer.json["message"]
    (problem,) = answer.json["problems"]
    assert problem["path"].startswith("$")
    assert await stored(desk) == (0, 0)


async def test_the_field_that_differs_is_named(desk: Desk) -> None:
    """Which of a thousand alerts it is."""
    body = {"version": "4", "alerts": [firing("A"), firing(starts="yesterday")]}
    answer = await desk.ask("POST", "webhooks/alertmanager", body)
    assert answer.json["problems"] == [{"path": "$.alerts[1].startsAt", "problem": "is no time"}]


@pytest.mark.parametrize("door", ["alertmanager", "grafana", "generic/any"])
async def test_what_is_no_json_is_400_with_its_position(desk: Desk, door: str) -> None:
    """As for every other route."""
    mapping = FieldMapping(alerts="alerts", name="labels")
    await Integrations(desk.database).put(1, Integration("any", mapping), by="a", now=NOON)
    answer = await desk.ask("POST", f"webhooks/{door}", raw=b'{"version": "4",\n "alerts": [')
    assert (answer.status, answer.json["code"]) == (400, "bad_request")
    assert "line 2, column 13" in answer.json["message"]


@pytest.mark.parametrize("told", ["f\0", "\u202e", "x" * 201, " \n"])
async def test_a_fingerprint_that_cannot_be_kept_as_it_is_harms_no_delivery(desk: Desk, told: str) -> None:
    """L1: each repetition was a 500, which Alertmanager repeats for ever, with the alerts beside it."""
    body = webhook(firing("odd", fingerprint=told), firing("plain"))
    opened = await desk.ask("POST", "webhooks/alertmanager", body)
    again = await desk.ask("POST", "webhooks/alertmanager", body)
    assert (opened.status, again.status, again.json["repeated"]) == (200, 200, 2)


async def test_a_viewer_cannot_send_alerts(desk: Desk) -> None:
    """A service account with the role Editor can."""
    assert (await desk.ask("POST", "webhooks/alertmanager", webhook(), caller=VERA)).status == 403


async def test_grafanas_contact_point_is_read_with_its_own_fields(desk: Desk) -> None:
    """Row 2. Version "1", `orgId` and `values`; the dashboard becomes a link."""
    alert = firing(
        dashboardURL="https://grafana.example.org/d/x", values={"A": 1.5}, valueString="[ A=1.5 ]", orgId=1
    )
    body = webhook(alert, version="1", orgId=1, title="[FIRING:1]", state="alerting", message="m")
    answer = await desk.ask("POST", "webhooks/grafana", body)
    assert answer.json["opened"] == ["INC-1"]
    shown = (await desk.ask("GET", "incidents/INC-1")).json
    assert {"title": "Dashboard", "url": "https://grafana.example.org/d/x"} in shown["links"]
    assert shown["alerts"][0]["source"] == "grafana"


@pytest.mark.parametrize("name", ["DatasourceNoData", "DatasourceError"])
async def test_alerts_about_monitoring_open_no_incident(desk: Desk, name: str) -> None:
    """They are kept with their reason."""
    answer = await desk.ask("POST", "webhooks/grafana", webhook(firing(name)))
    assert (answer.json["opened"], answer.json["setAside"]) == ([], 1)
    (alert,) = (await desk.ask("GET", "alerts")).json["items"]
    assert (alert["incident"], alert["reason"]) == (None, "monitoring")


def sign(secret: str, body: bytes, stamp: str = "") -> str:
    """What Grafana computes."""
    signed = f"{stamp}:".encode() + body if stamp else body
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


async def test_a_signed_contact_point_is_verified(desk: Desk) -> None:
    """A wrong or missing signature is refused, and nothing is stored."""
    routes = hook_routes(desk.intake, Integrations(desk.database), desk.clock, grafana_secret="s3cret")
    desk.router = Router(routes)
    raw = json.dumps(webhook(firing())).encode()
    for signature in ({}, {SIGNATURE: sign("other", raw)}, {SIGNATURE: "é"}):
        answer = await desk.ask("POST", "webhooks/grafana", raw=raw, headers=signature)
        assert (answer.status, answer.json["code"]) == (403, "forbidden")
    assert await stored(desk) == (0, 0)
    good = await desk.ask("POST", "webhooks/grafana", raw=raw, headers={SIGNATURE: sign("s3cret", raw)})
    assert good.status == 200


def test_an_old_signature_is_refused() -> None:
    """The time is signed with the body; tolerance 5 minutes."""
    stamp = str(int(NOON.timestamp()))
    headers = {SIGNATURE: sign("k", b"{}", stamp), "x-time": stamp}
    verify("k", b"{}", headers, minutes(5), "x-time")
    with pytest.raises(Forbidden, match="older than 5 minutes"):
        verify("k", b"{}", headers, minutes(6), "x-time")
    with pytest.raises(Forbidden, match="secrets here and in Grafana differ"):
        verify("k", b"{}", {**headers, "x-time": str(int(stamp) + 1)}, NOON, "x-time")


async def test_any_json_becomes_an_alert_by_a_mapping(desk: Desk) -> None:
    """Row 3. Without a start of its own an alert belongs to the episode that still fires."""
    mapping = FieldMapping(
        name="check.name", alerts="events", status="state", service="check.host", severity="level"
    )
    integrations = Integrations(desk.database)
    await integrations.put(1, Integration("zabbix", mapping), by="ada", now=NOON)
    event: dict[str, Any] = {"check": {"name": "Disk", "host": "db"}, "state": "problem", "level": "page"}
    for _ in range(2):
        answer = await desk.ask("POST", "webhooks/generic/zabbix", {"events": [event]})
        assert answer.status == 200, answer.raw
        desk.clock.advance(60)
    over = await desk.ask("POST", "webhooks/generic/zabbix", {"events": [{**event, "state": "OK"}]})
    assert over.json["resolved"] == ["INC-1"]
    assert await stored(desk) == (1, 1)
    wrong = await desk.ask("POST", "webhooks/generic/zabbix", {"events": [{"x": 1}]})
    assert (wrong.status, "check.name" in wrong.json["message"]) == (422, True)
    assert (await desk.ask("POST", "webhooks/generic/nagios", {})).status == 404


async def test_an_empty_delivery_is_taken(desk: Desk) -> None:
    """Nothing came, nothing happened."""
    answer = await desk.ask("POST", "webhooks/alertmanager", webhook())
    assert (answer.status, answer.json["received"]) == (200, 0)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=BODIES, door=st.sampled_from(["alertmanager", "grafana", "generic/any"]))
async def test_no_json_breaks_a_webhook_or_leaves_half_an_incident(
    desk: Desk, body: object, door: str
) -> None:
    """200, 422, or 400 for what is no JSON (NaN); what was answered 2xx is stored whole, else nothing is."""
    integrations = Integrations(desk.database)
    if await integrations.find(1, "any") is None:
        await integrations.put(
            1, Integration("any", FieldMapping(alerts="alerts", name="labels")), by="a", now=NOON
        )
    before = await stored(desk)
    answer = await desk.ask("POST", f"webhooks/{door}", body)
    after = await stored(desk)
    assert answer.status in {200, 400, 422}, answer.raw
    if answer.status != 200:
        assert after == before
        return
    assert after[0] - before[0] == len(answer.json["opened"])
    for number in answer.json["opened"]:
        shown = (await desk.ask("GET", f"incidents/{number}")).json
        assert shown["alerts"]
        assert shown["timeline"]


async def test_overload_is_503_and_never_429(desk: Desk) -> None:
    """X10: Alertmanager repeats on 503 and drops on any 4xx; the delivery that waits is not harmed."""
    desk.router = Router(hook_routes(desk.intake, Integrations(desk.database), desk.clock, max_waiting=1))
    async with asyncio.TaskGroup() as group, desk.database.writing():
        waiting = group.create_task(desk.ask("POST", "webhooks/alertmanager", webhook(firing())))
        await asyncio.sleep(0)
        answer = await desk.ask("POST", "webhooks/alertmanager", webhook(firing("Other")))
    assert (answer.status, answer.json["code"], answer.json["retryable"]) == (503, "overloaded", True)
    assert waiting.result().json["opened"] == ["INC-1"]
    assert await stored(desk) == (1, 1)


async def test_a_very_large_delivery_is_taken_whole(desk: Desk) -> None:
    """In parts, one answer."""
    many = webhook(*[firing(f"A{position}") for position in range(5_001)])
    answer = await desk.ask("POST", "webhooks/alertmanager", many)
    assert (answer.status, answer.json["received"], answer.json["opened"]) == (200, 5_001, ["INC-1"])
    assert await stored(desk) == (1, 5_001)
