"""Work that an incident asks for: tasks while it lasts, follow-ups that outlive it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TaskKind(StrEnum):
    """Whether the work belongs to the response or to the time after it."""

    TASK = "task"
    FOLLOWUP = "followup"


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work. `id` is 0 until the store gives one."""

    id: int
    org_id: int
    incident_id: int
    kind: TaskKind
    title: str
    created_at: datetime
    created_by: str
    assignee: str = ""
    done: bool = False
    due_at: datetime | None = None
    done_at: datetime | None = None
    """When it was ticked off; None while it is open."""
