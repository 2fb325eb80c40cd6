"""Routes of expected signals, and the address to which they are sent."""

from datetime import timedelta
from typing import Any

from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.calls import Role
from reliability_studio.api.expected_shapes import HeartbeatInput, HeartbeatListShape, HeartbeatShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.heartbeats import Heartbeat
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.flows.heartbeats import Heartbeats, Standing
from reliability_studio.flows.shelf import Held

MAX_SIGNAL = 64 << 10
"""Bytes of a signal's body, which nobody reads."""


def heartbeat_routes(heartbeats: Heartbeats, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(heartbeats, clock)
    one = "heartbeats/{name}"
    return (
        Route("GET", "heartbeats", Role.VIEWER, api.listing, "Expected signals", returns=HeartbeatListShape),
        Route(
            "PUT",
            one,
            Role.EDITOR,
            api.put,
            "Expect a signal, or change what is expected",
            body=HeartbeatInput,
            returns=HeartbeatShape,
        ),
        Route("DELETE", one, Role.EDITOR, api.delete, "Expect a signal no more", status=204),
        Route(
            "POST",
            "webhooks/heartbeat/{name}",
            Role.EDITOR,
            api.beat,
            "An expected signal; any body",
            returns=HeartbeatShape,
            max_body=MAX_SIGNAL,
        ),
    )


class _Api:
    def __init__(self, heartbeats: Heartbeats, clock: Clock) -> None:
        self._heartbeats = heartbeats
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._heartbeats.listing(call.caller.org_id, self._clock.now())
        return Reply(HeartbeatListShape(items=[_shape(one) for one in found]))

    async def put(self, call: Call[HeartbeatInput]) -> Reply:
        body, now = call.body, self._clock.now()
        heartbeat = Heartbeat(
            title=body.title.strip(),
            interval=timedelta(seconds=body.interval_seconds),
            since=now,
            grace=timedelta(seconds=body.grace_seconds),
            service=body.service.strip(),
            severity=body.severity,
            level=body.level,
            labels=body.labels,
            matchers=tuple(Matcher(one.label, one.operator, one.value) for one in body.matchers),
            comment=body.comment,
        )
        wanted = Held(call.param("name"), heartbeat, enabled=body.enabled)
        stored = await self._heartbeats.put(
            call.caller.org_id, wanted, by=call.caller.label, now=now, version=body.version
        )
        return Reply(_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._heartbeats.delete(
            call.caller.org_id, call.param("name"), by=call.caller.label, now=self._clock.now()
        )
        return Reply(status=204)

    async def beat(self, call: Call[None]) -> Reply:
        found = await self._heartbeats.beat(call.caller.org_id, call.param("name"), self._clock.now())
        return Reply(_shape(found))


def _shape(found: Standing) -> HeartbeatShape:
    held, heartbeat = found.held, found.held.value
    return HeartbeatShape(
        name=held.name,
        address=f"webhooks/heartbeat/{held.name}",
        title=heartbeat.title,
        interval_seconds=round(heartbeat.interval.total_seconds()),
        grace_seconds=round(heartbeat.grace.total_seconds()),
        service=heartbeat.service,
        severity=heartbeat.severity,
        level=heartbeat.level,
        labels=dict(heartbeat.labels),
        matchers=[
            MatcherShape(label=one.label, operator=one.operator, value=one.value)
            for one in heartbeat.matchers
        ],
        comment=heartbeat.comment,
        enabled=held.enabled,
        pulse=found.pulse,
        last_seen_at=found.last,
        due_at=found.due,
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )
