"""Routes of an incident's tasks and follow-ups."""

from typing import Any

import msgspec

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.incident_json import task_shape
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.task_shapes import TaskInput, TaskListShape, TaskPatch, TaskShape
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.tasks import TaskKind
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.tasks import Draft, TaskChange, Tasks


def task_routes(incidents: Incidents, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(Tasks(incidents.desk), clock)
    all_, one = "incidents/{number}/tasks", "incidents/{number}/tasks/{id}"
    return (
        Route("GET", all_, Role.VIEWER, api.listing, "Tasks and follow-ups", returns=TaskListShape),
        Route(
            "POST", all_, Role.EDITOR, api.add, "Add a task", body=TaskInput, returns=TaskShape, status=201
        ),
        Route("PATCH", one, Role.EDITOR, api.change, "Change a task", body=TaskPatch, returns=TaskShape),
        Route("DELETE", one, Role.EDITOR, api.delete, "Delete a task", status=204),
    )


class _Api:
    def __init__(self, tasks: Tasks, clock: Clock) -> None:
        self._tasks = tasks
        self._clock = clock

    async def listing(self, call: Call[None]) -> Reply:
        found = await self._tasks.listing(call.caller.org_id, asked.number(call))
        return Reply(TaskListShape(items=[task_shape(one) for one in found]))

    async def add(self, call: Call[TaskInput]) -> Reply:
        body = call.body
        draft = Draft(body.title, TaskKind(body.kind), body.assignee, body.due_at)
        stored = await self._tasks.add(
            call.caller.org_id, asked.number(call), draft, by=call.caller.label, now=self._clock.now()
        )
        return Reply(task_shape(stored), status=201)

    async def change(self, call: Call[TaskPatch]) -> Reply:
        body = call.body
        change = TaskChange(
            title=None if body.title is msgspec.UNSET else body.title,
            assignee=None if body.assignee is msgspec.UNSET else body.assignee,
            done=None if body.done is msgspec.UNSET else body.done,
            due_at=None if body.due_at is msgspec.UNSET else body.due_at,
            no_due=body.due_at is None,
        )
        stored = await self._tasks.change(
            call.caller.org_id,
            asked.number(call),
            asked.row_id(call),
            change,
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(task_shape(stored))

    async def delete(self, call: Call[None]) -> Reply:
        await self._tasks.delete(
            call.caller.org_id,
            asked.number(call),
            asked.row_id(call),
            by=call.caller.label,
            now=self._clock.now(),
        )
        return Reply(status=204)
