"""When the process must end, and the certainty that it does.

A stop is asked for by the host (Shutdown), by an operator (SIGTERM), or because the host is gone: nothing
tells a plugin that Grafana was killed, it is only given a new parent. One daemon thread watches that. The
same thread ends the process by force when a stop takes too long, and when the event loop stands still: a
host that asks a stuck plugin to stop waits for ever.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from enum import StrEnum

_log = logging.getLogger(__name__)

STOP_S = 1.5
"""The host kills 2 s after it asked."""
TICK_S = 1.0
STALL_TICKS = 5
"""Ticks without a turn of the event loop after which the log says where it hangs."""
STUCK_TICKS = 60
"""Ticks without a turn after which the process ends, so that the host starts a new one."""

FORCED = 1
"""Exit status of a process that had to be ended by force."""


class StopReason(StrEnum):
    """Why the process stops."""

    HOST_ASKED = "the host asked"
    TERMINATED = "SIGTERM"
    ORPHANED = "the host is gone"


class Lifeline:
    """Asks for the stop, watches over it, and over the host."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        parent: int,
        *,
        parent_now: Callable[[], int] = os.getppid,
        leave: Callable[[int], object] = os._exit,
        tick_s: float = TICK_S,
    ) -> None:
        self.stopping = asyncio.Event()
        self._loop = loop
        self._parent = parent
        self._parent_now = parent_now
        self._leave = leave
        self._tick_s = tick_s
        self._main = threading.get_ident()
        self._asked = threading.Event()
        self._done = threading.Event()
        self._beats = 0

    def stop(self, reason: StopReason) -> None:
        """Set the stop in motion; returns at once. Call it on the event loop."""
        if self.stopping.is_set():
            return
        _log.info("stopping", extra={"reason": reason.value})
        self.stopping.set()
        self._asked.set()

    @contextlib.contextmanager
    def guarded(self) -> Iterator[None]:
        """Watch while the block runs; SIGTERM stops it."""
        thread = threading.Thread(target=self._watch, name="lifeline", daemon=True)
        with contextlib.suppress(ValueError, RuntimeError):
            # Not on a main thread: then nobody sends us signals either.
            self._loop.add_signal_handler(signal.SIGTERM, self.stop, StopReason.TERMINATED)
        thread.start()
        try:
            yield
        finally:
            self._asked.set()
            self._done.set()
            self._loop.remove_signal_handler(signal.SIGTERM)

    def _watch(self) -> None:
        still = seen = 0
        while not self._asked.wait(self._tick_s):
            if self._parent_now() != self._parent:
                self._on_loop(lambda: self.stop(StopReason.ORPHANED))
                break
            still = still + 1 if self._beats == seen else 0
            seen = self._beats
            self._stalled(still)
            self._on_loop(self._beat)
        if not self._done.wait(STOP_S):
            _log.error("the stop took too long; ending the process by force")
            self._leave(FORCED)

    def _beat(self) -> None:
        self._beats += 1

    def _on_loop(self, what: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is ending anyway
            self._loop.call_soon_threadsafe(what)

    def _stalled(self, ticks: int) -> None:
        if ticks == STALL_TICKS:
            frame = sys._current_frames().get(self._main)  # noqa: SLF001 - the documented way to see another thread
            stack = "".join(traceback.format_stack(frame)) if frame else ""
            _log.error("the event loop stands still", extra={"seconds": ticks * self._tick_s, "where": stack})
        if ticks >= STUCK_TICKS:
            _log.critical("the event loop is stuck; ending the process")
            self._leave(FORCED)
