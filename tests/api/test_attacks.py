"""What attackers try, and what must never happen: the app as a whole, on both databases."""

import asyncio
import json

import pytest

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.store import transfer
from reliability_studio.store.engine import Database
from reliability_studio.store.tables import metadata
from tests.support.desk import ADA
from tests.support.faults import faults_of
from tests.support.whole_app import KNOWN, App, app

__all__ = ["app"]


async def test_answers_are_counted_and_timed_by_route_and_never_by_path(app: App) -> None:
    """Row 136. M1, M3: a histogram with the route's pattern; nothing that a caller sends becomes a label."""
    await app.ask("GET", "incidents/INC-1")
    await app.ask("GET", "incidents/INC-404")
    await app.ask("GET", "no/such/secret-path")
    text = app.metrics.text().decode()
    name = "reliability_studio_route"
    assert f'{name}_answers_total{{answer="2xx",route="GET incidents/{{number}}"}} 1.0' in text
    assert f'{name}_answers_total{{answer="4xx",route="GET incidents/{{number}}"}} 1.0' in text
    assert f'{name}_answers_total{{answer="4xx",route="other"}} 1.0' in text
    assert f'{name}_seconds_count{{route="GET incidents/{{number}}"}} 2.0' in text
    assert "INC-404" not in text
    assert "secret-path" not in text


async def test_a_clean_start_is_healthy(app: App) -> None:
    """I1, R1.1: an empty database of either kind becomes a working one by itself, and says that it works."""
    status, answer = await app.ask("GET", "health")
    report = json.loads(answer)
    assert (status, report["dependencies"]["database"]["state"]) == (200, "ok")


async def test_a1_without_its_database_health_is_503(app: App, database: Database) -> None:
    """A1: and it says which dependency fails, in the form that a page reads; well again, it is 200."""
    with faults_of(database) as faults:
        faults.arm(1)
        status, answer = await app.ask("GET", "health")
        assert faults.fired
    report = json.loads(answer)
    assert (status, report["status"], report["dependencies"]["database"]["state"]) == (503, "error", "failed")
    assert (await app.ask("GET", "health"))[0] == 200


async def test_reading_changes_nothing(app: App, database: Database) -> None:
    """X13: no GET writes, so that a page elsewhere which makes a browser ask for one does no harm."""
    before = await everything(database)
    for route in app.runtime.router.routes:
        if route.method == "GET":
            parts = [KNOWN.get(part, ["1"])[0] if part[0] == "{" else part for part in route.path.split("/")]
            await app.ask("GET", "/".join(parts))
    assert await everything(database) == before


async def everything(database: Database) -> tuple[transfer.TableReport, ...]:
    """Count and checksum of every table."""
    async with database.reading() as connection:
        return tuple([await transfer.checksum(connection, one) for one in metadata.sorted_tables])


async def test_no_answer_opens_a_door_to_another_origin(app: App) -> None:
    """X3, X4, X7, I6: there is no port of our own, and no answer says that another origin may read it."""
    for origin in ("https://evil.example.org", "null"):
        request = ResourceRequest(ADA, "GET", "incidents", headers={"origin": origin})
        answer = await app.runtime.resource(request)
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert (await app.ask("OPTIONS", "incidents"))[0] == 405


ATTACKS = (
    ("GET", "incidents/1%27%20OR%201=1", b""),
    ("GET", "incidents/1' OR '1'='1", b""),
    ("GET", "incidents/../../etc/passwd", b""),
    ("GET", "incidents/1;DROP TABLE incidents", b""),
    ("GET", "incidents/\x00", b""),
    ("GET", f"incidents/{'9' * 400}", b""),
    ("POST", "incidents", b'{"title": "x", "orgId": 2}'),
    ("POST", "incidents", b'{"title": "x", "role": "Admin"}'),
    ("POST", "incidents", b'{"title": ' + b"[" * 100_000),
    ("POST", "incidents", b'{"title": "' + b"x" * (17 << 20) + b'"}'),
    ("POST", "incidents", b"\xff\xfe"),
    ("POST", "incidents/1/attachments", b'{"name": "x.html", "contentType": "text/html", "content": "PGI+"}'),
    ("PATCH", "incidents/1", b'{"links": [{"title": "x", "url": "javascript:alert(1)"}]}'),
    ("PATCH", "incidents/1", b'{"version": 99, "title": "overwritten"}'),
    ("PATCH", "incidents/1", b'{"status": "banana"}'),
    ("PUT", "integrations/..%2f..", b"{}"),
    ("PUT", "fields/__proto__", b'{"title": "x"}'),
    ("POST", "webhooks/generic/__class__", b"{}"),
    ("DELETE", "incidents/1 ", b""),
)


@pytest.mark.parametrize(("method", "path", "body"), ATTACKS, ids=range(len(ATTACKS)))
async def test_an_attack_is_refused_and_changes_nothing(
    app: App, database: Database, method: str, path: str, body: bytes
) -> None:
    """X17: each classic attempt ends as a 4xx; the store is as it was."""
    before = await everything(database)
    status, answer = await app.ask(method, path, body)
    assert 400 <= status < 500, answer[:300]
    assert await everything(database) == before


async def test_text_of_attackers_is_kept_as_text(app: App) -> None:
    """X17: what people write is stored as they wrote it and found as text; nothing in it is run."""
    title = "'); DROP TABLE incidents; -- <script>alert(1)</script> {{7*7}}"
    made, answer = await app.ask("POST", "incidents", json.dumps({"title": title}).encode())
    number = json.loads(answer)["number"]
    assert (made, json.loads(answer)["title"]) == (201, title)
    found = await app.ask("GET", "incidents", query={"q": ('DROP" OR NEAR(*',)})
    assert found[0] == 200
    exported = await app.ask("GET", f"incidents/{number}/report")
    assert "49" not in json.loads(exported[1])["text"].split(title[:20])[0]


async def test_no_task_is_left_behind_by_calls(app: App) -> None:
    """I7: after many calls, failing ones among them, the loop holds as many tasks as before."""
    await app.ask("GET", "incidents")
    before = len(asyncio.all_tasks())
    async with asyncio.TaskGroup() as group:
        for position in range(200):
            path = ("incidents", "incidents/1", "services", "nothing", "incidents/999")[position % 5]
            group.create_task(app.ask("GET", path))
    await asyncio.sleep(0)
    assert len(asyncio.all_tasks()) <= before


async def test_no_password_and_no_session_is_stored(app: App) -> None:
    """D1, X5, X6, X8, X11, X14, I5: Grafana is the login; people are known by what Grafana says of them."""
    columns = {f"{one.name}.{column.name}" for one in metadata.sorted_tables for column in one.columns}
    assert {"users.login", "users.email", "users.name", "users.role"} <= columns
    assert not [name for name in columns if any(word in name for word in ("password", "token", "session"))]
    status, answer = await app.ask("GET", "users")
    assert status == 200
    assert all("password" not in one for one in json.loads(answer)["items"])
