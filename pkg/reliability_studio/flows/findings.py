"""What investigations found, read for many incidents at once: for panels and lists.

Each incident is told by its newest run. A run that another version of the program kept in another form cannot
be read any more: it is counted, not guessed at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.checks.record import Record
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.errors import StoreError
from reliability_studio.flows.desk import existing
from reliability_studio.flows.inquiry import read
from reliability_studio.flows.ladder import meant
from reliability_studio.store import correlations, incident_lists
from reliability_studio.store.correlations import Signal
from reliability_studio.store.engine import Database
from reliability_studio.store.incident_lists import Filter


@dataclass(frozen=True, slots=True)
class Finding:
    """A signal of an incident's newest investigation, and when that looked."""

    incident: Incident
    at: datetime
    signal: Signal


@dataclass(frozen=True, slots=True)
class Run:
    """The newest investigation of one incident, as it was kept."""

    incident: Incident
    at: datetime
    record: Record


@dataclass(frozen=True, slots=True)
class Runs:
    """The newest investigations of several incidents, in the order of these."""

    found: tuple[Run, ...]
    unreadable: int = 0
    """Incidents whose newest run was kept in a form that cannot be read any more."""


class Findings:
    """What was found in one organisation."""

    def __init__(self, org_id: int, database: Database) -> None:
        self._org_id = org_id
        self._database = database

    async def signals(self, sought: int | Filter, limit: int) -> tuple[Finding, ...]:
        """Signals of one incident, by its number, or of those that match; the most probable first in each.

        Raises:
            NotFound: there is no incident with this number.
        """
        async with self._database.reading() as connection:
            concerned = await self._incidents(connection, sought, limit)
            rows = await correlations.of_incidents(connection, self._org_id, [one.id for one in concerned])
        by_incident: dict[int, list[tuple[datetime, Signal]]] = {}
        for incident_id, at, signal in rows:
            by_incident.setdefault(incident_id, []).append((at, signal))
        return tuple(
            Finding(incident, at, signal)
            for incident in concerned
            for at, signal in by_incident.get(incident.id, ())
        )

    async def runs(self, sought: int | Filter, limit: int) -> Runs:
        """The newest run of one incident, by its number, or of each that matches and has one.

        Raises:
            NotFound: there is no incident with this number.
        """
        async with self._database.reading() as connection:
            concerned = await self._incidents(connection, sought, limit)
            newest = await correlations.newest(connection, self._org_id, [one.id for one in concerned])
        found: list[Run] = []
        unreadable = 0
        for incident in concerned:
            kept = newest.get(incident.id)
            if kept is None:
                continue
            try:
                found.append(Run(incident, kept.version.at, read(kept)))
            except StoreError:
                unreadable += 1
        return Runs(tuple(found), unreadable)

    async def _incidents(
        self, connection: AsyncConnection, sought: int | Filter, limit: int
    ) -> Sequence[Incident]:
        if isinstance(sought, int):
            return (await existing(connection, self._org_id, sought),)
        wanted = await meant(connection, self._org_id, sought)
        return (await incident_lists.search(connection, self._org_id, wanted, cursor=None, limit=limit)).items
