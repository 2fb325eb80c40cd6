"""The databases of this process: the one of the deployment, and those that organisations brought.

An organisation that gives a PostgreSQL address in its secure settings keeps its incidents and SLOs there;
what the plugin itself must remember (the sealed settings) stays in the deployment's database. Each address
is opened once, migrated, and shared by every runtime that uses it.
"""

import asyncio

from reliability_studio.settings.deployment import Deployment
from reliability_studio.store.engine import Database

MAX_DATABASES = 50
"""Addresses that one process keeps open; more are a mistake in the settings."""


class Databases:
    """Opens databases by address; closes all of them at the end."""

    def __init__(self, deployment: Deployment) -> None:
        self._default = deployment.database_url or f"sqlite:///{deployment.sqlite_path}"
        self._open: dict[str, Database] = {}
        self._opening = asyncio.Lock()

    async def default(self) -> Database:
        """The deployment's own database.

        Raises:
            StoreError: it cannot be opened or is newer than this program.
        """
        return await self.at(self._default)

    async def at(self, url: str) -> Database:
        """The database at an address; an empty one means the deployment's.

        Raises:
            StoreError: it cannot be opened or is newer than this program.
        """
        address = url or self._default
        async with self._opening:
            found = self._open.get(address)
            if found is None:
                await self._make_room()
                found = self._open[address] = await Database.open(address)
            return found

    async def aclose(self) -> None:
        """Close every database, all at the same time."""
        held, self._open = list(self._open.values()), {}
        async with asyncio.TaskGroup() as group:
            for database in held:
                group.create_task(database.aclose())

    async def _make_room(self) -> None:
        """Addresses change when somebody tries settings out: the oldest that is not ours goes."""
        while len(self._open) >= MAX_DATABASES:
            oldest = next(address for address in self._open if address != self._default)
            await self._open.pop(oldest).aclose()
