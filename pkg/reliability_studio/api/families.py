"""Routes of incidents that are part of another."""

from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_input_shapes import PartInput
from reliability_studio.api.incident_json import incident_shape
from reliability_studio.api.incident_shapes import IncidentShape, PartListShape, PartShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.flows.families import Families


def family_routes(families: Families, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    all_ = "incidents/{number}/parts"

    async def listing(call: Call[None]) -> Reply:
        found = await families.parts(call.caller.org_id, asked.number(call))
        items = [
            PartShape(incident=incident_shape(one.incident), alerts=one.alerts.all, firing=one.alerts.firing)
            for one in found
        ]
        return Reply(PartListShape(items=items))

    async def take_in(call: Call[PartInput]) -> Reply:
        (child,) = asked.numbers((call.body.incident,), "$.incident")
        part = await families.take_in(
            call.caller.org_id, asked.number(call), child, by=call.caller.label, now=clock.now()
        )
        return Reply(incident_shape(part), status=201)

    async def let_go(call: Call[None]) -> Reply:
        (child,) = asked.numbers((call.param("part"),), "part")
        part = await families.let_go(
            call.caller.org_id, asked.number(call), child, by=call.caller.label, now=clock.now()
        )
        return Reply(incident_shape(part))

    return (
        Route("GET", all_, Role.VIEWER, listing, "The parts of an incident", returns=PartListShape),
        Route(
            "POST",
            all_,
            Role.EDITOR,
            take_in,
            "Make an incident part of this one",
            body=PartInput,
            returns=IncidentShape,
            status=201,
        ),
        Route("DELETE", f"{all_}/{{part}}", Role.EDITOR, let_go, "Let a part go", returns=IncidentShape),
    )
