"""Route of insights: volume, mean times, what came back, what is left to do."""

from datetime import datetime, timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.insight_shapes import (
    InsightsShape,
    MeanShape,
    RecurringCauseShape,
    RecurringShape,
    WeekShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.insights import Mean
from reliability_studio.errors import Invalid
from reliability_studio.flows.insights import Learning

DEFAULT = timedelta(days=90)
LONGEST = timedelta(days=2 * 366)


def insight_routes(learning: Learning, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""

    async def show(call: Call[None]) -> Reply:
        now = clock.now()
        start, end = period_of(call, now)
        found, left = await learning.of(call.caller.org_id, start, end, now)
        return Reply(
            InsightsShape(
                start=start,
                end=end,
                incidents=found.incidents,
                by_severity=found.by_severity,
                by_service=found.by_service,
                means=_means(found.means),
                unattended=found.unattended,
                weeks=[
                    WeekShape(start=one.start, incidents=one.incidents, means=_means(one.means))
                    for one in found.weeks
                ],
                recurring=[
                    RecurringShape(title=one.title, service=one.service, count=one.count, last=one.last)
                    for one in found.recurring
                ],
                causes=[
                    RecurringCauseShape(
                        cause=one.cause, services=list(one.services), count=one.count, last=one.last
                    )
                    for one in found.causes
                ],
                follow_ups_open=left.open,
                follow_ups_overdue=left.overdue,
            )
        )

    summary = "Volume, mean times, recurring incidents, open follow-ups"
    return (Route("GET", "insights", Role.VIEWER, show, summary, returns=InsightsShape),)


def period_of(call: Call[Any], now: datetime) -> tuple[datetime, datetime]:
    """`from` and `to` of a question about a period; the last 90 days as usual.

    Raises:
        Invalid: it has no length, or is longer than two years.
    """
    end = asked.moment(call, "to") or now
    start = asked.moment(call, "from") or end - DEFAULT
    if not timedelta() < end - start <= LONGEST:
        raise Invalid.field("from", f"must lie before `to`, at most {LONGEST.days} days")
    return start, end


def _means(found: dict[str, Mean]) -> dict[str, MeanShape]:
    return {name: MeanShape(seconds=one.seconds, count=one.count) for name, one in found.items()}
