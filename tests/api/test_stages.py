"""Row 21 over the store: own states within the built-in ones, in settings, list, timeline and report."""

from typing import Any

from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook

STATUSES = [{"status": "investigating", "label": "Working"}]
STAGES: list[dict[str, Any]] = [
    {"id": "triage", "status": "open", "label": "Triage"},
    {"id": "analysis", "status": "investigating", "label": " In  analysis "},
    {"id": "vendor", "status": "investigating", "label": "Vendor has it", "meaning": "we wait"},
    {"id": "watching", "status": "mitigated", "label": "Watching"},
    {"id": "reviewed", "status": "resolved", "label": "To be reviewed"},
]


async def _own(desk: Desk, stages: Any = STAGES, **more: Any) -> Any:
    answer = await desk.ask("PUT", "statuses", {"statuses": STATUSES, "stages": stages, **more})
    assert answer.status == 200, answer.raw
    return answer.json


async def _titles(desk: Desk, number: str) -> list[str]:
    path = f"incidents/{number}/timeline?type=status_change"
    return [each["title"] for each in (await desk.ask("GET", path)).json["items"]]


async def test_an_admin_makes_own_states(desk: Desk) -> None:
    """Kept with a version and audited, for one organisation; everybody may read them."""
    assert (await desk.ask("GET", "statuses", caller=VERA)).json["stages"] == []
    refused = await desk.ask("PUT", "statuses", {"statuses": [], "stages": STAGES}, caller=BO)
    assert refused.status == 403
    saved = await _own(desk, version=0)
    assert saved["stages"][1] == {
        "id": "analysis",
        "status": "investigating",
        "label": "In analysis",
        "meaning": "",
        "incidents": 0,
    }
    assert (await desk.ask("GET", "statuses", caller=VERA)).json == saved
    assert (await desk.ask("GET", "statuses", caller=ELSEWHERE)).json["stages"] == []
    stale = await desk.ask("PUT", "statuses", {"statuses": [], "stages": [], "version": 0})
    assert (stale.status, stale.json["code"]) == (409, "stale_write")
    (deed,) = (await desk.ask("GET", "audit?subject=preference:statuses")).json["items"]
    assert [each["id"] for each in deed["after"]["stages"]] == [each["id"] for each in STAGES]


async def test_what_cannot_be_an_own_state_is_refused_with_its_field(desk: Desk) -> None:
    """As every form of the app."""
    wrong = [{**STAGES[0], "label": "working"}, {**STAGES[1], "id": "triage"}]
    refused = await desk.ask("PUT", "statuses", {"statuses": STATUSES, "stages": wrong})
    assert refused.status == 422
    assert [one["path"] for one in refused.json["problems"]] == ["$.stages[0].label", "$.stages[1].id"]
    unknown = await desk.ask(
        "PUT", "statuses", {"statuses": [], "stages": [{**STAGES[0], "status": "parked"}]}
    )
    assert unknown.status == 422


async def test_an_incident_goes_through_own_states(desk: Desk) -> None:
    """It begins in the first one of a state; among those of one state nothing but the state changes."""
    await _own(desk)
    number = await desk.declare()
    working = (await desk.ask("PATCH", f"incidents/{number}", {"status": "investigating"})).json
    assert (working["status"], working["stage"]) == ("investigating", "analysis")
    desk.clock.advance(300)
    waits = (await desk.ask("PATCH", f"incidents/{number}", {"stage": "vendor"}, caller=BO)).json
    assert (waits["status"], waits["stage"]) == ("investigating", "vendor")
    assert (waits["milestones"], waits["durations"]) == (working["milestones"], working["durations"])
    assert await _titles(desk, number) == [
        "opened as medium",
        "Triage → In analysis",
        "In analysis → Vendor has it",
    ]
    watched = (await desk.ask("PATCH", f"incidents/{number}", {"stage": "watching"})).json
    assert (watched["status"], watched["stage"]) == ("mitigated", "watching")
    assert watched["milestones"]["mitigated"]["by"] == "ada"
    back = await desk.ask("PATCH", f"incidents/{number}", {"stage": "vendor"})
    assert back.status == 409
    wrong = await desk.ask("PATCH", f"incidents/{number}", {"stage": "nowhere"})
    assert (wrong.status, wrong.json["problems"][0]["path"]) == (422, "$.stage")
    assert "- Status: Watching" in (await desk.ask("GET", f"incidents/{number}/report")).json["text"]
    audited = (await desk.ask("GET", f"audit?subject={number}")).json["items"]
    assert {"stage": "vendor"} in [each["after"] for each in audited]


async def test_lists_filter_and_count_own_states(desk: Desk) -> None:
    """The filter is its own beside the one of built-in states; in bulk as well."""
    await _own(desk)
    numbers = [await desk.declare(title) for title in ("one", "two", "three")]
    answer = await desk.ask("POST", "incidents/bulk", {"numbers": numbers[:2], "stage": "vendor"})
    assert all(each["ok"] for each in answer.json["outcomes"])
    listed = (await desk.ask("GET", "incidents?stage=vendor&sort=number")).json
    assert [each["title"] for each in listed["items"]] == ["one", "two"]
    assert listed["facets"]["stage"] == {"vendor": 2, "triage": 1}
    assert listed["facets"]["status"] == {"investigating": 2}
    assert (await desk.ask("GET", "incidents?stage=vendor&status=open")).json["total"] == 0
    both = (await desk.ask("GET", "incidents?stage=vendor&stage=triage&status=open")).json
    assert both["total"] == 1


async def test_alerts_open_resolve_and_reopen_through_own_states(desk: Desk) -> None:
    """What nobody moves by hand begins in the first own state too."""
    await _own(desk)
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    assert (await desk.ask("GET", "incidents/1")).json["stage"] == "triage"
    over = firing(status="resolved", endsAt="2026-03-01T12:10:00Z")
    desk.clock.advance(900)
    await desk.ask("POST", "webhooks/alertmanager", webhook(over))
    ended = (await desk.ask("GET", "incidents/1")).json
    assert (ended["status"], ended["stage"]) == ("resolved", "reviewed")
    assert (await _titles(desk, "INC-1"))[-1] == "Triage → To be reviewed"
    again = await desk.ask("PATCH", "incidents/1", {"status": "open", "reopen": True})
    assert (again.json["status"], again.json["stage"]) == ("open", "triage")


async def test_incidents_in_a_state_that_goes_fall_back_with_nothing_lost(desk: Desk) -> None:
    """They stay in the built-in state with their times; the timeline keeps names, the audit log numbers."""
    await _own(desk)
    numbers = [await desk.declare(title) for title in ("one", "two", "three")]
    for number, stage in zip(numbers, ("vendor", "watching", "analysis"), strict=True):
        await desk.ask("PATCH", f"incidents/{number}", {"stage": stage})
    before = [(await desk.ask("GET", f"incidents/{number}")).json for number in numbers]
    moved = [STAGES[0], STAGES[1], {**STAGES[3], "status": "closed"}]
    saved = await _own(desk, moved, version=1)
    assert {each["id"]: each["incidents"] for each in saved["stages"]} == {
        "triage": 0,
        "analysis": 1,
        "watching": 0,
    }
    after = [(await desk.ask("GET", f"incidents/{number}")).json for number in numbers]
    assert [(each["status"], each["stage"]) for each in after] == [
        ("investigating", ""),
        ("mitigated", ""),
        ("investigating", "analysis"),
    ]
    for was, is_ in zip(before, after, strict=True):
        same = was.keys() - {"stage", "version"}
        assert {name: was[name] for name in same} == {name: is_[name] for name in same}
    assert await _titles(desk, numbers[0]) == ["opened as medium", "Triage → Vendor has it"]
    deeds = (await desk.ask("GET", "audit?subject=preference:statuses")).json["items"]
    (fallen,) = [each for each in deeds if each["action"] == "preference.fallback"]
    assert fallen["before"] == {"vendor": ["INC-1"], "watching": ["INC-2"]}
    assert fallen["after"] == {"incidents": 2}
    assert "- Status: Working" in (await desk.ask("GET", f"incidents/{numbers[0]}/report")).json["text"]


async def test_everything_that_people_read_says_the_own_state(desk: Desk) -> None:
    """The public bulletin, the health of services, the reason of a refusal, the field that is needed."""
    await _own(desk)
    number = await desk.declare(service="checkout", severity="high")
    await desk.ask("PATCH", f"incidents/{number}", {"stage": "vendor"})
    bulletin = await desk.ask("GET", f"incidents/{number}/export?audience=public")
    assert "- Status: Vendor has it" in bulletin.raw.decode()
    (service,) = (await desk.ask("GET", "services")).json["items"]
    assert f"{number} (high) is Vendor has it" in [each["text"] for each in service["scoreParts"]]
    refused = await desk.ask("PATCH", f"incidents/{number}", {"status": "open"})
    assert f"{number} is Vendor has it; the only way back" in refused.json["message"]
    required = {"title": "Region", "requiredOn": ["investigating"]}
    assert (await desk.ask("PUT", "fields/region", required)).status == 200
    other = await desk.declare()
    missing = await desk.ask("PATCH", f"incidents/{other}", {"stage": "analysis"})
    assert missing.json["problems"][0]["problem"] == "must be filled before an incident is Working"
