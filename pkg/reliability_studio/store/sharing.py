"""Callers that want the same thing at the same moment share the making of it.

Whoever asks gets something whose making began after they asked, never before: what they have just changed is
in it. While one is made for the first who asked, the others wait, and then share the next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shared(Generic[T]):
    """One thing that is made anew for those who ask, one making at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._asked = 0
        self._newest: tuple[int, T] | None = None
        """What was made last, and how many had asked when its making began."""

    async def get(self, make: Callable[[], Awaitable[T]]) -> T:
        """The thing, made after this call; an error of `make` is for its own caller only."""
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._newest is not None and self._newest[0] >= mine:
                return self._newest[1]
            began = self._asked
            made = await make()
            self._newest = (began, made)
            return made
