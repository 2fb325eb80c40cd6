"""Incidents that are part of another (row 33)."""

import pytest

from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook


async def three(desk: Desk) -> None:
    """INC-1 by an alert, INC-2 and INC-3 by hand."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    for title in ("payments fail", "search fails"):
        await desk.ask("POST", "incidents", {"title": title, "service": title.split()[0]})


async def joined(desk: Desk, parent: int, child: int) -> int:
    answer = await desk.ask("POST", f"incidents/{parent}/parts", {"incident": f"INC-{child}"}, caller=BO)
    return answer.status


async def titles(desk: Desk, number: int) -> list[str]:
    page = (await desk.ask("GET", f"incidents/{number}/timeline")).json
    return [one["title"] for one in page["items"]]


async def test_row_33_a_parent_shows_its_parts_with_their_alerts_and_both_are_told(desk: Desk) -> None:
    await three(desk)
    assert [await joined(desk, 2, child) for child in (1, 3)] == [201, 201]
    parts = (await desk.ask("GET", "incidents/2/parts", caller=VERA)).json["items"]
    assert [(one["incident"]["number"], one["alerts"], one["firing"]) for one in parts] == [
        ("INC-1", 1, 1),
        ("INC-3", 0, 0),
    ]
    assert (await desk.ask("GET", "incidents/1")).json["parent"] == "INC-2"
    assert "This incident is part of INC-2" in await titles(desk, 1)
    assert "INC-3 is part of this incident" in await titles(desk, 2)


async def test_parts_are_found_by_their_parent_and_left_out_on_request(desk: Desk) -> None:
    await three(desk)
    await joined(desk, 2, 1)

    async def found(query: str) -> list[str]:
        page = (await desk.ask("GET", f"incidents?sort=number&{query}")).json
        return [one["number"] for one in page["items"]]

    assert await found("parent=INC-2") == ["INC-1"]
    assert await found("part=true") == ["INC-1"]
    assert await found("part=false") == ["INC-2", "INC-3"]
    assert (await desk.ask("GET", "incidents?parent=nobody")).status == 422


async def test_a_part_that_is_let_go_is_none_any_more(desk: Desk) -> None:
    await three(desk)
    await joined(desk, 2, 1)
    answer = await desk.ask("DELETE", "incidents/2/parts/INC-1", caller=BO)
    assert (answer.status, answer.json["parent"]) == (200, None)
    assert (await desk.ask("GET", "incidents/2/parts")).json["items"] == []
    assert "INC-1 is no longer part of this incident" in await titles(desk, 2)
    assert (await desk.ask("DELETE", "incidents/2/parts/INC-1", caller=BO)).status == 409
    audit = (await desk.ask("GET", "audit?subject=INC-1")).json["items"]
    assert [one["action"] for one in audit][:2] == ["incident.unpart", "incident.part"]


@pytest.mark.parametrize(
    ("before", "asked", "reason"),
    [
        ([], (1, 1), "part of itself"),
        ([(2, 1)], (1, 3), "INC-1 is part of INC-2 itself"),
        ([(2, 1)], (3, 2), "INC-2 has parts of its own"),
        ([(2, 1)], (3, 1), "INC-1 is part of INC-2"),
    ],
)
async def test_there_is_one_level_and_one_parent(desk: Desk, before, asked, reason) -> None:
    await three(desk)
    for parent, child in before:
        assert await joined(desk, parent, child) == 201
    answer = await desk.ask("POST", f"incidents/{asked[0]}/parts", {"incident": f"INC-{asked[1]}"})
    assert answer.status == 422
    [problem] = answer.json["problems"]
    assert problem["path"] == "$.incident"
    assert reason in problem["problem"]


async def test_what_was_merged_away_is_no_part_and_takes_none_in(desk: Desk) -> None:
    await three(desk)
    await joined(desk, 2, 1)
    assert (await desk.ask("POST", "incidents/2/merge", {"numbers": ["INC-1"]})).status == 200
    assert (await desk.ask("GET", "incidents/2/parts")).json["items"] == []
    assert await joined(desk, 2, 1) == 422
    assert await joined(desk, 1, 3) == 422


async def test_an_incident_with_parts_is_not_merged_away(desk: Desk) -> None:
    await three(desk)
    await joined(desk, 2, 1)
    answer = await desk.ask("POST", "incidents/3/merge", {"numbers": ["INC-2"]})
    assert (answer.status, "let them go first" in answer.json["message"]) == (409, True)


async def test_the_same_wish_twice_changes_nothing_more(desk: Desk) -> None:
    await three(desk)
    for _ in range(2):
        assert await joined(desk, 2, 1) == 201
    assert (await titles(desk, 2)).count("INC-1 is part of this incident") == 1


async def test_the_parts_of_a_deleted_incident_stand_alone(desk: Desk) -> None:
    await three(desk)
    await joined(desk, 2, 1)
    assert (await desk.ask("DELETE", "incidents/2")).status == 204
    assert (await desk.ask("GET", "incidents/1")).json["parent"] is None


async def test_families_belong_to_their_organisation_and_editors_make_them(desk: Desk) -> None:
    await three(desk)
    assert (await desk.ask("POST", "incidents/2/parts", {"incident": "INC-1"}, caller=VERA)).status == 403
    assert (
        await desk.ask("POST", "incidents/2/parts", {"incident": "INC-1"}, caller=ELSEWHERE)
    ).status == 404
    assert (await desk.ask("GET", "incidents/2/parts", caller=ELSEWHERE)).status == 404
    assert (await desk.ask("POST", "incidents/2/parts", {"incident": "x"}, caller=BO)).status == 422
    assert (await desk.ask("POST", "incidents/2/parts", {"incident": "INC-99"}, caller=BO)).status == 404
