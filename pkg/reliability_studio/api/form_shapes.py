"""JSON of what incidents are made of: custom fields and templates."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Fields, Labels, Name, Roles, Text, Title, Word
from reliability_studio.domain.incidents.fields import FieldKind
from reliability_studio.domain.incidents.model import Severity, Status
from reliability_studio.domain.incidents.tasks import TaskKind

Position = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
_MINUTES_OF_A_YEAR = 366 * 24 * 60


class FieldInput(InputShape):
    """A custom field, new or whole in place of the earlier one."""

    title: Title
    kind: FieldKind = FieldKind.TEXT
    description: Text = ""
    options: Annotated[list[Name], msgspec.Meta(max_length=200)] = msgspec.field(default_factory=list)
    """For `select` and `multi`."""
    required_on: Annotated[list[Status], msgspec.Meta(max_length=6)] = msgspec.field(default_factory=list)
    """Who brings an incident into one of these states, or past it, must have filled the field."""
    position: Position = 0
    enabled: bool = True
    version: int | None = None
    """Makes a change conditional."""


class FieldShape(Shape):
    """One custom field; incidents hold its value under `fields.<key>`."""

    key: str
    title: str
    kind: FieldKind
    description: str
    options: list[str]
    required_on: list[Status]
    position: int
    enabled: bool
    version: int
    updated_at: datetime | None
    updated_by: str


class FieldListShape(Shape):
    """Custom fields, in the order in which they are shown."""

    items: list[FieldShape]


class PlannedTaskShape(InputShape):
    """A task that every incident of the kind gets."""

    title: Title
    kind: TaskKind = TaskKind.TASK
    assignee: Word = ""
    due_minutes: Annotated[int, msgspec.Meta(ge=1, le=_MINUTES_OF_A_YEAR)] | None = None
    """After the declaration."""


PlannedTasks = Annotated[list[PlannedTaskShape], msgspec.Meta(max_length=100)]


class TemplateInput(InputShape):
    """A kind of incident, new or whole in place of the earlier one. What is empty stays open."""

    name: Name
    description: Text = ""
    title: Annotated[str, msgspec.Meta(max_length=500)] = ""
    summary: Text = ""
    severity: Severity | None = None
    level: Word = ""
    """Id of a level of the ladder; wins over the severity, and gives it."""
    service: Word = ""
    services: Annotated[list[Name], msgspec.Meta(max_length=200)] = msgspec.field(default_factory=list)
    environment: Word = ""
    labels: Labels = msgspec.field(default_factory=dict)
    fields: Fields = msgspec.field(default_factory=dict)
    roles: Roles = msgspec.field(default_factory=dict)
    assignee: Word = ""
    drill: bool = False
    tasks: PlannedTasks = msgspec.field(default_factory=list)
    comment: Text = ""
    """The first comment, in Markdown."""
    position: Position = 0
    enabled: bool = True
    version: int | None = None


class TemplateShape(Shape):
    """A kind of incident. `key` is what a new incident names as its `template`."""

    key: str
    name: str
    description: str
    title: str
    summary: str
    severity: Severity | None
    level: str
    """One that is no more on the ladder gives way to the severity."""
    service: str
    services: list[str]
    environment: str
    labels: dict[str, str]
    fields: dict[str, object]
    roles: dict[str, str]
    assignee: str
    drill: bool
    tasks: list[PlannedTaskShape]
    comment: str
    position: int
    enabled: bool
    version: int
    updated_at: datetime | None
    updated_by: str


class TemplateListShape(Shape):
    """Templates, in the order in which they are shown."""

    items: list[TemplateShape]
