"""JSON types of the insights route."""

from datetime import datetime

from reliability_studio.api.codec import Shape


class MeanShape(Shape):
    """A mean in seconds and the number of incidents behind it; null without any."""

    seconds: float | None
    count: int


class WeekShape(Shape):
    """One week of the trend; weeks without an incident are left out."""

    start: datetime
    incidents: int
    means: dict[str, MeanShape]


class RecurringShape(Shape):
    """A kind of incident that came more than once."""

    title: str
    service: str
    count: int
    last: datetime


class RecurringCauseShape(Shape):
    """A root cause that people named more than once."""

    cause: str
    services: list[str]
    count: int
    last: datetime


class InsightsShape(Shape):
    """What the incidents of a period say together; drills never count."""

    start: datetime
    end: datetime
    incidents: int
    by_severity: dict[str, int]
    by_service: dict[str, int]
    means: dict[str, MeanShape]
    """`detect`, `acknowledge`, `mitigate`, `resolve`."""
    unattended: int
    """Incidents that ended by themselves before anybody acknowledged them; they are not in `acknowledge`."""
    weeks: list[WeekShape]
    recurring: list[RecurringShape]
    causes: list[RecurringCauseShape]
    follow_ups_open: int
    follow_ups_overdue: int
