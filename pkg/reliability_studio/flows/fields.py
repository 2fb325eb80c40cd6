"""Definitions of custom fields, and the check of every write by a person against them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents import fields
from reliability_studio.domain.incidents.fields import FieldDefinition, FieldKind, Problem
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.errors import FieldProblem, Invalid
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.store import status_names
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

MAX_FIELDS = 100

_CHOICES = frozenset({FieldKind.SELECT, FieldKind.MULTI})


class FieldDefinitions:
    """The fields that incidents of an organisation have."""

    def __init__(self, database: Database) -> None:
        self._shelf = Shelf(database, Kind.FIELD, FieldDefinition, most=MAX_FIELDS)

    async def listing(self, org_id: int) -> tuple[Held[FieldDefinition], ...]:
        """All of them, in the order in which they are shown."""
        return await self._shelf.listing(org_id)

    async def put(
        self,
        org_id: int,
        wanted: Held[FieldDefinition],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> Held[FieldDefinition]:
        """Define a field, or change it; values that incidents hold already stay.

        Raises:
            Invalid: names what cannot be.
            StaleWrite: somebody else changed it meanwhile.
        """
        problems = tuple(_problems(wanted.value))
        if problems:
            raise Invalid("; ".join(f"{p.path}: {p.problem}" for p in problems), problems)
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Forget a definition; values that incidents hold stay.

        Raises:
            NotFound: there is no such field.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)

    async def judge(
        self, connection: AsyncConnection, before: Incident | None, after: Incident
    ) -> tuple[tuple[Problem, ...], Mapping[str, str]]:
        """What is wrong with the fields of a changed incident, and the logins in them to look up."""
        was = {} if before is None else before.fields
        status = None if before is None else before.status
        entering = fields.entered(status, after.status)
        if not entering and was == after.fields:
            return (), {}
        held = await self._shelf.read(connection, after.org_id)
        definitions = {one.name: one.value for one in held if one.enabled}
        names = await status_names.read(connection, after.org_id)
        return (
            fields.problems(definitions, was, after.fields, entering, names),
            fields.people(definitions, was, after.fields),
        )


def ordered(value: FieldDefinition) -> FieldDefinition:
    """The definition with its states in the machine's order, each once."""
    return replace(value, required_on=tuple(sorted(set(value.required_on), key=lambda one: one.order)))


def _problems(definition: FieldDefinition) -> Iterator[FieldProblem]:
    if definition.kind in _CHOICES and not definition.options:
        yield FieldProblem("$.options", f"a field of the kind {definition.kind.value} needs options")
    if definition.kind not in _CHOICES and definition.options:
        yield FieldProblem("$.options", f"a field of the kind {definition.kind.value} has no options")
    if len(set(definition.options)) < len(definition.options):
        yield FieldProblem("$.options", "holds an option twice")
