"""JSON types of the route of budget costs."""

from datetime import datetime

from reliability_studio.api.codec import Shape


class BudgetCostShape(Shape):
    """What incidents took of one SLO's budget in a period; the budget is that of the period's own events."""

    service: str
    slo_id: str
    name: str
    incidents: int
    """Of the service, that lasted in the period."""
    incident_seconds: int
    """How long they lasted together; what overlaps counts once."""
    events: bool
    """Whether the counts are events; those of a mean, or of slices bad in part, are shares of time."""
    bad: int
    """Bad events while one lasted."""
    total: int
    spent: float | None
    """Share of the budget that incidents took, 1 is all of it; null without events."""
    consumed: float | None
    """Share that is spent in all, with what went wrong outside of incidents."""
    period_bad: int
    period_total: int
    """All events of the period: how many samples the shares are made of."""
    coverage: float | None
    """Measured share of the period, from when the SLO was first counted."""
    counted_from: datetime
    counted_to: datetime
    """What was really counted: not before there was something to count."""
    queries: list[str]
    """What was asked of the source."""


class BudgetCostListShape(Shape):
    """SLOs that incidents cost something, most first; drills never count."""

    start: datetime
    end: datetime
    items: list[BudgetCostShape]
    looked_at: int
    """SLOs of services that had incidents, as far as they were counted."""
    left_out: int
    """SLOs beyond those that one answer looks at."""
