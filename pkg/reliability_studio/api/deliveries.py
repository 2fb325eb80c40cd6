"""Routes of the delivery log: what was told to whom, what failed and why, and telling it again."""

from collections.abc import Sequence
from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.delivery_shapes import (
    DeliveryPageShape,
    DeliveryShape,
    TargetListShape,
    TargetShape,
)
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import parse_number
from reliability_studio.domain.incidents.notices import Notice, Target
from reliability_studio.errors import Invalid
from reliability_studio.flows.delivery_log import DeliveryLog
from reliability_studio.store.deliveries import Delivery, State


def delivery_routes(log: DeliveryLog, targets: Sequence[Target], clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(log, targets, clock)
    editor = Role.EDITOR
    return (
        Route(
            "GET",
            "deliveries",
            editor,
            api.page,
            "Messages to the outside, newest first",
            returns=DeliveryPageShape,
        ),
        Route(
            "POST",
            "deliveries/{id}/again",
            editor,
            api.again,
            "Send a message again",
            returns=DeliveryShape,
        ),
        Route("GET", "targets", editor, api.targets, "Who is told about what", returns=TargetListShape),
    )


class _Api:
    def __init__(self, log: DeliveryLog, targets: Sequence[Target], clock: Clock) -> None:
        self._log = log
        self._targets = tuple(targets)
        self._clock = clock

    async def page(self, call: Call[None]) -> Reply:
        page = await self._log.page(
            call.caller.org_id,
            states=asked.choices(call, "state", State),
            target=call.first("target"),
            number=_number(call),
            cursor=asked.cursor(call),
            limit=asked.limit(call),
        )
        return Reply(
            DeliveryPageShape(items=[_shape(one) for one in page.items], total=page.total, cursor=page.cursor)
        )

    async def again(self, call: Call[None]) -> Reply:
        found = await self._log.again(
            call.caller.org_id, asked.row_id(call), by=call.caller.label, now=self._clock.now()
        )
        return Reply(_shape(found))

    async def targets(self, _call: Call[None]) -> Reply:
        items = [
            TargetShape(
                name=one.name,
                kind=one.kind,
                min_severity=one.least,
                services=sorted(one.services),
                news=sorted(one.news),
                drills=one.drills,
            )
            for one in self._targets
        ]
        return Reply(TargetListShape(items=items))


def _number(call: Call[None]) -> int | None:
    text = call.first("incident")
    found = parse_number(text) if text else None
    if text and found is None:
        raise Invalid.field("incident", f"'{text[:50]}' is no incident number")
    return found


def _shape(delivery: Delivery) -> DeliveryShape:
    try:
        told: Notice | None = msgspec.convert(delivery.message, Notice)
    except msgspec.ValidationError:
        told = None  # written by a later version
    return DeliveryShape(
        id=delivery.id,
        target=delivery.target,
        state=delivery.state,
        news="" if told is None else told.news.value,
        incident="" if told is None else told.number,
        headline="" if told is None else told.headline,
        attempts=delivery.attempts,
        problem=delivery.problem,
        created_at=delivery.created_at,
        next_at=delivery.next_at,
        done_at=delivery.done_at,
    )
