"""Answers of expensive reads, kept as the bytes that they were sent as while the database stays the same.

    mark = now's mark of the database
    kept under the same mark?  → sent as it is
    else: made once for all who ask under the same mark, from a mark that is read before the data

Never older than the request: a mark is taken after the request came, and it changes with every commit of
every process. What else an answer depends on (who may see it, the clock) belongs into its key.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Protocol, TypeAlias

from reliability_studio.api.router import Reply
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store.marks import Mark
from reliability_studio.store.sharing import Shared

MOST_BYTES = 8 << 20
"""Of all answers that one process keeps; those that were asked for longest ago give way."""
LARGEST = 1 << 20
"""Bytes of an answer that is kept at all."""
MOST = 1_000
"""Answers that are kept or being made."""


class Marked(Protocol):
    """A database that says whether it changed; one object per database."""

    async def mark(self) -> Mark | None:
        """The mark of this moment; None when it cannot say."""
        ...


_Where: TypeAlias = tuple[Marked, Hashable]


class _Found(StrEnum):
    """Where an answer came from: a metric's label."""

    KEPT = "kept"
    MADE = "made"


@dataclass(slots=True)
class _Place:
    """One answer: the mark that it was made under, and its making."""

    mark: Mark | None = None
    reply: Reply | None = None
    making: Shared[Reply] = field(default_factory=Shared)

    @property
    def size(self) -> int:
        return len(self.reply.value) if self.reply and isinstance(self.reply.value, bytes) else 0


class Kept:
    """The answers that one process keeps, for all its databases and organisations."""

    def __init__(self, metrics: Metrics | None = None, *, most_bytes: int = MOST_BYTES) -> None:
        counted = metrics or Metrics()
        self._most_bytes = most_bytes
        self._places: OrderedDict[_Where, _Place] = OrderedDict()
        self._bytes = 0
        answers = counted.counters(
            "kept_answers",
            "Answers of reads that are kept, by where they came from.",
            {"found": tuple(_Found)},
        )
        self._counts = {found: answers.of(found=found) for found in _Found}
        counted.gauge("kept_answers_bytes", "Bytes of the answers kept.").set_function(lambda: self._bytes)

    async def of(self, database: Marked, key: Hashable, make: Callable[[], Awaitable[Reply]]) -> Reply:
        """The answer under this key, kept or made; an error of `make` is raised and not kept.

        Args:
            database: everything that `make` reads is in it.
            key: what is asked, with all that the answer depends on beside the database.
            make: reads and encodes.
        """
        where = (database, key)
        place = self._place(where)
        mark = await database.mark()
        if place.reply is not None and mark is not None and place.mark == mark:
            self._counts[_Found.KEPT].inc()
            return place.reply
        return await place.making.get(partial(self._made, where, place, make), mark)

    async def _made(self, where: _Where, place: _Place, make: Callable[[], Awaitable[Reply]]) -> Reply:
        mark = await where[0].mark()
        reply = await make()
        self._counts[_Found.MADE].inc()
        if self._places.get(where) is place:
            self._bytes -= place.size
            place.mark, place.reply = mark, reply
            if place.size > LARGEST:
                place.reply = None
            self._bytes += place.size
            self._make_room()
        return reply

    def _place(self, where: _Where) -> _Place:
        place = self._places.get(where)
        if place is None:
            place = self._places[where] = _Place()
            self._make_room()
        self._places.move_to_end(where)
        return place

    def _make_room(self) -> None:
        while len(self._places) > MOST or (self._bytes > self._most_bytes and len(self._places) > 1):
            _, gone = self._places.popitem(last=False)
            self._bytes -= gone.size
