"""The people who have called, as Grafana named them: for assignment and for reading the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store import paging
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.catalog import users


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who was seen. `uid` is Grafana's stable id, empty until a signed token showed it."""

    login: str
    name: str
    email: str
    role: str
    uid: str
    first_seen_at: datetime
    last_seen_at: datetime


async def seen(
    connection: AsyncConnection,
    org_id: int,
    *,
    login: str,
    name: str,
    email: str,
    role: str,
    uid: str,
    at: datetime,
) -> None:
    """Note that somebody called; a uid, once known, is not forgotten by a call without a token."""
    adding = inserting(connection, users).values(
        org_id=org_id,
        login=login,
        name=name,
        email=email,
        role=role,
        uid=uid,
        first_seen_at=at,
        last_seen_at=at,
    )
    new = adding.excluded
    await connection.execute(
        adding.on_conflict_do_update(
            index_elements=["org_id", "login"],
            set_={
                "name": new.name,
                "email": new.email,
                "role": new.role,
                "uid": func.coalesce(func.nullif(new.uid, ""), users.c.uid),
                "last_seen_at": new.last_seen_at,
            },
            where=new.last_seen_at >= users.c.last_seen_at,
        )
    )


async def known(connection: AsyncConnection, org_id: int, logins: Collection[str]) -> frozenset[str]:
    """Those of these logins that were seen."""
    found: set[str] = set()
    for part in chunks(sorted(set(logins))):
        chosen = select(users.c.login).where(users.c.org_id == org_id, users.c.login.in_(part))
        found.update(await connection.scalars(chosen))
    return frozenset(found)


async def page(connection: AsyncConnection, org_id: int, *, cursor: str | None, limit: int) -> Page[Person]:
    """A page of people, by login.

    Raises:
        BadRequest: the cursor belongs to another list.
    """
    where: list[ColumnElement[bool]] = [users.c.org_id == org_id]
    total = await connection.scalar(select(func.count()).select_from(users).where(*where))
    scope = paging.scope("users", org_id)
    if cursor is not None:
        (login,) = paging.read(cursor, scope, (str,))
        where.append(users.c.login > login)
    rows = await connection.execute(select(users).where(*where).order_by(users.c.login).limit(limit + 1))
    found = tuple(
        Person(row.login, row.name, row.email, row.role, row.uid, row.first_seen_at, row.last_seen_at)
        for row in rows
    )
    shown = found[:limit]
    more = paging.write(scope, (shown[-1].login,)) if len(found) > limit else None
    return Page(shown, int(total or 0), more)
