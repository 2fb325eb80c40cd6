"""Attachments: put into the timeline with an entry that tells of them, read back, taken away.

The entry holds what is known of the attachment, so that a timeline shows it without reading the bytes.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from reliability_studio.domain.incidents.attachments import (
    MAX_COUNT,
    MAX_TOTAL,
    AttachmentKind,
    problem,
)
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import Conflict, Invalid, NotFound
from reliability_studio.flows.desk import Desk, existing
from reliability_studio.store import attachments, timeline
from reliability_studio.store.attachments import Attachment
from reliability_studio.store.timeline import StoredEntry


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """Something to attach."""

    name: str
    content_type: str
    data: bytes
    kind: AttachmentKind = AttachmentKind.FILE
    comment: str = ""
    """Markdown."""
    occurred_at: datetime | None = None
    """The moment that it shows; None means now."""
    origin: Mapping[str, str] = field(default_factory=dict)
    """Where it comes from: a link, a query, a range."""


class Attachments:
    """The attachments of incidents of one database."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def add(
        self, org_id: int, number: int, new: NewAttachment, *, by: str, now: datetime
    ) -> StoredEntry:
        """Attach something; the timeline entry that tells of it.

        Raises:
            NotFound: there is no such incident in this organisation.
            Invalid: its type is not taken, it is too large, or its moment lies in the future.
            Conflict: the incident holds too much already.
        """
        wrong = problem(new.kind, new.content_type, new.data)
        if wrong is not None:
            raise Invalid.field(*wrong)
        if new.occurred_at is not None and new.occurred_at > now:
            raise Invalid.field("$.occurredAt", "lies in the future")
        id_ = uuid4().hex
        async with self._desk.working(org_id, by, now) as work:
            incident = await existing(work.connection, org_id, number)
            held = await attachments.held(work.connection, incident.id)
            if held.count >= MAX_COUNT or held.size + len(new.data) > MAX_TOTAL:
                raise Conflict(
                    f"{incident.key} holds {held.count} attachments of {held.size} bytes;"
                    f" {MAX_COUNT} of {MAX_TOTAL} bytes together are taken"
                )
            (stored,) = await timeline.add(work.connection, org_id, incident.id, (_entry(id_, new, by, now),))
            described = Attachment(
                id=id_,
                entry_id=stored.id,
                name=new.name,
                content_type=new.content_type,
                size=len(new.data),
                sha256=hashlib.sha256(new.data).hexdigest(),
                created_at=now,
                created_by=by,
            )
            await attachments.add(work.connection, org_id, described, new.data)
            await self._desk.log(work, "attachment.create", incident.key, None, described)
            work.announce(incident, "timeline")
        return stored

    async def listing(self, org_id: int, number: int) -> tuple[Attachment, ...]:
        """The attachments of an incident, oldest first.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            return await attachments.of_incident(connection, incident.id)

    async def read(self, org_id: int, number: int, id_: str) -> tuple[Attachment, bytes]:
        """One attachment with its bytes.

        Raises:
            NotFound: there is no such attachment in this incident.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            found = await attachments.get(connection, incident.id, id_)
            if found is None:
                raise NotFound("there is no such attachment in this incident")
            return found, await attachments.content(connection, id_)

    async def delete(self, org_id: int, number: int, id_: str, *, by: str, now: datetime) -> None:
        """Take an attachment away, with the entry that tells of it; the audit log keeps that it was there.

        Raises:
            NotFound: there is no such attachment in this incident.
        """
        async with self._desk.working(org_id, by, now) as work:
            incident = await existing(work.connection, org_id, number)
            found = await attachments.get(work.connection, incident.id, id_)
            if found is None:
                raise NotFound("there is no such attachment in this incident")
            await attachments.remove(work.connection, id_)
            entry = await timeline.get(work.connection, incident.id, found.entry_id)
            if entry is not None:
                await timeline.change(work.connection, replace(entry, deleted=True), by, now)
            await self._desk.log(work, "attachment.delete", incident.key, found, None)
            work.announce(incident, "timeline")


def _entry(id_: str, new: NewAttachment, by: str, now: datetime) -> Entry:
    told = {
        "id": id_,
        "name": new.name,
        "contentType": new.content_type,
        "size": len(new.data),
        "kind": new.kind.value,
    }
    return Entry(
        type=EntryType.EVIDENCE,
        occurred_at=new.occurred_at or now,
        recorded_at=now,
        title=f"attached {new.name}",
        source="user",
        source_key=f"attachment:{id_}",
        description=new.comment,
        author=by,
        metadata={"attachment": told, **({"origin": dict(new.origin)} if new.origin else {})},
    )
