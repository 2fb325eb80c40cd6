"""Changes that pipelines and people tell of: kept once per key, marked on graphs, read by investigations."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from html import escape

from reliability_studio.domain.changes import ReportedChange, check
from reliability_studio.domain.correlation.telemetry import Change
from reliability_studio.errors import NotFound, SourceError
from reliability_studio.flows.annotate import Marks
from reliability_studio.sources.grafana import Mark
from reliability_studio.store import audit, changes
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

MOST_IN_WINDOW = 500
"""Changes that one investigation looks at, the newest."""
TELLERS = "report"
"""Where a change comes from that nobody saw in the cluster."""

MarkChange = Callable[[ReportedChange], Awaitable[None]]


async def mark_nothing(_change: ReportedChange) -> None:
    """For organisations that want no marks on their graphs."""


def marking(marks: Marks) -> MarkChange:
    """Marks each change on Grafana's graphs."""

    async def mark(change: ReportedChange) -> None:
        text = escape(f"{change.service}: {change.summary}")
        await marks.put(
            f"change:{change.key}", Mark(text, ("change", change.service, change.kind.value), change.at)
        )

    return mark


class ChangeLog:
    """What was reported to one organisation."""

    def __init__(self, org_id: int, database: Database, mark: MarkChange = mark_nothing) -> None:
        self._org_id = org_id
        self._database = database
        self._mark = mark

    async def report(self, change: ReportedChange) -> ReportedChange:
        """Keep a change; told again under the same key, it is corrected. It comes back as it is stored.

        Raises:
            Invalid: its moment lies in the future or too far back.
        """
        check(change)
        async with self._database.writing() as connection:
            stored = await changes.put(connection, self._org_id, change)
        try:
            await self._mark(stored)
        except SourceError as error:
            # The change is kept all the same, and told again it is marked again.
            _log.warning("a change could not be marked in Grafana", extra={"reason": str(error)})
        return stored

    async def withdraw(self, id_: int, *, by: str, now: datetime) -> None:
        """Delete one that should not have been told.

        Raises:
            NotFound: there is none of this id.
        """
        async with self._database.writing() as connection:
            held = await changes.get(connection, self._org_id, id_)
            if held is None:
                raise NotFound(f"there is no reported change {id_}")
            await changes.forget(connection, self._org_id, id_)
            before = asdict(held) | {
                "at": held.at.isoformat(),
                "reported_at": held.reported_at.isoformat(),
            }
            await audit.append(
                connection, self._org_id, now, by, "change.delete", f"change:{held.key}", before, None
            )

    async def listing(
        self, *, since: datetime, until: datetime, service: str = "", limit: int
    ) -> tuple[ReportedChange, ...]:
        """Those that took effect within a time, newest first; of all services if none is named."""
        async with self._database.reading() as connection:
            return await changes.listing(
                connection,
                self._org_id,
                since=since,
                until=until,
                services=(service,) if service else (),
                limit=limit,
            )

    async def between(self, since: datetime, until: datetime) -> tuple[Change, ...]:
        """The same as evidence, oldest first."""
        found = await self.listing(since=since, until=until, limit=MOST_IN_WINDOW)
        return tuple(
            Change(each.at, each.service, each.kind.value, each.summary, each.key, TELLERS)
            for each in reversed(found)
        )
