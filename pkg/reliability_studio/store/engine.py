"""Opens a database and hands out its connections: many that read, one transaction at a time that writes.

    database = await Database.open("sqlite:////var/lib/…/studio.sqlite")   or "postgresql://…"
    async with database.reading() as connection: …      a snapshot
    async with database.writing() as connection: …      one transaction: all or nothing

SQLite: WAL, every commit on disk (`synchronous=FULL`), `BEGIN IMMEDIATE`, one writer per process that waits
its turn in the event loop; another process is waited for inside SQLite. PostgreSQL: a pool, READ COMMITTED
for writing, REPEATABLE READ for reading, time limits on statements, locks and idle transactions.
Opening migrates (`store/migrations`), safely when several processes open at the same moment.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, Literal, TypeVar

from sqlalchemy import URL, event, exc, make_url, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from typing_extensions import override

from reliability_studio.errors import StoreError, StoreUnavailable
from reliability_studio.store import migrations
from reliability_studio.store.faults import translated
from reliability_studio.store.marks import Mark, Marks, PostgresMarks, SqliteMarks

BUSY_S = 10.0
"""How long a writer waits for its turn, here or in another process."""
READERS = 4
POOL = 10
CONNECT_S = 5
STATEMENT_S = 30
IDLE_S = 60

_WAL_TRIES = 100
_WAL_PAUSE_S = 0.05
_INTAKE_LOCK = 0x52531
_MEGABYTE = 1024 * 1024

T = TypeVar("T")

Dialect = Literal["sqlite", "postgresql"]


class Database:
    """One open database."""

    def __init__(self, dialect: Dialect, readers: AsyncEngine, writers: AsyncEngine, marks: Marks) -> None:
        self.dialect: Dialect = dialect
        self._readers = readers
        self._writers = writers
        self._marks = marks
        self._turn = asyncio.Semaphore(1 if dialect == "sqlite" else POOL)

    @override
    def __repr__(self) -> str:
        return f"Database({self.dialect})"

    @classmethod
    async def open(cls, url: str) -> "Database":
        """Connect and bring the schema up to date.

        Args:
            url: `sqlite:///relative`, `sqlite:////absolute` or `postgresql://user:password@host/name?sslmode=…`.

        Raises:
            StoreError: the address cannot be read, or the database is newer than this program.
            StoreUnavailable: it cannot be reached.
        """
        address = _address(url)
        with _translating():
            database = (
                await _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
            )
        try:
            await database.migrate()
        except BaseException:
            await database.aclose()
            raise
        return database

    async def migrate(self) -> None:
        """Apply the revisions that are missing, under a lock that excludes every other process."""
        async with self.reading() as connection:
            if await connection.run_sync(migrations.current):
                return
        async with self.writing() as connection:
            if self.dialect == "postgresql":
                await connection.execute(text("SET LOCAL statement_timeout = 0"))
                await connection.execute(text("SET LOCAL lock_timeout = 0"))
                await connection.execute(text(f"SELECT pg_advisory_xact_lock({_INTAKE_LOCK}, -1)"))
            await connection.run_sync(migrations.upgrade)

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one state of the database and cannot write.

        Raises:
            StoreUnavailable: there is no connection to be had.
        """
        with _translating():
            async with _begun(self._readers) as connection:
                yield connection

    @contextlib.asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside one transaction: committed at the end of the block, rolled back by any error.

        Raises:
            StoreUnavailable: no turn, no connection, or the commit did not happen; nothing was written.
        """
        await self._take_turn()
        try:
            with _translating():
                async with _begun(self._writers) as connection:
                    yield connection
                    await _commit(connection)
        finally:
            self._turn.release()

    @contextlib.asynccontextmanager
    async def standing_alone(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside of any transaction, for as long as the block lasts, and closed after it.

        Raises:
            StoreUnavailable: there is none to be had, or it broke.
        """
        with _translating():
            async with self._writers.connect() as connection:
                alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
                try:
                    yield alone
                finally:
                    await whole(alone.invalidate())

    async def health(self) -> str:
        """Which database this is and how large, for people.

        Raises:
            StoreUnavailable: it does not answer.
        """
        async with self.reading() as connection:
            if self.dialect == "sqlite":
                version = await connection.scalar(text("SELECT sqlite_version()"))
                size = text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            else:
                version = await connection.scalar(text("SELECT current_setting('server_version')"))
                size = text("SELECT pg_database_size(current_database())")
            size_bytes = int(await connection.scalar(size) or 0)
        name = "SQLite" if self.dialect == "sqlite" else "PostgreSQL"
        return f"{name} {version}, {max(1, round(size_bytes / _MEGABYTE))} MB"

    async def mark(self) -> Mark | None:
        """A mark of this moment: as long as it stays the same, nothing was committed (`store/marks`).

        Raises:
            StoreUnavailable: the database does not answer.
        """
        try:
            return await self._marks.now()
        except (exc.SQLAlchemyError, OSError) as error:
            raise translated(error) from error

    async def aclose(self) -> None:
        """Close every connection."""
        self._marks.close()
        await self._readers.dispose()
        await self._writers.dispose()

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(BUSY_S):
                await self._turn.acquire()
        except TimeoutError as error:
            raise StoreUnavailable("too many changes wait for the database") from error


async def lock_organisation(connection: AsyncConnection, org_id: int) -> None:
    """Let this transaction be the only one that decides about an organisation's alerts, until it ends.

    On SQLite every writing transaction is alone already.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(:purpose, :org)"),
            {"purpose": _INTAKE_LOCK, "org": org_id & 0x7FFFFFFF},
        )


@contextlib.asynccontextmanager
async def _begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection in a transaction that is rolled back at the end, unless it was committed.

    Beginning and ending are never cut short by a cancellation: half a `BEGIN` would hold SQLite's only turn,
    half a check-out a place in the pool. A statement in between may be; its connection is then thrown away.
    """
    connection = engine.connect()
    try:
        _ = await whole(connection.start())
    except asyncio.CancelledError:
        if connection.sync_connection is not None:
            await whole(connection.close())
        raise
    try:
        _ = await whole(connection.begin())
        yield connection
    finally:
        await whole(connection.close())


async def _commit(connection: AsyncConnection) -> None:
    """Commit. After a commit that failed, nobody knows whether the transaction is still open: away with it.

    Back in the pool, SQLite's only writing connection would refuse every later transaction.
    """
    try:
        await whole(connection.commit())
    except exc.DBAPIError:
        await whole(connection.invalidate())
        raise


async def whole(work: Awaitable[T]) -> T:
    """Let this come to its end before a cancellation takes effect."""
    task = asyncio.ensure_future(work)  # noqa: TID251 - awaited below, whatever happens
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except BaseException:  # noqa: BLE001 - it is the task's own, and raised by its result below
            break
    if cancelled is not None and not task.cancelled() and task.exception() is None:
        raise cancelled
    return task.result()


@contextlib.contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except (exc.SQLAlchemyError, OSError) as error:
        raise translated(error) from error


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        for host in (address.host or "").split(","):
            host.encode("idna")  # as looking it up will
    except (exc.ArgumentError, ValueError):
        # Not even as its cause is the error kept: it names what it could not read, half a password perhaps.
        raise StoreError(
            "the database address cannot be read; write postgresql://user:password@host/name, and in the "
            "password %40 for @ and %3A for :"
        ) from None
    scheme = address.drivername.partition("+")[0]
    if scheme == "sqlite" and address.database:
        return address.set(drivername="sqlite+aiosqlite")
    if scheme in {"postgresql", "postgres"}:
        return address.set(drivername="postgresql+psycopg")
    raise StoreError("a database address begins with sqlite:/// or postgresql://")


async def _sqlite(address: URL) -> Database:
    await _enter_wal(str(address.database))
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_S, "uri": False}, "pool_timeout": BUSY_S}
    readers = create_async_engine(address, pool_size=READERS, max_overflow=0, **options)
    writers = create_async_engine(address, pool_size=1, max_overflow=0, **options)
    _prepare(readers, "BEGIN", "PRAGMA query_only = ON")
    _prepare(writers, "BEGIN IMMEDIATE")
    return Database("sqlite", readers, writers, SqliteMarks(str(address.database)))


def _prepare(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    """Each connection with our settings; transactions begin where we say, not where the driver guesses."""

    def connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for statement in (
            f"PRAGMA busy_timeout = {int(BUSY_S * 1000)}",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA cache_size = -16384",
            "PRAGMA journal_size_limit = 67108864",
            *pragmas,
        ):
            cursor.execute(statement)
        cursor.close()

    def beginning(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    def thrown_away(connection: Any, _record: object, _error: object) -> None:
        # A statement was cancelled. Its cursor may live on in a traceback and keep the closed connection, and
        # with it the only turn to write, so the transaction ends here.
        with contextlib.suppress(exc.SQLAlchemyError, sqlite3.Error, ValueError, asyncio.CancelledError):
            connection.run_async(lambda driver: whole(driver.rollback()))

    event.listen(engine.sync_engine, "connect", connected)
    event.listen(engine.sync_engine, "invalidate", thrown_away)
    event.listen(engine.sync_engine, "begin", beginning)


async def _enter_wal(path: str) -> None:
    """Write-ahead logging is a property of the file. The change does not wait for locks, so we do.

    With the plain driver in a thread: when a file cannot be opened, aiosqlite leaves its thread behind.
    """
    try:
        for left in reversed(range(_WAL_TRIES)):
            try:
                return await asyncio.to_thread(_set_wal, path)
            except sqlite3.OperationalError as error:
                if left == 0 or "locked" not in str(error):
                    raise
                await asyncio.sleep(_WAL_PAUSE_S)
    except sqlite3.OperationalError as error:
        raise StoreUnavailable(f"the database file cannot be used: {error}") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the database file cannot be used: {error}") from error


def _set_wal(path: str) -> None:
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")


def _postgresql(address: URL) -> Database:
    limits = {
        "timezone": "UTC",
        "statement_timeout": f"{STATEMENT_S}s",
        "lock_timeout": f"{BUSY_S:.0f}s",
        "idle_in_transaction_session_timeout": f"{IDLE_S}s",
    }
    given = {"connect_timeout": CONNECT_S, "application_name": "reliability-studio", **address.query}
    engine = create_async_engine(
        address.set(query={}),
        pool_size=POOL,
        max_overflow=POOL,
        pool_timeout=BUSY_S,
        pool_pre_ping=True,
        connect_args={**given, "options": " ".join(f"-c {key}={value}" for key, value in limits.items())},
    )
    event.listen(engine.sync_engine, "connect", _leave_json_alone)
    readers = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database("postgresql", readers, engine, PostgresMarks(engine))


def _leave_json_alone(connection: Any, _record: object) -> None:
    """JSON arrives as text: `tables.base.Json` decodes it, alike on both databases."""
    # Only here: a process on SQLite never needs the driver, whose import takes memory and time.
    from psycopg.types.string import TextLoader  # noqa: PLC0415

    connection.driver_connection.adapters.register_loader("jsonb", TextLoader)
