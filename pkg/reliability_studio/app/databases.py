"""The databases of this process: the one of the deployment, and those that organisations brought.

An organisation that gives a PostgreSQL address in its secure settings keeps its incidents and SLOs there;
what the plugin itself must remember (the sealed settings) stays in the deployment's database. Each address
is opened once, migrated, and shared by every runtime that uses it. Opening one waits for no other: an
organisation whose server is away holds up nobody else.
"""

import asyncio
from dataclasses import dataclass, field

from reliability_studio.clock import Clock
from reliability_studio.errors import StoreError
from reliability_studio.settings.deployment import Deployment
from reliability_studio.store.engine import Database

MAX_DATABASES = 50
"""Addresses that one process keeps open; more are a mistake in the settings."""

AGAIN_S = 2.0
"""How long a failure to open stands for those who ask next: the calls of a page would each wait for their own
attempt, one after the other."""


@dataclass(slots=True)
class _Attempt:
    """The opening of one address: one at a time, and how the last one failed."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    failure: StoreError | None = None
    failed_at: float = 0.0


class Databases:
    """Opens databases by address; closes all of them at the end."""

    def __init__(self, deployment: Deployment, clock: Clock) -> None:
        self._default = deployment.database_url or f"sqlite:///{deployment.sqlite_path}"
        self._clock = clock
        self._open: dict[str, Database] = {}
        self._attempts: dict[str, _Attempt] = {}

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
        if (found := self._open.get(address)) is not None:
            return found
        attempt = self._attempt(address)
        async with attempt.turn:
            if (found := self._open.get(address)) is not None:
                return found
            if attempt.failure is not None and self._clock.monotonic() - attempt.failed_at < AGAIN_S:
                raise attempt.failure.with_traceback(None)
            try:
                opened = await Database.open(address)
            except StoreError as error:
                attempt.failure, attempt.failed_at = error, self._clock.monotonic()
                raise
            self._attempts.pop(address, None)
            self._open[address] = opened
            await self._make_room()
            return opened

    async def aclose(self) -> None:
        """Close every database, all at the same time."""
        held, self._open = list(self._open.values()), {}
        async with asyncio.TaskGroup() as group:
            for database in held:
                group.create_task(database.aclose())

    def _attempt(self, address: str) -> _Attempt:
        """The attempt at an address; the oldest that nobody makes any more is forgotten."""
        attempt = self._attempts.setdefault(address, _Attempt())
        if len(self._attempts) > MAX_DATABASES:
            idle = (
                one for one, known in self._attempts.items() if one != address and not known.turn.locked()
            )
            self._attempts.pop(next(idle, ""), None)
        return attempt

    async def _make_room(self) -> None:
        """Addresses change when somebody tries settings out: the oldest that is not ours goes."""
        while len(self._open) > MAX_DATABASES:
            oldest = next(address for address in self._open if address != self._default)
            await self._open.pop(oldest).aclose()
