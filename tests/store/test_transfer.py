"""Backup, restore and the move between databases: everything arrives, or nothing does."""

import sqlite3
from dataclasses import replace

import pytest
from sqlalchemy import text

from reliability_studio.errors import Conflict, NotFound, StoreError
from reliability_studio.store import incident_lists, incidents, transfer
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import Filter
from reliability_studio.store.tables import metadata
from tests.store.filled import fill
from tests.support.records import an_incident


async def everything(database):
    """Count and checksum of every table."""
    async with database.reading() as connection:
        return tuple([await transfer.checksum(connection, table) for table in metadata.sorted_tables])


async def test_a_backup_restores_to_either_database(database, url, tmp_path):
    """Every table arrives with the same checksum; ids go on; search works; the file stands alone."""
    await fill(database)
    path = tmp_path / "backup.sqlite"
    report = await transfer.backup(database, path)
    assert report.tables == await everything(database)
    assert {table.name for table in report.tables if table.rows} >= {"incidents", "alert_joins", "reports"}
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith((".", "backup"))] == ["backup.sqlite"]
    assert path.stat().st_mode & 0o077 == 0
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    with pytest.raises(Conflict, match="another name"):
        await transfer.backup(database, path)

    async with database.writing() as connection:
        await incidents.insert(connection, an_incident(99))
    with pytest.raises(Conflict, match="holds data"):
        await transfer.restore(path, url)
    assert await transfer.restore(path, url, replace=True) == report
    assert await everything(database) == report.tables
    async with database.writing() as connection:
        added = await incidents.insert(connection, an_incident(4, title="after the restore"))
        assert added.id > 3
        page = await incident_lists.search(connection, 1, Filter(text="slowly"), cursor=None, limit=9)
        assert page.total == 3


@pytest.mark.integration
async def test_the_move_to_postgresql_keeps_every_row(tmp_path, postgres_url):
    """Row counts and checksums are equal in every table; the source stays; a second move is refused."""
    source_url = f"sqlite:///{tmp_path}/studio.sqlite"
    source = await Database.open(source_url)
    await fill(source, 40)
    report = await transfer.move(source_url, postgres_url)
    assert report.tables == await everything(source)
    target = await Database.open(postgres_url)
    assert await everything(target) == report.tables
    async with source.reading() as one, target.reading() as other:
        for sought in (Filter(), Filter(text="slow"), Filter(services=("cart",))):
            assert (await incident_lists.search(one, 1, sought, cursor=None, limit=100)) == (
                await incident_lists.search(other, 1, sought, cursor=None, limit=100)
            )
    async with target.writing() as connection:
        assert await incidents.take_number(connection, 1) == 41
        assert (await incidents.insert(connection, an_incident(41))).id > 40
    with pytest.raises(Conflict):
        await transfer.move(source_url, postgres_url)
    await source.aclose()
    await target.aclose()


async def test_a_copy_that_differs_is_undone(database, tmp_path):
    """A target that loses a row is found out, and left as it was."""
    await fill(database)
    other = await Database.open(f"sqlite:///{tmp_path}/other.sqlite")
    async with other.writing() as connection:
        await connection.execute(
            text("CREATE TRIGGER lossy AFTER INSERT ON tasks BEGIN DELETE FROM tasks WHERE id = 1; END")
        )
    with pytest.raises(StoreError, match="tasks"):
        await transfer.copy(database, other)
    assert all(table.rows == 0 for table in await everything(other))
    await other.aclose()


async def test_a_checksum_sees_one_changed_value(database):
    """Whatever the order of the rows."""
    await fill(database)
    before = await everything(database)
    async with database.writing() as connection:
        incident = await incidents.get(connection, 1, 2)
        await incidents.save(connection, replace(incident, fields={**incident.fields, "tiny": 2e-9}))
    changed = {
        one.name for one, other in zip(before, await everything(database), strict=True) if one != other
    }
    assert changed == {"incidents"}


async def test_a_missing_backup_is_not_found(tmp_path):
    """And no empty database is made in its place."""
    with pytest.raises(NotFound):
        await transfer.restore(tmp_path / "nothing.sqlite", f"sqlite:///{tmp_path}/x.sqlite")
    assert list(tmp_path.iterdir()) == []


async def test_a_file_that_is_no_backup_is_refused(tmp_path):
    """The target is not touched."""
    (tmp_path / "notes.txt").write_text("hello, this is not a database at all " * 50)
    with pytest.raises(StoreError):
        await transfer.restore(tmp_path / "notes.txt", f"sqlite:///{tmp_path}/x.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
