"""Members of episodes: alerts as their sources report them, where a rule takes several for one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, column, delete, select, values
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.store.alert_rows import event_of, row_of
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.alerts import alert_members
from reliability_studio.store.tables.base import name

MAX_FIRING = 20_000
"""Bound on what reconciliation reads at once; the oldest come first."""

Key = tuple[str, datetime]

_UPDATED = (
    "alert_id",
    "source",
    "integration",
    "ends_at",
    "labels",
    "annotations",
    "generator_url",
    "received_at",
)


@dataclass(frozen=True, slots=True)
class Member:
    """One alert of a source, and the episode that it belongs to."""

    alert_id: int
    event: AlertEvent


async def there_are(connection: AsyncConnection, org_id: int) -> bool:
    """Whether the organisation has any: without rules, this is all that they cost."""
    found = await connection.execute(
        select(alert_members.c.id).where(alert_members.c.org_id == org_id).limit(1)
    )
    return found.first() is not None


async def known(connection: AsyncConnection, org_id: int, keys: Collection[Key]) -> Mapping[Key, Member]:
    """Those of these alerts that are members."""
    asked = {(name(fingerprint), starts_at): (fingerprint, starts_at) for fingerprint, starts_at in keys}
    columns = (
        column("fingerprint", alert_members.c.fingerprint.type),
        column("starts_at", alert_members.c.starts_at.type),
    )
    found: dict[Key, Member] = {}
    for part in chunks(list(asked)):
        wanted = values(*columns, name="wanted").data(part).cte("wanted")
        same = and_(
            alert_members.c.org_id == org_id,
            alert_members.c.fingerprint == wanted.c.fingerprint,
            alert_members.c.starts_at == wanted.c.starts_at,
        )
        rows = await connection.execute(select(alert_members).select_from(wanted.join(alert_members, same)))
        for member in map(_member, rows):
            found[asked[member.event.episode]] = member
    return found


async def of_alerts(
    connection: AsyncConnection, org_id: int, alert_ids: Collection[int]
) -> Mapping[int, tuple[AlertEvent, ...]]:
    """The members of each of these episodes, oldest first; one without any has an empty tuple."""
    found: dict[int, list[AlertEvent]] = {alert_id: [] for alert_id in alert_ids}
    for part in chunks(sorted(found)):
        rows = await connection.execute(
            select(alert_members)
            .where(alert_members.c.org_id == org_id, alert_members.c.alert_id.in_(part))
            .order_by(alert_members.c.starts_at, alert_members.c.id)
        )
        for member in map(_member, rows):
            found[member.alert_id].append(member.event)
    return {alert_id: tuple(of) for alert_id, of in found.items()}


async def firing(
    connection: AsyncConnection, org_id: int, source: AlertSource | None = None
) -> tuple[AlertEvent, ...]:
    """Members without an end, oldest first; of one source, or of all."""
    chosen = select(alert_members).where(alert_members.c.org_id == org_id, alert_members.c.ends_at.is_(None))
    if source is not None:
        chosen = chosen.where(alert_members.c.source == source.value)
    rows = await connection.execute(
        chosen.order_by(alert_members.c.starts_at, alert_members.c.id).limit(MAX_FIRING)
    )
    return tuple(member.event for member in map(_member, rows))


async def put(connection: AsyncConnection, org_id: int, given: Sequence[Member]) -> None:
    """Insert new members and overwrite known ones with these (merged) reports."""
    if not given:
        return
    adding = inserting(connection, alert_members)
    putting = adding.on_conflict_do_update(
        index_elements=["org_id", "fingerprint", "starts_at"],
        set_={column: getattr(adding.excluded, column) for column in _UPDATED},
    )
    await connection.execute(putting, [_row(org_id, one) for one in given])


async def forget(connection: AsyncConnection, org_id: int, keys: Collection[Key]) -> None:
    """Delete members that had to make room."""
    for fingerprint, starts_at in keys:
        await connection.execute(
            delete(alert_members).where(
                alert_members.c.org_id == org_id,
                alert_members.c.fingerprint == fingerprint,
                alert_members.c.starts_at == starts_at,
            )
        )


def _row(org_id: int, member: Member) -> dict[str, Any]:
    return {"org_id": org_id, "alert_id": member.alert_id, **row_of(member.event)}


def _member(row: Row[Any]) -> Member:
    return Member(row.alert_id, event_of(row))
