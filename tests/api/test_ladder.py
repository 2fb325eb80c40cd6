"""A severity ladder of one's own (row 20): levels, words of alerts, replacement of what is in use."""

from typing import Any

from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook

SEVS: list[dict[str, Any]] = [
    {"id": "sev0", "title": "SEV0", "severity": "critical", "colour": "purple", "words": ["Outage"]},
    {
        "id": "sev1",
        "title": "SEV1",
        "severity": "critical",
        "colour": "red",
        "description": "users see it",
    },
    {"id": "sev2", "title": "SEV2", "severity": "high", "colour": "orange"},
    {"id": "sev3", "title": "SEV3", "severity": "low", "colour": "darkgrey"},
]
MOVES: dict[str, str] = {"critical": "sev1", "high": "sev2", "medium": "sev3", "low": "sev3"}


async def _own(desk: Desk, **more: Any) -> Any:
    answer = await desk.ask("PUT", "severities", {"levels": SEVS, **more})
    assert answer.status == 200, answer.raw
    return answer.json


async def test_without_an_own_ladder_the_built_in_one_holds(desk: Desk) -> None:
    """Row 20: nothing changes for who sets nothing."""
    await desk.declare(severity="high")
    found = (await desk.ask("GET", "severities", caller=VERA)).json
    assert (found["own"], found["version"]) == (False, 0)
    assert [(one["id"], one["incidents"]) for one in found["levels"]] == [
        ("critical", 0),
        ("high", 1),
        ("medium", 0),
        ("low", 0),
    ]
    assert (await desk.ask("GET", "incidents/1")).json["level"] == "high"
    listed = (await desk.ask("GET", "incidents?level=high")).json
    assert (listed["total"], listed["facets"]["level"]) == (1, {"high": 1})


async def test_a_level_in_use_goes_only_with_a_replacement(desk: Desk) -> None:
    """Row 20: all its incidents are moved in the transaction that changes the ladder, and it is audited."""
    await desk.declare("one", severity="high")
    await desk.declare("two", severity="medium")
    refused = await desk.ask("PUT", "severities", {"levels": SEVS, "moves": {"high": "sev2"}})
    assert (refused.status, [one["path"] for one in refused.json["problems"]]) == (422, ["$.moves.medium"])
    astray = await desk.ask("PUT", "severities", {"levels": SEVS, "moves": MOVES | {"high": "sev9"}})
    assert [one["path"] for one in astray.json["problems"]] == ["$.moves.high"]
    assert (await desk.ask("GET", "severities")).json["own"] is False
    kept = await _own(desk, moves=MOVES, version=0)
    assert (kept["own"], kept["version"], kept["moved"]) == (True, 1, 2)
    assert {one["id"]: one["incidents"] for one in kept["levels"]} == {
        "sev0": 0,
        "sev1": 0,
        "sev2": 1,
        "sev3": 1,
    }
    one, two = [(await desk.ask("GET", f"incidents/{n}")).json for n in (1, 2)]
    assert [(each["level"], each["severity"], each["version"]) for each in (one, two)] == [
        ("sev2", "high", 2),
        ("sev3", "low", 2),
    ]
    audited = (await desk.ask("GET", "audit")).json["items"][0]
    assert (audited["action"], audited["after"]["moved"]) == ("ladder.update", 2)
    stale = await desk.ask("PUT", "severities", {"levels": SEVS, "version": 0})
    assert (stale.status, stale.json["code"]) == (409, "stale_write")


async def test_levels_that_count_alike_are_told_apart(desk: Desk) -> None:
    """Row 20: order, filter, facet, timeline and report go by the level."""
    await _own(desk)
    await desk.declare("second", level="sev1")
    await desk.declare("first", level="sev0")
    await desk.declare("last", severity="medium")
    listed = (await desk.ask("GET", "incidents?sort=severity")).json
    assert [(one["title"], one["severity"], one["level"]) for one in listed["items"]] == [
        ("first", "critical", "sev0"),
        ("second", "critical", "sev1"),
        ("last", "low", "sev3"),
    ]
    page = (await desk.ask("GET", "incidents?sort=severity&limit=1")).json
    after = (await desk.ask("GET", f"incidents?sort=severity&limit=1&cursor={page['cursor']}")).json
    assert [one["title"] for one in after["items"]] == ["second"]
    assert (await desk.ask("GET", "incidents?level=sev0")).json["total"] == 1
    assert (await desk.ask("GET", "incidents?severity=critical")).json["total"] == 2
    raised = await desk.ask("PATCH", "incidents/1", {"level": "sev0"}, caller=BO)
    assert [one["title"] for one in raised.json["timeline"]] == ["opened as SEV1", "SEV1 → SEV0"]
    same = await desk.ask("PATCH", "incidents/1", {"severity": "critical"})
    assert same.json["level"] == "sev0"
    assert "- Severity: SEV0" in (await desk.ask("GET", "incidents/1/report")).json["text"]
    bulk = await desk.ask("POST", "incidents/bulk", {"numbers": ["INC-1", "INC-2"], "level": "sev2"})
    assert all(one["ok"] for one in bulk.json["outcomes"])
    assert (await desk.ask("GET", "incidents?level=sev2")).json["total"] == 2


async def test_alerts_mean_levels_by_their_words(desk: Desk) -> None:
    """Row 20: ids and words of the ladder first, then the usual words, by what a level counts as."""
    await _own(desk)
    meant = {"outage": "sev0", "SEV2": "sev2", "error": "sev2", "warning": "sev3", "critical": "sev0"}
    for number, (word, level) in enumerate(meant.items(), 1):
        labels = {"alertname": f"A{number}", "service": f"s{number}", "severity": word}
        alert = firing(f"A{number}", labels=labels)
        assert (await desk.ask("POST", "webhooks/alertmanager", webhook(alert))).json["opened"]
        assert (await desk.ask("GET", f"incidents/{number}")).json["level"] == level, word
    labels = {"alertname": "A9", "service": "s3", "severity": "outage"}
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing("A9", labels=labels)))
    louder = (await desk.ask("GET", "incidents/3")).json
    assert (louder["level"], louder["timeline"][-1]["title"]) == ("sev0", "SEV2 → SEV0")


async def test_what_cannot_be_a_ladder_is_refused_with_its_field(desk: Desk) -> None:
    """Row 20: order, ids, titles and words; administrators only; each organisation has its own."""
    wrong = [
        {"id": "Sev 1", "title": "A", "severity": "high"},
        {"id": "low", "title": "B", "severity": "critical"},
        {"id": "x", "title": "a", "severity": "low", "words": ["sev 1", "low"]},
    ]
    refused = await desk.ask("PUT", "severities", {"levels": wrong})
    assert refused.status == 422
    assert [one["path"] for one in refused.json["problems"]] == [
        "$.levels[0].id",
        "$.levels[1].severity",
        "$.levels[1].severity",
        "$.levels[2].title",
        "$.levels[2].words",
    ]
    assert (await desk.ask("PUT", "severities", {"levels": []})).status in {400, 422}
    assert (await desk.ask("PUT", "severities", {"levels": SEVS}, caller=BO)).status == 403
    await _own(desk)
    assert (await desk.ask("GET", "severities", caller=ELSEWHERE)).json["own"] is False
    unknown = await desk.ask("POST", "incidents", {"title": "x", "level": "sev9"})
    assert (unknown.status, unknown.json["problems"][0]["path"]) == (422, "$.level")


async def test_levels_may_trade_names(desk: Desk) -> None:
    """Row 20: every incident moves once, by the level that it was on before; and back to the built-in."""
    await _own(desk)
    await desk.declare("zero", level="sev0")
    await desk.declare("one", level="sev1")
    await _own(desk, moves={"sev0": "sev1", "sev1": "sev0"})
    levels = [(await desk.ask("GET", f"incidents/{n}")).json["level"] for n in (1, 2)]
    assert levels == ["sev1", "sev0"]
    colours = {"critical": "red", "high": "orange", "medium": "blue", "low": "darkgrey"}
    usual = [
        {"id": one, "title": one.title(), "severity": one, "colour": colour}
        for one, colour in colours.items()
    ]
    moves = {"sev0": "critical", "sev1": "high"}
    back = await desk.ask("PUT", "severities", {"levels": usual, "moves": moves})
    assert back.json["own"] is False
    severities = [(await desk.ask("GET", f"incidents/{n}")).json["severity"] for n in (1, 2)]
    assert severities == ["high", "critical"]


FEWER = [one for one in SEVS if one["id"] != "sev1"]
"""The ladder without a level that counts as critical."""


async def _level_of(desk: Desk, number: int) -> tuple[str, str]:
    shown = (await desk.ask("GET", f"incidents/{number}")).json
    return shown["level"], shown["severity"]


async def test_a_rule_means_levels_by_words(desk: Desk) -> None:
    """Row 20: the level, and when it is gone what it counted as."""
    await _own(desk)
    rule = {"name": "loud", "levels": {"Loud": "sev1", "quiet": "sev3"}, "severities": {"loud": "low"}}
    made = (await desk.ask("POST", "rules", {**rule, "severities": {}})).json
    assert made["levels"] == {"Loud": "sev1", "quiet": "sev3"}
    assert made["severities"] == {"Loud": "critical", "quiet": "low"}
    wrong = await desk.ask("PATCH", f"rules/{made['id']}", {**rule, "levels": {"loud": "sev9"}})
    assert [one["path"] for one in wrong.json["problems"]] == ["$.levels.loud"]
    tried = await desk.ask("POST", "rules/dry-run", {"rule": {**rule, "levels": {"loud": "sev9"}}})
    assert tried.status == 422
    for number, ladder in ((1, SEVS), (2, FEWER)):
        moves = {"sev1": "sev2"} if ladder is FEWER else {}
        assert (await desk.ask("PUT", "severities", {"levels": ladder, "moves": moves})).status == 200
        labels = {"alertname": f"A{number}", "service": f"s{number}", "severity": "LOUD"}
        await desk.ask("POST", "webhooks/alertmanager", webhook(firing(f"A{number}", labels=labels)))
    assert await _level_of(desk, 2) == ("sev0", "critical")
    kept = (await desk.ask("GET", f"rules/{made['id']}")).json
    assert (kept["levels"]["Loud"], kept["severities"]["Loud"]) == ("sev1", "critical")


async def test_a_template_begins_on_a_level(desk: Desk) -> None:
    """Row 20: what the declaration says wins; a level that is gone gives way to what it counted as."""
    await _own(desk)
    stored = (await desk.ask("PUT", "templates/outage", {"name": "Outage", "level": "sev1"})).json
    assert (stored["level"], stored["severity"]) == ("sev1", "critical")
    wrong = await desk.ask("PUT", "templates/other", {"name": "Other", "level": "sev9"})
    assert [one["path"] for one in wrong.json["problems"]] == ["$.level"]
    await desk.declare(template="outage")
    assert await _level_of(desk, 1) == ("sev1", "critical")
    await desk.declare(template="outage", severity="high")
    assert await _level_of(desk, 2) == ("sev2", "high")
    await desk.declare(template="outage", level="sev3")
    assert await _level_of(desk, 3) == ("sev3", "low")
    await desk.ask("PUT", "severities", {"levels": FEWER, "moves": {"sev1": "sev2"}})
    await desk.declare(template="outage")
    assert await _level_of(desk, 4) == ("sev0", "critical")


async def test_a_missing_heartbeat_opens_on_its_level(desk: Desk) -> None:
    """Row 20: and where that is gone, on one that counts as it did."""
    await _own(desk)
    for name in ("backup", "report"):
        beat = {"title": name, "intervalSeconds": 60, "graceSeconds": 0, "service": name, "level": "sev1"}
        stored = await desk.ask("PUT", f"heartbeats/{name}", beat)
        assert (stored.json["level"], stored.json["severity"]) == ("sev1", "critical")
        wrong = await desk.ask("PUT", f"heartbeats/{name}", {**beat, "level": "sev9"})
        assert [one["path"] for one in wrong.json["problems"]] == ["$.level"]
    for _ in range(2):
        desk.clock.advance(50)
        await desk.ask("POST", "webhooks/heartbeat/report")
    assert (await desk.ask("GET", "incidents")).json["total"] == 1
    assert await _level_of(desk, 1) == ("sev1", "critical")
    await desk.ask("PUT", "severities", {"levels": FEWER, "moves": {"sev1": "sev2"}})
    desk.clock.advance(120)
    await desk.ask("POST", "webhooks/heartbeat/backup")
    assert await _level_of(desk, 2) == ("sev0", "critical")
