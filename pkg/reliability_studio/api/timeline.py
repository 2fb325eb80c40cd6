"""Routes of an incident's timeline and its comments."""

from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import entry_shape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.timeline_shapes import (
    CommentInput,
    EarlierTextShape,
    EntryPageShape,
    EntryPatch,
    EntryShape,
    HistoryShape,
)
from reliability_studio.clock import Clock
from reliability_studio.domain.timeline import EntryType
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.storyline import EntryChange, Storyline


def timeline_routes(incidents: Incidents, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(Storyline(incidents.desk), clock)
    entry = "incidents/{number}/timeline/{id}"
    return (
        Route(
            "GET",
            "incidents/{number}/timeline",
            Role.VIEWER,
            api.page,
            "The timeline, in the order of what happened",
            returns=EntryPageShape,
        ),
        Route(
            "POST",
            "incidents/{number}/comments",
            Role.EDITOR,
            api.comment,
            "Add a comment",
            body=CommentInput,
            returns=EntryShape,
            status=201,
        ),
        Route(
            "PATCH", entry, Role.EDITOR, api.change, "Correct an entry", body=EntryPatch, returns=EntryShape
        ),
        Route("DELETE", entry, Role.EDITOR, api.delete, "Delete a comment", status=204),
        Route(
            "GET",
            f"{entry}/history",
            Role.VIEWER,
            api.history,
            "What an entry said before",
            returns=HistoryShape,
        ),
    )


class _Api:
    def __init__(self, storyline: Storyline, clock: Clock) -> None:
        self._storyline = storyline
        self._clock = clock

    async def page(self, call: Call[None]) -> Reply:
        page = await self._storyline.page(
            call.caller.org_id,
            asked.number(call),
            types=asked.choices(call, "type", EntryType),
            cursor=asked.cursor(call),
            limit=asked.limit(call, 100, 500),
        )
        return Reply(EntryPageShape(items=[entry_shape(one) for one in page.items], cursor=page.cursor))

    async def comment(self, call: Call[CommentInput]) -> Reply:
        stored = await self._storyline.comment(
            call.caller.org_id,
            asked.number(call),
            call.body.text,
            by=call.caller.label,
            now=self._clock.now(),
            occurred_at=call.body.occurred_at,
            public=call.body.public,
        )
        return Reply(entry_shape(stored), status=201)

    async def change(self, call: Call[EntryPatch]) -> Reply:
        body = call.body
        change = EntryChange(
            description=None if body.description is msgspec.UNSET else body.description,
            occurred_at=None if body.occurred_at is msgspec.UNSET else body.occurred_at,
            pinned=None if body.pinned is msgspec.UNSET else body.pinned,
            public=None if body.public is msgspec.UNSET else body.public,
        )
        stored = await self._storyline.change(
            call.caller.org_id,
            asked.number(call),
            asked.row_id(call),
            change,
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(entry_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._storyline.delete(
            call.caller.org_id,
            asked.number(call),
            asked.row_id(call),
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(status=204)

    async def history(self, call: Call[None]) -> Reply:
        found = await self._storyline.history(call.caller.org_id, asked.number(call), asked.row_id(call))
        items = [
            EarlierTextShape(
                description=one.description,
                occurred_at=one.occurred_at,
                pinned=one.pinned,
                deleted=one.deleted,
                changed_at=one.changed_at,
                changed_by=one.changed_by,
            )
            for one in found
        ]
        return Reply(HistoryShape(items=items))
