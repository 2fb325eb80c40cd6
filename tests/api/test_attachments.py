"""Attachments: put in, read back safely, moved with their entry, taken away."""

import base64
import hashlib
import json
from typing import Any

import pytest

from reliability_studio.api.attachments import MAX_BODY
from reliability_studio.domain.incidents import attachments as limits
from reliability_studio.flows import attachments as flow
from tests.support.desk import BO, ELSEWHERE, VERA, Desk

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def new(data: bytes = PNG, content_type: str = "image/png", **more: Any) -> dict[str, Any]:
    """An attachment as a browser sends it."""
    name = more.pop("name", "panel.png")
    return {
        "name": name,
        "contentType": content_type,
        "content": base64.b64encode(data).decode(),
        **more,
    }


async def test_an_attachment_is_told_in_the_timeline_and_read_back(desk: Desk) -> None:
    """Feature 45: a frozen panel with where it came from; byte for byte."""
    await desk.declare()
    more = {
        "kind": "panel",
        "comment": "the **error rate** at noon",
        "url": "https://grafana.example.org/d/x?viewPanel=2",
        "query": "sum(rate(errors[5m]))",
        "rangeFrom": "2026-03-01T11:00:00Z",
        "occurredAt": "2026-03-01T11:30:00Z",
    }
    made = await desk.ask("POST", "incidents/1/attachments", new(**more), caller=BO)
    assert made.status == 201, made.raw
    told = made.json["metadata"]
    assert (made.json["type"], made.json["occurredAt"], made.json["author"]) == (
        "evidence",
        "2026-03-01T11:30:00Z",
        "bo",
    )
    assert told["origin"]["query"] == "sum(rate(errors[5m]))"
    (listed,) = (await desk.ask("GET", "incidents/1/attachments", caller=VERA)).json["items"]
    assert (listed["id"], listed["size"]) == (told["attachment"]["id"], len(PNG))
    assert listed["sha256"] == hashlib.sha256(PNG).hexdigest()
    read = await desk.ask("GET", listed["address"], caller=VERA)
    assert (read.status, read.raw) == (200, PNG)
    shown = (await desk.ask("GET", "incidents/1")).json["timeline"]
    assert [entry["metadata"]["attachment"]["name"] for entry in shown if entry["type"] == "evidence"] == [
        "panel.png"
    ]


async def test_a_download_is_saved_and_never_run(desk: Desk) -> None:
    """Type of ours, nosniff, sandbox; a name cannot add a header; only a picture is shown in place."""
    await desk.declare()
    body = new(b"<script>alert(1)</script>", "text/plain", name='r\u00e9sum\u00e9";x%.txt')
    id_ = (await desk.ask("POST", "incidents/1/attachments", body)).json["metadata"]["attachment"]["id"]
    headers = (await desk.ask("GET", f"incidents/1/attachments/{id_}?inline=true")).headers
    assert headers["Content-Type"] == "text/plain"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    disposition = headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="r_sum__;x_.txt"; filename*=UTF-8')
    picture = (await desk.ask("POST", "incidents/1/attachments", new())).json["metadata"]["attachment"]["id"]
    for asked, how in (("?inline=true", "inline"), ("", "attachment")):
        headers = (await desk.ask("GET", f"incidents/1/attachments/{picture}{asked}")).headers
        assert headers["Content-Disposition"].startswith(f"{how};")


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        (new(b"<html>"), 422, "$.content"),
        (new(content_type="text/html"), 422, "$.contentType"),
        (new(name="../../etc/passwd"), 422, "$.name"),
        (new(name="a\r\nSet-Cookie: x"), 422, "$.name"),
        (new(kind="query"), 422, "$.contentType"),
        (new(occurredAt="2030-01-01T00:00:00Z"), 422, "$.occurredAt"),
        (new(url="javascript:alert(1)"), 422, "$.url"),
        ({**new(), "content": "not base64"}, 422, "$.content"),
        (new(b"\x89PNG\r\n\x1a\n" + b"x" * limits.MAX_SIZE), 422, "$.content"),
    ],
)
async def test_what_cannot_be_attached_names_its_field(
    desk: Desk, body: dict[str, Any], status: int, path: str
) -> None:
    """And leaves nothing behind."""
    await desk.declare()
    answer = await desk.ask("POST", "incidents/1/attachments", body)
    assert (answer.status, answer.json["problems"][0]["path"]) == (status, path)
    assert (await desk.ask("GET", "incidents/1/attachments")).json["items"] == []
    assert len((await desk.ask("GET", "incidents/1/timeline")).json["items"]) == 1


async def test_an_incident_holds_so_much_and_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """409 says how much; a body that is too large by itself is 413."""
    monkeypatch.setattr(flow, "MAX_COUNT", 2)
    await desk.declare()
    assert [(await desk.ask("POST", "incidents/1/attachments", new())).status for _ in range(3)] == [
        201,
        201,
        409,
    ]
    large = json.dumps({"name": "x" * MAX_BODY}).encode()
    assert (await desk.ask("POST", "incidents/1/attachments", raw=large)).status == 413


async def test_an_attachment_goes_where_its_entry_goes(desk: Desk) -> None:
    """By a merge, and back; away with its entry when it is deleted, or with its incident."""
    await desk.declare("one")
    await desk.declare("two")
    made = (await desk.ask("POST", "incidents/2/attachments", new())).json
    id_ = made["metadata"]["attachment"]["id"]
    await desk.ask("POST", "incidents/1/merge", {"numbers": ["INC-2"]})
    assert (await desk.ask("GET", f"incidents/1/attachments/{id_}")).status == 200
    assert (await desk.ask("GET", f"incidents/2/attachments/{id_}")).status == 404
    await desk.ask("POST", "incidents/1/split", {"incident": "INC-2"})
    assert (await desk.ask("GET", f"incidents/2/attachments/{id_}")).status == 200
    assert (await desk.ask("DELETE", f"incidents/2/attachments/{id_}", caller=BO)).status == 204
    assert (await desk.ask("GET", f"incidents/2/attachments/{id_}")).status == 404
    entry = (await desk.ask("GET", "incidents/2/timeline")).json["items"][-1]
    assert (entry["id"], entry["deleted"]) == (made["id"], True)
    await desk.ask("POST", "incidents/2/attachments", new())
    assert (await desk.ask("DELETE", "incidents/2")).status == 204
    deeds = (await desk.ask("GET", "audit?subject=INC-2")).json["items"]
    assert "attachment.delete" in {one["action"] for one in deeds}


async def test_attachments_are_guarded_like_their_incident(desk: Desk) -> None:
    """Roles and organisations; an id of another incident is not found."""
    await desk.declare()
    await desk.declare()
    id_ = (await desk.ask("POST", "incidents/1/attachments", new())).json["metadata"]["attachment"]["id"]
    assert (await desk.ask("POST", "incidents/1/attachments", new(), caller=VERA)).status == 403
    assert (await desk.ask("DELETE", f"incidents/1/attachments/{id_}", caller=VERA)).status == 403
    assert (await desk.ask("GET", f"incidents/1/attachments/{id_}", caller=ELSEWHERE)).status == 404
    assert (await desk.ask("GET", f"incidents/2/attachments/{id_}")).status == 404
    assert (await desk.ask("DELETE", f"incidents/2/attachments/{id_}")).status == 404
    assert (await desk.ask("POST", "incidents/9/attachments", new())).status == 404
