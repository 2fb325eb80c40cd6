"""Which stretch of time a window is, and at which burn rates somebody should know.

Rolling windows are lengths. Calendar windows are periods in a time zone, found by the calendar's own
arithmetic: a day may have 23 or 25 hours and a month is never 30 days by definition. The burn tables say,
per length of window, which share of the budget a tier tolerates; its factor follows from that:
`factor = share * window / long`. Constant factors for every window are a known mistake.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo

from reliability_studio.domain.slo.goals import SCALE, Calendar, CalendarUnit, Objective, Rolling, Window
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import Definition

HOUR = 3600
DAY = 86_400

BURN_WINDOWS_S = (300, 1800, HOUR, 2 * HOUR, 6 * HOUR, DAY, 3 * DAY)
"""Lengths over which burn rates are shown, beside the SLO's own window."""


@dataclass(frozen=True, slots=True)
class Period:
    """`[start, end)` in Unix seconds: the whole window, of which calendar windows have seen only a part."""

    start: int
    end: int

    @property
    def length_s(self) -> int:
        """Seconds from start to end."""
        return self.end - self.start


def period(window: Window, now: int) -> Period:
    """The window at `now` (Unix seconds). A rolling one ends now, a calendar one with its period."""
    if isinstance(window, Rolling):
        return Period(now - window.days * DAY, now)
    return _calendar_period(window, now)


def reaches_back_to(definition: Definition, now: int) -> int:
    """Where the window that began first of all that are promised starts, Unix seconds."""
    return min(period(goal.window, now).start for goal in definition.goals)


def _calendar_period(window: Calendar, now: int) -> Period:
    zone = ZoneInfo(window.zone)
    # The moment `now` closes the bucket before it, so it still belongs to the period that it may end.
    last = now - 1
    local = datetime.fromtimestamp(last, UTC).astimezone(zone)
    number = _number(window, local.replace(tzinfo=None))
    # Near a boundary the clock's own jumps may put the moment one period aside.
    while _begin(window, number, zone) > last:
        number -= 1
    while _begin(window, number + 1, zone) <= last:
        number += 1
    return Period(_begin(window, number, zone), _begin(window, number + 1, zone))


_MONTHS = {CalendarUnit.MONTH: 1, CalendarUnit.QUARTER: 3, CalendarUnit.YEAR: 12}


def _number(window: Calendar, local: datetime) -> int:
    """How many periods lie about between the anchor and a moment by the zone's clock."""
    anchor = window.anchor
    if window.unit is CalendarUnit.WEEK:
        return (local - anchor) // timedelta(days=7)
    return ((local.year - anchor.year) * 12 + local.month - anchor.month) // _MONTHS[window.unit]


def _begin(window: Calendar, number: int, zone: ZoneInfo) -> int:
    """When a period begins, counted from the anchor's."""
    anchor = window.anchor
    if window.unit is CalendarUnit.WEEK:
        first = anchor + number * timedelta(days=7)
    else:
        months = anchor.year * 12 + anchor.month - 1 + number * _MONTHS[window.unit]
        first = anchor.replace(year=months // 12, month=months % 12 + 1)
    return int(first.replace(tzinfo=zone).timestamp())


@dataclass(frozen=True, slots=True)
class Tier:
    """One pair of windows of a multi-window, multi-burn-rate alert."""

    name: str
    severity: Severity
    long_s: int
    short_s: int
    factor: Fraction
    """Burn rate that both windows must exceed."""
    share: Fraction
    """Share of the budget that is gone when the long window has burned at the factor."""

    @property
    def factor_parts(self) -> int:
        """The factor in parts per billion, for comparisons without rounding."""
        return int(self.factor * SCALE)


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    severity: Severity
    long_s: int
    short_s: int
    percent: Sequence[tuple[int, int]]
    """(windows up to this many days, tolerated percent of the budget), shortest first."""


_ROWS = (
    _Row("page-quick", Severity.PAGE, HOUR, 300, ((10, 10), (45, 2), (400, 1))),
    _Row("page-slow", Severity.PAGE, 6 * HOUR, 1800, ((10, 20), (45, 5), (400, 3))),
    _Row("ticket-quick", Severity.TICKET, DAY, 2 * HOUR, ((10, 40), (45, 10), (400, 5))),
    _Row("ticket-slow", Severity.TICKET, 3 * DAY, 6 * HOUR, ((10, 0), (45, 10), (400, 10))),
)

STANDARD_TIERS = tuple((row.name, row.severity) for row in _ROWS)
"""Names of the tiers that hold without choices, and how urgent each is."""

CEILING_SHARE = Fraction(95, 100)
"""A factor must stay below this share of `1 / budget`, the burn rate of complete failure."""


@lru_cache(maxsize=512)
def tiers(objective: Objective, window_s: int) -> tuple[Tier, ...]:
    """The burn-rate tiers of an SLO, with factors for its window and below the ceiling of its objective.

    A tier is left out when it could only ever be wrong: a page at a burn rate of 1 or less, a ticket for a
    long window that is not much shorter than the SLO's own, and a slow ticket on short windows.
    """
    ceiling = CEILING_SHARE * SCALE / objective.budget
    made: list[Tier] = []
    for row in _ROWS:
        share = Fraction(next((p for days, p in row.percent if window_s <= days * DAY), 0), 100)
        factor = min(share * window_s / row.long_s, ceiling)
        least = Fraction(1) if row.severity is Severity.PAGE else Fraction(9, 10)
        if factor > least and row.long_s * 2 <= window_s:
            made.append(Tier(row.name, row.severity, row.long_s, row.short_s, factor, share))
    return tuple(made)


def chosen_tiers(definition: Definition, window_s: int) -> tuple[Tier, ...]:
    """The tiers that this SLO alerts on: its own rules or the standard ones, without those switched off."""
    policy = definition.alerts
    found = tiers(definition.objective, window_s)
    if policy.rules:
        found = tuple(
            Tier(r.name, r.severity, r.long_s, r.short_s, r.factor, r.factor * r.long_s / window_s)
            for r in policy.rules
        )
    kept = [tier for tier in found if tier.name not in policy.off]
    return tuple(replace(tier, severity=policy.severity(tier.name, tier.severity)) for tier in kept)


def detection_s(tier: Tier, objective: Objective, error_ratio: Fraction) -> Fraction:
    """Seconds until a constant error ratio from nothing makes the long window exceed the factor."""
    return tier.factor * Fraction(objective.budget, SCALE) / error_ratio * tier.long_s
