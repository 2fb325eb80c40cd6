"""What people do with incidents: declare, change, comment, delete; reading them is in `incident_reader`.

Each change is one transaction that holds the organisation's lock: read, decide (`domain.incidents.edits`),
write the record, the timeline, the audit log and the messages to the outside; the notice to listeners
follows the commit. Tasks, and merging and splitting, have files of their own beside this one and use `Desk`.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import msgspec

from reliability_studio.domain.incidents.edits import (
    Change,
    Edited,
    Problem,
    Wish,
    declare,
    edit,
    status_of,
)
from reliability_studio.domain.incidents.entries import opening_entry, status_entry
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.domain.incidents.lifecycle import Move
from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.status_names import StatusNames
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import (
    Conflict,
    FieldProblem,
    Invalid,
    StaleWrite,
    StillFiring,
    StudioError,
)
from reliability_studio.flows.desk import Desk, Work, existing
from reliability_studio.flows.fields import FieldDefinitions
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.incident_reader import Detail, Impact, IncidentReader, no_impact
from reliability_studio.flows.outward import Tell, tell_nobody
from reliability_studio.store import (
    alerts,
    directory,
    idempotency,
    incidents,
    timeline,
)
from reliability_studio.store.engine import Database

_CREATE = "POST incidents"
_NAMED = 5


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one incident of many; `code` is empty when it went well."""

    number: str
    code: str = ""
    message: str = ""


Furnish = Callable[[Work, Incident], Awaitable[None]]
"""Adds what belongs to a new incident, in the transaction that declares it."""


class Incidents(IncidentReader):
    """Incidents of one database, for all organisations, for working with them."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        *,
        tell: Tell = tell_nobody,
        impact: Impact = no_impact,
    ) -> None:
        super().__init__(database, impact=impact)
        self.desk = Desk(database, hub, tell=tell)
        self._fields = FieldDefinitions(database)

    async def create(
        self,
        org_id: int,
        wish: Wish,
        *,
        by: str,
        now: datetime,
        key: str = "",
        furnish: Furnish | None = None,
    ) -> Detail:
        """Declare an incident. The same key again gives the incident that it made the first time.

        It is read back before the commit, as every change is: an answer that fails changed nothing.

        Args:
            org_id: whose.
            wish: what it should be.
            by: who declares it.
            now: when.
            key: idempotency key of the request; empty means none.
            furnish: adds what belongs to a new incident, in the same transaction.

        Raises:
            Invalid: names the fields that cannot be.
            Conflict: the key was used for another incident.
        """
        digest = hashlib.sha256(msgspec.json.encode(wish, order="sorted")).hexdigest()
        async with self.desk.working(org_id, by, now) as work:
            made = await self._made_before(work, key, digest) if key else None
            if made is not None:
                return await self.read_detail(work.connection, org_id, made.number)
            ladder, names = await work.ladder(), await work.names()
            incident, problems = declare(org_id, wish, by=by, now=now, ladder=ladder, names=names)
            await self._judge(work, None, incident, problems)
            number = await incidents.take_number(work.connection, org_id)
            stored = await incidents.insert(work.connection, replace(incident, number=number))
            told = _declared(stored, by, now, ladder, names)
            await timeline.add(work.connection, org_id, stored.id, told)
            if key:
                answer = msgspec.json.encode({"number": number, "digest": digest})
                await idempotency.remember(work.connection, org_id, key, _CREATE, answer, now)
            await self.desk.log(work, "incident.create", stored.key, None, stored)
            if furnish is not None:
                await furnish(work, stored)
            await self.desk.tell(work.connection, None, stored, at=now, by=by)
            work.announce(stored, "opened")
            return await self.read_detail(work.connection, org_id, stored.number)

    async def change(
        self,
        org_id: int,
        number: int,
        change: Change,
        *,
        by: str,
        now: datetime,
        version: int | None = None,
    ) -> Detail:
        """Change an incident; with a version only that one. It is read back before the commit.

        Raises:
            NotFound: there is no such incident in this organisation.
            StaleWrite: it changed since that version.
            StillFiring: it cannot end while its alerts fire, unless the change insists.
            Conflict: its state does not allow the change; says what to do.
            Invalid: names the fields that cannot be.
        """
        async with self.desk.working(org_id, by, now) as work:
            changed = await self._changed(work, number, change, version)
            return await self.read_detail(work.connection, org_id, changed.number)

    async def bulk(
        self, org_id: int, numbers: Sequence[int], change: Change, *, by: str, now: datetime
    ) -> tuple[BulkOutcome, ...]:
        """The same change on many incidents, each by itself: one that cannot be does not stop the others."""
        outcomes: list[BulkOutcome] = []
        for number in dict.fromkeys(numbers):
            try:
                async with self.desk.working(org_id, by, now) as work:
                    changed = await self._changed(work, number, change)
            except StudioError as error:
                outcomes.append(BulkOutcome(f"INC-{number}", error.code, str(error)))
            else:
                outcomes.append(BulkOutcome(changed.key))
        return tuple(outcomes)

    async def delete(self, org_id: int, number: int, *, by: str, now: datetime) -> None:
        """Delete an incident with everything that belongs to it, and what was merged into it; alerts stay.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self.desk.working(org_id, by, now) as work:
            going = [await existing(work.connection, org_id, number)]
            while going:
                before = going.pop()
                # Nothing of these is left but a way to what is gone, and nobody could work on them again.
                going += await incidents.merged_into(work.connection, before)
                await incidents.delete(work.connection, org_id, before.number)
                await self.desk.log(work, "incident.delete", before.key, before, None)
                work.announce(before, "deleted")

    async def _changed(self, work: Work, number: int, change: Change, version: int | None = None) -> Incident:
        before = await existing(work.connection, work.org_id, number)
        if version is not None and version != before.version:
            raise StaleWrite(f"{before.key} changed meanwhile: read it again", current=before.version)
        ladder, names = await work.ladder(), await work.names()
        firing = await _firing(work, before) if _ends(before, status_of(change, names)) else ()
        edited = edit(before, change, by=work.by, now=work.now, firing=firing, ladder=ladder, names=names)
        _allow(edited, before, firing, names)
        await self._judge(work, before, edited.incident)
        return await self._write(work, before, edited, change)

    async def _judge(
        self, work: Work, before: Incident | None, after: Incident, known: Sequence[Problem] = ()
    ) -> None:
        """Refuse fields that do not fit their definition, and people whom nobody knows."""
        problems, logins = await self._fields.judge(work.connection, before, after)
        if before is None or after.assignee != before.assignee:
            logins = {"$.assignee": after.assignee, **logins}
        unknown = await _unknown_people(work, logins) if logins else ()
        _refuse((*known, *problems, *unknown))

    async def _write(self, work: Work, before: Incident, edited: Edited, change: Change) -> Incident:
        stored, entries = before, list(edited.entries)
        if edited.incident != before:
            stored = await self.desk.save(work, before, edited.incident, "incident.update")
            work.announce(stored, _what(before, stored))
        if change.comment.strip() and stored.standing == before.standing:
            entries.append(comment_entry(change.comment, work.by, work.now))
            if stored.version == before.version:
                work.announce(stored, "comment")
        await timeline.add(work.connection, work.org_id, stored.id, entries)
        return stored

    async def _made_before(self, work: Work, key: str, digest: str) -> Incident | None:
        answer = await idempotency.recall(work.connection, work.org_id, key, _CREATE)
        if answer is None:
            return None
        made = msgspec.json.decode(answer, type=_Made)
        if made.digest != digest:
            raise Conflict("this Idempotency-Key was used for another incident: take a new one")
        return await existing(work.connection, work.org_id, made.number)


class _Made(msgspec.Struct):
    """What is remembered of an answer under an idempotency key."""

    number: int
    digest: str


def comment_entry(text: str, by: str, now: datetime, occurred_at: datetime | None = None) -> Entry:
    """A comment as the timeline holds it."""
    return Entry(
        type=EntryType.COMMENT,
        occurred_at=occurred_at or now,
        recorded_at=now,
        title="comment",
        source="user",
        source_key=f"comment:{uuid4().hex}",
        description=text,
        author=by,
    )


async def _firing(work: Work, incident: Incident) -> tuple[str, ...]:
    of = await alerts.of_incidents(work.connection, work.org_id, [incident.id])
    return tuple(one.event.name for one in of[incident.id] if not one.event.resolved)


def _ends(before: Incident, to: Status | None) -> bool:
    return to is not None and before.status.active and not to.active


async def _unknown_people(work: Work, logins: Mapping[str, str]) -> tuple[Problem, ...]:
    """Logins that nobody has: a typing error would leave an incident with nobody."""
    wanted: Collection[str] = {login for login in logins.values() if login and login != work.by}
    known = await directory.known(work.connection, work.org_id, wanted) if wanted else frozenset()
    return tuple(
        (path, f"nobody with the login '{login[:100]}' has been seen in this organisation")
        for path, login in logins.items()
        if login in wanted and login not in known
    )


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        found = tuple(FieldProblem(path, text) for path, text in problems)
        raise Invalid("; ".join(f"{path}: {text}" for path, text in problems), found)


def _allow(edited: Edited, before: Incident, firing: Sequence[str], names: StatusNames) -> None:
    _refuse(edited.problems)
    if not edited.move.refused:
        return
    if edited.move is Move.STILL_FIRING:
        named = ", ".join(sorted(set(firing))[:_NAMED])
        verb = "fires" if len(firing) == 1 else "fire"
        raise StillFiring(f"{len(firing)} of its alerts still {verb} ({named}); send force to resolve it")
    called = names.called(*before.standing)
    raise Conflict(
        {
            Move.BACKWARDS: f"{before.key} is {called}; the only way back is to reopen it",
            Move.NOT_ENDED: "only a resolved or closed incident can be reopened, into an active status",
            Move.MERGED: f"{before.key} was merged into INC-{before.merged_into}; work on that one",
        }.get(edited.move, "its state does not allow this")
    )


def _declared(
    incident: Incident, by: str, now: datetime, ladder: Ladder, names: StatusNames
) -> tuple[Entry, ...]:
    first = opening_entry(incident, by, now, ladder=ladder)
    if incident.status is Status.OPEN:
        return (first,)
    before = replace(incident, status=Status.OPEN, stage=names.first(Status.OPEN))
    return (first, status_entry(before, incident, by, now, "told afterwards", names))


def _what(before: Incident, after: Incident) -> str:
    if after.standing != before.standing:
        return "status_change"
    if after.grade.name != before.grade.name:
        return "severity_change"
    return "assignment" if after.assignee != before.assignee else "update"
