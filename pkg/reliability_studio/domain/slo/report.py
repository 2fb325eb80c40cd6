"""What periods of the calendar came to: one line per SLO and period, each with its counts.

The objective is the present one, as everywhere; a period that is not over yet counts up to now. Percentages
are never averaged: several periods together are the sum of their counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.goals import Calendar
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import account, coverage
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.windows import Period, period

MAX_PERIODS = 60
WORST = 3
"""Incidents that are named per line."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The time of one incident, Unix seconds."""

    number: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one incident took of a period's budget."""

    incident: Stretch
    bad: int
    spent: float | None


@dataclass(frozen=True, slots=True)
class Line:
    """One SLO over one period."""

    period: Period
    taken: Period
    """The stretch that was really counted: cut to now, on the grid of what is kept."""
    complete: bool
    """Whether the period is over."""
    counts: Counts
    coverage: float | None
    sli: float | None
    met: bool | None
    """Whether the objective was met; None without events."""
    consumed: float | None
    bad_left: float
    worst: tuple[Cost, ...]
    """The incidents that cost most."""


def periods(window: Calendar, now: int, count: int) -> list[Period]:
    """The running period of the calendar and those before it, oldest first."""
    made: list[Period] = []
    at = now
    for _ in range(count):
        made.append(period(window, at))
        at = made[-1].start
    return made[::-1]


def lines(
    definition: Definition, ledger: Tallies, wanted: Sequence[Period], incidents: Sequence[Stretch]
) -> Iterator[Line]:
    """One line per period of which the ledger knows anything."""
    for each in wanted:
        if ledger.first is not None and each.end > ledger.first and each.start < ledger.end:
            yield _line(definition, ledger, each, incidents)


def _line(definition: Definition, ledger: Tallies, whole: Period, incidents: Sequence[Stretch]) -> Line:
    sums = ledger.sums(whole.start, whole.end)
    counts = account(definition, sums, ledger.first)
    objective = definition.objective
    costs = [_cost(definition, ledger, whole, counts, each) for each in incidents]
    costs = sorted((c for c in costs if c.bad > 0), key=lambda c: (-c.bad, c.incident.number))
    return Line(
        period=whole,
        taken=Period(sums.start, sums.end),
        complete=whole.end <= ledger.end,
        counts=counts,
        coverage=coverage(sums, ledger.first),
        sli=budget.sli(counts),
        met=objective.met(counts.good, counts.total) if counts.total > 0 else None,
        consumed=budget.consumed(counts, objective),
        bad_left=budget.bad_left(counts, objective),
        worst=tuple(costs[:WORST]),
    )


def _cost(definition: Definition, ledger: Tallies, whole: Period, counts: Counts, incident: Stretch) -> Cost:
    start, end = max(incident.start, whole.start), min(incident.end, whole.end)
    if start >= end:
        return Cost(incident, 0, None)
    part = account(definition, ledger.sums(start, end), ledger.first)
    return Cost(incident, part.bad, budget.spent(part, counts, definition.objective))
