"""How the budget goes on from here: old errors roll off, new ones arrive as they lately did.

For a rolling window the budget `h` from now is that of the window which then ends: what is now at its
beginning has left it. The smallest `h` at which it is spent is the forecast; never is an answer, and so is
"it is spent now and comes back at …". Two recent stretches (an hour, a day) give two rates and so a band.

    spent(h):  B(now - W + h, now) + b h  >=  E (N(now - W + h, now) + n h)

A calendar window keeps everything until its period ends, so what can still be spent depends on the traffic to
come: the mean of the same hours of earlier weeks, as far as they were measured, else the recent rate.
"""

from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.goals import SCALE, Calendar, Objective
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import account
from reliability_studio.domain.slo.spec import RATIO_UNITS, Definition, Occurrences, RatioTimeslices
from reliability_studio.domain.slo.windows import DAY, HOUR, Period, period

LOOKBACKS_S = (HOUR, DAY)
MAX_STEPS = 2000
"""Moments of the future that one scan tries: an hour apart, or more for windows of months."""

SOON_STEPS = 24
"""Moments that are tried when the question is only whether it comes soon."""

WEEK = 7 * DAY


class Fate(StrEnum):
    """What becomes of the budget."""

    SPENT = "spent"
    """It is spent already."""
    RUNS_OUT = "runs_out"
    LASTS = "lasts"
    """At this rate it is never spent; of a calendar window: not in this period."""
    UNKNOWN = "unknown"
    """Nothing was measured in the stretch that gives the rate."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """The budget's fate if things go on as over the last `lookback_s` seconds."""

    lookback_s: int
    counts: Counts
    """Of that stretch: the sample behind the rate."""
    fate: Fate
    at: int | None
    """When it is spent, or when a spent one comes back (Unix seconds); None: never."""


@dataclass(frozen=True, slots=True)
class FullPeriod:
    """The budget of a whole calendar period, of which a part is still to come."""

    period: Period
    projected_total: int
    """Events of the period so far, and those that are expected until its end."""
    allowed_bad: float
    bad_left: float
    remaining: float | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everything that is known about the future of one SLO's budget."""

    as_of: int
    outlooks: tuple[Outlook, ...]
    earliest: int | None
    """The band of the moments at which the budget is spent; None: at no rate that was seen."""
    latest: int | None
    """None: at one of the rates, never."""
    full_period: FullPeriod | None
    """Of calendar windows."""


def forecast(definition: Definition, ledger: Tallies) -> Forecast:
    """The forecast at the end of the ledger."""
    now = ledger.end
    window = period(definition.window, now)
    full = _full_period(definition, ledger, window, now)
    found = tuple(_outlook(definition, ledger, (window, full), length, now) for length in LOOKBACKS_S)
    known = [each for each in found if each.fate is not Fate.UNKNOWN]
    ends = [each.at for each in known if each.fate is Fate.RUNS_OUT and each.at is not None]
    all_end = bool(ends) and len(ends) == len(known)
    return Forecast(
        as_of=now,
        outlooks=found,
        earliest=min(ends, default=None),
        latest=max(ends) if all_end else None,
        full_period=full,
    )


def spent_within(definition: Definition, ledger: Tallies, within_s: int, at: int) -> Fate:
    """What becomes of the budget within that time from `at` on, by both rates: only what they agree on.

    It runs out if it does at the rate of the last hour and of the last day; an hour alone may be a slip, and
    a day alone may be over.
    """
    window = period(definition.window, at)
    full = _full_period(definition, ledger, window, at)
    found = [
        _outlook(definition, ledger, (window, full), length, at, within_s=within_s) for length in LOOKBACKS_S
    ]
    fates = {each.fate for each in found}
    if Fate.UNKNOWN in fates:
        return Fate.UNKNOWN
    soon = all(
        each.fate is Fate.SPENT
        or (each.fate is Fate.RUNS_OUT and each.at is not None and each.at <= at + within_s)
        for each in found
    )
    if not soon:
        return Fate.LASTS
    return Fate.SPENT if fates == {Fate.SPENT} else Fate.RUNS_OUT


def _outlook(
    definition: Definition,
    ledger: Tallies,
    whole: tuple[Period, FullPeriod | None],
    lookback_s: int,
    now: int,
    *,
    within_s: int | None = None,
) -> Outlook:
    window, full = whole
    sums = ledger.sums(now - lookback_s, now)
    recent = account(definition, sums, ledger.first)
    taken_s = sums.end - sums.start
    present = account(definition, ledger.sums(window.start, now), ledger.first)
    if recent.total <= 0 or taken_s <= 0 or present.total <= 0:
        return Outlook(lookback_s, recent, Fate.UNKNOWN, None)
    if full is not None:
        return _in_period(definition.objective, present, full, recent, (lookback_s, taken_s, now))
    spent_now = budget.reached(present, definition.objective, 100)
    if within_s is not None and (spent_now or recent.bad == 0):
        return Outlook(lookback_s, recent, Fate.SPENT if spent_now else Fate.LASTS, None)
    steps = _hours(window.length_s, MAX_STEPS) if within_s is None else _hours(within_s, SOON_STEPS)
    at = _turn(
        definition, ledger, (window.length_s, steps, now), (recent, taken_s), until_spent=not spent_now
    )
    if spent_now:
        return Outlook(lookback_s, recent, Fate.SPENT, at)
    return Outlook(lookback_s, recent, Fate.LASTS if at is None else Fate.RUNS_OUT, at)


def _hours(length_s: int, most: int) -> range:
    """Moments to try up to that far ahead, an hour apart, or more if there were too many."""
    step = max(HOUR, -(-length_s // most // HOUR) * HOUR)
    return range(step, length_s + step, step)


def _turn(
    definition: Definition,
    ledger: Tallies,
    moments: tuple[int, range, int],
    rate: tuple[Counts, int],
    *,
    until_spent: bool,
) -> int | None:
    """The first moment at which the budget is spent (or is no longer); None if it never comes.

    After a whole window everything old has rolled off and nothing changes any more.
    """
    (length, steps, now), (recent, taken_s) = moments, rate
    for ahead in steps:
        kept = Counts(0, 0)
        if ahead < length:
            kept = account(definition, ledger.sums(now - length + ahead, now), ledger.first)
        over = min(ahead, length)
        # Times the length of the stretch, so that rates stay whole numbers.
        then = Counts(kept.bad * taken_s + recent.bad * over, kept.total * taken_s + recent.total * over)
        if budget.reached(then, definition.objective, 100) is until_spent:
            return now + ahead
    return None


def _in_period(
    objective: Objective, present: Counts, full: FullPeriod, recent: Counts, moments: tuple[int, int, int]
) -> Outlook:
    lookback_s, taken_s, now = moments
    whole = Counts(present.bad, full.projected_total)
    if budget.reached(whole, objective, 100):
        return Outlook(lookback_s, recent, Fate.SPENT, None)
    if recent.bad == 0:
        return Outlook(lookback_s, recent, Fate.LASTS, None)
    missing = objective.budget * full.projected_total - present.bad * SCALE
    at = now + -(-missing * taken_s // (recent.bad * SCALE))
    if at >= full.period.end:
        return Outlook(lookback_s, recent, Fate.LASTS, None)
    return Outlook(lookback_s, recent, Fate.RUNS_OUT, at)


def _full_period(definition: Definition, ledger: Tallies, window: Period, now: int) -> FullPeriod | None:
    if not isinstance(definition.window, Calendar):
        return None
    so_far = account(definition, ledger.sums(window.start, now), ledger.first)
    total = _expected_slices(definition, window)
    if total is None:
        total = so_far.total + _traffic(ledger, now, window.end)
    whole = Counts(so_far.bad, total)
    return FullPeriod(
        period=window,
        projected_total=total,
        allowed_bad=budget.allowed_bad(whole, definition.objective),
        bad_left=budget.bad_left(whole, definition.objective),
        remaining=budget.remaining(whole, definition.objective),
    )


def _expected_slices(definition: Definition, window: Period) -> int | None:
    """Slices of the whole period, in the unit that they are counted in; None for events."""
    if isinstance(definition.budgeting, Occurrences):
        return None
    slices = window.length_s // definition.budgeting.step_s
    return slices * RATIO_UNITS if isinstance(definition.budgeting, RatioTimeslices) else slices


def _traffic(ledger: Tallies, start: int, end: int) -> int:
    """Events to expect in `(start, end]`: by the hour, as in the same hours of the weeks before."""
    usual = _per_hour(ledger, start)
    expected, at = 0, start
    while at < end:
        until = min(end, at // HOUR * HOUR + HOUR)
        hour = _same_hours(ledger, at // HOUR * HOUR, start)
        expected += (usual if hour is None else hour) * (until - at) // HOUR
        at = until
    return expected


def _same_hours(ledger: Tallies, hour: int, now: int) -> int | None:
    found: list[int] = []
    before = hour - WEEK
    while before >= ledger.start and len(found) < 4:  # noqa: PLR2004 - a month of weeks
        if before + HOUR <= now:
            sums = ledger.sums(before, before + HOUR)
            found += [sums.total] if sums.covered_s >= HOUR // 2 else []
        before -= WEEK
    return sum(found) // len(found) if found else None


def _per_hour(ledger: Tallies, now: int) -> int:
    sums = ledger.sums(now - DAY, now)
    return sums.total * HOUR // sums.covered_s if sums.covered_s else 0
