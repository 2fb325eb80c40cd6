"""What is promised: which share must be good, over which window. Values only.

Goal ── one promise; the same counts can be held against several
├─ Objective   exact, in parts per billion; 100 % is refused
└─ Window      Rolling(days) · Calendar(unit, zone, anchor)
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.numbers import decimal_of

SCALE = 10**9
"""Objectives are kept in parts per billion: 99.999 % is exact, and so is 99.99999 %."""


@dataclass(frozen=True, slots=True, order=True)
class Objective:
    """The share that must be good, in parts per billion. Strictly between 0 and 100 %."""

    parts: int

    @classmethod
    def percent(cls, value: Decimal | str, path: str = "$.objective") -> "Objective":
        """From a percentage, exactly as written.

        Raises:
            BadSpec: not a number, not between 0 and 100, 100 itself, or finer than parts per billion.
        """
        try:
            number = decimal_of(value)
        except ValueError as error:
            raise BadSpec(path, "must be a percentage like 99.9") from error
        if number <= 0 or number > 100:  # noqa: PLR2004 - percent
            raise BadSpec(path, "must lie between 0 and 100 percent")
        if number == 100:  # noqa: PLR2004 - percent
            raise BadSpec(path, "100% leaves no error budget: nothing could ever be spent; choose less")
        parts = Fraction(number) * SCALE / 100  # exact, where a decimal would be rounded
        if parts.denominator != 1:
            raise BadSpec(path, "may have at most seven digits after the point")
        return cls(parts.numerator)

    @property
    def budget(self) -> int:
        """The share that may be bad, in parts per billion; never 0."""
        return SCALE - self.parts

    @property
    def text(self) -> str:
        """As a percentage without trailing zeros: `99.9`."""
        number = Decimal(self.parts) * 100 / SCALE
        return f"{number.normalize():f}"

    def met(self, good: int, total: int) -> bool:
        """Whether `good` of `total` fulfil the objective, exactly."""
        return good * SCALE >= self.parts * total


@dataclass(frozen=True, slots=True)
class Rolling:
    """The last `days` days, at any moment."""

    days: int

    def __post_init__(self) -> None:
        if not 1 <= self.days <= 366:  # noqa: PLR2004 - a year
            raise BadSpec("$.window.days", "must lie between 1 and 366")

    @property
    def text(self) -> str:
        """For people: `rolling 30d`."""
        return f"rolling {self.days}d"


CALENDARS_OWN = datetime(2024, 1, 1)  # noqa: DTZ001 - by the clock of whatever zone
"""Midnight of a Monday that is the first day of a month, a quarter and a year: the calendar's own periods."""


class CalendarUnit(StrEnum):
    """Periods of the calendar."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The running week, month, quarter or year in a time zone."""

    unit: CalendarUnit
    zone: str = "UTC"
    """An IANA name; checked where the definition comes in."""
    anchor: datetime = CALENDARS_OWN
    """A moment by the zone's clock (without zone) with which a period began; the others follow from it."""

    def __post_init__(self) -> None:
        at = self.anchor
        if at.tzinfo is not None or (at.minute, at.second, at.microsecond) != (0, 0, 0):
            raise BadSpec(
                "$.window.anchor", "must be a full hour by the clock of `zone`, like 2024-01-15T06:00"
            )
        if self.unit is not CalendarUnit.WEEK and at.day > 28:  # noqa: PLR2004 - every month has as many
            raise BadSpec("$.window.anchor", "must not lie after the 28th: not every month has that day")

    @property
    def text(self) -> str:
        """For people: `calendar month (Europe/Berlin)`."""
        own = self.anchor == CALENDARS_OWN
        begin = "" if own else f" from {self.anchor.isoformat(' ', 'minutes')}"
        return f"calendar {self.unit.value}{begin} ({self.zone})"


Window: TypeAlias = Rolling | Calendar


@dataclass(frozen=True, slots=True)
class Goal:
    """One promise: so much must be good over this window. The same counts can be held against several."""

    objective: Objective
    window: Window
    alerting: bool = False
    """Whether somebody is told when it is missed: it has an alert of its own."""

    @property
    def text(self) -> str:
        """For people, and as a key; exact: `99.9%, rolling 30d`."""
        return f"{self.objective.text}%, {self.window.text}"
