"""The timeline as the API shows and changes it, and tasks, which are told there."""

import asyncio

from tests.support.desk import BO, Desk, firing, webhook


async def test_a_comment_is_an_entry_with_its_author(desk: Desk) -> None:
    """Row 41. T7: Markdown, as it was written."""
    await desk.declare()
    made = await desk.ask("POST", "incidents/1/comments", {"text": "**rolled back**"}, caller=BO)
    assert (made.status, made.json["type"], made.json["author"]) == (201, "comment", "bo")
    assert made.json["description"] == "**rolled back**"
    assert (await desk.ask("POST", "incidents/1/comments", {"text": " "})).status == 422


async def test_an_entry_has_all_its_fields(desk: Desk) -> None:
    """T8: type, source, title, description, severity, metadata, and both times."""
    await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    page = (await desk.ask("GET", "incidents/1/timeline?type=alert")).json
    (entry,) = page["items"]
    assert (entry["source"], entry["title"], entry["description"]) == (
        "alertmanager",
        "Slow fires",
        "it is slow",
    )
    assert (entry["severity"], entry["metadata"]["labels"]["service"]) == ("critical", "checkout")
    assert entry["occurredAt"] < entry["recordedAt"]


async def test_a_late_entry_stands_where_it_happened(desk: Desk) -> None:
    """T9, A9: the order is that of the events; paged, by type; the page says where to go on."""
    await desk.declare()
    desk.clock.advance(600)
    for text, at in (("second", "12:05"), ("first", "12:01"), ("third", "12:09")):
        body = {"text": text, "occurredAt": f"2026-03-01T{at}:00Z"}
        await desk.ask("POST", "incidents/1/comments", body)
    first = (await desk.ask("GET", "incidents/1/timeline?type=comment&limit=2")).json
    rest = (await desk.ask("GET", f"incidents/1/timeline?type=comment&limit=2&cursor={first['cursor']}")).json
    told = [one["description"] for one in (*first["items"], *rest["items"])]
    assert (told, rest["cursor"]) == (["first", "second", "third"], None)
    late = {"text": "x", "occurredAt": "2026-03-01T12:11:00Z"}
    assert (await desk.ask("POST", "incidents/1/comments", late)).status == 422


async def test_fifty_writers_at_once_make_fifty_entries(desk: Desk) -> None:
    """T10: no error, nothing lost."""
    await desk.declare()
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(desk.ask("POST", "incidents/1/comments", {"text": f"c{position}"}))
            for position in range(50)
        ]
    assert {task.result().status for task in tasks} == {201}
    page = (await desk.ask("GET", "incidents/1/timeline?type=comment")).json
    assert {one["description"] for one in page["items"]} == {f"c{position}" for position in range(50)}


async def test_a_comment_can_be_corrected_and_deleted_and_its_history_stays(desk: Desk) -> None:
    """Rows 42, 44. What the product itself recorded can only be pinned and moved."""
    await desk.declare()
    entry = (await desk.ask("POST", "incidents/1/comments", {"text": "wrnog"})).json
    path = f"incidents/1/timeline/{entry['id']}"
    fixed = await desk.ask("PATCH", path, {"description": "wrong", "pinned": True}, caller=BO)
    assert (fixed.json["description"], fixed.json["edited"], fixed.json["pinned"]) == ("wrong", True, True)
    assert (await desk.ask("DELETE", path)).status == 204
    assert (await desk.ask("PATCH", path, {"pinned": False})).status == 404
    history = (await desk.ask("GET", f"{path}/history")).json["items"]
    assert [(one["description"], one["changedBy"]) for one in history] == [("wrnog", "bo"), ("wrong", "ada")]
    page = (await desk.ask("GET", "incidents/1/timeline?type=comment")).json
    assert (page["items"][0]["deleted"], page["items"][0]["description"]) == (True, "")
    own = (await desk.ask("GET", "incidents/1/timeline?type=status_change")).json["items"][0]
    assert (await desk.ask("PATCH", f"incidents/1/timeline/{own['id']}", {"pinned": True})).status == 200
    assert (await desk.ask("PATCH", f"incidents/1/timeline/{own['id']}", {"description": "x"})).status == 409
    assert (await desk.ask("DELETE", f"incidents/1/timeline/{own['id']}")).status == 409
    assert (await desk.ask("PATCH", "incidents/1/timeline/x", {"pinned": True})).status == 404


async def test_tasks_are_added_ticked_off_and_deleted_and_told(desk: Desk) -> None:
    """Row 27. A due date can be taken away."""
    await desk.declare()
    body = {"title": "write a test", "kind": "followup", "dueAt": "2026-03-08T12:00:00Z"}
    task = (await desk.ask("POST", "incidents/1/tasks", body)).json
    path = f"incidents/1/tasks/{task['id']}"
    desk.clock.advance(60)
    done = (await desk.ask("PATCH", path, {"done": True, "dueAt": None}, caller=BO)).json
    assert (done["done"], done["doneAt"], done["dueAt"]) == (True, "2026-03-01T12:01:00Z", None)
    again = (await desk.ask("PATCH", path, {"done": False})).json
    assert (again["done"], again["doneAt"]) == (False, None)
    assert (await desk.ask("DELETE", path)).status == 204
    assert (await desk.ask("GET", "incidents/1/tasks")).json["items"] == []
    assert (await desk.ask("PATCH", path, {"done": True})).status == 404
    assert (await desk.ask("POST", "incidents/1/tasks", {"title": "x", "kind": "wish"})).status == 422
    told = (await desk.ask("GET", "incidents/1/timeline?type=task")).json["items"]
    assert [one["title"] for one in told] == [
        "followup added: write a test",
        "followup done: write a test",
        "followup taken up again: write a test",
        "followup deleted: write a test",
    ]
