"""What the incidents of a period cost an SLO: the bad events of their time, against the period's budget.

The budget is that of the period: what the objective allows of all its events. Incidents that overlap are one
stretch, so that nothing is charged twice; what went wrong outside of any incident is spent, and not cost.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.ledger import Tallies
from reliability_studio.domain.slo.measure import account, coverage
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.windows import Period


@dataclass(frozen=True, slots=True)
class BudgetCost:
    """One SLO over one period."""

    taken: Period
    """The stretch that was really counted, from when there was something to count."""
    counts: Counts
    """Of the whole period."""
    during: Counts
    """While an incident of the service lasted."""
    spent: float | None
    """Share of the period's budget that incidents took; None without events."""
    consumed: float | None
    """Share that is spent in all."""
    coverage: float | None
    incident_s: int
    """How long incidents lasted together."""


def joined(stretches: Iterable[Period]) -> tuple[Period, ...]:
    """Stretches of time without overlaps, oldest first; empty ones are gone."""
    made: list[Period] = []
    for each in sorted(stretches, key=lambda one: one.start):
        if each.length_s <= 0:
            continue
        if made and each.start <= made[-1].end:
            made[-1] = Period(made[-1].start, max(made[-1].end, each.end))
        else:
            made.append(each)
    return tuple(made)


def cost(
    definition: Definition, tallies: Tallies, period: Period, stretches: Sequence[Period]
) -> BudgetCost | None:
    """What the incidents of a period cost; None when nothing of it was counted.

    Args:
        definition: of the SLO.
        tallies: its counts.
        period: what is asked about.
        stretches: when incidents of its service lasted, without overlaps.
    """
    if tallies.first is None or period.end <= tallies.first or period.start >= tallies.end:
        return None
    sums = tallies.sums(period.start, min(period.end, tallies.end))
    counts = account(definition, sums, tallies.first)
    parts = [Period(max(one.start, period.start), min(one.end, period.end, sums.end)) for one in stretches]
    parts = [one for one in parts if one.length_s > 0]
    charged = [account(definition, tallies.sums(one.start, one.end), tallies.first) for one in parts]
    during = Counts(sum(one.bad for one in charged), sum(one.total for one in charged))
    return BudgetCost(
        taken=Period(max(sums.start, tallies.first), sums.end),
        counts=counts,
        during=during,
        spent=budget.spent(during, counts, definition.objective),
        consumed=budget.consumed(counts, definition.objective),
        coverage=coverage(sums, tallies.first),
        incident_s=sum(one.length_s for one in parts),
    )
