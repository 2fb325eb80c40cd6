"""The arithmetic of error budgets: whole numbers in, one division out.

With `N` total and `B` bad events (or slices) of a window and the budget `E = 1 - objective`:

    sli        = 1 - B/N                 defined only when N > 0
    burn       = (B/N) / E               1 means: spent exactly at the end of the window
    consumed   = burn of the SLO's own window
    remaining  = 1 - consumed            signed: it may fall far below zero and is never clamped
    allowed    = E * N                   bad events that the window may hold
    left       = E * N - B
    spent(I)   = B(I) / (E * N)          what an interval cost; adds up over disjoint intervals

Without events every share is None: no data is neither 0 % nor 100 %. Each result is one true division of
whole numbers, so it is the float next to the exact value; verdicts compare whole numbers and never floats.
"""

from dataclasses import dataclass
from fractions import Fraction

from reliability_studio.domain.slo.goals import SCALE, Objective


@dataclass(frozen=True, slots=True)
class Counts:
    """Bad events (or slices) out of a total."""

    bad: int
    total: int

    @property
    def good(self) -> int:
        """Those that were not bad."""
        return self.total - self.bad


def sli(counts: Counts) -> float | None:
    """Share of good events; None without events."""
    return counts.good / counts.total if counts.total > 0 else None


def error_ratio(counts: Counts) -> float | None:
    """Share of bad events; None without events. Not a burn rate: that is this divided by the budget."""
    return counts.bad / counts.total if counts.total > 0 else None


def burn(counts: Counts, objective: Objective) -> float | None:
    """How many times faster than allowed the budget is spent."""
    if counts.total <= 0:
        return None
    return counts.bad * SCALE / (objective.budget * counts.total)


def consumed(counts: Counts, objective: Objective) -> float | None:
    """Share of the budget that the SLO's own window has spent; may exceed 1."""
    return burn(counts, objective)


def remaining(counts: Counts, objective: Objective) -> float | None:
    """Share of the budget that is left; negative when overspent, without limit."""
    if counts.total <= 0:
        return None
    allowed = objective.budget * counts.total
    return (allowed - counts.bad * SCALE) / allowed


def allowed_bad(counts: Counts, objective: Objective) -> float:
    """Bad events that a window with this total may hold."""
    return objective.budget * counts.total / SCALE


def bad_left(counts: Counts, objective: Objective) -> float:
    """Bad events until the budget is spent; negative when overspent."""
    return (objective.budget * counts.total - counts.bad * SCALE) / SCALE


def minutes_left(counts: Counts, objective: Objective, window_s: int) -> float | None:
    """What is left as minutes of complete failure at the window's mean traffic."""
    if counts.total <= 0:
        return None
    left = (objective.budget * counts.total - counts.bad * SCALE) * window_s
    return left / (SCALE * counts.total * 60)


def spent(interval: Counts, window: Counts, objective: Objective) -> float | None:
    """Share of the window's budget that an interval within it has spent."""
    if window.total <= 0:
        return None
    return interval.bad * SCALE / (objective.budget * window.total)


def at_least(counts: Counts, objective: Objective, share_parts: int) -> bool:
    """Whether at least `share_parts` (parts per billion) of the budget is left, without rounding."""
    allowed = objective.budget * counts.total
    return (allowed - counts.bad * SCALE) * SCALE >= share_parts * allowed


def burns_faster(counts: Counts, objective: Objective, factor_parts: int) -> bool:
    """Whether the burn rate is above a factor given in parts per billion, without rounding."""
    if counts.total <= 0:
        return False
    return counts.bad * SCALE * SCALE > factor_parts * objective.budget * counts.total


def spends(interval: Counts, window: Counts, objective: Objective, share: Fraction) -> bool:
    """Whether an interval has spent more than a share of the whole window's budget, without rounding."""
    allowed = objective.budget * window.total * share.numerator
    return window.total > 0 and interval.bad * SCALE * share.denominator > allowed


def reached(counts: Counts, objective: Objective, percent: int) -> bool:
    """Whether at least so many percent of the budget are spent, without rounding."""
    return counts.total > 0 and counts.bad * SCALE * 100 >= percent * objective.budget * counts.total
