"""What running investigations have found so far: kept in memory, newest only, gone when the run is kept.

A partial answer is never stored: what counts is the answer at the end. It lives in the process that runs the
investigation, which is the one that tells its live channel; another replica says nothing of it.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from reliability_studio.domain.checks.record import Record

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
    """The runs of one organisation at this moment, by incident; never more than are running."""

    def __init__(self) -> None:
        self._running: dict[int, Running] = {}

    def of(self, incident_id: int) -> Running | None:
        """The run of an incident; None when it is not being investigated here."""
        return self._running.get(incident_id)

    def begin(self, incident_id: int, now: datetime) -> None:
        """A run begins, with nothing found."""
        self._running[incident_id] = Running(now)

    def found(self, incident_id: int, record: Record, waiting: tuple[str, ...]) -> None:
        """What has arrived so far says this; it replaces what was said before."""
        if (running := self._running.get(incident_id)) is not None:
            self._running[incident_id] = replace(running, record=record, waiting=waiting)

    def end(self, incident_id: int) -> None:
        """The run is over, whether it was kept or failed."""
        self._running.pop(incident_id, None)


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
