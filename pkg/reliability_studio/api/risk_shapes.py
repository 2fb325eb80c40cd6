"""JSON of a service's structural risks."""

from reliability_studio.api.codec import Shape
from reliability_studio.domain.correlation.evidence import Outcome


class ServiceRiskShape(Shape):
    """One structural check. It names no cause: a service may have run like this for years."""

    id: str
    title: str
    outcome: Outcome
    summary: str
    samples: int
    """Pods that were looked at; of `single-point`, services of the call graph."""
    fix: str
    """What would remove the risk; empty unless it was found."""


class RiskListShape(Shape):
    """Every structural check of a service, found ones first."""

    items: tuple[ServiceRiskShape, ...]
