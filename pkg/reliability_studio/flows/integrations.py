"""Senders of alerts that speak neither Alertmanager's nor Grafana's JSON: where their fields are.

An integration is a document: its name is part of the webhook's address.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import msgspec

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.errors import Conflict, Invalid, NotFound, StaleWrite
from reliability_studio.store import alerts, audit, documents
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.engine import Database

MAX_INTEGRATIONS = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """Paths like `a.b.0.c` into the sender's JSON; an empty one means that there is no such field."""

    name: str = "title"
    """The alert's name; the only one that must be there."""
    alerts: str = ""
    """Where the list of alerts is; empty: the whole body is one alert or a list of them."""
    status: str = "status"
    resolved: tuple[str, ...] = ("resolved", "ok", "closed", "recovered")
    """Values of `status` that end an alert."""
    key: str = ""
    """What identifies the alert; empty: its labels do."""
    starts_at: str = ""
    severity: str = "severity"
    service: str = "service"
    summary: str = "message"
    fields: Mapping[str, str] = field(default_factory=dict)
    """Further labels and where they are."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that every alert of this sender gets."""


@dataclass(frozen=True, slots=True)
class Integration:
    """One sender."""

    name: str
    mapping: FieldMapping = field(default_factory=FieldMapping)
    enabled: bool = True
    version: int = 0


class Integrations:
    """The senders of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def find(self, org_id: int, name: str) -> Integration | None:
        """The sender of this name."""
        async with self._database.reading() as connection:
            found = await documents.get(connection, org_id, Kind.INTEGRATION, name)
        return None if found is None else _integration(found)

    async def listing(self, org_id: int) -> tuple[Integration, ...]:
        """All senders, by name."""
        async with self._database.reading() as connection:
            found = await documents.listing(connection, org_id, Kind.INTEGRATION)
        return tuple(map(_integration, found))

    async def put(
        self, org_id: int, wanted: Integration, *, by: str, now: datetime, version: int | None = None
    ) -> Integration:
        """Store a sender, new or changed; with a version only over that one.

        Raises:
            Invalid: the name cannot be part of an address.
            StaleWrite: somebody else changed it meanwhile.
        """
        if not _NAME.fullmatch(wanted.name):
            raise Invalid.field("$.name", "may hold a-z, 0-9, - and _, at most 63 of them")
        async with self._database.writing() as connection:
            held = await documents.get(connection, org_id, Kind.INTEGRATION, wanted.name)
            current = 0 if held is None else held.version
            if version is not None and version != current:
                raise StaleWrite("the integration changed meanwhile: read it again", current=current)
            everything = await documents.listing(connection, org_id, Kind.INTEGRATION)
            if held is None and len(everything) >= MAX_INTEGRATIONS:
                raise Conflict(f"there are {MAX_INTEGRATIONS} integrations already: delete some first")
            document = Document(
                kind=Kind.INTEGRATION,
                name=wanted.name,
                body=msgspec.to_builtins(wanted.mapping),
                updated_at=now,
                updated_by=by,
                enabled=wanted.enabled,
                version=current,
            )
            write = documents.add if held is None else documents.save
            stored = await write(connection, org_id, document)
            action = "integration.create" if held is None else "integration.update"
            subject = f"integration:{wanted.name}"
            await audit.append(connection, org_id, now, by, action, subject, held and held.body, stored.body)
        return replace(wanted, version=stored.version)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Forget a sender.

        Raises:
            NotFound: there is no such sender.
        """
        async with self._database.writing() as connection:
            held = await documents.get(connection, org_id, Kind.INTEGRATION, name)
            if held is None:
                raise NotFound(f"there is no integration '{name[:100]}'")
            await documents.delete(connection, org_id, Kind.INTEGRATION, name)
            await audit.append(
                connection, org_id, now, by, "integration.delete", f"integration:{name}", held.body, None
            )

    async def dated(self, org_id: int, events: Sequence[AlertEvent]) -> tuple[AlertEvent, ...]:
        """Events whose sender tells no start get the one of the episode that still fires."""
        undated = {event.fingerprint for event in events if event.starts_at == event.received_at}
        if not undated:
            return tuple(events)
        async with self._database.reading() as connection:
            firing = await alerts.firing(connection, org_id, source=AlertSource.GENERIC)
        starts = {one.event.fingerprint: one.event.starts_at for one in firing}
        return tuple(
            replace(event, starts_at=starts.get(event.fingerprint, event.starts_at))
            if event.fingerprint in undated
            else event
            for event in events
        )


def _integration(document: Document) -> Integration:
    mapping = msgspec.convert(document.body, FieldMapping)
    return Integration(document.name, mapping, document.enabled, document.version)
