"""Merging incidents into one, undoing that, and splitting alerts off into an incident of their own.

A merge moves alerts and timeline, and leaves an entry in the target that names all that went and what became
wider by it, so that it can be undone exactly. The merged incident keeps its number and says where it went.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from reliability_studio.domain.catalog import service_of
from reliability_studio.domain.incidents.entries import opening_entry, severity_entry
from reliability_studio.domain.incidents.grouping import Reason
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.domain.incidents.lifecycle import SYSTEM, begun
from reliability_studio.domain.incidents.merged import Breadth, Merge, narrowed, widened
from reliability_studio.domain.incidents.model import Incident, Milestone, Origin, Stamp, Status
from reliability_studio.domain.incidents.policy import grade_of
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import Conflict, Invalid
from reliability_studio.flows.answers import tell_answers
from reliability_studio.flows.desk import Desk, Work, existing
from reliability_studio.store import alerts, incidents, joins, timeline
from reliability_studio.store.alerts import StoredAlert

_SCAN = 500

SORTING = timedelta(minutes=5)
"""How long an incident whose alerts are all over is held open after alerts left it or came back: people who
sort alerts are not done with the first one. Then it ends like any other, if its rule lets alerts end it."""


class _Undo(msgspec.Struct):
    """What a merge moved, and what it made wider."""

    merged: int
    alerts: list[int]
    entries: list[int]
    wider: Merge | None = None
    """None in those that were made before this was remembered."""


class Merging:
    """Merge, its undoing, and split."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def merge(
        self, org_id: int, number: int, others: Sequence[int], *, by: str, now: datetime
    ) -> Incident:
        """Take other incidents in: their alerts, their timeline, their services, their earlier start.

        Raises:
            NotFound: one of them does not exist in this organisation.
            Conflict: one of them was merged already, or one that goes has parts of its own.
        """
        async with self._desk.working(org_id, by, now) as work:
            target = await existing(work.connection, org_id, number)
            _mergeable(target)
            for other in dict.fromkeys(others):
                if other == number:
                    raise Invalid.field("$.numbers", "an incident cannot be merged into itself")
                source = await existing(work.connection, org_id, other)
                _mergeable(source)
                if await incidents.children(work.connection, source):
                    raise Conflict(f"{source.key} has parts of its own: let them go first")
                target = await self._take_in(work, target, source)
            work.announce(target, "merged")
            return target

    async def undo(self, org_id: int, number: int, merged: int, *, by: str, now: datetime) -> Incident:
        """Give back what one merge took; the incident that was merged, as it is again.

        Raises:
            NotFound: one of them does not exist in this organisation.
            Conflict: it was not merged into this one.
        """
        async with self._desk.working(org_id, by, now) as work:
            target = await existing(work.connection, org_id, number)
            source = await existing(work.connection, org_id, merged)
            merges = await self._merges(work, target)
            last = {one.merged: position for position, one in enumerate(merges)}
            if source.merged_into != target.number or source.number not in last:
                raise Conflict(f"{source.key} was not merged into {target.key}")
            undone = last[source.number]
            moved = merges[undone]
            text = f"{by} undid the merge into {target.key}"
            # Some may be gone: kept no longer, one with another alert, or split off since by somebody.
            found = await alerts.of_ids(work.connection, org_id, moved.alerts)
            there = [one.id for one in found if one.incident_id == target.id]
            await joins.place(work.connection, there, source.id, Reason.MOVED.value, text, at=now)
            await timeline.move(work.connection, target.id, source.id, entry_ids=moved.entries)
            back = replace(source, merged_into=None, updated_at=now, updated_by=by)
            stored = await self._desk.save(work, source, back, "incident.unmerge")
            told = _entry(
                work, f"{source.key} was split off again", f"unmerge:{source.number}:{stored.version}"
            )
            await timeline.add(work.connection, org_id, target.id, (told,))
            of = await alerts.of_incidents(work.connection, org_id, [target.id, source.id])
            target = await self._narrow(work, target, merges, undone, of[target.id])
            await self._may_end(work, target, of[target.id])
            stored = await self._may_end(work, stored, of[source.id])
            work.announce(stored, "split")
            work.announce(target, "split")
            return stored

    async def split(
        self,
        org_id: int,
        number: int,
        alert_ids: Sequence[int],
        *,
        by: str,
        now: datetime,
        title: str = "",
    ) -> Incident:
        """Move some alerts of an incident into a new one.

        Raises:
            NotFound: there is no such incident in this organisation.
            Invalid: an alert does not belong to it.
        """
        async with self._desk.working(org_id, by, now) as work:
            source = await existing(work.connection, org_id, number)
            of = await alerts.of_incidents(work.connection, org_id, [source.id])
            chosen = [one for one in of[source.id] if one.id in set(alert_ids)]
            if not chosen or len(chosen) != len(set(alert_ids)):
                raise Invalid.field("$.alerts", f"must be alerts of {source.key}")
            taken = await incidents.take_number(work.connection, org_id)
            ladder, names = await work.ladder(), await work.names()
            begins = replace(source, stage=names.first(Status.OPEN))
            new = replace(_split_off(begins, chosen, title, by, now, ladder), number=taken)
            stored = await incidents.insert(work.connection, new)
            text = f"{by} split it off from {source.key}"
            ids = [one.id for one in chosen]
            await joins.place(work.connection, ids, stored.id, Reason.MOVED.value, text, at=now)
            first = opening_entry(stored, by, now, f"split off from {source.key}", ladder)
            await timeline.add(work.connection, org_id, stored.id, (first,))
            await tell_answers(work.connection, org_id, dict.fromkeys(ids, stored.id), now)
            told = _entry(work, f"{len(chosen)} alerts were split off into {stored.key}", f"split:{taken}")
            await timeline.add(work.connection, org_id, source.id, (told,))
            await self._desk.log(
                work, "incident.split", source.key, None, {"into": stored.key, "alerts": ids}
            )
            await self._desk.tell(work.connection, None, stored, at=now, by=by)
            await self._may_end(work, source, [one for one in of[source.id] if one.id not in ids])
            stored = await self._may_end(work, stored, chosen)
            work.announce(stored, "opened")
            work.announce(source, "split")
            return stored

    async def _take_in(self, work: Work, target: Incident, source: Incident) -> Incident:
        of = await alerts.of_incidents(work.connection, work.org_id, [source.id])
        ids = [one.id for one in of[source.id]]
        text = f"{work.by} merged {source.key} into {target.key}"
        await joins.place(work.connection, ids, target.id, Reason.MOVED.value, text, at=work.now)
        moved = await timeline.move(work.connection, source.id, target.id)
        wider = widened(target, source, by=work.by, now=work.now)
        merge = Merge(Breadth.of(target), Breadth.of(source))
        gone = replace(source, merged_into=target.number, updated_at=work.now, updated_by=work.by)
        stored = await self._desk.save(work, source, gone, "incident.merge")
        work.announce(stored, "merged")
        entries = [
            _entry(
                work,
                f"{source.key} was merged into this incident",
                f"merge:{source.number}:{stored.version}",
                {"merge": msgspec.to_builtins(_Undo(source.number, ids, list(moved), merge))},
            )
        ]
        if wider.grade != target.grade:
            ladder = await work.ladder()
            entries.append(severity_entry(target, wider.grade, work.by, work.now, text, ladder))
        await timeline.add(work.connection, work.org_id, target.id, entries)
        return await self._desk.save(work, target, wider, "incident.update")

    async def _merges(self, work: Work, target: Incident) -> Sequence[_Undo]:
        """All merges into it that its timeline tells, oldest first, those that were undone too."""
        found: list[tuple[int, _Undo]] = []
        cursor: str | None = None
        while True:
            page = await timeline.page(
                work.connection, target.id, types=(EntryType.EVIDENCE,), cursor=cursor, limit=_SCAN
            )
            for stored in page.items:
                recorded = stored.entry.metadata.get("merge")
                if isinstance(recorded, Mapping):
                    found.append((stored.id, msgspec.convert(recorded, _Undo)))
            cursor = page.cursor
            if cursor is None:
                # By the order of writing: the moment of an entry can be corrected.
                return [one for _, one in sorted(found, key=lambda pair: pair[0])]

    async def _may_end(self, work: Work, incident: Incident, left: Sequence[StoredAlert]) -> Incident:
        """Let an incident end whose alerts are all over: no delivery of an alert will settle it any more."""
        if not incident.status.active or not left or any(one.event.ends_at is None for one in left):
            return incident
        held = replace(incident, hold_until=work.now + SORTING, updated_at=work.now, updated_by=work.by)
        return await self._desk.save(work, incident, held, "incident.update")

    async def _narrow(
        self,
        work: Work,
        target: Incident,
        merges: Sequence[_Undo],
        undone: int,
        left: Sequence[StoredAlert],
    ) -> Incident:
        """Take back what only this merge made wider."""
        last = {one.merged: position for position, one in enumerate(merges)}
        into = await incidents.get_many(work.connection, work.org_id, list(last))
        inside = {last[one.number] for one in into if one.merged_into == target.number} - {undone}
        known = [(position, one.wider) for position, one in enumerate(merges) if one.wider is not None]
        places = [position for position, _ in known]
        if undone not in places:
            return target
        narrow = narrowed(
            target,
            [(wider, position in inside) for position, wider in known],
            places.index(undone),
            own={service_of(one.event.labels) for one in left},
            by=work.by,
            now=work.now,
        )
        if narrow is target:
            return target
        if narrow.grade != target.grade:
            told = severity_entry(
                target, narrow.grade, work.by, work.now, "a merge was undone", await work.ladder()
            )
            await timeline.add(work.connection, work.org_id, target.id, (told,))
        return await self._desk.save(work, target, narrow, "incident.update")


def _mergeable(incident: Incident) -> None:
    if incident.merged_into is not None:
        raise Conflict(f"{incident.key} was merged into INC-{incident.merged_into} already")


def _split_off(
    source: Incident, chosen: Sequence[StoredAlert], title: str, by: str, now: datetime, ladder: Ladder
) -> Incident:
    events = [one.event for one in chosen]
    first = min(events, key=lambda event: (grade_of(event.labels, ladder=ladder).rank, event.starts_at))
    started = min(event.starts_at for event in events)
    milestones = dict(begun(started, now, by))
    detected = min(max(started, source.milestones[Milestone.DETECTED].at), now)
    milestones[Milestone.DETECTED] = Stamp(max(detected, milestones[Milestone.STARTED].at), SYSTEM)
    return replace(
        source.graded(grade_of(first.labels, ladder=ladder)),
        id=0,
        version=1,
        title=title.strip() or first.name,
        status=Status.OPEN,
        origin=Origin.ALERT,
        milestones=milestones,
        created_at=now,
        created_by=by,
        updated_at=now,
        updated_by=by,
        summary=first.annotations.get("summary", ""),
        root_cause="",
        services=(),
        assignee="",
        roles={},
        episodes=(),
        hold_until=None,
        rule="",
        group_key=f"split={source.number}:{chosen[0].id}",
    )


def _entry(work: Work, title: str, key: str, metadata: Mapping[str, Any] | None = None) -> Entry:
    return Entry(
        type=EntryType.EVIDENCE,
        occurred_at=work.now,
        recorded_at=work.now,
        title=title,
        source="user",
        source_key=key,
        author=work.by,
        metadata=metadata or {},
    )
