"""Routes of maintenance windows."""

from datetime import datetime
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.calls import Role
from reliability_studio.api.expected_shapes import WindowInput, WindowListShape, WindowShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.flows.maintenance import Maintenance
from reliability_studio.flows.shelf import Held


def maintenance_routes(maintenance: Maintenance, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(maintenance, clock)
    viewer, editor = Role.VIEWER, Role.EDITOR
    all_, one = "maintenance-windows", "maintenance-windows/{id}"
    return (
        Route("GET", all_, viewer, api.listing, "Maintenance windows", returns=WindowListShape),
        Route(
            "POST",
            all_,
            editor,
            api.add,
            "Declare a maintenance window",
            body=WindowInput,
            returns=WindowShape,
            status=201,
        ),
        Route("GET", one, viewer, api.show, "One maintenance window", returns=WindowShape),
        Route(
            "PATCH",
            one,
            editor,
            api.change,
            "Replace a maintenance window",
            body=WindowInput,
            returns=WindowShape,
        ),
        Route("DELETE", one, editor, api.delete, "Take a maintenance window back", status=204),
    )


class _Api:
    def __init__(self, maintenance: Maintenance, clock: Clock) -> None:
        self._maintenance = maintenance
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        now = self._clock.now()
        found = await self._maintenance.listing(call.caller.org_id)
        return Reply(WindowListShape(items=[_shape(one, now) for one in found]))

    async def show(self, call: Call[None]) -> Reply:
        return self._one(await self._maintenance.get(call.caller.org_id, call.param("id")))

    async def add(self, call: Call[WindowInput]) -> Reply:
        stored = await self._maintenance.add(
            call.caller.org_id,
            _window(call.body),
            enabled=call.body.enabled,
            by=call.caller.label,
            now=self._clock.now(),
        )
        return self._one(stored, 201)

    async def change(self, call: Call[WindowInput]) -> Reply:
        version = call.body.version if call.body.version is not None else asked.if_match(call)
        stored = await self._maintenance.change(
            call.caller.org_id,
            call.param("id"),
            _window(call.body),
            enabled=call.body.enabled,
            by=call.caller.label,
            now=self._clock.now(),
            version=version,
        )
        return self._one(stored)

    async def delete(self, call: Call[None]) -> Reply:
        await self._maintenance.delete(
            call.caller.org_id, call.param("id"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    def _one(self, held: Held[Window], status: int = 200) -> Reply:
        return Reply(_shape(held, self._clock.now()), status=status, headers={"ETag": f'"{held.version}"'})


def _window(body: WindowInput) -> Window:
    return Window(
        title=body.title.strip(),
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        services=tuple(body.services),
        matchers=tuple(Matcher(one.label, one.operator, one.value) for one in body.matchers),
        effect=body.effect,
        repeat=body.repeat,
        until=body.until,
        zone=body.time_zone,
        comment=body.comment,
    )


def _shape(held: Held[Window], now: datetime) -> WindowShape:
    window, following = held.value, held.value.next_run(now)
    return WindowShape(
        id=held.name,
        title=window.title,
        starts_at=window.starts_at,
        ends_at=window.ends_at,
        services=list(window.services),
        matchers=[
            MatcherShape(label=one.label, operator=one.operator, value=one.value) for one in window.matchers
        ],
        effect=window.effect,
        repeat=window.repeat,
        until=window.until,
        time_zone=window.zone,
        comment=window.comment,
        enabled=held.enabled,
        phase=window.phase(now),
        next_start=None if following is None else following.start,
        next_end=None if following is None else following.end,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )
