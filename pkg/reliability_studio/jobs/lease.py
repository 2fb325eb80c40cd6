"""Who runs the jobs of an organisation: one process of all that share its database.

The lease is a row with a holder and an end. The keeper renews it well before the end; when it cannot, it
counts as lost as soon as the end has come, and whatever runs under it is stopped. Another process takes
over within `TTL_S` plus one look.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta

TTL_S = 9.0
RENEW_S = 3.0


class Lease:
    """Whether this process may run an organisation's jobs, and what runs under that permission."""

    def __init__(self) -> None:
        self._until: datetime | None = None
        self._work: set[asyncio.Timeout] = set()
        self._changed = asyncio.Event()

    def held(self, now: datetime) -> bool:
        """Whether jobs may run now."""
        return self._until is not None and now < self._until

    def renewed(self, asked_at: datetime) -> None:
        """The store gave or prolonged it; it lasts from when it was asked for."""
        self._until = asked_at + timedelta(seconds=TTL_S)
        self._changed.set()

    def refused(self) -> None:
        """Somebody else holds it."""
        self._until = None
        self._stop()

    def unknown(self, now: datetime) -> None:
        """The store could not be asked: what we hold lasts until its end."""
        if not self.held(now):
            self.refused()

    async def wait(self) -> None:
        """Return when it was given."""
        self._changed.clear()
        await self._changed.wait()

    @contextlib.contextmanager
    def covering(self, scope: asyncio.Timeout) -> Iterator[None]:
        """Let the block's timeout end at once if the lease is lost."""
        self._work.add(scope)
        try:
            yield
        finally:
            self._work.discard(scope)

    def _stop(self) -> None:
        now = asyncio.get_running_loop().time()
        for scope in list(self._work):
            # A scope that is just ending by itself cannot be moved any more.
            with contextlib.suppress(RuntimeError):
                scope.reschedule(now)
