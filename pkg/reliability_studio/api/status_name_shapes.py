"""JSON of the names of states."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import MAX_MEANING, MAX_NAME


class StatusNameInput(InputShape):
    """What one state is to be called."""

    status: Status
    label: Annotated[str, msgspec.Meta(max_length=MAX_NAME)] = ""
    """Empty: the built-in name."""
    meaning: Annotated[str, msgspec.Meta(max_length=MAX_MEANING)] = ""


StatusNameList = Annotated[list[StatusNameInput], msgspec.Meta(max_length=len(Status))]


class StatusNamesInput(InputShape):
    """All names, whole in place of the earlier; states that are not there have their built-in name."""

    statuses: StatusNameList
    version: int | None = None
    """Makes a change conditional."""


class StatusNameShape(Shape):
    """What one state is called."""

    status: Status
    """The word of addresses, queries and webhooks; it never changes."""
    label: str
    """Empty: the built-in name."""
    meaning: str


class StatusNamesShape(Shape):
    """What an organisation calls the states of its incidents."""

    statuses: list[StatusNameShape]
    """All of them, in the order of the work."""
    version: int
    """0 while nobody changed anything."""
    updated_at: datetime | None
    updated_by: str
