"""What people add to an incident's timeline: comments, corrections, pins.

Only comments may be rewritten or deleted; what the product itself recorded may be pinned and its moment
corrected. Nothing is lost: the store keeps what an entry said before.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from reliability_studio.domain.timeline import EntryType
from reliability_studio.errors import Conflict, Invalid, NotFound
from reliability_studio.flows.desk import Desk, Work, existing
from reliability_studio.flows.incidents import comment_entry
from reliability_studio.store import timeline
from reliability_studio.store.paging import Page
from reliability_studio.store.timeline import EarlierText, StoredEntry


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What to change about an entry; None stays as it is."""

    description: str | None = None
    occurred_at: datetime | None = None
    pinned: bool | None = None
    public: bool | None = None
    """Whether a comment may be shown outside."""


class Storyline:
    """The timeline as people work with it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(
        self, org_id: int, number: int, *, types: Collection[EntryType], cursor: str | None, limit: int
    ) -> Page[StoredEntry]:
        """A page of the timeline, in the order of what happened.

        Raises:
            NotFound: there is no such incident in this organisation.
            BadRequest: the cursor belongs to another list.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            return await timeline.page(connection, incident.id, types=types, cursor=cursor, limit=limit)

    async def comment(
        self,
        org_id: int,
        number: int,
        text: str,
        *,
        by: str,
        now: datetime,
        occurred_at: datetime | None = None,
        public: bool = False,
    ) -> StoredEntry:
        """Add a comment in Markdown.

        Raises:
            NotFound: there is no such incident in this organisation.
            Invalid: its moment lies in the future.
        """
        _past(occurred_at, now)
        async with self._desk.working(org_id, by, now) as work:
            incident = await existing(work.connection, org_id, number)
            entry = comment_entry(text, by, now, occurred_at)
            (stored,) = await timeline.add(work.connection, org_id, incident.id, (entry,))
            if public:
                shown = await timeline.change(work.connection, replace(stored, public=True), by, now)
                stored = shown or stored
            told = {"entry": stored.id, "text": text, "public": public}
            await self._desk.log(work, "comment.create", incident.key, None, told)
            work.announce(incident, "comment")
            return stored

    async def change(
        self, org_id: int, number: int, entry_id: int, change: EntryChange, *, by: str, now: datetime
    ) -> StoredEntry:
        """Correct an entry; what it said before is kept.

        Raises:
            NotFound: there is no such entry.
            Conflict: only comments can be rewritten.
            Invalid: its moment lies in the future.
        """
        _past(change.occurred_at, now)
        async with self._desk.working(org_id, by, now) as work:
            before = await self._entry(work, number, entry_id)
            if change.public and before.entry.type is not EntryType.COMMENT:
                raise Conflict("only comments can be public: the rest says more than outsiders may know")
            if change.description is not None and before.entry.type is not EntryType.COMMENT:
                raise Conflict("only comments can be rewritten; add a comment instead")
            entry = replace(
                before.entry,
                description=before.entry.description if change.description is None else change.description,
                occurred_at=change.occurred_at or before.entry.occurred_at,
            )
            pinned = before.pinned if change.pinned is None else change.pinned
            public = before.public if change.public is None else change.public
            after = replace(before, entry=entry, pinned=pinned, public=public)
            return await self._save(work, number, before, after, "entry.update")

    async def delete(self, org_id: int, number: int, entry_id: int, *, by: str, now: datetime) -> None:
        """Take a comment away; it stays in the history.

        Raises:
            NotFound: there is no such entry.
            Conflict: it is no comment.
        """
        async with self._desk.working(org_id, by, now) as work:
            before = await self._entry(work, number, entry_id)
            if before.entry.type is not EntryType.COMMENT:
                raise Conflict("only comments can be deleted; what the product recorded stays")
            await self._save(work, number, before, replace(before, deleted=True), "entry.delete")

    async def history(self, org_id: int, number: int, entry_id: int) -> tuple[EarlierText, ...]:
        """What an entry said before, oldest first.

        Raises:
            NotFound: there is no such entry.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            if await timeline.get(connection, incident.id, entry_id) is None:
                raise NotFound("there is no such entry in this incident's timeline")
            return await timeline.history(connection, entry_id)

    async def _entry(self, work: Work, number: int, entry_id: int) -> StoredEntry:
        incident = await existing(work.connection, work.org_id, number)
        found = await timeline.get(work.connection, incident.id, entry_id)
        if found is None or found.deleted:
            raise NotFound("there is no such entry in this incident's timeline")
        return found

    async def _save(
        self, work: Work, number: int, before: StoredEntry, after: StoredEntry, action: str
    ) -> StoredEntry:
        incident = await existing(work.connection, work.org_id, number)
        stored = await timeline.change(work.connection, after, work.by, work.now)
        if stored is None:
            raise NotFound("there is no such entry in this incident's timeline")
        if stored != before:
            await self._desk.log(work, action, incident.key, _logged(before), _logged(stored))
            work.announce(incident, "timeline")
        return stored


def _past(moment: datetime | None, now: datetime) -> None:
    if moment is not None and moment > now:
        raise Invalid.field("$.occurredAt", "lies in the future")


def _logged(stored: StoredEntry) -> dict[str, object]:
    return {
        "entry": stored.id,
        "text": stored.entry.description,
        "occurredAt": stored.entry.occurred_at,
        "pinned": stored.pinned,
        "deleted": stored.deleted,
        "public": stored.public,
    }
