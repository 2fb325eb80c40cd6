"""Maintenance windows: times in which alerts of some services are expected, and what becomes of them.

A window is one stretch of time, or one that comes again each day or each week at the same time of day in its
time zone. Nothing is thrown away: an alert in a window is kept with the reason, and one that still fires when
the window is over is placed like a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reliability_studio.domain.catalog import service_of
from reliability_studio.domain.incidents.matchers import Matcher

MAX_LENGTH = timedelta(days=31)


class Effect(StrEnum):
    """What becomes of an alert in a window."""

    SET_ASIDE = "set_aside"
    """It is kept and joins nothing."""
    JOIN = "join"
    """It joins an incident that is open anyway, without making it louder; it opens and reopens none."""


class Repeat(StrEnum):
    """How often a window comes."""

    ONCE = "once"
    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def days(self) -> int:
        """Days from one run to the next; 0 when there is no next."""
        return {Repeat.ONCE: 0, Repeat.DAILY: 1, Repeat.WEEKLY: 7}[self]


class Phase(StrEnum):
    """Where a window stands."""

    PLANNED = "planned"
    ACTIVE = "active"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of a window; the end does not belong to it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """One maintenance window. Without services and matchers it covers every alert."""

    title: str
    starts_at: datetime
    ends_at: datetime
    """End of the first run."""
    services: tuple[str, ...] = ()
    """Any of them; empty means every service."""
    matchers: tuple[Matcher, ...] = ()
    """All must hold as well."""
    effect: Effect = Effect.SET_ASIDE
    repeat: Repeat = Repeat.ONCE
    until: datetime | None = None
    """No run begins at or after this moment; None means that it goes on."""
    zone: str = "UTC"
    """Whose time of day repeats."""
    comment: str = ""

    def run_at(self, now: datetime) -> Run | None:
        """The run that is on at a moment; None between them."""
        run = self._latest(now)
        return run if run is not None and now < run.end else None

    def next_run(self, now: datetime) -> Run | None:
        """The run that is on, else the next one; None when there is none any more."""
        if self.repeat is Repeat.ONCE:
            return Run(self.starts_at, self.ends_at) if now < self.ends_at else None
        latest = self._latest(now)
        if latest is not None and now < latest.end:
            return latest
        following = self._run(0 if latest is None else self._index(latest.start) + 1)
        return None if self.until is not None and following.start >= self.until else following

    def phase(self, now: datetime) -> Phase:
        """Whether it is on, still to come, or over for good."""
        if self.run_at(now) is not None:
            return Phase.ACTIVE
        return Phase.OVER if self.next_run(now) is None else Phase.PLANNED

    def covers(self, labels: Mapping[str, str], now: datetime) -> bool:
        """Whether an alert with these labels falls into the window at a moment."""
        if self.run_at(now) is None:
            return False
        fits = not self.services or service_of(labels) in self.services
        return fits and all(matcher.matches(labels) for matcher in self.matchers)

    def _latest(self, now: datetime) -> Run | None:
        """The last run that began at or before a moment."""
        if now < self.starts_at:
            return None
        index = self._index(now if self.until is None else min(now, self.until))
        # The day is right; the time of day may not be reached yet, or lie at the end of it all.
        while index > 0 and not self._begun(self._run(index), now):
            index -= 1
        return self._run(index)

    def _begun(self, run: Run, now: datetime) -> bool:
        return run.start <= now and (self.until is None or run.start < self.until)

    def _index(self, at: datetime) -> int:
        """Which run begins on the day of a moment or was the last before it."""
        if self.repeat.days == 0:
            return 0
        zone = ZoneInfo(self.zone)
        days = (at.astimezone(zone).date() - self.starts_at.astimezone(zone).date()).days
        return max(0, days // self.repeat.days)

    def _run(self, index: int) -> Run:
        if index == 0:
            return Run(self.starts_at, self.ends_at)
        first = self.starts_at.astimezone(ZoneInfo(self.zone))
        start = (first + timedelta(days=index * self.repeat.days)).astimezone(UTC)
        return Run(start, start + (self.ends_at - self.starts_at))
