"""Small things that people define and that are read whole: rules, integrations, fields, templates.

A document is JSON under a kind and a name, with a version against lost updates and a position for lists whose
order means something. What is inside belongs to whoever owns the kind.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy import delete as deleting
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.errors import Conflict, NotFound, StaleWrite
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.operations import documents

MAX_DOCUMENTS = 2_000
"""Bound on one kind in one organisation's list."""


class Kind(StrEnum):
    """What a document may be."""

    RULE = "rule"
    INTEGRATION = "integration"
    FIELD = "field"
    TEMPLATE = "template"
    MAINTENANCE = "maintenance"
    HEARTBEAT = "heartbeat"
    ROUTE = "route"
    PREFERENCE = "preference"
    LADDER = "ladder"
    IDENTITY = "identity"
    ENRICHMENT = "enrichment"


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `version` is 0 until it is stored."""

    kind: Kind
    name: str
    body: Any
    updated_at: datetime
    updated_by: str
    position: int = 0
    enabled: bool = True
    version: int = 0


async def get(connection: AsyncConnection, org_id: int, kind: Kind, name: str) -> Document | None:
    """The document of this kind and name."""
    row = (await connection.execute(select(documents).where(*_key(org_id, kind, name)))).first()
    return None if row is None else _document(row)


async def listing(
    connection: AsyncConnection, org_id: int, kind: Kind, *, enabled: bool | None = None
) -> tuple[Document, ...]:
    """All documents of a kind, by position and name."""
    chosen = select(documents).where(documents.c.org_id == org_id, documents.c.kind == kind.value)
    if enabled is not None:
        chosen = chosen.where(documents.c.enabled.is_(enabled))
    rows = await connection.execute(
        chosen.order_by(documents.c.position, documents.c.name).limit(MAX_DOCUMENTS)
    )
    return tuple(map(_document, rows))


async def of_kinds(
    connection: AsyncConnection, org_id: int, kinds: Collection[Kind]
) -> Mapping[Kind, tuple[Document, ...]]:
    """All documents of several kinds in one look, each kind by position and name."""
    chosen = select(documents).where(
        documents.c.org_id == org_id, documents.c.kind.in_([kind.value for kind in kinds])
    )
    rows = await connection.execute(chosen.order_by(documents.c.position, documents.c.name))
    found: dict[Kind, list[Document]] = {kind: [] for kind in kinds}
    for document in map(_document, rows):
        found[document.kind].append(document)
    return {kind: tuple(of[:MAX_DOCUMENTS]) for kind, of in found.items()}


async def add(connection: AsyncConnection, org_id: int, document: Document) -> Document:
    """Store a new document.

    Raises:
        Conflict: there is one of this kind and name.
    """
    adding = inserting(connection, documents).values(
        org_id=org_id, kind=document.kind.value, name=document.name, version=1, **_values(document)
    )
    done = await connection.execute(adding.on_conflict_do_nothing().returning(documents.c.version))
    if done.first() is None:
        raise Conflict(f"there is a {document.kind.value} named {document.name} already")
    return replace(document, version=1)


async def save(connection: AsyncConnection, org_id: int, document: Document) -> Document:
    """Store a changed document over the version that it was read with.

    Raises:
        StaleWrite: somebody changed it meanwhile.
        NotFound: somebody deleted it meanwhile.
    """
    key = _key(org_id, document.kind, document.name)
    changed = await connection.execute(
        update(documents)
        .where(*key, documents.c.version == document.version)
        .values(version=document.version + 1, **_values(document))
    )
    if changed.rowcount == 0:
        current = await connection.scalar(select(documents.c.version).where(*key))
        what = f"the {document.kind.value} {document.name}"
        if current is None:
            raise NotFound(f"{what} does not exist any more")
        raise StaleWrite(f"{what} changed meanwhile: read it again", current=int(current))
    return replace(document, version=document.version + 1)


async def delete(connection: AsyncConnection, org_id: int, kind: Kind, name: str) -> bool:
    """Delete a document; False when there is no such."""
    gone = await connection.execute(deleting(documents).where(*_key(org_id, kind, name)))
    return gone.rowcount > 0


def _key(org_id: int, kind: Kind, name: str) -> tuple[Any, ...]:
    return (documents.c.org_id == org_id, documents.c.kind == kind.value, documents.c.name == name)


def _values(document: Document) -> dict[str, Any]:
    return {
        "position": document.position,
        "enabled": document.enabled,
        "body": document.body,
        "updated_at": document.updated_at,
        "updated_by": document.updated_by,
    }


def _document(row: Row[Any]) -> Document:
    return Document(
        kind=Kind(row.kind),
        name=row.name,
        body=row.body,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        position=row.position,
        enabled=row.enabled,
        version=row.version,
    )
