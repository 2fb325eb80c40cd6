"""Row 104 over the store: a page for people here, one for readers outside, and a file for any web server."""

from typing import Any

import pytest

from tests.support.desk import BO, ELSEWHERE, VERA, Desk

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


async def shop(desk: Desk) -> None:
    """Two declared services; one has an incident."""
    for name in ("cart", "checkout"):
        made = await desk.ask("POST", "services", {"name": name, "description": f"about {name}"})
        assert made.status == 201, made.raw
    desk.clock.advance(3600)
    await desk.declare("checkout is slow", service="checkout", severity="high")


async def shown(desk: Desk, query: str = "", **more: Any) -> Any:
    """The page as JSON."""
    got = await desk.ask("GET", f"status-page?days=3&{query}", **more)
    assert got.status == 200, got.raw
    return got.json


def states(page: Any) -> list[str]:
    """The page's, then that of each service."""
    return [page["state"], *(one["state"] for one in page["components"])]


async def test_row_104_people_here_see_every_incident(desk: Desk) -> None:
    """With days that say since when anything is known; another organisation sees nothing of it."""
    await shop(desk)
    page = await shown(desk, caller=VERA)
    assert states(page) == ["outage", "operational", "outage"]
    assert [one["name"] for one in page["components"]] == ["cart", "checkout"]
    assert [one["number"] for one in page["current"]] == ["INC-1"]
    days = page["components"][1]["days"]
    assert [day["state"] for day in days[:2]] == ["unknown", "unknown"]
    assert (page["title"], page["complete"], page["components"][0]["up"]) == ("Service status", True, 1.0)
    assert (await shown(desk, caller=ELSEWHERE))["components"] == []


async def test_row_104_outside_an_incident_is_known_once_it_was_told(desk: Desk) -> None:
    """A public comment makes it known, taking the comment back makes it unknown."""
    await shop(desk)
    assert states(await shown(desk, "audience=public")) == ["operational"] * 3
    note = {"text": "We are on it", "public": True}
    entry = (await desk.ask("POST", "incidents/1/comments", note, caller=BO)).json
    page = await shown(desk, "audience=public")
    assert states(page) == ["outage", "operational", "outage"]
    assert [one["text"] for one in page["current"][0]["notes"]] == ["We are on it"]
    await desk.ask("PATCH", f"incidents/1/timeline/{entry['id']}", {"public": False}, caller=BO)
    assert (await shown(desk, "audience=public"))["current"] == []


async def test_row_104_the_file_is_whole_and_harmless(desk: Desk) -> None:
    """Public alone, whatever is asked for; foreign text is text."""
    await shop(desk)
    await desk.ask("PUT", "status-page/setup", {"title": HOSTILE, "introduction": HOSTILE})
    await desk.declare("a secret matter", service="cart")
    await desk.declare(HOSTILE, service="cart", severity="low")
    await desk.ask("POST", "incidents/3/comments", {"text": HOSTILE, "public": True}, caller=BO)
    got = await desk.ask("GET", "status-page/export?audience=internal&days=30", caller=VERA)
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "status.html" in got.headers["Content-Disposition"]
    text = got.raw.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert "secret" not in text
    assert "Some systems are degraded" in text
    assert "1 with an outage" not in text
    assert "1 with degradation" in text
    as_json = (await desk.ask("GET", "status-page/export?format=json")).json
    assert (as_json["audience"], [one["number"] for one in as_json["current"]]) == ("public", ["INC-3"])


async def test_row_104_an_admin_decides_what_is_shown(desk: Desk) -> None:
    """Services in their order, unknown ones as unknown; versioned, audited, of one organisation."""
    await shop(desk)
    wanted = {"title": "Shop", "introduction": "How we are", "services": ["ghost", "cart"], "version": 0}
    assert (await desk.ask("PUT", "status-page/setup", wanted, caller=BO)).status == 403
    saved = await desk.ask("PUT", "status-page/setup", wanted)
    assert (saved.status, saved.json["version"], saved.json["updatedBy"]) == (200, 1, "ada")
    assert (await desk.ask("GET", "status-page/setup", caller=VERA)).json == saved.json
    page = await shown(desk)
    assert [(one["name"], one["state"], one["up"]) for one in page["components"]] == [
        ("ghost", "unknown", None),
        ("cart", "operational", 1.0),
    ]
    assert (page["current"], page["title"]) == ([], "Shop"), "checkout is not on the page"
    assert (await desk.ask("PUT", "status-page/setup", wanted)).status == 409
    assert (await desk.ask("GET", "status-page/setup", caller=ELSEWHERE)).json["version"] == 0
    (deed,) = (await desk.ask("GET", "audit?subject=preference:status-page")).json["items"]
    assert deed["action"] == "preference.create"


@pytest.mark.parametrize(
    ("query", "field"),
    [("zone=Moon/Sea", "zone"), ("days=0", "days"), ("days=91", "days"), ("audience=press", "audience")],
)
async def test_each_mistake_in_the_address_names_its_field(desk: Desk, query: str, field: str) -> None:
    """As everywhere."""
    refused = await desk.ask("GET", f"status-page?{query}")
    assert (refused.status, field in refused.json["message"]) == (422, True)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"title": " "}, "title"),
        ({"title": "a", "services": ["cart", "cart"]}, "services[1]"),
        ({"title": "a" * 101}, "title"),
    ],
)
async def test_each_mistake_in_the_setup_names_its_field(desk: Desk, body: Any, path: str) -> None:
    """Nothing is kept of it."""
    refused = await desk.ask("PUT", "status-page/setup", body)
    assert (refused.status, path in refused.raw.decode()) == (422, True)
    assert (await desk.ask("GET", "status-page/setup")).json["version"] == 0
