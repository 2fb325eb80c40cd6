"""Callers that want the same thing at the same moment share the making of it.

Whoever asks gets something whose making began after they asked, or under a mark that stood still since:
what they have just changed is in it. While one is made for the first who asked, the others wait, and share
it where their mark says that they may; the rest then share the next.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Made(Generic[T]):
    """What was made last."""

    value: T
    asked: int
    """How many had asked when its making began."""
    mark: Hashable | None


class Shared(Generic[T]):
    """One thing that is made anew for those who ask, one making at a time."""

    def __init__(self) -> None:
        self._asked = 0
        self._inside = 0
        self._ended: asyncio.Event | None = None
        """Set when the making that runs now is over."""
        self._newest: _Made[T] | None = None

    async def get(self, make: Callable[[], Awaitable[T]], mark: Hashable | None = None) -> T:
        """The thing, made after this call; an error of `make` is for its own caller only.

        Args:
            make: makes it.
            mark: the state that this caller has seen; what began to be made under an equal one will do.
        """
        self._asked += 1
        mine = self._asked
        self._inside += 1
        try:
            while (found := self._for(mine, mark)) is None:
                if self._ended is None:
                    found = await self._make(make, mark)
                    break
                # All who wait go on in the same turn of the loop. A lock would let one through in each, and
                # the last of many callers would wait as many turns of a loop that is busy with the rest.
                await self._ended.wait()
            return found.value
        finally:
            self._inside -= 1
            if not self._inside:
                self._newest = None

    def _for(self, mine: int, mark: Hashable | None) -> _Made[T] | None:
        newest = self._newest
        if newest is None:
            return None
        same = mark is not None and newest.mark == mark
        return newest if same or newest.asked >= mine else None

    async def _make(self, make: Callable[[], Awaitable[T]], mark: Hashable | None) -> _Made[T]:
        asked = self._asked
        self._ended = ended = asyncio.Event()
        try:
            made = self._newest = _Made(await make(), asked, mark)
        finally:
            self._ended = None
            ended.set()
        return made
