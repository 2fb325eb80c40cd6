"""The shop's services as data: frontend → api-gateway → {orders → payments, users}."""

import math
from dataclasses import dataclass, field

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the latency histogram, in seconds; +Inf follows."""


NAMESPACE = "shop"
MARK = "demo"
"""The environment that everything of the shop names: nobody shall take it for real."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service as it is on a good day."""

    name: str
    route: str
    calls: dict[str, float] = field(default_factory=dict)
    """Callee → how many calls one request makes on average (at most 1)."""
    median: float = 0.02
    """Own time of a request in seconds, without its callees."""
    failing: float = 0.0002
    """Share of requests that fail by the service's own doing."""
    missing: float = 0.0
    """Share of requests answered with 404, which is no failure."""
    memory: float = 180e6
    """Bytes of the working set after start."""

    @property
    def method(self) -> str:
        """How its route is asked."""
        return "POST" if self.name == "payments" else "GET"


SERVICES = (
    Service("payments", "/charge", median=0.045, memory=220e6),
    Service("users", "/users/{id}", median=0.012, missing=0.004),
    Service("orders", "/orders", {"payments": 0.7}, median=0.025),
    Service("api-gateway", "/api", {"orders": 0.4, "users": 0.8}, median=0.006, failing=0.0001),
    Service("frontend", "/", {"api-gateway": 0.95}, median=0.015, failing=0.0001, missing=0.006),
)
"""Callees stand before their callers, so that one pass computes how failures travel up."""

CALLERS = {callee: service.name for service in SERVICES for callee in service.calls}
"""Who calls a service: one at most, as the calls are a tree."""

PODS = 2
"""Pods of each service."""

PROPAGATION = 0.9
"""Share of failed calls that fail the caller; the rest is caught by a fallback."""


def demand(base: float, at: float, day: float = 86400.0) -> float:
    """Requests per second that reach the frontend at the Unix time `at`.

    A day has its peak in the evening and a bump at noon; `day` is its length in seconds, so that a test or
    a demo may let days pass in minutes.
    """
    phase = 2 * math.pi * (at % day) / day
    return base * (1 - 0.35 * math.cos(phase - 0.6) + 0.1 * math.sin(2 * phase) + 0.03 * math.sin(37 * phase))
