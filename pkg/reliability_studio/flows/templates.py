"""Incident templates, and declaring an incident by one: record, tasks and first comment at once."""

from dataclasses import replace
from datetime import datetime

from reliability_studio.domain.incidents.edits import Wish
from reliability_studio.domain.incidents.model import Incident, Severity
from reliability_studio.domain.incidents.templates import Template, applied
from reliability_studio.flows.desk import Work
from reliability_studio.flows.incident_reader import Detail
from reliability_studio.flows.incidents import Incidents, comment_entry
from reliability_studio.flows.ladder import graded
from reliability_studio.flows.shelf import Held, Shelf
from reliability_studio.flows.tasks import Draft, Tasks
from reliability_studio.store import timeline
from reliability_studio.store.documents import Kind

MAX_TEMPLATES = 200


class Templates:
    """The templates of one database."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents
        self._tasks = Tasks(incidents.desk)
        self._shelf = Shelf(incidents.desk.database, Kind.TEMPLATE, Template, most=MAX_TEMPLATES)

    async def listing(self, org_id: int) -> tuple[Held[Template], ...]:
        """All of them, in the order in which they are shown."""
        return await self._shelf.listing(org_id)

    async def get(self, org_id: int, name: str) -> Held[Template]:
        """One template.

        Raises:
            NotFound: there is no such template.
        """
        return await self._shelf.get(org_id, name)

    async def put(
        self, org_id: int, wanted: Held[Template], *, by: str, now: datetime, version: int | None = None
    ) -> Held[Template]:
        """Store a template, new or changed.

        Raises:
            Invalid: the name cannot be part of an address, or there is no such level.
            StaleWrite: somebody else changed it meanwhile.
        """
        template = wanted.value
        severity = template.severity or Severity.MEDIUM
        grade = await graded(self._incidents.desk.database, org_id, severity, template.level)
        if template.level:
            wanted = replace(wanted, value=replace(template, severity=grade.severity))
        return await self._shelf.put(org_id, wanted, by=by, now=now, version=version)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Forget a template; incidents that were made by it stay.

        Raises:
            NotFound: there is no such template.
        """
        await self._shelf.delete(org_id, name, by=by, now=now)

    async def declare(
        self, org_id: int, name: str, wish: Wish, *, by: str, now: datetime, key: str = ""
    ) -> Detail:
        """Declare an incident by a template; what the wish says wins.

        Raises:
            NotFound: there is no such template.
            Invalid: names the fields that cannot be.
            Conflict: the key was used for another incident.
        """
        template = (await self._shelf.get(org_id, name)).value

        async def furnish(work: Work, incident: Incident) -> None:
            for planned in template.tasks:
                due = None if planned.due_after is None else now + planned.due_after
                draft = Draft(planned.title, planned.kind, planned.assignee, due)
                await self._tasks.add_to(work, incident, draft)
            if template.comment.strip():
                entry = comment_entry(template.comment, by, now)
                await timeline.add(work.connection, org_id, incident.id, (entry,))

        return await self._incidents.create(
            org_id, applied(template, wish), by=by, now=now, key=key, furnish=furnish
        )
