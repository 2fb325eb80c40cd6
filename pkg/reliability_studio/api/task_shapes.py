"""JSON of tasks and follow-ups."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Moment, Title, Word


class TaskShape(Shape):
    """A task of the incident, or a follow-up that outlives it."""

    id: int
    kind: str
    """`task` or `followup`."""
    title: str
    assignee: str
    done: bool
    due_at: datetime | None
    created_at: datetime
    created_by: str
    done_at: datetime | None


class TaskListShape(Shape):
    """The tasks of one incident, oldest first."""

    items: list[TaskShape]


class TaskInput(InputShape):
    """A new task or follow-up."""

    title: Title
    kind: Annotated[str, msgspec.Meta(pattern="^(task|followup)$")] = "task"
    assignee: Word = ""
    due_at: Moment | None = None


class TaskPatch(InputShape):
    """What to change about a task."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    assignee: Word | msgspec.UnsetType = msgspec.UNSET
    done: bool | msgspec.UnsetType = msgspec.UNSET
    due_at: Moment | msgspec.UnsetType | None = msgspec.UNSET
