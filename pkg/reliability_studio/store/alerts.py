"""Alert episodes: what is known of each, and which incident it belongs to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    bindparam,
    column,
    delete,
    func,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent, AlertSource, Identity, merge
from reliability_studio.store import paging
from reliability_studio.store.alert_rows import event_of, row_of
from reliability_studio.store.paging import Page
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.alerts import alert_joins, alert_members, alert_questions, alerts
from reliability_studio.store.tables.base import micros, moment, name
from reliability_studio.store.tables.incidents import incidents

MAX_FIRING = 20_000
"""Bound on what reconciliation reads at once; the oldest come first."""

_UPDATED = ("source", "integration", "ends_at", "labels", "annotations", "generator_url", "received_at")

Episode = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class StoredAlert:
    """An episode with its place."""

    id: int
    org_id: int
    event: AlertEvent
    incident_id: int | None
    incident_number: int | None
    reason: str
    """Stable name of why it is where it is; empty until somebody decided."""
    reason_text: str
    first_received_at: datetime | None


async def known(
    connection: AsyncConnection, org_id: int, episodes: Collection[Episode]
) -> Mapping[Episode, StoredAlert]:
    """Those of these episodes that are stored."""
    asked = {(name(fingerprint), starts_at): (fingerprint, starts_at) for fingerprint, starts_at in episodes}
    found: dict[Episode, StoredAlert] = {}
    for part in chunks(list(asked)):
        # A join: SQLite finds no index for pairs in an IN list.
        wanted = _episodes(part)
        rows = await connection.execute(
            _select(
                wanted.join(
                    alerts,
                    and_(
                        alerts.c.org_id == org_id,
                        alerts.c.fingerprint == wanted.c.fingerprint,
                        alerts.c.starts_at == wanted.c.starts_at,
                    ),
                )
            )
        )
        for stored in map(_alert, rows):
            found[asked[stored.event.episode]] = stored
    return found


async def put(
    connection: AsyncConnection, org_id: int, events: Sequence[AlertEvent]
) -> tuple[StoredAlert, ...]:
    """Insert new episodes and overwrite known ones with these (merged) events; in the order of the events.

    Two events of one episode in the same call are merged first.
    """
    merged: dict[Episode, AlertEvent] = {}
    for given in events:
        event = replace(given, fingerprint=name(given.fingerprint))
        earlier = merged.get(event.episode)
        merged[event.episode] = event if earlier is None else merge(earlier, event)
    if merged:
        # One statement for any number of rows: SQLAlchemy compiles it once and for all calls.
        adding = inserting(connection, alerts)
        putting = adding.on_conflict_do_update(
            index_elements=["org_id", "fingerprint", "starts_at"],
            set_={column: getattr(adding.excluded, column) for column in _UPDATED},
        )
        await connection.execute(putting, [_row(org_id, event) for event in merged.values()])
    stored = await known(connection, org_id, list(merged))
    return tuple(stored[episode] for episode in merged)


async def begun_earlier(connection: AsyncConnection, starts: Mapping[int, datetime]) -> None:
    """Move the start of episodes, by id: an alert that belongs to them began earlier than was known."""
    if starts:
        moved = update(alerts).where(alerts.c.id == bindparam("moved"))
        rows = [{"moved": alert_id, "began": at} for alert_id, at in starts.items()]
        await connection.execute(moved.values(starts_at=bindparam("began")), rows)


async def absorb(connection: AsyncConnection, org_id: int, alert_id: int, others: Collection[int]) -> None:
    """Make other episodes part of one: members, decisions and questions become its own, their rows go.

    A question that was asked about both is kept once, as it was asked about the one that stays.
    """
    for part in chunks(sorted(set(others))):
        for table in (alert_members, alert_joins):
            await connection.execute(
                update(table).where(table.c.alert_id.in_(part)).values(alert_id=alert_id)
            )
        for other in part:
            asked = select(alert_questions.c.rule).where(alert_questions.c.alert_id == alert_id)
            own = and_(alert_questions.c.alert_id == other, alert_questions.c.rule.not_in(asked))
            await connection.execute(update(alert_questions).where(own).values(alert_id=alert_id))
        await connection.execute(delete(alerts).where(alerts.c.org_id == org_id, alerts.c.id.in_(part)))


async def touching(
    connection: AsyncConnection, org_id: int, fingerprints: Collection[str], since: datetime
) -> tuple[StoredAlert, ...]:
    """Episodes with one of these fingerprints that were not over before a moment, oldest first."""
    found: list[StoredAlert] = []
    on = or_(alerts.c.ends_at.is_(None), alerts.c.ends_at >= since)
    for part in chunks(sorted(fingerprints)):
        rows = await connection.execute(
            _select().where(alerts.c.org_id == org_id, alerts.c.fingerprint.in_(part), on)
        )
        found += map(_alert, rows)
    return tuple(sorted(found, key=lambda one: (one.event.starts_at, one.id)))


async def of_ids(
    connection: AsyncConnection, org_id: int, alert_ids: Collection[int]
) -> tuple[StoredAlert, ...]:
    """Alerts by id; those that there are."""
    found: list[StoredAlert] = []
    for part in chunks(sorted(set(alert_ids))):
        rows = await connection.execute(_select().where(alerts.c.org_id == org_id, alerts.c.id.in_(part)))
        found += map(_alert, rows)
    return tuple(found)


async def get(connection: AsyncConnection, org_id: int, alert_id: int) -> StoredAlert | None:
    """One alert by id."""
    rows = await connection.execute(_select().where(alerts.c.org_id == org_id, alerts.c.id == alert_id))
    row = rows.first()
    return None if row is None else _alert(row)


async def of_incidents(
    connection: AsyncConnection, org_id: int, incident_ids: Collection[int]
) -> Mapping[int, tuple[StoredAlert, ...]]:
    """The alerts of each of these incidents, oldest first; an incident without any has an empty tuple."""
    found: dict[int, list[StoredAlert]] = {incident_id: [] for incident_id in incident_ids}
    for part in chunks(sorted(found)):
        rows = await connection.execute(
            _select()
            .where(alerts.c.org_id == org_id, alerts.c.incident_id.in_(part))
            .order_by(alerts.c.starts_at, alerts.c.id)
        )
        for stored in map(_alert, rows):
            found[stored.incident_id or 0].append(stored)
    return {incident_id: tuple(of) for incident_id, of in found.items()}


async def one_firing(
    connection: AsyncConnection, org_id: int, incident_ids: Collection[int]
) -> Mapping[int, StoredAlert]:
    """One episode without an end of each of these incidents; those where all are over are left out."""
    found: dict[int, StoredAlert] = {}
    for part in chunks(sorted(set(incident_ids))):
        first = (
            select(func.min(alerts.c.id))
            .where(alerts.c.org_id == org_id, alerts.c.incident_id.in_(part), alerts.c.ends_at.is_(None))
            .group_by(alerts.c.incident_id)
        )
        rows = await connection.execute(_select().where(alerts.c.id.in_(first)))
        found.update((stored.incident_id or 0, stored) for stored in map(_alert, rows))
    return found


async def firing(
    connection: AsyncConnection, org_id: int, *, source: AlertSource | None = None, reason: str = ""
) -> tuple[StoredAlert, ...]:
    """Episodes without an end, oldest first; of one source, or where they are for one reason."""
    chosen = _select().where(alerts.c.org_id == org_id, alerts.c.ends_at.is_(None))
    if source is not None:
        chosen = chosen.where(alerts.c.source == source.value)
    if reason:
        chosen = chosen.where(alerts.c.reason == reason)
    rows = await connection.execute(chosen.order_by(alerts.c.starts_at, alerts.c.id).limit(MAX_FIRING))
    return tuple(map(_alert, rows))


async def search(
    connection: AsyncConnection,
    org_id: int,
    *,
    firing: bool | None,
    reason: str = "",
    cursor: str | None,
    limit: int,
) -> Page[StoredAlert]:
    """A page of episodes, newest first; `firing=None` means all, and so does an empty reason.

    Raises:
        BadRequest: the cursor belongs to another list.
    """
    where: list[ColumnElement[bool]] = [alerts.c.org_id == org_id]
    if firing is not None:
        where.append(alerts.c.ends_at.is_(None) if firing else alerts.c.ends_at.is_not(None))
    if reason:
        where.append(alerts.c.reason == reason)
    total = await connection.scalar(select(func.count()).select_from(alerts).where(*where))
    scope = paging.scope("alerts", org_id, firing, reason)
    if cursor is not None:
        starts_at, id_ = paging.read(cursor, scope, (int, int))
        start = (moment(starts_at), id_)
        where.append(paging.after((alerts.c.starts_at, alerts.c.id), start, descending=True))
    rows = await connection.execute(
        _select().where(*where).order_by(alerts.c.starts_at.desc(), alerts.c.id.desc()).limit(limit + 1)
    )
    found = tuple(map(_alert, rows))
    shown = found[:limit]
    more = (
        paging.write(scope, (micros(shown[-1].event.starts_at), shown[-1].id)) if len(found) > limit else None
    )
    return Page(shown, int(total or 0), more)


def _select(of: FromClause = alerts) -> Select[Any]:
    number = incidents.c.number.label("incident_number")
    return select(alerts, number).select_from(of.outerjoin(incidents, incidents.c.id == alerts.c.incident_id))


def _episodes(pairs: Sequence[Episode]) -> CTE:
    columns = (column("fingerprint", alerts.c.fingerprint.type), column("starts_at", alerts.c.starts_at.type))
    return values(*columns, name="wanted").data(pairs).cte("wanted")


def _row(org_id: int, event: AlertEvent) -> dict[str, Any]:
    return {
        "org_id": org_id,
        **row_of(event),
        "first_received_at": event.received_at,
        "incident_id": None,
        "reason": "",
        "reason_text": "",
        "identity": None if event.identity is None else asdict(event.identity),
    }


def _alert(row: Row[Any]) -> StoredAlert:
    return StoredAlert(
        id=row.id,
        org_id=row.org_id,
        event=replace(event_of(row), identity=None if row.identity is None else Identity(**row.identity)),
        incident_id=row.incident_id,
        incident_number=row.incident_number,
        reason=row.reason,
        reason_text=row.reason_text,
        first_received_at=row.first_received_at,
    )
