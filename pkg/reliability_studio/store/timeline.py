"""Timeline entries: written once per source key, ordered by when things happened, changed with history."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.store import paging
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.base import micros, moment
from reliability_studio.store.tables.timeline import timeline_entries, timeline_history

MAX_PUBLIC = 5_000
"""Public comments that are told at once."""
_table = timeline_entries.c


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with its marks. A deleted one stays, so that its key is not told again."""

    id: int
    incident_id: int
    entry: Entry
    pinned: bool = False
    edited: bool = False
    deleted: bool = False
    public: bool = False
    """A comment that may be shown outside."""


@dataclass(frozen=True, slots=True)
class EarlierText:
    """What an entry said until somebody changed it."""

    description: str
    occurred_at: datetime
    pinned: bool
    deleted: bool
    changed_at: datetime
    changed_by: str


async def add(
    connection: AsyncConnection, org_id: int, incident_id: int, entries: Sequence[Entry]
) -> tuple[StoredEntry, ...]:
    """Write entries; those whose source key the incident has already are left out of the answer."""
    return await add_all(connection, org_id, [(incident_id, entry) for entry in entries])


async def public(connection: AsyncConnection, incident_ids: Sequence[int]) -> Mapping[int, Sequence[Entry]]:
    """What may be shown outside of each incident that has any, in the order of what happened."""
    found: dict[int, list[Entry]] = defaultdict(list)
    for part in chunks(incident_ids):
        chosen = select(timeline_entries).where(
            _table.incident_id.in_(part), _table.public, _table.deleted.is_(False)
        )
        rows = await connection.execute(chosen.order_by(_table.occurred_at, _table.id).limit(MAX_PUBLIC))
        for stored in map(_stored, rows):
            found[stored.incident_id].append(stored.entry)
    return found


async def add_all(
    connection: AsyncConnection, org_id: int, entries: Sequence[tuple[int, Entry]]
) -> tuple[StoredEntry, ...]:
    """Write entries of several incidents, each with the id of its own; what is known is left out as above."""
    unique = {(incident_id, entry.source_key): entry for incident_id, entry in reversed(entries)}
    if not unique:
        return ()
    rows = [_row(org_id, incident_id, entry) for (incident_id, _), entry in reversed(unique.items())]
    adding = inserting(connection, timeline_entries).on_conflict_do_nothing().returning(timeline_entries)
    added = map(_stored, await connection.execute(adding, rows))
    return tuple(sorted(added, key=lambda stored: stored.id))


async def page(
    connection: AsyncConnection,
    incident_id: int,
    *,
    types: Collection[EntryType] = (),
    cursor: str | None = None,
    limit: int,
) -> Page[StoredEntry]:
    """A page of the timeline, in the order of what happened; no types mean all.

    Raises:
        BadRequest: the cursor belongs to another list.
    """
    where: list[ColumnElement[bool]] = [_table.incident_id == incident_id]
    if types:
        where.append(_table.type.in_(sorted(type_.value for type_ in types)))
    total = await connection.scalar(select(func.count()).select_from(timeline_entries).where(*where))
    scope = paging.scope("timeline", incident_id, sorted(types))
    if cursor is not None:
        occurred_at, id_ = paging.read(cursor, scope, (int, int))
        start = (moment(occurred_at), id_)
        where.append(paging.after((_table.occurred_at, _table.id), start, descending=False))
    chosen = select(timeline_entries).where(*where).order_by(_table.occurred_at, _table.id)
    found = tuple(map(_stored, await connection.execute(chosen.limit(limit + 1))))
    shown = found[:limit]
    more = (
        paging.write(scope, (micros(shown[-1].entry.occurred_at), shown[-1].id))
        if len(found) > limit
        else None
    )
    return Page(shown, int(total or 0), more)


async def get(connection: AsyncConnection, incident_id: int, entry_id: int) -> StoredEntry | None:
    """One entry of this incident."""
    chosen = select(timeline_entries).where(_table.id == entry_id, _table.incident_id == incident_id)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _stored(row)


async def change(
    connection: AsyncConnection, entry: StoredEntry, by: str, at: datetime
) -> StoredEntry | None:
    """Store a changed entry and keep what it said before; None when there is no such entry.

    Only the description, the moment and the marks can change; a new description or moment marks it edited.
    """
    before = await get(connection, entry.incident_id, entry.id)
    if before is None:
        return None
    if before == entry:
        return before
    moved = (before.entry.description, before.entry.occurred_at) != (
        entry.entry.description,
        entry.entry.occurred_at,
    )
    await connection.execute(
        timeline_history.insert().values(
            entry_id=entry.id,
            description=before.entry.description,
            occurred_at=before.entry.occurred_at,
            pinned=before.pinned,
            deleted=before.deleted,
            changed_at=at,
            changed_by=by,
        )
    )
    rows = await connection.execute(
        update(timeline_entries)
        .where(_table.id == entry.id)
        .values(
            description=entry.entry.description,
            occurred_at=entry.entry.occurred_at,
            pinned=entry.pinned,
            deleted=entry.deleted,
            public=entry.public,
            edited=before.edited or entry.edited or moved,
        )
        .returning(timeline_entries)
    )
    return _stored(rows.one())


async def history(connection: AsyncConnection, entry_id: int) -> tuple[EarlierText, ...]:
    """What an entry said before, oldest first."""
    chosen = select(timeline_history).where(timeline_history.c.entry_id == entry_id)
    rows = await connection.execute(chosen.order_by(timeline_history.c.id))
    return tuple(
        EarlierText(row.description, row.occurred_at, row.pinned, row.deleted, row.changed_at, row.changed_by)
        for row in rows
    )


async def move(
    connection: AsyncConnection,
    from_incident_id: int,
    to_incident_id: int,
    *,
    entry_ids: Collection[int] | None = None,
) -> tuple[int, ...]:
    """Move entries (all of them unless named) to another incident; the ids of those that went.

    What the other one tells already, by source key, stays behind.
    """
    told = select(_table.source_key).where(_table.incident_id == to_incident_id)
    chosen = select(_table.id).where(_table.incident_id == from_incident_id, _table.source_key.not_in(told))
    going = sorted(await connection.scalars(chosen))
    if entry_ids is not None:
        named = set(entry_ids)
        going = [entry_id for entry_id in going if entry_id in named]
    for part in chunks(going):
        await connection.execute(
            update(timeline_entries).where(_table.id.in_(part)).values(incident_id=to_incident_id)
        )
    return tuple(going)


def _row(org_id: int, incident_id: int, entry: Entry) -> dict[str, Any]:
    return {
        "org_id": org_id,
        "incident_id": incident_id,
        "type": entry.type.value,
        "occurred_at": entry.occurred_at,
        "recorded_at": entry.recorded_at,
        "title": entry.title,
        "description": entry.description,
        "source": entry.source,
        "source_key": entry.source_key,
        "severity": entry.severity,
        "author": entry.author,
        "metadata": dict(entry.metadata),
        "pinned": False,
        "edited": False,
        "deleted": False,
    }


def _stored(row: Row[Any]) -> StoredEntry:
    return StoredEntry(
        id=row.id,
        incident_id=row.incident_id,
        entry=Entry(
            type=EntryType(row.type),
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            title=row.title,
            source=row.source,
            source_key=row.source_key,
            description=row.description,
            severity=row.severity,
            author=row.author,
            metadata=row.metadata,
        ),
        pinned=row.pinned,
        edited=row.edited,
        deleted=row.deleted,
        public=row.public,
    )
