"""JSON of the severity ladder."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Name, Text
from reliability_studio.domain.incidents.ladder import MAX_LEVELS, Colour
from reliability_studio.domain.incidents.model import Severity


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
