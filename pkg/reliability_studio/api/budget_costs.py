"""Route of budget costs: what the incidents of a period took of error budgets."""

from datetime import UTC, datetime
from typing import Any

from reliability_studio.api.budget_cost_shapes import BudgetCostListShape, BudgetCostShape
from reliability_studio.api.calls import Role
from reliability_studio.api.insights import period_of
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.slo.indicators import Combine, CompositeIndicator
from reliability_studio.domain.slo.spec import Definition, RatioTimeslices
from reliability_studio.flows.budget_cost import Charged, Costs


def budget_cost_routes(costs: Costs, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""

    async def show(call: Call[None]) -> Reply:
        start, end = period_of(call, clock.now())
        found = await costs.of(start, end)
        return Reply(
            BudgetCostListShape(
                start=start,
                end=end,
                items=[_shape(each) for each in found.items],
                looked_at=found.looked_at,
                left_out=found.left_out,
            )
        )

    summary = "What incidents took of error budgets, by service and SLO (`from`, `to`)"
    return (Route("GET", "insights/budget", Role.VIEWER, show, summary, returns=BudgetCostListShape),)


def _shape(charged: Charged) -> BudgetCostShape:
    definition, cost = charged.slo.definition, charged.cost
    return BudgetCostShape(
        service=definition.service,
        slo_id=charged.slo.id,
        name=definition.name,
        incidents=charged.incidents,
        incident_seconds=cost.incident_s,
        events=_counts_events(definition),
        bad=cost.during.bad,
        total=cost.during.total,
        spent=cost.spent,
        consumed=cost.consumed,
        period_bad=cost.counts.bad,
        period_total=cost.counts.total,
        coverage=cost.coverage,
        counted_from=datetime.fromtimestamp(cost.taken.start, UTC),
        counted_to=datetime.fromtimestamp(cost.taken.end, UTC),
        queries=list(charged.queries),
    )


def _counts_events(definition: Definition) -> bool:
    indicator = definition.indicator
    is_mean = isinstance(indicator, CompositeIndicator) and indicator.combine is Combine.MEAN
    return not is_mean and not isinstance(definition.budgeting, RatioTimeslices)
