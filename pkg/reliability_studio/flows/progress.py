"""What running investigations have found so far: kept beside the incident until the run is kept or fails.

A partial answer is no evidence and has no history: the answer at the end replaces it. Every process that
shares the database sees the run, so that no incident is investigated twice at once and a page says the same
whichever replica answers it.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks.record import Record
from reliability_studio.errors import StoreError
from reliability_studio.store import running as stored
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Running:
    """One run that is not at its end."""

    began: datetime
    waiting: tuple[str, ...] = ()
    """Sources that have not answered yet."""
    record: Record | None = None
    """The answer from what has arrived; None before the first source answered."""


class Progress:
    """The runs of one organisation at this moment, by incident."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    @contextlib.asynccontextmanager
    async def run(self, incident_id: int, now: datetime) -> AsyncIterator[str | None]:
        """A run of an incident; None when another one is at it. It ends at the latest with the block.

        Raises:
            StoreError: the beginning could not be written down.
        """
        name = uuid4().hex
        async with self._database.writing() as connection:
            claimed = await stored.claim(connection, self._org_id, incident_id, name, now)
        if not claimed:
            yield None
            return
        try:
            yield name
        finally:
            await self._release(name)

    async def found(self, run: str, now: datetime, record: Record, waiting: Sequence[str]) -> None:
        """What has arrived so far says this. Not worth a failed run: what cannot be written is left out."""
        try:
            async with self._database.writing() as connection:
                await stored.found(connection, run, now, waiting, record)
        except StoreError as error:
            _log.warning("a partial answer was not written down", extra={"reason": str(error)})

    async def _release(self, run: str) -> None:
        """A run that cannot be taken away counts as lost after a while."""
        try:
            async with self._database.writing() as connection:
                await stored.release(connection, run)
        except StoreError as error:
            _log.warning("the end of an investigation was not written down", extra={"reason": str(error)})


async def running(connection: AsyncConnection, incident_id: int, now: datetime) -> Running | None:
    """The run of an incident, in whichever process; None when it is not being investigated."""
    found = await stored.of(connection, incident_id, now)
    if found is None:
        return None
    try:
        record = None if found.answer is None else msgspec.convert(found.answer, Record)
    except msgspec.ValidationError:
        record = None  # A replica of another version runs it; its answer at the end is told as such.
    return Running(found.began, found.waiting, record)


class Newest(Generic[T]):
    """A mailbox of one: what is put in replaces what nobody took; a slow reader skips and never lags."""

    def __init__(self) -> None:
        self._waiting: list[T] = []
        self._ready = asyncio.Event()

    def put(self, item: T) -> None:
        """Leave the newest."""
        self._waiting[:] = [item]
        self._ready.set()

    async def take(self) -> T:
        """Wait for one, and take it."""
        await self._ready.wait()
        self._ready.clear()
        return self._waiting.pop()
