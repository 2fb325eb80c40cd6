"""Small things that people define and that are known by a name: one way to list, put and delete them.

    windows = Shelf(database, Kind.MAINTENANCE, Window, most=500)
    held = await windows.put(org_id, "spring-cleaning", window, by=…, now=…)

Each is a document of the store, versioned and audited. What a kind means, and what it refuses, belongs to the
flow that owns it.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.errors import Conflict, Invalid, NotFound, StaleWrite
from reliability_studio.store import audit, documents
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.engine import Database, lock_organisation

T = TypeVar("T")

MAX_PREFERENCES = 100
"""Preferences of one organisation, of every sort together."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """One thing under its name."""

    name: str
    value: T
    position: int = 0
    enabled: bool = True
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""


Alongside = Callable[[AsyncConnection], Awaitable[object]]
"""What else is written in the transaction of a change."""


class Shelf(Generic[T]):
    """The things of one kind, for all organisations of one database."""

    def __init__(self, database: Database, kind: Kind, form: type[T], *, most: int) -> None:
        self.database = database
        self._kind = kind
        self._form = form
        self._most = most

    async def listing(self, org_id: int) -> tuple[Held[T], ...]:
        """All of them, by position and name."""
        async with self.database.reading() as connection:
            return await self.read(connection, org_id)

    async def read(self, connection: AsyncConnection, org_id: int) -> tuple[Held[T], ...]:
        """The same, inside somebody else's transaction."""
        return tuple(map(self.held, await documents.listing(connection, org_id, self._kind)))

    async def find(self, org_id: int, name: str) -> Held[T] | None:
        """The one of this name."""
        async with self.database.reading() as connection:
            found = await documents.get(connection, org_id, self._kind, name)
        return None if found is None else self.held(found)

    async def get(self, org_id: int, name: str) -> Held[T]:
        """The one of this name.

        Raises:
            NotFound: there is none.
        """
        found = await self.find(org_id, name)
        if found is None:
            raise self._missing(name)
        return found

    async def add(
        self, org_id: int, value: T, *, position: int = 0, enabled: bool = True, by: str, now: datetime
    ) -> Held[T]:
        """Store a new one under a name that nobody has; it comes back with it.

        Raises:
            Conflict: there are too many.
        """
        fresh = Held(uuid4().hex[:12], value, position=position, enabled=enabled)
        return await self.put(org_id, fresh, by=by, now=now)

    async def put(
        self,
        org_id: int,
        wanted: Held[T],
        *,
        by: str,
        now: datetime,
        version: int | None = None,
        must_exist: bool = False,
        alongside: Alongside | None = None,
    ) -> Held[T]:
        """Store one, new or changed; with a version only over that one.

        Raises:
            Invalid: the name cannot be part of an address.
            Conflict: there are too many.
            NotFound: it must exist and does not.
            StaleWrite: somebody else changed it meanwhile.
        """
        if not _NAME.fullmatch(wanted.name):
            raise Invalid.field("$.name", "may hold a-z, 0-9, - and _, at most 63 of them")
        async with self.database.writing() as connection:
            await lock_organisation(connection, org_id)
            before = await documents.get(connection, org_id, self._kind, wanted.name)
            self._allow(before, wanted.name, version, must_exist=must_exist)
            if before is None:
                everything = await documents.listing(connection, org_id, self._kind)
                if len(everything) >= self._most:
                    raise Conflict(f"there are {self._most} of this kind already: delete some first")
            document = self._document(wanted, 0 if before is None else before.version, by, now)
            write = documents.add if before is None else documents.save
            stored = await write(connection, org_id, document)
            action = f"{self._kind.value}.{'create' if before is None else 'update'}"
            subject = f"{self._kind.value}:{wanted.name}"
            was = None if before is None else before.body
            await audit.append(connection, org_id, now, by, action, subject, was, stored.body)
            if alongside is not None:
                await alongside(connection)
        return self.held(stored)

    async def delete(
        self, org_id: int, name: str, *, by: str, now: datetime, alongside: Alongside | None = None
    ) -> None:
        """Delete one.

        Raises:
            NotFound: there is none of this name.
        """
        async with self.database.writing() as connection:
            before = await documents.get(connection, org_id, self._kind, name)
            if before is None:
                raise self._missing(name)
            await documents.delete(connection, org_id, self._kind, name)
            if alongside is not None:
                await alongside(connection)
            action, subject = f"{self._kind.value}.delete", f"{self._kind.value}:{name}"
            await audit.append(connection, org_id, now, by, action, subject, before.body, None)

    def held(self, document: Document) -> Held[T]:
        """A document of the store as what it means."""
        return Held(
            document.name,
            msgspec.convert(document.body, self._form),
            document.position,
            document.enabled,
            document.version,
            document.updated_at,
            document.updated_by,
        )

    def _allow(self, before: Document | None, name: str, version: int | None, *, must_exist: bool) -> None:
        if before is None and must_exist:
            raise self._missing(name)
        current = 0 if before is None else before.version
        if version is not None and version != current:
            what = f"the {self._kind.value} '{name[:100]}'"
            raise StaleWrite(f"{what} changed meanwhile: read it again", current=current)

    def _missing(self, name: str) -> NotFound:
        return NotFound(f"there is no {self._kind.value} '{name[:100]}'")

    def _document(self, wanted: Held[T], version: int, by: str, now: datetime) -> Document:
        return Document(
            kind=self._kind,
            name=wanted.name,
            body=msgspec.to_builtins(wanted.value),
            updated_at=now,
            updated_by=by,
            position=wanted.position,
            enabled=wanted.enabled,
            version=version,
        )
