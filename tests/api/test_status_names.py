"""Row 21 over the store: names per organisation, with a role; messages and reports speak them."""

from typing import Any

import pytest

from reliability_studio.domain.incidents.notices import Kind, Target
from reliability_studio.store.engine import Database
from tests.support.desk import BO, ELSEWHERE, VERA, Desk

OWN = [
    {"status": "open", "label": " New  one ", "meaning": "nobody looked yet"},
    {"status": "mitigated", "label": "Stable", "meaning": ""},
    {"status": "closed", "label": "", "meaning": ""},
]


@pytest.fixture
def desk(database: Database) -> Desk:
    """With one target."""
    return Desk(database, targets=(Target("chat", Kind.SLACK),))


async def test_without_own_names_there_are_the_built_in_ones(desk: Desk) -> None:
    """Everybody may read them."""
    shown = (await desk.ask("GET", "statuses", caller=VERA)).json
    words = ["open", "acknowledged", "investigating", "mitigated", "resolved", "closed"]
    assert shown["statuses"] == [{"status": word, "label": "", "meaning": ""} for word in words]
    assert (shown["version"], shown["updatedAt"], shown["updatedBy"]) == (0, None, "")


async def test_an_admin_names_states(desk: Desk) -> None:
    """Kept with a version, audited, for one organisation."""
    assert (await desk.ask("PUT", "statuses", {"statuses": OWN}, caller=BO)).status == 403
    saved = await desk.ask("PUT", "statuses", {"statuses": OWN, "version": 0})
    assert saved.status == 200, saved.raw
    shown = (await desk.ask("GET", "statuses", caller=VERA)).json
    assert shown == saved.json
    assert shown["statuses"][0] == {"status": "open", "label": "New one", "meaning": "nobody looked yet"}
    assert (shown["statuses"][3]["label"], shown["statuses"][5]["label"]) == ("Stable", "")
    assert (shown["version"], shown["updatedBy"]) == (1, "ada")
    stale = await desk.ask("PUT", "statuses", {"statuses": [], "version": 0})
    assert stale.status == 409
    assert (await desk.ask("GET", "statuses", caller=ELSEWHERE)).json["version"] == 0
    (deed,) = (await desk.ask("GET", "audit?subject=preference:statuses")).json["items"]
    assert (deed["actor"], deed["action"]) == ("ada", "preference.create")


async def test_no_names_at_all_bring_the_built_in_ones_back(desk: Desk) -> None:
    """As every state that is not there."""
    await desk.ask("PUT", "statuses", {"statuses": OWN})
    shown = (await desk.ask("PUT", "statuses", {"statuses": []})).json
    assert {each["label"] for each in shown["statuses"]} == {""}


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"statuses": [OWN[1], {"status": "open", "label": "STABLE"}]}, "$.statuses[1].label"),
        ({"statuses": [{"status": "open", "label": "closed"}]}, "$.statuses[0].label"),
        ({"statuses": [OWN[0], OWN[0]]}, "$.statuses[1].status"),
        ({"statuses": [{"status": "open", "label": "x" * 31}]}, "$.statuses[0].label"),
        ({"statuses": [{"status": "parked"}]}, "$.statuses[0].status"),
        ({}, "$.statuses"),
    ],
)
async def test_each_mistake_names_its_field(desk: Desk, body: Any, path: str) -> None:
    """As every form of the app."""
    answer = await desk.ask("PUT", "statuses", body)
    assert answer.status == 422
    assert path.rpartition(".")[2] in answer.raw.decode()


async def test_the_machine_and_its_words_stay(desk: Desk) -> None:
    """The API, its filters and the timeline know a state by its built-in word."""
    await desk.ask("PUT", "statuses", {"statuses": OWN})
    number = await desk.declare()
    changed = await desk.ask("PATCH", f"incidents/{number}", {"status": "mitigated"})
    assert (changed.status, changed.json["status"]) == (200, "mitigated")
    assert (await desk.ask("GET", "incidents?status=mitigated")).json["total"] == 1
    assert (await desk.ask("GET", "incidents?status=Stable")).status == 422
    (entry,) = (await desk.ask("GET", f"incidents/{number}/timeline?type=status_change")).json["items"][-1:]
    assert (entry["metadata"]["from"], entry["metadata"]["to"]) == ("open", "mitigated")


async def test_reports_speak_the_names(desk: Desk) -> None:
    """What people read; Markdown in a name stays harmless."""
    own = [{"status": "open", "label": "[Neu](x)"}]
    await desk.ask("PUT", "statuses", {"statuses": own})
    number = await desk.declare()
    report = (await desk.ask("GET", f"incidents/{number}/report")).json["text"]
    (line,) = [each for each in report.splitlines() if each.startswith("- Status:")]
    assert "Neu" in line
    assert "[Neu](x)" not in line
