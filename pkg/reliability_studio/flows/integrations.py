"""Senders of alerts that speak neither Alertmanager's nor Grafana's JSON: where their fields are.

An integration is a document: its name is part of the webhook's address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.store import alerts, members
from reliability_studio.store.documents import Kind
from reliability_studio.store.engine import Database

MAX_INTEGRATIONS = 200


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
        self._shelf = Shelf(database, Kind.INTEGRATION, FieldMapping, most=MAX_INTEGRATIONS)

    async def find(self, org_id: int, name: str) -> Integration | None:
        """The sender of this name."""
        found = await self._shelf.find(org_id, name)
        return None if found is None else _integration(found)

    async def listing(self, org_id: int) -> tuple[Integration, ...]:
        """All senders, by name."""
        return tuple(map(_integration, await self._shelf.listing(org_id)))

    async def put(
        self, org_id: int, wanted: Integration, *, by: str, now: datetime, version: int | None = None
    ) -> Integration:
        """Store a sender, new or changed; with a version only over that one.

        Raises:
            Invalid: the name cannot be part of an address.
            StaleWrite: somebody else changed it meanwhile.
        """
        held = Held(wanted.name, wanted.mapping, enabled=wanted.enabled)
        return _integration(await self._shelf.put(org_id, held, by=by, now=now, version=version))

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Forget a sender.

        Raises:
            NotFound: there is no such sender.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)

    async def dated(self, org_id: int, events: Sequence[AlertEvent]) -> tuple[AlertEvent, ...]:
        """Events whose sender tells no start get the one of the episode that still fires."""
        undated = {event.fingerprint for event in events if event.starts_at == event.received_at}
        if not undated:
            return tuple(events)
        async with self._database.reading() as connection:
            firing = await alerts.firing(connection, org_id, source=AlertSource.GENERIC)
            parts = await members.firing(connection, org_id, AlertSource.GENERIC)
        starts = {event.fingerprint: event.starts_at for event in (*(one.event for one in firing), *parts)}
        return tuple(
            replace(event, starts_at=starts.get(event.fingerprint, event.starts_at))
            if event.fingerprint in undated
            else event
            for event in events
        )


def _integration(held: Held[FieldMapping]) -> Integration:
    return Integration(held.name, held.value, held.enabled, held.version)
