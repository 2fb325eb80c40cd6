"""What administrators do with the severity ladder: read it with its use, replace it, go back to the built-in.

A level that incidents are on goes only with a replacement that takes them, all in the transaction that
changes the ladder. Nothing is told outside about it: no incident got more urgent by a new name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents import ladder as rules_of
from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.model import Grade, Severity
from reliability_studio.errors import FieldProblem, Invalid, StaleWrite
from reliability_studio.store import audit, documents
from reliability_studio.store import ladder as stored
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.incident_lists import Filter


@dataclass(frozen=True, slots=True)
class InUse:
    """A ladder, how many incidents stand on each level, and who changed it last."""

    ladder: Ladder
    incidents: Mapping[str, int]
    """By id of the level; those without any are absent."""
    version: int = 0
    """0 while it is the built-in one."""
    updated_at: datetime | None = None
    updated_by: str = ""
    moved: int = 0
    """Incidents that the change which this answers moved to another level."""


class Ladders:
    """The severity ladders of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, org_id: int) -> InUse:
        """The ladder and its use."""
        async with self._database.reading() as connection:
            document = await documents.get(connection, org_id, Kind.LADDER, stored.NAME)
            return _in_use(document, await stored.held(connection, org_id))

    async def put(
        self,
        org_id: int,
        wanted: Ladder,
        moves: Mapping[str, str],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> InUse:
        """Replace the ladder, and move incidents off levels that it has no more.

        Args:
            org_id: whose.
            wanted: the ladder to be; the built-in one takes the own one away.
            moves: id of a level that goes to the id of the one that takes its incidents.
            by: who.
            now: when.
            version: of the ladder that was read; None writes over any.

        Raises:
            Invalid: names the levels that cannot be, and those in use that nobody takes.
            StaleWrite: somebody else changed it meanwhile.
        """
        _refuse(tuple(rules_of.problems(wanted.levels)))
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            before = await documents.get(connection, org_id, Kind.LADDER, stored.NAME)
            current = 0 if before is None else before.version
            if version is not None and version != current:
                raise StaleWrite("the severities changed meanwhile: read them again", current=current)
            held = await stored.held(connection, org_id)
            _refuse(tuple(rules_of.orphans(held, wanted, moves)))
            targets = {name: moves.get(name, name) for name in held}
            grades = {name: grade for name in held if (grade := wanted.named(targets[name])) is not None}
            old = stored.ladder_in(before)
            moved = await stored.move(connection, org_id, _changed(grades, old))
            kept = Document(Kind.LADDER, stored.NAME, msgspec.to_builtins(wanted), now, by, version=current)
            if before is None:
                kept = await documents.add(connection, org_id, kept)
            else:
                kept = await documents.save(connection, org_id, kept)
            told = {"levels": msgspec.to_builtins(wanted.levels), "moves": dict(moves), "moved": moved}
            was = {"levels": msgspec.to_builtins(old.levels)}
            await audit.append(connection, org_id, now, by, "ladder.update", "ladder:severities", was, told)
            after = _in_use(kept, await stored.held(connection, org_id))
        return InUse(after.ladder, after.incidents, after.version, now, by, moved)


async def graded(database: Database, org_id: int, severity: Severity, level: str) -> Grade:
    """Where something that people define stands: on the level that it names, else by its severity.

    Raises:
        Invalid: there is no such level.
    """
    if not level:
        return BUILT_IN.of(severity)
    async with database.reading() as connection:
        grade, problems = (await stored.read(connection, org_id)).chosen(severity, level)
    _refuse(problems)
    return grade


async def meant(connection: AsyncConnection, org_id: int, sought: Filter) -> Filter:
    """A stored filter, whose levels may be gone, as the ladder of now has it."""
    if not sought.levels:
        return sought
    ladder = await stored.read(connection, org_id)
    levels, severities = ladder.alternatives(sought.levels, sought.severities)
    return replace(sought, levels=levels, severities=severities)


def _changed(grades: Mapping[str, Grade], old: Ladder) -> Mapping[str, Grade]:
    """Only levels whose incidents stand elsewhere afterwards."""
    return {name: grade for name, grade in grades.items() if old.named(name) != grade}


def _in_use(document: Document | None, held: Mapping[str, int]) -> InUse:
    if document is None:
        return InUse(BUILT_IN, held)
    ladder = stored.ladder_in(document)
    return InUse(ladder, held, document.version, document.updated_at, document.updated_by)


def _refuse(problems: tuple[rules_of.Problem, ...]) -> None:
    if problems:
        found = tuple(FieldProblem(path, text) for path, text in problems)
        raise Invalid("; ".join(f"{one.path}: {one.problem}" for one in found), found)
