"""Tasks and follow-ups of incidents, each change told in the timeline."""

from dataclasses import dataclass, replace
from datetime import datetime

from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import Conflict, NotFound
from reliability_studio.flows.desk import Desk, Work, existing
from reliability_studio.store import tasks, timeline

MAX_TASKS = 500
"""Tasks of one incident."""


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What to change about a task; None stays as it is."""

    title: str | None = None
    assignee: str | None = None
    done: bool | None = None
    due_at: datetime | None = None
    no_due: bool = False
    """Take the due date away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A task to add."""

    title: str
    kind: TaskKind = TaskKind.TASK
    assignee: str = ""
    due_at: datetime | None = None


class Tasks:
    """Tasks as people work with them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def listing(self, org_id: int, number: int) -> tuple[Task, ...]:
        """The tasks of an incident, oldest first.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            return await tasks.of_incident(connection, incident.id)

    async def add(self, org_id: int, number: int, draft: Draft, *, by: str, now: datetime) -> Task:
        """Add a task.

        Raises:
            NotFound: there is no such incident in this organisation.
            Conflict: it has too many.
        """
        async with self._desk.working(org_id, by, now) as work:
            incident = await existing(work.connection, org_id, number)
            return await self.add_to(work, incident, draft)

    async def add_to(self, work: Work, incident: Incident, draft: Draft) -> Task:
        """The same, inside a change of that incident which is under way.

        Raises:
            Conflict: it has too many.
        """
        if len(await tasks.of_incident(work.connection, incident.id)) >= MAX_TASKS:
            raise Conflict(f"{incident.key} has {MAX_TASKS} tasks already")
        task = Task(
            id=0,
            org_id=work.org_id,
            incident_id=incident.id,
            kind=draft.kind,
            title=draft.title.strip(),
            created_at=work.now,
            created_by=work.by,
            assignee=draft.assignee.strip(),
            due_at=draft.due_at,
        )
        stored = await tasks.add(work.connection, task)
        await self._tell(work, incident, None, stored, "added")
        return stored

    async def change(
        self, org_id: int, number: int, task_id: int, change: TaskChange, *, by: str, now: datetime
    ) -> Task:
        """Change a task.

        Raises:
            NotFound: there is no such task.
        """
        async with self._desk.working(org_id, by, now) as work:
            incident, before = await self._task(work, number, task_id)
            after = _changed(before, change, now)
            if after == before:
                return before
            stored = await tasks.save(work.connection, after)
            what = "changed" if stored.done is before.done else "done" if stored.done else "taken up again"
            await self._tell(work, incident, before, stored, what)
            return stored

    async def delete(self, org_id: int, number: int, task_id: int, *, by: str, now: datetime) -> None:
        """Delete a task.

        Raises:
            NotFound: there is no such task.
        """
        async with self._desk.working(org_id, by, now) as work:
            incident, before = await self._task(work, number, task_id)
            await tasks.delete(work.connection, incident.id, task_id)
            await self._tell(work, incident, before, None, "deleted")

    async def _task(self, work: Work, number: int, task_id: int) -> tuple[Incident, Task]:
        incident = await existing(work.connection, work.org_id, number)
        found = await tasks.get(work.connection, incident.id, task_id)
        if found is None:
            raise NotFound("there is no such task in this incident")
        return incident, found

    async def _tell(
        self, work: Work, incident: Incident, before: Task | None, after: Task | None, what: str
    ) -> None:
        task = after or before
        if task is None:  # pragma: no cover - one of them is given
            return
        entry = Entry(
            type=EntryType.TASK,
            occurred_at=work.now,
            recorded_at=work.now,
            title=f"{task.kind.value} {what}: {task.title}"[:500],
            source="user",
            source_key=f"task:{task.id}:{what}:{work.now.isoformat()}",
            author=work.by,
            metadata={"task": task.id, "kind": task.kind.value, "done": task.done, "assignee": task.assignee},
        )
        await timeline.add(work.connection, work.org_id, incident.id, (entry,))
        await self._desk.log(work, f"task.{_ACTION.get(what, 'update')}", incident.key, before, after)
        work.announce(incident, "task")


_ACTION = {"added": "create", "deleted": "delete"}


def _changed(task: Task, change: TaskChange, now: datetime) -> Task:
    done = task.done if change.done is None else change.done
    done_at = task.done_at if done is task.done else now if done else None
    return replace(
        task,
        title=task.title if change.title is None else change.title.strip(),
        assignee=task.assignee if change.assignee is None else change.assignee.strip(),
        done=done,
        done_at=done_at,
        due_at=None if change.no_due else change.due_at or task.due_at,
    )
