"""Post-incident reports, made from facts until somebody writes one and then kept as written; and exports."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from reliability_studio.domain.incidents import report_template
from reliability_studio.domain.incidents.public import Bulletin, bulletin
from reliability_studio.domain.incidents.report import Cause, Cost, Facts, csv_text
from reliability_studio.domain.timeline import Entry
from reliability_studio.flows.desk import existing
from reliability_studio.flows.incident_reader import Detail
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.report_template import check
from reliability_studio.store import ladder, reports, status_names, timeline
from reliability_studio.store import report_template as stored

MAX_EXPORTED = 20_000
_PAGE = 1_000
NAMED_CAUSES = 5


@dataclass(frozen=True, slots=True)
class Report:
    """The text and whether people wrote it; version 0 while it is made from facts."""

    text: str
    version: int
    updated_at: datetime | None
    updated_by: str


class Reports:
    """Reports of one database."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents
        self._desk = incidents.desk

    async def get(self, org_id: int, number: int) -> Report:
        """The report.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            written = await reports.get(connection, incident.id)
        if written is not None:
            return Report(written.text, written.version, written.updated_at, written.updated_by)
        return Report(await self.markdown(org_id, number), 0, None, "")

    async def put(
        self, org_id: int, number: int, text: str, *, by: str, now: datetime, version: int | None = None
    ) -> Report:
        """Keep what people wrote; with a version only over that one.

        Raises:
            NotFound: there is no such incident in this organisation.
            StaleWrite: somebody else wrote meanwhile.
        """
        async with self._desk.working(org_id, by, now) as work:
            incident = await existing(work.connection, org_id, number)
            before = await reports.get(work.connection, incident.id)
            wanted = reports.Report(text, 0, now, by)
            stored = await reports.put(work.connection, org_id, incident.id, wanted, replaces=version)
            was = None if before is None else {"text": before.text}
            await self._desk.log(work, "report.update", incident.key, was, {"text": text})
            work.announce(incident, "report")
        return Report(stored.text, stored.version, stored.updated_at, stored.updated_by)

    async def markdown(self, org_id: int, number: int) -> str:
        """The report made from facts, by the organisation's template.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        return await self.by_template(org_id, number, None)

    async def by_template(self, org_id: int, number: int, template: str | None) -> str:
        """The report made from facts; without a template by the organisation's.

        Raises:
            NotFound: there is no such incident in this organisation.
            Invalid: the template cannot be used.
        """
        if template is not None:
            check(template)
        detail = await self._incidents.detail(org_id, number)
        async with self._desk.database.reading() as connection:
            statuses = await status_names.read(connection, org_id)
            levels = await ladder.read(connection, org_id)
            used = await stored.read(connection, org_id) if template is None else template
        facts = replace(_facts(detail, await self._entries(detail)), statuses=statuses, ladder=levels)
        # Twenty thousand entries are some seconds of text.
        return await asyncio.to_thread(report_template.render, facts, used)

    async def csv(self, org_id: int, number: int) -> str:
        """The timeline as CSV.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        return csv_text(await self._entries(await self._incidents.detail(org_id, number)))

    async def bulletin(self, org_id: int, number: int) -> Bulletin:
        """What may be told outside.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._desk.database.reading() as connection:
            incident = await existing(connection, org_id, number)
            public = await timeline.public(connection, [incident.id])
            levels = await ladder.read(connection, org_id)
            statuses = await status_names.read(connection, org_id)
            return bulletin(incident, public.get(incident.id, ()), levels, statuses)

    async def _entries(self, detail: Detail) -> tuple[Entry, ...]:
        """The whole timeline without what was deleted."""
        found: list[Entry] = []
        cursor: str | None = None
        async with self._desk.database.reading() as connection:
            while len(found) < MAX_EXPORTED:
                page = await timeline.page(connection, detail.incident.id, cursor=cursor, limit=_PAGE)
                found += [one.entry for one in page.items if not one.deleted]
                cursor = page.cursor
                if cursor is None:
                    break
        return tuple(found)


def _facts(detail: Detail, entries: tuple[Entry, ...]) -> Facts:
    return Facts(
        detail.incident,
        entries,
        detail.tasks,
        tuple(Cause(one.title, one.confidence) for one in detail.signals[:NAMED_CAUSES]),
        tuple(Cost(one.name, one.bad, one.total, one.budget_share) for one in detail.impact),
    )
