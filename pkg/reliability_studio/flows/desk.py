"""How a change of an incident is made: one transaction, its audit record, its messages, its notices.

    async with desk.working(org_id, by, now) as work:
        before = await existing(work.connection, org_id, number)
        after = await desk.save(work, before, decided, "incident.update")
        work.announce(after, "update")

Everything that people do to incidents uses it, each in a file of its own beside this one.
"""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.edits import differences
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.status_names import StatusNames
from reliability_studio.errors import NotFound
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.outward import Tell, tell_nobody
from reliability_studio.store import audit, incidents, ladder, status_names
from reliability_studio.store.engine import Database, lock_organisation


@dataclass(slots=True)
class Work:
    """One transaction under way: its connection, and what to announce after the commit."""

    connection: AsyncConnection
    org_id: int
    by: str
    now: datetime
    notices: list[Notice] = field(default_factory=list)

    async def ladder(self) -> Ladder:
        """The organisation's severities."""
        return await ladder.read(self.connection, self.org_id)

    async def names(self) -> StatusNames:
        """What the organisation calls its states."""
        return await status_names.read(self.connection, self.org_id)

    def announce(self, incident: Incident, change: str) -> None:
        """Tell listeners, once it is committed."""
        self.notices.append(Notice("incident", incident.key, incident.version, change, self.now))


class Desk:
    """How a change of an incident is made: shared by everything that people do to one."""

    def __init__(self, database: Database, hub: Hub, *, tell: Tell = tell_nobody) -> None:
        self.database = database
        self._hub = hub
        self.tell = tell

    @contextlib.asynccontextmanager
    async def working(self, org_id: int, by: str, now: datetime) -> AsyncIterator[Work]:
        """One transaction that holds the organisation's lock; notices leave after the commit."""
        async with self.database.writing() as connection:
            await lock_organisation(connection, org_id)
            work = Work(connection, org_id, by, now)
            yield work
        for notice in work.notices:
            self._hub.publish(org_id, notice)

    async def save(self, work: Work, before: Incident, after: Incident, action: str) -> Incident:
        """Write a changed incident with its audit record and its messages."""
        stored = await incidents.save(work.connection, after)
        was, is_ = differences(before, stored)
        await self.log(work, action, stored.key, was, is_)
        await self.tell(work.connection, before, stored, at=work.now, by=work.by)
        return stored

    async def log(self, work: Work, action: str, subject: str, before: object, after: object) -> None:
        """Write who did what into the audit log."""
        plain = [None if one is None else msgspec.to_builtins(one) for one in (before, after)]
        await audit.append(
            work.connection, work.org_id, work.now, work.by, action, subject, plain[0], plain[1]
        )


async def existing(connection: AsyncConnection, org_id: int, number: int) -> Incident:
    """The incident with this number.

    Raises:
        NotFound: there is no such incident in this organisation.
    """
    found = await incidents.get(connection, org_id, number)
    if found is None:
        raise NotFound(f"there is no incident INC-{number}")
    return found
