"""The course of an SLO: what each step held, and what was left of the budget at its end.

Points lie on a grid that is as fine as the stored buckets allow and as coarse as the caller asks. The budget
of a point is that of the SLO's own window ending there, under the present objective: an edited target draws
the whole line anew, without a jump.
"""

from dataclasses import dataclass

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import account, window_value
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.windows import HOUR, period

STEPS_S = (60, 300, 900, 1800, 3600, 2 * 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 7 * 86_400)
"""Distances between points: they nest into the stored buckets, and people can read them."""


@dataclass(frozen=True, slots=True)
class Point:
    """One step that ends at `at` (Unix seconds)."""

    at: int
    bad: int
    total: int
    coverage: float | None
    sli: float | None
    remaining: float | None
    """Of the SLO's window that ends here."""
    burn: float | None
    """Of the hour that ends here."""


def step_for(length_s: int, points: int, finest_s: int) -> int:
    """The finest step that needs at most `points` points for a stretch of time."""
    fitting = (s for s in STEPS_S if s >= finest_s and length_s <= s * points)
    return next(fitting, -(-length_s // (points * 86_400)) * 86_400)


def course(definition: Definition, ledger: Tallies, start: int, end: int, step_s: int) -> tuple[Point, ...]:
    """Points every `step_s` seconds within `(start, end]`; a step before anything was measured has none."""
    first = ledger.first
    if first is None:
        return ()
    at = max(start, first) // step_s * step_s + step_s
    made: list[Point] = []
    while at <= min(end, ledger.end):
        made.append(_point(definition, ledger, at, step_s))
        at += step_s
    return tuple(made)


def _point(definition: Definition, ledger: Tallies, at: int, step_s: int) -> Point:
    step = window_value(definition, ledger, at - step_s, at, step_s)
    whole = period(definition.window, at)
    counts = account(definition, ledger.sums(whole.start, at), ledger.first)
    hour = window_value(definition, ledger, at - max(HOUR, step_s), at, max(HOUR, step_s))
    return Point(
        at=at,
        bad=step.counts.bad,
        total=step.counts.total,
        coverage=step.coverage,
        sli=step.sli,
        remaining=budget.remaining(counts, definition.objective),
        burn=hour.burn,
    )
