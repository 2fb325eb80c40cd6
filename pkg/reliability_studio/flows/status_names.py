"""Own names for the states of incidents, and own states within them: reading and changing them.

await names.current(org_id)
await names.put(org_id, given, stages, by=…, now=…, version=…)

Incidents in an own state that goes, or that shall belong to another built-in state, stay in the built-in one
that they are in; the audit log says which. Their timeline keeps what the state was called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.status_names import (
    BUILT_IN_NAMES,
    Name,
    Stage,
    StatusNames,
    problems,
    stage_problems,
)
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.shelf import MAX_PREFERENCES, Held, Shelf
from reliability_studio.store import audit, status_names
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database
from reliability_studio.store.status_names import NAME, Place

_NAMED = 1_000
"""Incidents that the audit log names of one own state."""


@dataclass(frozen=True, slots=True)
class InUse:
    """The names, and how many incidents are in each own state."""

    held: Held[StatusNames]
    incidents: Mapping[str, int]
    """By id of the own state; those without any are absent."""


class StatusNaming:
    """The names of the states, for all organisations of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shelf = Shelf(database, Kind.PREFERENCE, StatusNames, most=MAX_PREFERENCES)

    async def current(self, org_id: int) -> InUse:
        """What an organisation calls its states; version 0 while nobody chose names."""
        held = await self._shelf.find(org_id, NAME) or Held(NAME, BUILT_IN_NAMES)
        if not held.value.stages:
            return InUse(held, {})
        async with self._database.reading() as connection:
            return _in_use(held, await status_names.held(connection, org_id))

    async def put(
        self,
        org_id: int,
        given: Sequence[tuple[Status, Name]],
        stages: Sequence[Stage],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> InUse:
        """Name the states; those that are not given, or given without a label, have their built-in name.

        Args:
            org_id: whose.
            given: names of built-in states.
            stages: all own states, in the order of the work.
            by: who.
            now: when.
            version: of the names that were read; None writes over any.

        Raises:
            Invalid: two states would be called alike, or an own state cannot be.
            StaleWrite: somebody else changed the names meanwhile.
        """
        wrong = [FieldProblem(f"$.statuses[{index}].{field}", why) for index, field, why in problems(given)]
        named = {status: name for status, name in given if name != Name()}
        own = stage_problems(stages, named)
        wrong += [FieldProblem(f"$.stages[{index}].{field}", why) for index, field, why in own]
        if wrong:
            raise Invalid("the names do not tell the states apart", tuple(wrong))
        names = StatusNames(named, tuple(stages))
        counted: Mapping[Place, int] = {}

        async def settle(connection: AsyncConnection) -> None:
            nonlocal counted
            counted = await status_names.held(connection, org_id)
            there = {(stage.status, stage.id) for stage in stages}
            fallen = await status_names.fall_back(connection, org_id, counted.keys() - there)
            if fallen:
                told = {stage: [f"INC-{number}" for number in of[:_NAMED]] for stage, of in fallen.items()}
                many = sum(map(len, fallen.values()))
                action, subject = "preference.fallback", f"preference:{NAME}"
                await audit.append(connection, org_id, now, by, action, subject, told, {"incidents": many})

        wanted = Held(NAME, names)
        held = await self._shelf.put(org_id, wanted, by=by, now=now, version=version, alongside=settle)
        return _in_use(held, counted)


def _in_use(held: Held[StatusNames], counted: Mapping[Place, int]) -> InUse:
    stages = held.value.stages
    return InUse(held, {one.id: many for one in stages if (many := counted.get((one.status, one.id)))})
