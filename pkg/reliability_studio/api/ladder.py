"""Routes of the severity ladder."""

from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.ladder_shapes import LevelInput, LevelShape, SeveritiesInput, SeveritiesShape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.ladder import Ladder, Level
from reliability_studio.flows.ladder import InUse, Ladders


def ladder_routes(ladders: Ladders, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(ladders, clock)
    return (
        Route("GET", "severities", Role.VIEWER, api.show, "The severity ladder", returns=SeveritiesShape),
        Route(
            "PUT",
            "severities",
            Role.ADMIN,
            api.put,
            "Replace the severity ladder",
            body=SeveritiesInput,
            returns=SeveritiesShape,
        ),
    )


class _Api:
    def __init__(self, ladders: Ladders, clock: Clock) -> None:
        self._ladders = ladders
        self._clock = clock

    async def show(self, call: Call[None]) -> Reply:
        return Reply(_shape(await self._ladders.get(call.caller.org_id)))

    async def put(self, call: Call[SeveritiesInput]) -> Reply:
        body = call.body
        kept = await self._ladders.put(
            call.caller.org_id,
            Ladder(tuple(map(_level, body.levels))),
            body.moves,
            by=call.caller.label,
            now=self._clock.now(),
            version=body.version,
        )
        return Reply(_shape(kept))


def _level(given: LevelInput) -> Level:
    return Level(
        id=given.id,
        title=given.title.strip(),
        severity=given.severity,
        colour=given.colour,
        description=given.description.strip(),
        words=tuple(dict.fromkeys(word.strip().lower() for word in given.words if word.strip())),
    )


def _shape(kept: InUse) -> SeveritiesShape:
    return SeveritiesShape(
        levels=[
            LevelShape(
                id=level.id,
                title=level.title,
                severity=level.severity,
                colour=level.colour,
                description=level.description,
                words=list(level.words),
                incidents=kept.incidents.get(level.id, 0),
            )
            for level in kept.ladder.levels
        ],
        own=kept.ladder.own,
        version=kept.version,
        moved=kept.moved,
        updated_at=kept.updated_at,
        updated_by=kept.updated_by,
    )
