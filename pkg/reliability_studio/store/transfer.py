"""Copies a whole database: backup, restore, and the move from SQLite to PostgreSQL.

All three are the same copy, row by row through the tables of this program, so a backup of either database is
one SQLite file and either database can be restored from it. The source is read as one snapshot, the target is
written in one transaction, and the copy counts only if both sides have the same number of rows and the same
checksum in every table. Search indexes are built anew by the target. Stop the plugin while moving: what is
written to the source after the snapshot does not come along.
"""

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiosqlite
import msgspec
from sqlalchemy import Select, Table, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.errors import Conflict, NotFound, StoreError
from reliability_studio.store.engine import Database
from reliability_studio.store.tables import metadata
from reliability_studio.store.tables.base import micros
from reliability_studio.store.tables.timeline import attachments

_ROWS = 1_000
_LARGE_ROWS = 16
"""Rows at once of the table whose rows may have a megabyte each."""
_MODULUS = 1 << 256


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table that was copied. The checksum covers every value of every row, in any order."""

    name: str
    rows: int
    checksum: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was copied; each table had the same rows and the same checksum on both sides."""

    tables: tuple[TableReport, ...]

    @property
    def rows(self) -> int:
        """All rows."""
        return sum(table.rows for table in self.tables)


async def backup(database: Database, path: Path) -> Report:
    """Write everything to a new SQLite file; the file appears when it is complete.

    Raises:
        Conflict: the file exists.
    """
    partial = await asyncio.to_thread(_place_for, path)
    try:
        async with _opened(f"sqlite:///{partial}") as target:
            await asyncio.to_thread(partial.chmod, 0o600)
            report = await copy(database, target)
        # One file that stands alone, without a write-ahead log beside it.
        async with aiosqlite.connect(partial, isolation_level=None) as connection:
            await connection.execute("PRAGMA journal_mode = DELETE")
        await asyncio.to_thread(partial.rename, path)
    finally:
        await asyncio.to_thread(_remove, partial)
    return report


async def restore(path: Path, url: str, *, replace: bool = False) -> Report:
    """Fill the database at `url` from a backup, also from one of an earlier version.

    Raises:
        NotFound: there is no such file.
        Conflict: the database holds data and `replace` was not given.
    """
    working = await asyncio.to_thread(_working_copy, path)
    try:
        return await move(f"sqlite:///{working}", url, replace=replace)
    finally:
        await asyncio.to_thread(_remove, working)


async def move(source_url: str, target_url: str, *, replace: bool = False) -> Report:
    """Copy the database at one address to the one at another; the source stays as it is.

    Raises:
        Conflict: the target holds data and `replace` was not given.
        StoreError: a side cannot be opened, or the two differ after the copy; the target is unchanged.
    """
    async with _opened(source_url) as source, _opened(target_url) as target:
        return await copy(source, target, replace=replace)


async def copy(source: Database, target: Database, *, replace: bool = False) -> Report:
    """Copy between open databases; see `move`."""
    async with source.reading() as reading, target.writing() as writing:
        await _make_room(writing, replace=replace)
        tables = [await _copy_table(reading, writing, table) for table in metadata.sorted_tables]
        await _go_on_counting(writing)
    return Report(tuple(tables))


async def checksum(connection: AsyncConnection, table: Table) -> TableReport:
    """How many rows a table has, and the sum of what they say."""
    rows, total = 0, 0
    async with connection.stream(_in_parts(table)) as streamed:
        async for part in streamed.mappings().partitions():
            rows += len(part)
            total = sum(map(_digest, part), total) % _MODULUS
    return TableReport(table.name, rows, f"{total:064x}")


async def _copy_table(reading: AsyncConnection, writing: AsyncConnection, table: Table) -> TableReport:
    async with reading.stream(_in_parts(table)) as streamed:
        async for part in streamed.mappings().partitions():
            await writing.execute(table.insert(), [dict(row) for row in part])
    sent, arrived = await checksum(reading, table), await checksum(writing, table)
    if sent != arrived:
        raise StoreError(
            f"{table.name}: {sent.rows} rows were read and {arrived.rows} arrived, or they differ"
        )
    return arrived


def _in_parts(table: Table) -> Select[Any]:
    return select(table).execution_options(yield_per=_LARGE_ROWS if table is attachments else _ROWS)


async def _make_room(writing: AsyncConnection, *, replace: bool) -> None:
    for table in reversed(metadata.sorted_tables):
        if replace:
            await writing.execute(delete(table))
        elif await writing.scalar(select(func.count()).select_from(select(table).limit(1).subquery())):
            raise Conflict(f"the target holds data already (table {table.name}): take an empty database")


async def _go_on_counting(writing: AsyncConnection) -> None:
    """Rows came with their ids; PostgreSQL's sequences must go on after the highest."""
    if writing.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            highest = select(func.max(column)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            await writing.execute(
                select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None)))
            )


def _digest(row: Mapping[Any, Any]) -> int:
    plain = {str(name): _plain(value) for name, value in row.items()}
    return int.from_bytes(hashlib.sha256(msgspec.json.encode(plain, order="sorted")).digest())


def _plain(value: Any) -> Any:
    """The value as both databases give it: times as numbers, 7.0 as 7 (`jsonb` may drop the fraction)."""
    if isinstance(value, datetime):
        return micros(value)
    if isinstance(value, float) and value.is_integer():
        return int(value) if abs(value) < 2**63 else repr(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await Database.open(url)
    try:
        yield database
    finally:
        await database.aclose()


def _place_for(path: Path) -> Path:
    """Where a backup grows until it is complete."""
    if path.exists():
        raise Conflict(f"{path.name} exists: give another name")
    partial = path.absolute().with_name(f".{path.name}.partial")
    _remove(partial)
    return partial


def _working_copy(path: Path) -> Path:
    """A copy of a backup: opening migrates, and the backup itself stays as it is."""
    if not path.is_file():
        raise NotFound(f"there is no backup {path.name}")
    working = path.absolute().with_name(f".{path.name}.restoring")
    _remove(working)
    shutil.copyfile(path, working)
    return working


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
