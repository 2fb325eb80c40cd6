"""JSON of the names of states, and of own states."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import MAX_ID, MAX_MEANING, MAX_NAME, MAX_STAGES


class StatusNameInput(InputShape):
    """What one state is to be called."""

    status: Status
    label: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    """Empty: the built-in name."""
    meaning: Annotated[str, msgspec.Meta(max_length=MAX_MEANING)] = ""


class StageInput(InputShape):
    """One own state."""

    id: Annotated[str, msgspec.Meta(max_length=MAX_ID)]
    """a-z, 0-9, - and _; what incidents, filters and links name."""
    status: Status
    """The built-in state that it belongs to and counts as."""
    label: Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
    meaning: Annotated[str, msgspec.Meta(max_length=MAX_MEANING)] = ""


StatusNameList = Annotated[list[StatusNameInput], msgspec.Meta(max_length=len(Status))]


class StatusNamesInput(InputShape):
    """All names, whole in place of the earlier; states that are not there have their built-in name."""

    statuses: StatusNameList
    stages: Annotated[list[StageInput], msgspec.Meta(max_length=MAX_STAGES)] = msgspec.field(
        default_factory=list
    )
    """All own states, in the order of the work. Incidents in one that goes stay in the built-in state."""
    version: int | None = None
    """Makes a change conditional."""


class StatusNameShape(Shape):
    """What one state is called."""

    status: Status
    """The word of addresses, queries and webhooks; it never changes."""
    label: str
    """Empty: the built-in name."""
    meaning: str


class StageShape(Shape):
    """One own state."""

    id: str
    status: Status
    label: str
    meaning: str
    incidents: int
    """How many incidents are in it."""


class StatusNamesShape(Shape):
    """What an organisation calls the states of its incidents."""

    statuses: list[StatusNameShape]
    """All of them, in the order of the work."""
    stages: list[StageShape]
    """Its own states, in the order of the work; a built-in state begins in the first of its own ones."""
    version: int
    """0 while nobody changed anything."""
    updated_at: datetime | None
    updated_by: str
