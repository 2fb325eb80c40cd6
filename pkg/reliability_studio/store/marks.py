"""Says whether anything was committed between two moments, without reading any data.

    before = await marks.now()
    … read, and keep what was read …
    if await marks.now() == before: what was kept is what the database still holds

SQLite tells each connection whether others have committed (`PRAGMA data_version`); PostgreSQL names the set
of transactions that a reader sees (`pg_current_snapshot()`). Both change with every commit of every process,
so no write can be forgotten. They may change without one that matters, which only costs a read.
"""

import contextlib
import sqlite3
from typing import Protocol, TypeAlias

from sqlalchemy import exc, text
from sqlalchemy.ext.asyncio import AsyncEngine
from typing_extensions import override

from reliability_studio.store.sharing import Shared

Mark: TypeAlias = int | str
"""Only to be compared with another one of the same database."""

_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")


class Marks(Protocol):
    """Gives the marks of one database."""

    async def now(self) -> Mark | None:
        """The mark of this moment; None when the database cannot say, which compares with nothing."""
        ...

    def close(self) -> None:
        """Release what is held for it."""
        ...


class SqliteMarks(Marks):
    """The mark of a file in WAL mode: a look at its shared index, which waits for nobody."""

    def __init__(self, path: str) -> None:
        # For this alone: a connection counts the commits of all others, and this one never commits.
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None)

    @override
    async def now(self) -> Mark | None:
        # On the event loop: a look takes microseconds, handing it to a thread many times as long.
        with contextlib.suppress(sqlite3.Error):
            (version,) = self._connection.execute("PRAGMA data_version").fetchone()
            return int(version)
        return None

    @override
    def close(self) -> None:
        self._connection.close()


class PostgresMarks(Marks):
    """The mark of a PostgreSQL server; those who ask at the same time share one question."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._shared = Shared[Mark | None]()
        self._known = True

    @override
    async def now(self) -> Mark | None:
        return await self._shared.get(self._ask) if self._known else None

    @override
    def close(self) -> None:
        """The engine is the database's."""

    async def _ask(self) -> Mark | None:
        try:
            async with self._engine.connect() as connection:
                return str(await connection.scalar(_SNAPSHOT))
        except exc.ProgrammingError:
            # Other engines that speak PostgreSQL's protocol do not all know this function.
            self._known = False
            return None
