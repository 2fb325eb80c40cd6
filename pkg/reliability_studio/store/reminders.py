"""What reminders need to know: which incidents may wait for somebody, and when people were reminded."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import Incident, Status
from reliability_studio.domain.incidents.reminders import SOURCE, Facts
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from reliability_studio.store import incident_rows, tasks
from reliability_studio.store.statements import chunks
from reliability_studio.store.tables.incidents import incidents, reports
from reliability_studio.store.tables.incidents import tasks as task_table
from reliability_studio.store.tables.timeline import timeline_entries

PEOPLE = "user"
"""Source of timeline entries about what people did."""

_ACTIVE = tuple(status.value for status in Status if status.active)


async def candidates(
    connection: AsyncConnection,
    org_id: int,
    *,
    resolved_since: datetime,
    followups: tuple[datetime, datetime] | None = None,
) -> tuple[Incident, ...]:
    """Incidents of which somebody may have to be reminded, by number; merged ones are left out.

    Args:
        connection: to read with.
        org_id: whose.
        resolved_since: beside the active ones, those that were resolved since then.
        followups: also those with follow-ups that are not done and were due between these moments.
    """
    mine = select(incidents.c.id).where(incidents.c.org_id == org_id)
    parts = [
        mine.where(incidents.c.status.in_(_ACTIVE)),
        mine.where(incidents.c.resolved_at >= resolved_since),
    ]
    if followups is not None:
        table = task_table.c
        parts.append(
            select(table.incident_id).where(
                table.org_id == org_id,
                table.done.is_(False),
                table.kind == TaskKind.FOLLOWUP.value,
                table.due_at.between(*followups),
            )
        )
    chosen = select(incidents).where(incidents.c.id.in_(union(*parts)), incidents.c.merged_into.is_(None))
    rows = await connection.execute(chosen.order_by(incidents.c.number))
    return tuple(map(incident_rows.incident_of, rows))


async def facts(connection: AsyncConnection, of: Sequence[Incident]) -> tuple[Facts, ...]:
    """What is known of each of these incidents, in their order."""
    updated: dict[int, datetime] = {}
    open_followups: dict[int, list[Task]] = {}
    reported: set[int] = set()
    entry = timeline_entries.c
    for part in chunks([incident.id for incident in of]):
        said = select(entry.incident_id, func.max(entry.recorded_at).label("at")).where(
            entry.incident_id.in_(part), entry.source == PEOPLE
        )
        rows = await connection.execute(said.group_by(entry.incident_id))
        updated.update((int(row.incident_id), row.at) for row in rows)
        for task in await tasks.of_incidents(connection, part):
            if task.kind is TaskKind.FOLLOWUP and not task.done:
                open_followups.setdefault(task.incident_id, []).append(task)
        written = select(reports.c.incident_id).where(reports.c.incident_id.in_(part), reports.c.text != "")
        reported.update(await connection.scalars(written))
    return tuple(
        Facts(
            incident,
            updated.get(incident.id),
            tuple(open_followups.get(incident.id, ())),
            incident.id in reported,
        )
        for incident in of
    )


async def sent(
    connection: AsyncConnection, incident_ids: Collection[int]
) -> Mapping[int, tuple[tuple[str, datetime], ...]]:
    """The reminders of each of these incidents: their keys and moments, those that somebody deleted too."""
    found: dict[int, list[tuple[str, datetime]]] = {}
    entry = timeline_entries.c
    for part in chunks(sorted(set(incident_ids))):
        chosen = select(entry.incident_id, entry.source_key, entry.recorded_at)
        rows = await connection.execute(chosen.where(entry.incident_id.in_(part), entry.source == SOURCE))
        for row in rows:
            found.setdefault(int(row.incident_id), []).append((row.source_key, row.recorded_at))
    return {incident_id: tuple(told) for incident_id, told in found.items()}
