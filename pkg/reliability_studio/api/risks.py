"""The route of a service's structural risks."""

from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.risk_shapes import RiskListShape, ServiceRiskShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.checks.check import Checked
from reliability_studio.flows.risks import Risks


def risk_routes(risks: Risks, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""

    async def show(call: Call[None]) -> Reply:
        found = await risks.of(call.param("service"), clock.now())
        return Reply(RiskListShape(items=tuple(_shape(each) for each in found)))

    return (
        Route(
            "GET",
            "services/{service}/risks",
            Role.VIEWER,
            show,
            "Structural risks of a service: one pod, node or zone, no disruption budget, a single point",
            returns=RiskListShape,
        ),
    )


def _shape(each: Checked) -> ServiceRiskShape:
    return ServiceRiskShape(
        id=each.check,
        title=each.title,
        outcome=each.outcome,
        summary=each.summary,
        samples=each.samples,
        fix=each.fix,
    )
