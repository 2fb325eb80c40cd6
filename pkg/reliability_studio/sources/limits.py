"""How hard one source may be pressed: calls at a time, and a circuit breaker that spares a broken one.

The breaker is a pure state machine (`Breaker`, moments are monotonic seconds):

    CLOSED ──`failures` in a row──► OPEN ──`open_s` later, one call──► HALF_OPEN
      ▲                              ▲                                    │
      └───────── success ────────────┼────────────────────────────────────┤
                                     └─── failure: open again, for twice as long, up to `max_open_s`

`SourceLimits` is the thin part around it: it holds the slots, bounds the queue and reports outcomes.
A call that is cancelled says nothing about the source, so it changes nothing but frees the probe.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from reliability_studio.clock import Clock
from reliability_studio.errors import SourceMalformed, SourceTimeout, SourceUnavailable


class BreakerState(StrEnum):
    """What the breaker does with the next call."""

    CLOSED = "closed"
    """Lets it through."""
    OPEN = "open"
    """Refuses it at once."""
    HALF_OPEN = "half_open"
    """One call is out to see whether the source is back; others are refused."""


class Admission(StrEnum):
    """Why a call may or may not go out."""

    ALLOWED = "allowed"
    PROBE = "probe"
    """Allowed, and the breaker closes or opens by its outcome."""
    OPEN = "open"
    PROBING = "probing"
    """Refused: another call is finding out just now."""


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When the breaker opens and for how long."""

    failures: int = 5
    open_s: float = 5.0
    max_open_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Breaker:
    """State of one source's breaker; every method gives the next state."""

    policy: BreakerPolicy = BreakerPolicy()
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    """Failures in a row."""
    until: float = 0.0
    """While open: the moment from which one call may try again."""
    open_s: float = 0.0
    """How long the breaker was last opened for; 0 after a success."""

    def admit(self, now: float) -> tuple["Breaker", Admission]:
        """May a call go out at `now`?"""
        if self.state is BreakerState.CLOSED:
            return self, Admission.ALLOWED
        if self.state is BreakerState.HALF_OPEN:
            return self, Admission.PROBING
        if now < self.until:
            return self, Admission.OPEN
        return replace(self, state=BreakerState.HALF_OPEN), Admission.PROBE

    def succeeded(self) -> "Breaker":
        """The source answered, be it to refuse the query: it works."""
        return Breaker(self.policy)

    def failed(self, now: float) -> "Breaker":
        """The source could not be reached, did not answer in time, or answered nonsense."""
        failures = self.failures + 1
        if self.state is BreakerState.CLOSED and failures < self.policy.failures:
            return replace(self, failures=failures)
        if self.state is BreakerState.OPEN:
            # A call that was let out before the breaker opened comes home: it proves nothing new.
            return self
        open_s = min(self.policy.max_open_s, self.open_s * 2 if self.open_s else self.policy.open_s)
        return replace(self, state=BreakerState.OPEN, failures=failures, until=now + open_s, open_s=open_s)

    def abandoned(self) -> "Breaker":
        """A call was cancelled. If it was the probe, the next call becomes it."""
        return replace(self, state=BreakerState.OPEN) if self.state is BreakerState.HALF_OPEN else self


class SourceLimits:
    """The slots and the breaker of one source."""

    def __init__(
        self,
        source: str,
        *,
        clock: Clock,
        max_concurrency: int,
        max_waiting: int = 1000,
        policy: BreakerPolicy | None = None,
    ) -> None:
        if max_concurrency < 1:
            raise ValueError("at least one call must be possible")
        self._source = source
        self._clock = clock
        self._slots = asyncio.Semaphore(max_concurrency)
        self._max_waiting = max_waiting
        self._waiting = 0
        self.breaker = Breaker(policy or BreakerPolicy())
        self._last_failure = ""

    @asynccontextmanager
    async def call(self) -> AsyncIterator[None]:
        """Hold a slot for one call; how the block ends tells the breaker about the source.

        Raises:
            SourceUnavailable: the breaker is open, or too many calls wait already.
        """
        if self._waiting >= self._max_waiting:
            raise self._refusal(f"{self._waiting} calls wait for it already")
        self._waiting += 1
        try:
            await self._slots.acquire()
        finally:
            self._waiting -= 1
        try:
            # Asked only now: while this call waited for its turn, the source may have broken or healed.
            probe = self._admit()
            async with self._judged(probe=probe):
                yield
        finally:
            self._slots.release()

    def _admit(self) -> bool:
        self.breaker, admission = self.breaker.admit(self._clock.monotonic())
        if admission is Admission.OPEN:
            wait = self.breaker.until - self._clock.monotonic()
            why = f"it failed {self.breaker.failures} times in a row; next try in {wait:.0f} s"
            raise self._refusal(f"{why}; the last time: {self._last_failure}")
        if admission is Admission.PROBING:
            raise self._refusal("it failed before, and one call is finding out whether it is back")
        return admission is Admission.PROBE

    @asynccontextmanager
    async def _judged(self, *, probe: bool) -> AsyncIterator[None]:
        try:
            yield
        except (SourceUnavailable, SourceTimeout, SourceMalformed) as error:
            self.breaker = self.breaker.failed(self._clock.monotonic())
            self._last_failure = str(error)
            raise
        except Exception:
            self.breaker = self.breaker.succeeded()
            raise
        except BaseException:
            if probe:
                self.breaker = self.breaker.abandoned()
            raise
        else:
            self.breaker = self.breaker.succeeded()

    def _refusal(self, why: str) -> SourceUnavailable:
        return SourceUnavailable(f"{self._source} is not asked now: {why}", source=self._source)
