"""How hard the server of SLOs is pressed: fewer queries at a time when it gives way, more while it is well.

A refusal (overload, a deadline, a limit of samples, points or chunks) halves what may be under way and how
much history one query asks for; every answer lets both grow again by a little. A query that is wrong in
itself says nothing about the server and changes nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reliability_studio.errors import SourceError, SourceRejected, SourceTimeout, SourceUnavailable

MOST = 8
"""Queries that are under way at the same time when nothing is wrong."""
MOST_DAYS = 30
"""Days of history that one query asks for at most."""

_OF_LIMITS = ("too many", "exceed", "limit", "too large", "maximum")
"""Words of a refusal that is about size: of Prometheus, Mimir and Thanos."""


def presses(error: SourceError) -> bool:
    """Whether this failure means that less should be asked for."""
    if isinstance(error, SourceUnavailable | SourceTimeout):
        return True
    return isinstance(error, SourceRejected) and any(word in str(error).lower() for word in _OF_LIMITS)


class Pace:
    """The pace for one server, from minute to minute."""

    def __init__(self, most: int = MOST, most_days: int = MOST_DAYS, *, name: str = "the server") -> None:
        self._name = name
        self._most = most
        self._most_days = most_days
        self._allowed = float(most)
        self._days = most_days
        self._under_way = 0
        self._changed = asyncio.Condition()
        self._why = ""

    @property
    def at_once(self) -> int:
        """Queries that may be under way now."""
        return int(self._allowed)

    @property
    def days(self) -> int:
        """Days of history that one query may ask for."""
        return self._days

    @property
    def reason(self) -> str:
        """Why less is asked for than could be, for a person; empty when nothing is held back."""
        if self.at_once >= self._most and self.days >= self._most_days:
            return ""
        return (
            f"SLOs ask {self._name} {self.at_once} instead of {self._most} queries at a time, "
            f"and for {self.days} days of history in one: {self._why}"
        )

    @asynccontextmanager
    async def query(self, *, days: int = 0) -> AsyncIterator[None]:
        """A place for one query (or those of one SLO, one after the other); how it ends sets the pace.

        Args:
            days: of history that it asks for; 0: it asks for the present.
        """
        async with self._changed:
            await self._changed.wait_for(lambda: self._under_way < self.at_once)
            self._under_way += 1
        try:
            yield
        except SourceError as error:
            if presses(error):
                self._allowed = max(1.0, self._allowed / 2)
                self._days = max(1, min(self._days, days) // 2) if days else self._days
                self._why = str(error)[:300]
            raise
        else:
            self._allowed = min(float(self._most), self._allowed + 1 / self._allowed)
            self._days = min(self._most_days, self._days + 1) if days else self._days
        finally:
            self._under_way -= 1
            async with self._changed:
                self._changed.notify_all()
