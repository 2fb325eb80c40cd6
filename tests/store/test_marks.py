"""A mark stays while nothing is committed and changes with every commit of every process."""

import asyncio
import sys
from pathlib import Path

from reliability_studio.store import settings
from reliability_studio.store.engine import Database
from tests.support.records import NOON

ROOT = Path(__file__).resolve().parents[2]

_ELSEWHERE = """
import asyncio, sys
from datetime import UTC, datetime
from reliability_studio.store import settings
from reliability_studio.store.engine import Database

async def main():
    database = await Database.open(sys.argv[1])
    async with database.writing() as connection:
        await settings.save(connection, 1, b"from another process", 2, datetime.now(UTC))
    await database.aclose()

asyncio.run(main())
"""


async def write(database: Database, text: bytes = b"x", version: int = 1) -> None:
    async with database.writing() as connection:
        await settings.save(connection, 1, text, version, NOON)


async def test_a_mark_stays_while_nothing_is_written(database: Database):
    """Reading does not count."""
    await write(database)
    before = await database.mark()
    async with database.reading() as connection:
        assert await settings.load(connection, 1) == b"x"
    assert before is not None
    assert [await database.mark() for _ in range(5)] == [before] * 5


async def test_every_commit_changes_it(database: Database):
    """None looks like an earlier one."""
    seen = [await database.mark()]
    for version in range(5):
        await write(database, b"%d" % version, version)
        seen.append(await database.mark())
    assert len(set(seen)) == len(seen)


async def test_a_commit_of_another_process_changes_it(database: Database, url: str):
    """Two replicas on one database, or the two roles of one plugin."""
    await write(database)
    before = await database.mark()
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ELSEWHERE, url, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "pkg")}
    )
    assert await other.wait() == 0
    assert await database.mark() != before
    async with database.reading() as connection:
        assert await settings.load(connection, 1) == b"from another process"


async def test_what_is_not_committed_yet_does_not_hide_what_is(database: Database):
    """A mark taken while a writer is at work changes when that writer commits."""
    async with database.writing() as connection:
        await settings.save(connection, 1, b"soon", 1, NOON)
        during = await database.mark()
    assert await database.mark() != during


async def test_those_who_ask_at_once_get_a_mark_each(database: Database):
    """Many callers of one moment: one mark, no error."""
    marks = await asyncio.gather(*(database.mark() for _ in range(100)))  # noqa: TID251 - any order is right
    assert len(set(marks)) == 1
