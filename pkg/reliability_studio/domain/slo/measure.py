"""From counts to what people read: one SLO's windows, budget and verdict at one moment.

`evaluate` looks up every window in the ledger and applies what is applied at read time: the objective, the
window, the policy for missing slices. Each number comes with the stretch of time it was really taken over,
its counts and its coverage. The verdict compares whole numbers:

    no_data     nothing was measured, or too little of the window
    breached    no budget left          critical   less than 25 %
    warning     less than 50 %          healthy    50 % or more
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.goals import SCALE, Objective
from reliability_studio.domain.slo.ledger import Sums, Tallies
from reliability_studio.domain.slo.spec import Definition, MissingData, Occurrences
from reliability_studio.domain.slo.windows import BURN_WINDOWS_S, Period, period

COVERAGE_FLOOR = 0.9
"""Below this measured share of a window its numbers are not shown as a verdict."""

_WARNING_BELOW = SCALE // 2
_CRITICAL_BELOW = SCALE // 4


class Status(StrEnum):
    """What people see first."""

    HEALTHY = "healthy"
    WARNING = "warning"
    CRITICAL = "critical"
    BREACHED = "breached"
    NO_DATA = "no_data"


class Reason(StrEnum):
    """Why the status is what it is."""

    BUDGET_LEFT = "budget_left"
    """Half of the budget or more is left."""
    BUDGET_BELOW_HALF = "budget_below_half"
    BUDGET_BELOW_QUARTER = "budget_below_quarter"
    BUDGET_SPENT = "budget_spent"
    NEVER_MEASURED = "never_measured"
    """No snapshot has had a series of the total yet."""
    NO_EVENTS = "no_events"
    """Measured, but nothing happened in the whole window."""
    LOW_COVERAGE = "low_coverage"
    """Less than nine tenths of the window could be measured."""
    STALE = "stale"
    """What was measured last is too old, or could not be measured anew."""
    MORE_BAD_THAN_TOTAL = "more_bad_than_total"
    """The selectors do not fit together: the part is not a part of the total."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A status, why, and the same for a person."""

    status: Status
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class WindowValue:
    """What one window holds."""

    length_s: int
    start: int
    """Unix seconds; where the window really starts, on the grid of the counts."""
    end: int
    counts: Counts
    coverage: float | None
    """Measured share of the time that could have been measured; None when nothing ever was."""
    sli: float | None
    burn: float | None


@dataclass(frozen=True, slots=True)
class Measurement:
    """One SLO at one moment."""

    as_of: int
    """End of the last counted bucket, Unix seconds."""
    objective: Objective
    period: Period
    window: WindowValue
    burns: tuple[WindowValue, ...]
    remaining: float | None
    consumed: float | None
    allowed_bad: float
    bad_left: float
    minutes_left: float | None
    measured_since: int | None
    """When the first bucket that could be measured began."""
    verdict: Verdict
    uncorrected: WindowValue | None = None
    """The window with the time that corrections exclude; None when there are none."""
    further: "Mapping[str, Measurement]" = field(default_factory=dict)
    """The same counts held against the further goals, by `Goal.text`."""


def evaluate(definition: Definition, ledger: Tallies, raw: Tallies | None = None) -> Measurement:
    """The SLO at the end of its ledger.

    Args:
        definition: what is promised.
        ledger: the counts, without the time that corrections exclude.
        raw: the counts with it; None: there are no corrections.
    """
    end = ledger.end
    whole = period(definition.window, end)
    window = window_value(definition, ledger, whole.start, end, whole.length_s)
    lengths = [length for length in BURN_WINDOWS_S if length < whole.length_s]
    burns = tuple(window_value(definition, ledger, end - length, end, length) for length in lengths)
    counts = window.counts
    uncorrected = (
        window_value(definition, raw, whole.start, raw.end, whole.length_s) if raw is not None else None
    )
    return Measurement(
        as_of=end,
        objective=definition.objective,
        period=whole,
        window=window,
        burns=burns,
        remaining=budget.remaining(counts, definition.objective),
        consumed=budget.consumed(counts, definition.objective),
        allowed_bad=budget.allowed_bad(counts, definition.objective),
        bad_left=budget.bad_left(counts, definition.objective),
        minutes_left=budget.minutes_left(counts, definition.objective, whole.length_s),
        measured_since=ledger.first,
        verdict=judge(definition.objective, window, measured_since=ledger.first),
        uncorrected=uncorrected,
        further={goal.text: evaluate(definition.promising(goal), ledger, raw) for goal in definition.further},
    )


def window_value(definition: Definition, ledger: Tallies, start: int, end: int, length_s: int) -> WindowValue:
    """The counts of `(start, end]` and the shares that follow from them."""
    sums = ledger.sums(start, end)
    counts = account(definition, sums, ledger.first)
    return WindowValue(
        length_s=length_s,
        start=min(start, sums.start),
        end=sums.end,
        counts=counts,
        coverage=coverage(sums, ledger.first),
        sli=budget.sli(counts),
        burn=budget.burn(counts, definition.objective),
    )


def account(definition: Definition, sums: Sums, first: int | None) -> Counts:
    """The counts that the budget is charged with: for slices, the policy decides about missing ones."""
    plain = Counts(sums.bad, sums.total)
    kept_as_counted = definition.missing in {MissingData.IGNORE, MissingData.LAST}
    if kept_as_counted or isinstance(definition.budgeting, Occurrences):
        return plain
    width = definition.budgeting.step_s
    if definition.missing is MissingData.GOOD:
        return Counts(sums.bad, max(sums.total, (sums.end - sums.start) // width))
    missing = (_expected_s(sums, first) - sums.covered_s) // width
    return Counts(sums.bad + max(0, missing), sums.total + max(0, missing))


def coverage(sums: Sums, first: int | None) -> float | None:
    """Measured share of the window, counted from when the SLO's series first existed."""
    expected = _expected_s(sums, first)
    return min(1.0, sums.covered_s / expected) if expected > 0 else None


def _expected_s(sums: Sums, first: int | None) -> int:
    return 0 if first is None else max(0, sums.end - max(sums.start, first))


def judge(objective: Objective, window: WindowValue, *, measured_since: int | None) -> Verdict:
    """The status of the SLO's own window."""
    counts = window.counts
    if measured_since is None or window.coverage is None:
        return Verdict(Status.NO_DATA, Reason.NEVER_MEASURED, "nothing was measured yet")
    if counts.total <= 0:
        return Verdict(Status.NO_DATA, Reason.NO_EVENTS, "no events in the whole window")
    if counts.bad > counts.total or counts.bad < 0:
        text = f"{counts.bad} bad of {counts.total} events: the selectors do not fit together"
        return Verdict(Status.NO_DATA, Reason.MORE_BAD_THAN_TOTAL, text)
    if window.coverage < COVERAGE_FLOOR:
        text = f"only {window.coverage:.1%} of the window was measured"
        return Verdict(Status.NO_DATA, Reason.LOW_COVERAGE, text)
    return _by_budget(objective, counts)


def _by_budget(objective: Objective, counts: Counts) -> Verdict:
    left = budget.remaining(counts, objective) or 0.0
    if counts.bad * SCALE >= objective.budget * counts.total:
        text = f"the error budget is spent: {left:.1%} left" if left else "the error budget is spent exactly"
        return Verdict(Status.BREACHED, Reason.BUDGET_SPENT, text)
    text = f"{left:.1%} of the error budget is left"
    if not budget.at_least(counts, objective, _CRITICAL_BELOW):
        return Verdict(Status.CRITICAL, Reason.BUDGET_BELOW_QUARTER, text)
    if not budget.at_least(counts, objective, _WARNING_BELOW):
        return Verdict(Status.WARNING, Reason.BUDGET_BELOW_HALF, text)
    return Verdict(Status.HEALTHY, Reason.BUDGET_LEFT, text)
