"""Which incidents alerts joined: each decision is kept with its reason, and joining none is one too."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.tables.alerts import alert_joins, alerts


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about an alert: it joined this incident, or none."""

    alert_id: int
    incident_id: int | None
    reason: str
    reason_text: str
    at: datetime


async def place(
    connection: AsyncConnection,
    alert_ids: Collection[int],
    incident_id: int | None,
    reason: str,
    reason_text: str,
    *,
    at: datetime,
) -> None:
    """Put alerts into an incident, or into none, and remember the decision."""
    await decide(
        connection,
        [Decision(alert_id, incident_id, reason, reason_text, at) for alert_id in sorted(set(alert_ids))],
    )


async def decide(connection: AsyncConnection, made: Sequence[Decision]) -> None:
    """Put each alert where it was decided, and remember the decisions."""
    if not made:
        return
    rows = [asdict(one) for one in made]
    # By rows of one statement: how many there are must not make it another one to compile.
    await connection.execute(_DECIDE, [{**row, "decided": row["alert_id"]} for row in rows])
    await connection.execute(alert_joins.insert(), rows)


_DECIDE = (
    update(alerts)
    .where(alerts.c.id == bindparam("decided"))
    .values({name: bindparam(name) for name in ("incident_id", "reason", "reason_text")})
)


async def decisions(connection: AsyncConnection, org_id: int, alert_id: int) -> tuple[Decision, ...]:
    """Everything that was decided about an alert, oldest first."""
    rows = await connection.execute(
        select(alert_joins)
        .join(alerts, alerts.c.id == alert_joins.c.alert_id)
        .where(alert_joins.c.alert_id == alert_id, alerts.c.org_id == org_id)
        .order_by(alert_joins.c.id)
    )
    return tuple(Decision(row.alert_id, row.incident_id, row.reason, row.reason_text, row.at) for row in rows)
