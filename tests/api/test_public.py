"""Row 49: comments are internal until somebody marks them; the public export holds nothing else."""

import pytest

from tests.support.desk import BO, VERA, Desk, firing, webhook

SECRET = "the password was on a sticky note"


async def begun(desk: Desk) -> str:
    """An incident of an alert with an internal and a public comment; the id of the internal one."""
    await desk.ask(
        "POST", "webhooks/alertmanager", webhook(firing(labels={"alertname": "Leak", "service": "a"}))
    )
    internal = (await desk.ask("POST", "incidents/1/comments", {"text": SECRET}, caller=BO)).json
    told = {"text": "=we are **working** on it", "public": True}
    shown = (await desk.ask("POST", "incidents/1/comments", told, caller=BO)).json
    assert (internal["public"], shown["public"]) == (False, True)
    return str(internal["id"])


async def exported(desk: Desk, form: str, audience: str = "public") -> str:
    """What the export hands out."""
    got = await desk.ask("GET", f"incidents/1/export?format={form}&audience={audience}", caller=VERA)
    assert got.status == 200, got.raw
    return got.raw.decode()


@pytest.mark.parametrize("form", ["md", "json", "csv"])
async def test_row_49_the_public_export_holds_public_comments_only(desk: Desk, form: str) -> None:
    """In every form: no internal comment, no person, no alert."""
    await begun(desk)
    public = await exported(desk, form)
    assert "working" in public
    assert all(word not in public for word in (SECRET, "bo", "it is slow", "runbooks"))
    assert SECRET in await exported(desk, form, "internal")
    if form == "csv":
        assert "'=we are" in public, "a formula is made harmless"


async def test_row_49_a_comment_can_be_published_and_taken_back(desk: Desk) -> None:
    """By an Editor, with an audit record; a deleted one is gone from the public too."""
    entry = await begun(desk)
    path = f"incidents/1/timeline/{entry}"
    assert (await desk.ask("PATCH", path, {"public": True}, caller=VERA)).status == 403
    assert (await desk.ask("PATCH", path, {"public": True}, caller=BO)).json["public"] is True
    assert SECRET in await exported(desk, "md")
    audit = (await desk.ask("GET", "audit")).json["items"]
    update = next(each for each in audit if each["action"] == "entry.update")
    assert (update["before"]["public"], update["after"]["public"]) == (False, True)
    await desk.ask("PATCH", path, {"public": False}, caller=BO)
    assert SECRET not in await exported(desk, "md")
    await desk.ask("PATCH", path, {"public": True}, caller=BO)
    await desk.ask("DELETE", path, caller=BO)
    assert SECRET not in await exported(desk, "json")


async def test_row_49_what_the_product_recorded_is_never_public(desk: Desk) -> None:
    """Alerts carry labels and addresses: only comments can be shown outside."""
    await begun(desk)
    [alert] = (await desk.ask("GET", "incidents/1/timeline?type=alert")).json["items"]
    refused = await desk.ask("PATCH", f"incidents/1/timeline/{alert['id']}", {"public": True}, caller=BO)
    assert (refused.status, "only comments" in refused.json["message"]) == (409, True)


async def test_without_public_comments_the_export_says_so(desk: Desk) -> None:
    """How it stands is told; nothing is invented."""
    await desk.declare("slow", service="checkout", severity="high")
    public = await exported(desk, "md")
    assert "Status: open" in public
    assert "Nothing has been published yet." in public
    bad = await desk.ask("GET", "incidents/1/export?audience=press")
    assert (bad.status, "audience" in bad.json["message"]) == (422, True)
