"""Short texts between the processes that share a PostgreSQL database (`LISTEN` and `NOTIFY`).

    async with hearing(database) as heard: async for text in heard: …
    async with database.writing() as connection: await shout(connection, text)

Who listens holds one connection of its own. What is said while nobody listens is gone, by design: these
texts say that something changed, and whoever connects anew looks for himself.
"""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.errors import StoreUnavailable
from reliability_studio.store.engine import Database

MAX_BYTES = 7_900
"""Of one text; PostgreSQL takes less than 8,000."""

QUIET_S = 30.0
"""After so long without a text the connection is tried, since a dead one is silent as well."""

_CHANNEL = "reliability_studio"


async def shout(connection: AsyncConnection, what: str) -> None:
    """Tell every process that listens, this one too, when the transaction is committed."""
    await connection.execute(text("SELECT pg_notify(:channel, :what)"), {"channel": _CHANNEL, "what": what})


@contextlib.asynccontextmanager
async def hearing(database: Database) -> AsyncIterator[AsyncIterator[str]]:
    """What is said from now on, in order.

    Raises:
        StoreUnavailable: the database cannot be reached, or is not any more.
    """
    async with database.standing_alone() as connection:
        await connection.execute(text(f"LISTEN {_CHANNEL}"))
        yield _heard(connection)


async def _heard(connection: AsyncConnection) -> AsyncIterator[str]:
    # Only here: a process on SQLite never needs the driver, whose import takes memory and time.
    from psycopg import Error  # noqa: PLC0415

    driver: Any = (await connection.get_raw_connection()).driver_connection
    while True:
        try:
            async for notice in driver.notifies(timeout=QUIET_S):
                yield notice.payload
        except Error as error:
            raise StoreUnavailable("the connection that listens was lost") from error
        await connection.execute(text("SELECT 1"))
