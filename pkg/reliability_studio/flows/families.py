"""Incidents that are part of another: taking in, letting go, and what a parent's parts look like (row 33)."""

from dataclasses import dataclass
from datetime import datetime

from reliability_studio.domain.incidents.family import under, why_not
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import Conflict, Invalid
from reliability_studio.flows.desk import Desk, Work, existing
from reliability_studio.store import alert_counts, incidents, timeline
from reliability_studio.store.alert_counts import Tally

_NONE = Tally(0, 0)


@dataclass(frozen=True, slots=True)
class Part:
    """One child of an incident, with its alerts."""

    incident: Incident
    alerts: Tally


class Families:
    """Parents and children among incidents."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def parts(self, org_id: int, number: int) -> tuple[Part, ...]:
        """The children of an incident, by number; those that were merged away are left out.

        Raises:
            NotFound: there is no such incident in this organisation.
        """
        async with self._desk.database.reading() as connection:
            parent = await existing(connection, org_id, number)
            found = await incidents.children(connection, parent)
            counted = await alert_counts.tallies(connection, org_id, [one.id for one in found])
        return tuple(Part(one, counted.get(one.id, _NONE)) for one in found)

    async def take_in(self, org_id: int, number: int, child: int, *, by: str, now: datetime) -> Incident:
        """Make an incident part of another; the child as it is then. Once more changes nothing.

        Raises:
            NotFound: one of them does not exist in this organisation.
            Invalid: it cannot be part of it; says why.
        """
        async with self._desk.working(org_id, by, now) as work:
            parent = await existing(work.connection, org_id, number)
            part = await existing(work.connection, org_id, child)
            reason = why_not(
                parent,
                part,
                children=len(await incidents.children(work.connection, parent)),
                grandchildren=len(await incidents.children(work.connection, part)),
            )
            if reason:
                raise Invalid.field("$.incident", reason)
            if part.parent == parent.number:
                return part
            return await self._moved(work, parent, part, under(part, parent, by, now))

    async def let_go(self, org_id: int, number: int, child: int, *, by: str, now: datetime) -> Incident:
        """Undo that; the child as it is then.

        Raises:
            NotFound: one of them does not exist in this organisation.
            Conflict: it is not part of it.
        """
        async with self._desk.working(org_id, by, now) as work:
            parent = await existing(work.connection, org_id, number)
            part = await existing(work.connection, org_id, child)
            if part.parent != parent.number:
                raise Conflict(f"{part.key} is not part of {parent.key}")
            return await self._moved(work, parent, part, under(part, None, by, now))

    async def _moved(self, work: Work, parent: Incident, before: Incident, after: Incident) -> Incident:
        """Write the child, tell both timelines, announce both."""
        joins = after.parent is not None
        stored = await self._desk.save(work, before, after, "incident.part" if joins else "incident.unpart")
        key = f"part:{stored.number}:{stored.version}"
        verb = "is part of" if joins else "is no longer part of"
        for one, text in (
            (parent, f"{stored.key} {verb} this incident"),
            (stored, f"This incident {verb} {parent.key}"),
        ):
            entry = Entry(EntryType.EVIDENCE, work.now, work.now, text, "user", key, author=work.by)
            await timeline.add(work.connection, work.org_id, one.id, (entry,))
            work.announce(one, "family")
        return stored
