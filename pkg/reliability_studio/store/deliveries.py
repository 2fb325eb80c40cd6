"""Messages to the outside and what became of them.

A message is written in the transaction of the change that it tells, so that neither exists without the other;
a job sends what is due. The same key to the same target is the same message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store import paging
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.incidents import incidents
from reliability_studio.store.tables.operations import deliveries


class State(StrEnum):
    """What became of a message."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    """Given up; `problem` says why."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one target."""

    id: int
    org_id: int
    incident_id: int | None
    target: str
    message: Any
    state: State
    attempts: int
    next_at: datetime | None
    problem: str
    created_at: datetime
    done_at: datetime | None


async def enqueue(
    connection: AsyncConnection,
    org_id: int,
    *,
    target: str,
    dedupe_key: str,
    message: Any,
    at: datetime,
    incident_id: int | None = None,
) -> int | None:
    """Write a message that is due at once; its id, or None when it was written before."""
    adding = inserting(connection, deliveries).values(
        org_id=org_id,
        incident_id=incident_id,
        target=target,
        dedupe_key=dedupe_key,
        message=message,
        state=State.WAITING.value,
        attempts=0,
        next_at=at,
        problem="",
        created_at=at,
    )
    done = await connection.execute(adding.on_conflict_do_nothing().returning(deliveries.c.id))
    row = done.first()
    return None if row is None else int(row.id)


async def due(connection: AsyncConnection, org_id: int, now: datetime, *, limit: int) -> tuple[Delivery, ...]:
    """Messages to send now, those that wait longest first."""
    chosen = select(deliveries).where(
        deliveries.c.org_id == org_id,
        deliveries.c.state == State.WAITING.value,
        deliveries.c.next_at <= now,
    )
    rows = await connection.execute(chosen.order_by(deliveries.c.next_at, deliveries.c.id).limit(limit))
    return tuple(map(_delivery, rows))


async def sent(connection: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """The target took it."""
    await _finish(connection, delivery_id, State.SENT, at, "")


async def failed(
    connection: AsyncConnection, delivery_id: int, at: datetime, problem: str, *, retry_at: datetime | None
) -> None:
    """The target did not take it: try again at `retry_at`, or give up."""
    if retry_at is None:
        await _finish(connection, delivery_id, State.FAILED, at, problem)
        return
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == State.WAITING.value)
        .values(attempts=deliveries.c.attempts + 1, next_at=retry_at, problem=problem)
    )


async def page(
    connection: AsyncConnection,
    org_id: int,
    *,
    cursor: str | None,
    limit: int,
    states: Sequence[State] = (),
    target: str = "",
    number: int | None = None,
) -> Page[Delivery]:
    """A page of the delivery log, newest first; of some states, one target, one incident.

    Raises:
        BadRequest: the cursor belongs to another list.
    """
    where: list[ColumnElement[bool]] = [deliveries.c.org_id == org_id]
    if states:
        where.append(deliveries.c.state.in_([state.value for state in states]))
    if target:
        where.append(deliveries.c.target == target)
    if number is not None:
        mine = select(incidents.c.id).where(incidents.c.org_id == org_id, incidents.c.number == number)
        where.append(deliveries.c.incident_id.in_(mine))
    total = await connection.scalar(select(func.count()).select_from(deliveries).where(*where))
    scope = paging.scope("deliveries", org_id, (sorted(states), target, number))
    if cursor is not None:
        (id_,) = paging.read(cursor, scope, (int,))
        where.append(deliveries.c.id < id_)
    chosen = select(deliveries).where(*where).order_by(deliveries.c.id.desc()).limit(limit + 1)
    found = tuple(map(_delivery, await connection.execute(chosen)))
    shown = found[:limit]
    more = paging.write(scope, (shown[-1].id,)) if len(found) > limit else None
    return Page(shown, int(total or 0), more)


async def get(connection: AsyncConnection, org_id: int, delivery_id: int) -> Delivery | None:
    """One message."""
    chosen = select(deliveries).where(deliveries.c.org_id == org_id, deliveries.c.id == delivery_id)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _delivery(row)


async def again(connection: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """A message waits again, whatever became of it."""
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id)
        .values(state=State.WAITING.value, attempts=0, next_at=at, problem="", done_at=None)
    )


async def _finish(
    connection: AsyncConnection, delivery_id: int, state: State, at: datetime, problem: str
) -> None:
    await connection.execute(
        update(deliveries)
        .where(deliveries.c.id == delivery_id, deliveries.c.state == State.WAITING.value)
        .values(
            state=state.value,
            attempts=deliveries.c.attempts + 1,
            next_at=None,
            problem=problem,
            done_at=at,
        )
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        org_id=row.org_id,
        incident_id=row.incident_id,
        target=row.target,
        message=row.message,
        state=State(row.state),
        attempts=row.attempts,
        next_at=row.next_at,
        problem=row.problem,
        created_at=row.created_at,
        done_at=row.done_at,
    )
