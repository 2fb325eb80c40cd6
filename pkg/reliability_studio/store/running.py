"""Investigations that are not at their end, known to every process that shares the database.

    await running.claim(connection, org_id, incident_id, run, now)    False: another run is at it
    await running.found(connection, run, now, waiting, answer)        what it knows so far
    await running.release(connection, run)                            it is over

A run that nothing was heard of for `LOST` counts as lost with its process, and another one takes its place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.evidence import running_investigations

LOST = timedelta(minutes=3)
"""Longer than any run takes between two signs of life: sources are waited for a minute at most."""

_table = running_investigations.c


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is not at its end."""

    began: datetime
    waiting: tuple[str, ...]
    """Sources that have not answered yet."""
    answer: Any
    """The document of what has arrived; None before the first source answered."""


async def claim(connection: AsyncConnection, org_id: int, incident_id: int, run: str, now: datetime) -> bool:
    """Begin a run; False while another one of the same incident lives."""
    fresh = {"org_id": org_id, "run": run, "began_at": now, "seen_at": now, "waiting": [], "answer": None}
    adding = inserting(connection, running_investigations).values(incident_id=incident_id, **fresh)
    claimed = await connection.execute(
        adding.on_conflict_do_update(
            index_elements=[_table.incident_id], set_=fresh, where=_table.seen_at < now - LOST
        ).returning(_table.incident_id)
    )
    return claimed.first() is not None


async def found(
    connection: AsyncConnection, run: str, now: datetime, waiting: Sequence[str], answer: Any
) -> None:
    """What has arrived so far says this; it replaces what was said before. Nothing when the run was lost."""
    values = {"seen_at": now, "waiting": list(waiting), "answer": answer}
    await connection.execute(update(running_investigations).where(_table.run == run).values(**values))


async def of(connection: AsyncConnection, incident_id: int, now: datetime) -> Run | None:
    """The run of an incident; None when it is not being investigated."""
    chosen = select(running_investigations).where(
        _table.incident_id == incident_id, _table.seen_at >= now - LOST
    )
    row = (await connection.execute(chosen)).first()
    return None if row is None else Run(row.began_at, tuple(row.waiting), row.answer)


async def release(connection: AsyncConnection, run: str) -> None:
    """The run is over, whether it was kept or failed."""
    await connection.execute(delete(running_investigations).where(_table.run == run))
