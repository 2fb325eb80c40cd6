"""Routes of the severity ladder."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from reliability_studio.api.calls import Role
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.incident_shapes import Name, Text
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.ladder import MAX_LEVELS, Colour, Ladder, Level
from reliability_studio.domain.incidents.model import Severity
from reliability_studio.flows.ladder import InUse, Ladders


class LevelInput(InputShape):
    """One level of the ladder."""

    id: Annotated[str, msgspec.Meta(max_length=32)]
    """a-z, 0-9, - and _; what incidents, filters and links name."""
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=r"\S")]
    severity: Severity
    """What it counts as, for who is told and for the health of services."""
    colour: Colour = Colour.BLUE
    description: Text = ""
    words: Annotated[list[Name], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    """Values of the label `severity` of alerts that mean it, beside its id."""


class SeveritiesInput(InputShape):
    """The whole ladder, most urgent first."""

    levels: Annotated[list[LevelInput], msgspec.Meta(min_length=1, max_length=MAX_LEVELS)]
    moves: dict[str, str] = msgspec.field(default_factory=dict)
    """Levels that go and that incidents are on: id to the id of the one that takes them."""
    version: int | None = None
    """Makes the change conditional; 0 means that there is none of one's own yet."""


class LevelShape(Shape):
    """One level of the ladder."""

    id: str
    title: str
    severity: Severity
    colour: Colour
    description: str
    words: list[str]
    incidents: int
    """How many incidents are on it."""


class SeveritiesShape(Shape):
    """The severity ladder, most urgent first."""

    levels: list[LevelShape]
    own: bool
    """False: the built-in one."""
    version: int
    moved: int
    """Incidents that the change which this answers moved to another level."""
    updated_at: datetime | None
    updated_by: str


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
