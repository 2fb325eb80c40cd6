"""Kept answers are never older than the question: after any answered write, the next read shows it."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from reliability_studio.api.kept import Kept
from reliability_studio.api.router import Reply
from reliability_studio.store import correlations, incidents
from reliability_studio.store.correlations import Signal, Version
from reliability_studio.store.engine import Database
from tests.support.desk import BO, ELSEWHERE, VERA, Desk, firing, webhook
from tests.support.records import NOON

ROOT = Path(__file__).resolve().parents[2]

_ELSEWHERE = """
import asyncio, sys
from reliability_studio.clock import SystemClock
from reliability_studio.domain.incidents.edits import Change
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.incidents import Incidents
from reliability_studio.store.engine import Database

async def main():
    database = await Database.open(sys.argv[1])
    incidents = Incidents(database, Hub())
    await incidents.change(1, 1, Change(comment="from another process"), by="eve", now=SystemClock().now())
    await database.aclose()

asyncio.run(main())
"""


def counted(desk: Desk, found: str) -> float:
    """How many answers were kept ones, or made."""
    name = f'reliability_studio_kept_answers_total{{found="{found}"}} '
    lines = desk.metrics.text().decode().splitlines()
    return next(float(line.removeprefix(name)) for line in lines if line.startswith(name))


async def fresh(desk: Desk, path: str) -> bytes:
    """The answer of routes that have kept nothing."""
    return (await Desk(desk.database, desk.clock).ask("GET", path, caller=VERA)).raw


async def _comment(desk: Desk) -> None:
    answer = await desk.ask("POST", "incidents/INC-1/comments", {"text": "looking"}, caller=BO)
    assert answer.status == 201, answer.raw


async def _patch(desk: Desk) -> None:
    answer = await desk.ask("PATCH", "incidents/INC-1", {"status": "acknowledged"}, caller=BO)
    assert answer.status == 200, answer.raw


async def _task(desk: Desk) -> None:
    answer = await desk.ask("POST", "incidents/INC-1/tasks", {"title": "call the bank"}, caller=BO)
    assert answer.status == 201, answer.raw


async def _alert(desk: Desk) -> None:
    answer = await desk.ask("POST", "webhooks/alertmanager", webhook(firing()))
    assert answer.status == 200, answer.raw


async def _signal(desk: Desk) -> None:
    async with desk.database.writing() as connection:
        incident = await incidents.get(connection, 1, 1)
        assert incident is not None
        found = Signal("metric", "prometheus", "up", "it went down", 0.7)
        await correlations.record(connection, 1, incident.id, Version(0, NOON), {}, [found])


WRITES: dict[str, Callable[[Desk], Awaitable[None]]] = {
    "comment": _comment,
    "status": _patch,
    "task": _task,
    "alert": _alert,
    "investigation": _signal,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_read_after_an_answered_write_shows_it(desk: Desk, write: Callable[[Desk], Awaitable[None]]):
    """Whatever wrote it, and whatever was kept before."""
    await desk.declare(service="checkout")
    before = [(await desk.ask("GET", "incidents/INC-1", caller=VERA)).raw for _ in range(2)]
    assert before[0] == before[1]
    assert counted(desk, "kept") == 1, "without this the test would prove nothing"
    await write(desk)
    after = (await desk.ask("GET", "incidents/INC-1", caller=VERA)).raw
    assert after != before[0]
    assert after == await fresh(desk, "incidents/INC-1")


async def test_a_read_after_a_write_of_another_process_shows_it(desk: Desk, url: str):
    """Two replicas of Grafana on one database."""
    await desk.declare()
    for _ in range(2):
        await desk.ask("GET", "incidents/INC-1")
    assert counted(desk, "kept") == 1
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ELSEWHERE, url, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "pkg")}
    )
    assert await other.wait() == 0
    told = (await desk.ask("GET", "incidents/INC-1")).json["timeline"]
    assert "from another process" in [entry["description"] for entry in told]


async def test_a_kept_answer_is_the_same_answer(desk: Desk):
    """Headers, status and body; and a caller who may not read it gets nothing kept."""
    await desk.declare()
    first, second = [await desk.ask("GET", "incidents/INC-1") for _ in range(2)]
    assert (first.status, first.headers, first.raw) == (second.status, second.headers, second.raw)
    assert first.headers == {"Content-Type": "application/json", "ETag": '"1"'}
    assert (await desk.ask("GET", "incidents/INC-1", caller=ELSEWHERE)).status == 404


async def test_a_deleted_incident_is_not_kept(desk: Desk):
    """Gone means 404 at once."""
    await desk.declare()
    for _ in range(2):
        assert (await desk.ask("GET", "incidents/INC-1")).status == 200
    await desk.ask("DELETE", "incidents/INC-1")
    assert (await desk.ask("GET", "incidents/INC-1")).status == 404


async def test_what_depends_on_the_clock_is_made_anew_each_minute(desk: Desk):
    """Nobody writes, but an open incident goes on costing its SLOs."""
    await desk.declare()
    for _ in range(2):
        await desk.ask("GET", "incidents/INC-1")
    desk.clock.advance(60)
    await desk.ask("GET", "incidents/INC-1")
    assert (counted(desk, "made"), counted(desk, "kept")) == (2, 1)


async def test_readers_while_somebody_writes_see_every_answered_write(desk: Desk):
    """Many readers beside a writer: none sees less than what was answered before it asked."""
    await desk.declare()
    answered = 0

    async def reader() -> None:
        for _ in range(10):
            least = answered
            told = (await desk.ask("GET", "incidents/INC-1", caller=VERA)).json["timeline"]
            assert sum(entry["type"] == "comment" for entry in told) >= least

    async def writer() -> None:
        nonlocal answered
        for _ in range(10):
            await _comment(desk)
            answered += 1

    async with asyncio.TaskGroup() as group:
        group.create_task(writer())
        for _ in range(20):
            group.create_task(reader())
    assert answered == 10


class Still:
    """A database that never changes."""

    async def mark(self) -> int:
        return 1


class Mute:
    """A database that cannot say whether it changed."""

    async def mark(self) -> None:
        return None


async def test_what_is_kept_is_bounded():
    """The oldest gives way; an answer that is too large is not kept at all."""
    kept, made = Kept(most_bytes=1000), []

    async def ask(key: int, size: int) -> None:
        async def make() -> Reply:
            made.append(key)
            return Reply(json.dumps("x" * size).encode())

        await kept.of(still, key, make)

    still = Still()
    for key in (1, 2, 3, 3, 2, 1):
        await ask(key, 400)
    assert made == [1, 2, 3, 1], "two fit; the first had to go for the third"
    await ask(4, 2 << 20)
    await ask(4, 2 << 20)
    assert made[-2:] == [4, 4]


async def test_a_database_that_cannot_say_is_read_each_time():
    """Other engines that speak PostgreSQL's protocol."""
    kept, made = Kept(), []

    async def make() -> Reply:
        made.append(1)
        return Reply(b"x")

    mute = Mute()
    for _ in range(3):
        await kept.of(mute, "key", make)
    assert len(made) == 3


async def test_an_error_is_not_kept():
    """The next one asks again."""
    kept, still = Kept(), Still()

    async def breaks() -> Reply:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    async def works() -> Reply:
        await asyncio.sleep(0)
        return Reply(b"x")

    with pytest.raises(ZeroDivisionError):
        await kept.of(still, "key", breaks)
    assert (await kept.of(still, "key", works)).value == b"x"


async def test_two_databases_never_share(database: Database):
    """The same key in another database is another thing."""
    kept, still = Kept(), Still()

    async def here() -> Reply:
        return Reply(b"here")

    async def there() -> Reply:
        return Reply(b"there")

    assert (await kept.of(still, "key", here)).value == b"here"
    assert (await kept.of(database, "key", there)).value == b"there"
    assert (await kept.of(still, "key", there)).value == b"here"
