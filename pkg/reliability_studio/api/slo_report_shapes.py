"""JSON of reports over calendar periods."""

from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.slo.goals import CalendarUnit


class SloIncidentCostShape(Shape):
    """What one incident took of a period's budget."""

    number: int
    title: str
    bad: int
    spent: float | None
    """Share of the period's budget."""


class SloReportLineShape(Shape):
    """One SLO over one period."""

    start: datetime
    end: datetime
    counted_from: datetime
    counted_to: datetime
    complete: bool
    """Whether the period is over."""
    good: int
    bad: int
    total: int
    coverage: float | None
    sli: float | None
    met: bool | None
    """Whether the objective was met; null without events."""
    consumed: float | None
    """Share of the period's budget that was spent."""
    bad_left: float
    incidents: list[SloIncidentCostShape]
    """Those that cost most."""


class SloReportItemShape(Shape):
    """One SLO and its periods, oldest first; periods before it was measured are left out."""

    id: str
    name: str
    service: str
    objective: str
    lines: list[SloReportLineShape]


class SloReportShape(Shape):
    """A report over calendar periods, by service and name."""

    unit: CalendarUnit
    zone: str
    items: list[SloReportItemShape]
    total: int
    cursor: str | None
