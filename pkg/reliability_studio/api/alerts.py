"""Routes of alert episodes: which there are, why each is where it is, and declaring an incident for one."""

from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.alert_shapes import AlertListShape, AlertPageShape, PromotionInput
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import alert_shape, incident_shape
from reliability_studio.api.incident_shapes import IncidentShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.grouping import Reason
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.promoting import Promoting


def alert_routes(incidents: Incidents, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(incidents, clock)
    viewer = Role.VIEWER
    return (
        Route(
            "GET",
            "incidents/{number}/alerts",
            viewer,
            api.of_incident,
            "The alerts of an incident",
            returns=AlertListShape,
        ),
        Route("GET", "alerts", viewer, api.listing, "Alert episodes, newest first", returns=AlertPageShape),
        Route(
            "POST",
            "alerts/{id}/incident",
            Role.EDITOR,
            api.declare,
            "Declare an incident for an alert that belongs to none",
            body=PromotionInput,
            returns=IncidentShape,
            status=201,
        ),
    )


class _Api:
    def __init__(self, incidents: Incidents, clock: Clock) -> None:
        self._incidents = incidents
        self._promoting = Promoting(incidents.desk)
        self._clock = clock

    async def of_incident(self, call: Call[None]) -> Reply:
        found = await self._incidents.alerts(call.caller.org_id, asked.number(call))
        return Reply(AlertListShape(items=[alert_shape(one) for one in found]))

    async def listing(self, call: Call[None]) -> Reply:
        page = await self._incidents.all_alerts(
            call.caller.org_id,
            firing=asked.flag(call, "firing"),
            reason="".join(asked.choices(call, "reason", Reason)[:1]),
            cursor=asked.cursor(call),
            limit=asked.limit(call),
        )
        items = [alert_shape(one) for one in page.items]
        return Reply(AlertPageShape(items=items, total=page.total, cursor=page.cursor))

    async def declare(self, call: Call[PromotionInput]) -> Reply:
        made = await self._promoting.declare(
            call.caller.org_id,
            asked.row_id(call, "id"),
            by=call.caller.label,
            now=self._clock.now(),
            title=call.body.title,
            severity=call.body.severity,
        )
        return Reply(incident_shape(made), status=201)
