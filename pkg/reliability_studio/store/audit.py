"""Who did what, with before and after. Rows are added and read; the database itself refuses to change one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.observability import origin
from reliability_studio.store import paging
from reliability_studio.store.paging import Page
from reliability_studio.store.tables.operations import audit


@dataclass(frozen=True, slots=True)
class Deed:
    """One change. `before` is None for something new, `after` for something deleted."""

    id: int
    at: datetime
    actor: str
    action: str
    """`incident.update`, `slo.delete`, …"""
    subject: str
    """`INC-42`, `slo:checkout`, …"""
    before: Any
    after: Any
    reported_address: str = ""
    """From where, as proxies told it; empty for what the plugin did by itself."""


async def append(
    connection: AsyncConnection,
    org_id: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
) -> None:
    """Write one change, in the transaction of the change itself, with where its call came from."""
    await connection.execute(
        audit.insert().values(
            org_id=org_id,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            before=before,
            after=after,
            reported_address=origin.reported_address(),
        )
    )


async def page(
    connection: AsyncConnection, org_id: int, *, cursor: str | None, limit: int, subject: str = ""
) -> Page[Deed]:
    """A page of changes, newest first; with a subject only those that touched it.

    Raises:
        BadRequest: the cursor belongs to another list.
    """
    where: list[ColumnElement[bool]] = [audit.c.org_id == org_id]
    if subject:
        where.append(audit.c.subject == subject)
    total = await connection.scalar(select(func.count()).select_from(audit).where(*where))
    scope = paging.scope("audit", org_id, subject)
    if cursor is not None:
        (id_,) = paging.read(cursor, scope, (int,))
        where.append(audit.c.id < id_)
    rows = await connection.execute(select(audit).where(*where).order_by(audit.c.id.desc()).limit(limit + 1))
    found = tuple(map(_deed, rows))
    shown = found[:limit]
    more = paging.write(scope, (shown[-1].id,)) if len(found) > limit else None
    return Page(shown, int(total or 0), more)


def _deed(row: Row[Any]) -> Deed:
    return Deed(
        row.id, row.at, row.actor, row.action, row.subject, row.before, row.after, row.reported_address
    )
