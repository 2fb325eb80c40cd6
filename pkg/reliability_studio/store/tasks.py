"""Tasks and follow-ups of incidents."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy import delete as deleting
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.tasks import Task, TaskKind
from reliability_studio.errors import NotFound
from reliability_studio.store.tables.incidents import tasks

MAX_OPEN = 5_000
"""Bound on what `unfinished` reads; the oldest come first."""


async def add(connection: AsyncConnection, task: Task) -> Task:
    """Store a new task; it comes back with its id."""
    added = await connection.execute(tasks.insert().values(_row(task)).returning(tasks.c.id))
    return replace(task, id=int(added.scalar_one()))


async def get(connection: AsyncConnection, incident_id: int, task_id: int) -> Task | None:
    """One task of this incident."""
    chosen = select(tasks).where(tasks.c.id == task_id, tasks.c.incident_id == incident_id)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _task(row)


async def of_incident(connection: AsyncConnection, incident_id: int) -> tuple[Task, ...]:
    """All tasks of an incident, oldest first."""
    return await of_incidents(connection, (incident_id,))


async def of_incidents(connection: AsyncConnection, incident_ids: Sequence[int]) -> tuple[Task, ...]:
    """All tasks of these incidents (no more than one statement takes), oldest first."""
    chosen = select(tasks).where(tasks.c.incident_id.in_(incident_ids)).order_by(tasks.c.id)
    return tuple(map(_task, await connection.execute(chosen)))


async def unfinished(connection: AsyncConnection, org_id: int, kind: TaskKind) -> tuple[Task, ...]:
    """What is still to do in an organisation, oldest first."""
    chosen = select(tasks).where(
        tasks.c.org_id == org_id, tasks.c.done.is_(False), tasks.c.kind == kind.value
    )
    return tuple(map(_task, await connection.execute(chosen.order_by(tasks.c.id).limit(MAX_OPEN))))


async def save(connection: AsyncConnection, task: Task) -> Task:
    """Store a changed task.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    changed = await connection.execute(
        update(tasks)
        .where(tasks.c.id == task.id, tasks.c.org_id == task.org_id, tasks.c.incident_id == task.incident_id)
        .values(_row(task))
    )
    if changed.rowcount == 0:
        raise NotFound("this task does not exist any more")
    return task


async def delete(connection: AsyncConnection, incident_id: int, task_id: int) -> bool:
    """Delete a task of this incident; False when there is no such."""
    gone = await connection.execute(
        deleting(tasks).where(tasks.c.id == task_id, tasks.c.incident_id == incident_id)
    )
    return gone.rowcount > 0


def _row(task: Task) -> dict[str, Any]:
    return {
        "org_id": task.org_id,
        "incident_id": task.incident_id,
        "kind": task.kind.value,
        "title": task.title,
        "assignee": task.assignee,
        "done": task.done,
        "due_at": task.due_at,
        "created_at": task.created_at,
        "created_by": task.created_by,
        "done_at": task.done_at,
    }


def _task(row: Row[Any]) -> Task:
    return Task(
        id=row.id,
        org_id=row.org_id,
        incident_id=row.incident_id,
        kind=TaskKind(row.kind),
        title=row.title,
        created_at=row.created_at,
        created_by=row.created_by,
        assignee=row.assignee,
        done=row.done,
        due_at=row.due_at,
        done_at=row.done_at,
    )
