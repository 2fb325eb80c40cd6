"""Notices of changes, from whoever commits one to whoever listens: bounded, per organisation.

A notice says what changed, never how: listeners read the thing with their own rights. Each listener has a
queue of its own; a slow one loses its oldest notices, which are counted, and holds up nobody.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from reliability_studio.observability.metrics import Metrics

QUEUE = 1_000
"""Notices that wait for one listener."""

MAX_LISTENERS = 1_000
"""Listeners of one organisation; Grafana opens one per server, however many browsers there are."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One change of one incident or of SLOs; holds nothing that a person wrote."""

    kind: str
    """`incident`, `slo`, or `reconnected`: anything may have changed."""
    number: str
    """Of the incident; the id of the SLO, empty when many were counted."""
    version: int
    change: str
    at: datetime


Carrier = Callable[[int, Notice], None]
"""Takes a notice of an organisation elsewhere, at once and without waiting."""


class Hub:
    """Fans notices out to the listeners of an organisation."""

    def __init__(self, metrics: Metrics | None = None, *, queue: int = QUEUE) -> None:
        counted = metrics or Metrics()
        self._queue = queue
        self._listeners: dict[int, set[_Listener]] = {}
        self._carriers: dict[int, Carrier] = {}
        self._published = counted.counter("notices_published", "Changes that were published.")
        self._dropped = counted.counter("notices_dropped", "Notices that a slow listener lost.")

    def carry(self, org_id: int, carrier: Carrier | None) -> None:
        """Who takes this organisation's notices to other processes; None: there are none."""
        if carrier is None:
            self._carriers.pop(org_id, None)
        else:
            self._carriers[org_id] = carrier

    def publish(self, org_id: int, notice: Notice) -> None:
        """Tell every listener, here and in other processes; call it after the commit."""
        self._published.inc()
        self.deliver(org_id, notice)
        if (carrier := self._carriers.get(org_id)) is not None:
            carrier(org_id, notice)

    def deliver(self, org_id: int, notice: Notice) -> None:
        """Tell the listeners of this process, of a change that another one published."""
        for listener in self._listeners.get(org_id, ()):
            if listener.put(notice):
                self._dropped.inc()

    @contextlib.asynccontextmanager
    async def subscribe(self, org_id: int) -> AsyncIterator[AsyncIterator[object]]:
        """Notices of one organisation from now on; ends with the block."""
        listener = _Listener(self._queue)
        listeners = self._listeners.setdefault(org_id, set())
        while len(listeners) >= MAX_LISTENERS:
            listeners.pop().close()
        listeners.add(listener)
        try:
            yield listener.notices()
        finally:
            listeners.discard(listener)
            if not listeners:
                self._listeners.pop(org_id, None)

    def listeners(self, org_id: int) -> int:
        """How many listen now."""
        return len(self._listeners.get(org_id, ()))


class _Listener:
    """One queue; the oldest gives way."""

    def __init__(self, bound: int) -> None:
        self._waiting: deque[Notice] = deque(maxlen=bound)
        self._ready = asyncio.Event()
        self._closed = False

    def put(self, notice: Notice) -> bool:
        """Queue a notice; True when the oldest had to go."""
        full = len(self._waiting) == self._waiting.maxlen
        self._waiting.append(notice)
        self._ready.set()
        return full

    def close(self) -> None:
        """End the stream: its place is given to another."""
        self._closed = True
        self._ready.set()

    async def notices(self) -> AsyncIterator[object]:
        """What comes, until closed or cancelled."""
        while not self._closed:
            while self._waiting:
                yield self._waiting.popleft()
            self._ready.clear()
            if not self._waiting and not self._closed:
                await self._ready.wait()
