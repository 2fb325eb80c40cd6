"""Routes of the names of states, and of own states."""

from typing import Any

from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.status_name_shapes import (
    StageInput,
    StageShape,
    StatusNameInput,
    StatusNameShape,
    StatusNamesInput,
    StatusNamesShape,
)
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import Name, Stage
from reliability_studio.flows.status_names import InUse, StatusNaming


def status_name_routes(naming: StatusNaming, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(naming, clock)
    return (
        Route(
            "GET",
            "statuses",
            Role.VIEWER,
            api.get,
            "What the states of incidents are called, and own states",
            returns=StatusNamesShape,
        ),
        Route(
            "PUT",
            "statuses",
            Role.ADMIN,
            api.put,
            "Name the states of incidents, and make own ones",
            body=StatusNamesInput,
            returns=StatusNamesShape,
        ),
    )


class _Api:
    def __init__(self, naming: StatusNaming, clock: Clock) -> None:
        self._naming = naming
        self._clock = clock

    async def get(self, call: Call[None]) -> Reply:
        return _reply(await self._naming.current(call.caller.org_id))

    async def put(self, call: Call[StatusNamesInput]) -> Reply:
        stored = await self._naming.put(
            call.caller.org_id,
            [(each.status, _name(each)) for each in call.body.statuses],
            tuple(map(_stage, call.body.stages)),
            by=call.caller.label,
            now=self._clock.now(),
            version=call.body.version,
        )
        return _reply(stored)


def _name(given: StatusNameInput) -> Name:
    return Name(" ".join(given.label.split()), given.meaning.strip())


def _stage(given: StageInput) -> Stage:
    return Stage(given.id, given.status, " ".join(given.label.split()), given.meaning.strip())


def _reply(found: InUse) -> Reply:
    held = found.held
    names = held.value.names
    shown = [(status, names.get(status, Name())) for status in Status]
    shape = StatusNamesShape(
        statuses=[
            StatusNameShape(status=status, label=name.label, meaning=name.meaning) for status, name in shown
        ],
        stages=[
            StageShape(
                id=stage.id,
                status=stage.status,
                label=stage.label,
                meaning=stage.meaning,
                incidents=found.incidents.get(stage.id, 0),
            )
            for stage in held.value.stages
        ],
        version=held.version,
        updated_at=held.updated_at,
        updated_by=held.updated_by,
    )
    return Reply(shape)
