"""Opening, transactions, limits and failures of the database, on both kinds."""

import asyncio
import sqlite3
import traceback
from contextlib import aclosing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from reliability_studio.errors import StoreError, StoreUnavailable
from reliability_studio.store import engine, incidents, settings
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.faults import translated
from tests.support.records import NOON, an_incident


async def test_health_names_the_database_and_its_size(database):
    """For people: `SQLite 3.40.1, 1 MB`."""
    words = await database.health()
    assert words.startswith({"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 1"}[database.dialect])
    assert words.endswith(" MB")


async def test_an_error_rolls_the_whole_block_back(database):
    """All or nothing, also when the error is the caller's own."""

    async def fail() -> None:
        async with database.writing() as connection:
            await settings.save(connection, 1, b"x", 1, NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with database.reading() as connection:
        assert await settings.load(connection, 1) is None


async def test_a_reader_sees_one_state_and_cannot_write(database):
    """A commit in between does not show; a write is refused by the database."""
    async with database.writing() as connection:
        await settings.save(connection, 1, b"old", 1, NOON)
    async with database.reading() as reader:
        assert await settings.load(reader, 1) == b"old"
        async with database.writing() as connection:
            await settings.save(connection, 1, b"new", 2, NOON)
        assert await settings.load(reader, 1) == b"old"
    with pytest.raises(StoreError):
        async with database.reading() as reader:
            await settings.save(reader, 1, b"written by a reader", 3, NOON)
    async with database.reading() as reader:
        assert await settings.load(reader, 1) == b"new"


async def test_a_hundred_clients_get_their_turn(database):
    """D15, I12: 100 concurrent writers and readers, no error of the pool, every number once."""
    numbers: list[int] = []

    async def client() -> None:
        async with database.writing() as connection:
            numbers.append(await incidents.take_number(connection, 1))
        async with database.reading() as connection:
            await incidents.active(connection, 1, resolved_since=NOON)

    async with asyncio.TaskGroup() as group:
        for _ in range(100):
            group.create_task(client())
    assert sorted(numbers) == list(range(1, 101))


async def test_two_processes_decide_one_after_the_other(url):
    """Two replicas: what one decides about an organisation, the other sees before it decides."""
    async with aclosing(await Database.open(url)) as one, aclosing(await Database.open(url)) as other:

        async def open_if_none(database: Database) -> None:
            async with database.writing() as connection:
                await lock_organisation(connection, 1)
                if not await incidents.active(connection, 1, resolved_since=NOON):
                    await asyncio.sleep(0.02)
                    number = await incidents.take_number(connection, 1)
                    await incidents.insert(connection, an_incident(number))

        async with asyncio.TaskGroup() as group:
            for database in (one, other) * 5:
                group.create_task(open_if_none(database))
        async with one.reading() as connection:
            assert len(await incidents.active(connection, 1, resolved_since=NOON)) == 1


async def test_many_that_open_an_empty_database_at_once_agree(url):
    """Both plugin processes open the same file at the same moment; the schema is made once."""
    opened: list[Database] = []

    async def start() -> None:
        opened.append(await Database.open(url))

    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(start())
    async with opened[0].reading() as connection:
        rows = await connection.execute(text("SELECT id FROM schema_revisions ORDER BY id"))
        assert [row.id for row in rows][:1] == ["0001"]
    for database in opened:
        await database.aclose()


async def test_a_cancelled_writer_leaves_nothing_behind(database):
    """Neither half a change, nor a held turn, nor a locked row; cancelled at many different moments."""

    async def write() -> None:
        async with database.writing() as connection:
            number = await incidents.take_number(connection, 1)
            await incidents.insert(connection, an_incident(number))
            await asyncio.sleep(60)

    for pause in (0, 0.001, 0.003, 0.01, 0.03):
        task = asyncio.ensure_future(write())  # noqa: TID251 - cancelled right here
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5), database.writing() as connection:
        assert await incidents.active(connection, 1, resolved_since=NOON) == ()
        assert await incidents.take_number(connection, 1) == 1


async def test_who_waits_too_long_for_a_turn_is_told_so(tmp_path, monkeypatch):
    """Overload is an error that says to come again, not a queue without end."""
    monkeypatch.setattr(engine, "BUSY_S", 0.05)
    async with aclosing(await Database.open(f"sqlite:///{tmp_path}/a.sqlite")) as database:
        async with database.writing():
            with pytest.raises(StoreUnavailable, match="wait"):
                async with database.writing():
                    pytest.fail("there is one turn only")
        async with database.writing():
            pass


async def test_another_process_that_holds_the_file_is_waited_for_and_then_named(tmp_path, monkeypatch):
    """Locked is retryable."""
    monkeypatch.setattr(engine, "BUSY_S", 0.1)
    async with aclosing(await Database.open(f"sqlite:///{tmp_path}/a.sqlite")) as database:
        other = sqlite3.connect(tmp_path / "a.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            async with database.writing():
                pytest.fail("the other holds it")
        other.execute("ROLLBACK")
        other.close()
        async with database.writing() as connection:
            await settings.save(connection, 1, b"x", 1, NOON)


@pytest.mark.parametrize(
    ("url", "kind", "words"),
    [
        ("mysql://x", StoreError, "begins with"),
        ("nonsense", StoreError, "cannot be read"),
        ("sqlite://", StoreError, "begins with"),
        ("sqlite:////no/such/folder/studio.sqlite", StoreUnavailable, "file"),
        ("postgresql://u:a@b:hunter2@127.0.0.1/db", StoreError, "%40 for @"),
        ("postgresql://u:hunter2@127.0.0.1:port/db", StoreError, "cannot be read"),
        ("postgresql://u:hunter2@[::1/db", StoreError, "cannot be read"),
        ("postgresql://u:hunter2@db..example/db", StoreError, "cannot be read"),
        (f"postgresql://u:hunter2@{'a' * 64}/db", StoreError, "cannot be read"),
        ("postgresql://u:hunter2@127.0.0.1:1/db", StoreUnavailable, "cannot be used now"),
        ("postgresql://u:hunter2@no-such-host.invalid/db", StoreUnavailable, "cannot be used now"),
    ],
)
async def test_an_address_that_does_not_work_says_why_and_hides_the_password(url, kind, words):
    """The error is typed and names what is wrong."""
    with pytest.raises(kind, match=words) as caught:
        await Database.open(url)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


async def test_a_file_that_is_no_database_is_refused(tmp_path):
    """It stays as it is."""
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"these are somebody's notes " * 100)
    with pytest.raises(StoreError, match="not a database"):
        await Database.open(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"these are somebody's notes")


async def test_commits_are_on_disk(tmp_path):
    """`synchronous=FULL` and WAL on the connection that writes."""
    opened = await Database.open(f"sqlite:///{tmp_path}/a.sqlite")
    async with aclosing(opened) as database, database.writing() as connection:
        assert await connection.scalar(text("PRAGMA synchronous")) == 2
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert await connection.scalar(text("PRAGMA foreign_keys")) == 1


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_closing_leaves_no_log_beside_the_file(tmp_path):
    """Everything is in the one file, so that it can be copied."""
    database = await Database.open(f"sqlite:///{tmp_path}/a.sqlite")
    async with database.writing() as connection:
        await settings.save(connection, 1, b"x", 1, NOON)
    await database.aclose()
    assert names_in(tmp_path) == ["a.sqlite"]


@pytest.mark.parametrize(
    ("state", "later"),
    [
        *((state, True) for state in ("40001", "40P01", "55P03", "57014", "57P01", "08006", "53300")),
        *((state, False) for state in ("23505", "42P01", "22003", "P0001")),
    ],
)
def test_what_may_work_later_is_told_from_what_will_not(state, later):
    """By SQLSTATE; the text holds neither the statement nor its values."""

    class Refused(Exception):
        sqlstate = state

    error = translated(OperationalError("INSERT secret", {"password": "hunter2"}, Refused("hunter2")))
    assert isinstance(error, StoreUnavailable) is later
    assert "hunter2" not in str(error)
    assert "INSERT" not in str(error)
    assert state in str(error)
