"""Revisions lead to the tables, from every earlier revision, keeping the rows; on both databases."""

import subprocess
import sys
from dataclasses import replace

import msgspec
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text, update

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.slo.alerting import AlertState
from reliability_studio.domain.slo.conditions import Condition, Judgement
from reliability_studio.domain.slo.counters import Memory
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import MAIN, Watch
from reliability_studio.errors import StoreError
from reliability_studio.store import alerts, incidents, migrations, slos
from reliability_studio.store.engine import Database
from reliability_studio.store.migrations import REVISIONS
from reliability_studio.store.slo_document import standing_to_document
from reliability_studio.store.tables import metadata
from reliability_studio.store.tables.slos import slo_states
from scripts import gen_schema
from tests.domain.slo.world import slo
from tests.store.filled import fill
from tests.support.records import an_alert


def differences(connection: Connection) -> list[object]:
    """What the database has and the tables do not, or the other way; search columns belong to no table."""
    known = set(metadata.tables)

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        if kind == "table":
            return name in known
        return not (kind == "column" and name == "search") and not str(name).endswith("_search")

    options = {"include_name": ours, "compare_type": False}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


async def test_the_revisions_lead_to_the_tables(database):
    """D14: nothing missing, nothing left over, in columns, indexes and constraints."""
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
        assert await connection.run_sync(migrations.current)


async def test_every_check_and_foreign_key_of_the_tables_is_in_the_database(database):
    """Alembic does not compare check constraints; their names are compared here."""

    def found(connection: Connection) -> dict[str, set[str]]:
        inspector = inspect(connection)
        return {
            name: {str(c["name"]) for c in inspector.get_check_constraints(name)}
            | {str(key["name"]) for key in inspector.get_foreign_keys(name)}
            for name in metadata.tables
        }

    wanted = {
        table.name: {
            str(constraint.name)
            for constraint in table.constraints
            if str(constraint.name).startswith(("ck_", "fk_"))
        }
        for table in metadata.tables.values()
    }
    async with database.reading() as connection:
        assert await connection.run_sync(found) == wanted


def test_revisions_are_in_order():
    """Their ids sort as they are applied, and none comes twice."""
    ids = [revision.id for revision in REVISIONS]
    assert ids == sorted(set(ids))
    assert all(revision.title for revision in REVISIONS)


async def test_a_database_of_a_newer_program_is_refused(database, url):
    """It says what to do and changes nothing."""
    async with database.writing() as connection:
        await connection.execute(text("INSERT INTO schema_revisions (id, title) VALUES ('9999', 'future')"))
    with pytest.raises(StoreError, match=r"newer than this program \(revision 9999\)"):
        await Database.open(url)


@pytest.mark.parametrize("known", range(1, len(REVISIONS)))
async def test_an_upgrade_from_an_earlier_revision_keeps_the_rows(url, monkeypatch, known, tmp_path):
    """D17: a database of each earlier revision is filled, then opened by this program."""
    full = await Database.open(f"sqlite:///{tmp_path}/full.sqlite")
    await fill(full)
    monkeypatch.setattr(Database, "migrate", _only(REVISIONS[:known]))
    old = await Database.open(url)
    monkeypatch.undo()
    async with full.reading() as source, old.writing() as target:
        shapes = await target.run_sync(_shapes)
        for table, columns in shapes.items():
            if rows := (await source.execute(select(*columns))).mappings().all():
                await target.execute(table.insert(), [dict(row) for row in rows])
        before = {table.name: await _content(target, columns) for table, columns in shapes.items()}
    await old.aclose()
    await full.aclose()
    new = await Database.open(url)
    async with new.reading() as connection:
        assert await connection.run_sync(migrations.applied) == tuple(revision.id for revision in REVISIONS)
        assert await connection.run_sync(differences) == []
        after = {table.name: await _content(connection, columns) for table, columns in shapes.items()}
    assert after == before
    assert sum(len(rows) for rows in before.values()) > 30
    await new.aclose()


def _shapes(connection):
    """The tables of an earlier revision, each with those of its columns that this program knows."""
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    return {
        table: [table.c[one["name"]] for one in inspector.get_columns(table.name) if one["name"] in table.c]
        for table in metadata.sorted_tables
        if table.name in present
    }


async def _content(connection, columns):
    return sorted(map(repr, (await connection.execute(select(*columns))).all()))


@pytest.mark.parametrize(("known", "source"), [(2, AlertSource.HEARTBEAT), (7, AlertSource.DETECTOR)])
async def test_an_alert_of_a_new_source_fits_after_the_upgrade(url, monkeypatch, known, source):
    """The check of sources is widened in place; other words are refused as before."""
    monkeypatch.setattr(Database, "migrate", _only(REVISIONS[:known]))
    old = await Database.open(url)
    monkeypatch.undo()
    await old.aclose()
    new = await Database.open(url)
    async with new.writing() as connection:
        await alerts.put(connection, 1, [replace(an_alert(), source=source)])
    with pytest.raises(StoreError):
        async with new.writing() as connection:
            await connection.execute(text("UPDATE alerts SET source = 'rumour'"))
    await new.aclose()


@pytest.mark.integration
async def test_json_that_was_written_as_a_string_becomes_the_value(postgres_url, monkeypatch):
    """D5: what an earlier program wrote on PostgreSQL; the audit log too, which refuses other changes."""
    # The tables are filled by today's program, so only the revision in question is missing.
    before = tuple(each for each in REVISIONS if each.id != "0007")
    monkeypatch.setattr(Database, "migrate", _only(before))
    old = await Database.open(postgres_url)
    monkeypatch.undo()
    await fill(old)
    wrapped = {
        "incidents": "labels",
        "audit": "after",
        "services": "discovered",
        "timeline_entries": "metadata",
    }
    async with old.writing() as connection:
        await connection.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        for table, column in wrapped.items():
            await connection.execute(text(f"UPDATE {table} SET {column} = to_jsonb({column}::text)"))
        await connection.execute(text("ALTER TABLE audit ENABLE TRIGGER USER"))
    await old.aclose()
    new = await Database.open(postgres_url)
    async with new.reading() as connection:
        for table, column in wrapped.items():
            kinds = await connection.scalars(text(f"SELECT DISTINCT jsonb_typeof({column}) FROM {table}"))
            assert "string" not in set(kinds)
        (found,) = await incidents.get_many(connection, 1, (1,))
        assert found.labels == {"é": "ü", "n": "0"}
    with pytest.raises(StoreError):
        async with new.writing() as connection:
            await connection.execute(text("UPDATE audit SET actor = 'eve'"))
    await new.aclose()


def _only(known):
    async def migrate(self):
        async with self.writing() as connection:
            await connection.run_sync(migrations.upgrade, known)

    return migrate


async def test_a_migration_that_fails_leaves_the_database_as_it_was(database):
    """The revisions of one upgrade stand or fall together."""

    def broken(op):
        op.execute("CREATE TABLE half (id INTEGER)")
        op.execute("this is not SQL")

    bad = migrations.Revision("9998", "broken", broken)
    with pytest.raises(StoreError):
        async with database.writing() as connection:
            await connection.run_sync(migrations.upgrade, (*REVISIONS, bad))
    async with database.reading() as connection:
        assert not await connection.run_sync(lambda c: inspect(c).has_table("half"))
        assert await connection.run_sync(migrations.current)


async def test_sqlite_plans_with_figures_for_every_index(tmp_path):
    """Each of our indexes has one; an index of the search does not."""
    database = await Database.open(f"sqlite:///{tmp_path}/a.sqlite")
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT idx, stat FROM sqlite_stat1"))
        figures = {row.idx: row.stat for row in rows}
    await database.aclose()
    ours = {index.name for table in metadata.tables.values() for index in table.indexes}
    assert ours <= set(figures)
    assert figures["ix_incidents_status"].split()[1] == "100000"


def test_the_page_about_the_schema_is_what_the_migrations_make():
    """D14: the diagram that is generated from the migrations equals the one in the docs."""
    page = gen_schema.OUT.read_text(encoding="utf-8")
    assert page == gen_schema.render()
    assert all(f"\n## {name}\n" in page for name in metadata.tables)


@pytest.mark.integration
def test_the_draft_of_a_revision_is_empty_when_nothing_is_missing():
    """`python -m scripts.new_revision` is what its docstring says."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.new_revision"], capture_output=True, text=True, check=True, timeout=50
    )
    assert done.stdout.strip() == "# the revisions lead to the tables already"


async def test_the_one_alert_of_an_slo_becomes_that_of_its_main_objective(url, monkeypatch):
    """Row 25: what fires goes on firing, as the same episode; a standing of now stays as it is."""
    before = tuple(each for each in REVISIONS if each.id < "0020")
    monkeypatch.setattr(Database, "migrate", _only(before))
    old = await Database.open(url)
    monkeypatch.undo()
    fired = AlertState(60, "page-quick", "page", reported=False)
    condition = Condition("page-quick", Severity.PAGE, Judgement.HOLDS, "burns")
    now = Standing(calculated_at=7, watches={MAIN: Watch((condition,), fired)})
    [kept] = msgspec.to_builtins(now.watches).values()
    was = {**standing_to_document(replace(now, watches={})), **kept}
    del was["watches"]
    for name, document in (("old", was), ("new", standing_to_document(now))):
        one = replace(slo(), id=name, definition=replace(slo().definition, name=name))
        async with old.writing() as connection:
            await slos.add(connection, one)
            await slos.put_states(connection, [slos.State(one, None, 60, Standing(), Memory())])
            await connection.execute(
                update(slo_states).where(slo_states.c.slo_id == name).values(standing=document)
            )
    await old.aclose()
    new = await Database.open(url)
    async with new.reading() as connection:
        found = await slos.standings(connection, 1)
    assert {name: each.standing for name, each in found.items()} == {"old": now, "new": now}
    await new.aclose()
