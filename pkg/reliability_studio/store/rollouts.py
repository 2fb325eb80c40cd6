"""Rollouts that were seen, and what was thought of them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.correlation.rollout import Compared, KnownBy, Measure, rollout_id
from reliability_studio.domain.manifest import Difference
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.rollouts import rollouts


@dataclass(frozen=True, slots=True)
class Rollout:
    """One version of a service, from its start on."""

    service: str
    namespace: str
    version: str
    revision: int
    started_at: datetime
    state: str
    summary: str
    judged_at: datetime
    reasons: tuple[str, ...] = ()
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    """From the version before, field by field."""
    compared: Compared | None = None
    """What the judgement rests on; None when nothing was compared."""
    measures: tuple[Measure, ...] = ()
    back_to: int | None = None
    """Of a rollback, the revision that the version had before, 0 where unknown; None of a new version."""
    known_by: KnownBy = KnownBy.CREATED
    """What tells when it began."""
    id: int = 0

    @property
    def change(self) -> str:
        """What the change of a service is called that this rollout is."""
        return rollout_id(self.version, self.revision, self.back_to)


_WRITTEN = ("state", "summary", "reasons", "numbers", "differences", "compared", "measures", "judged_at")


async def put(connection: AsyncConnection, org_id: int, rollout: Rollout) -> None:
    """Keep a rollout; what was thought of it before gives way."""
    values = {name: getattr(rollout, name) for name in Rollout.__dataclass_fields__ if name != "id"}
    values |= {"reasons": list(rollout.reasons), "numbers": dict(rollout.numbers)}
    values["differences"] = [[each.field, each.before, each.after] for each in rollout.differences]
    values |= {name: msgspec.to_builtins(values[name]) for name in ("compared", "measures")}
    adding = inserting(connection, rollouts).values(org_id=org_id, **values)
    await connection.execute(
        adding.on_conflict_do_update(
            index_elements=["org_id", "namespace", "version", "revision"],
            set_={name: getattr(adding.excluded, name) for name in _WRITTEN},
        )
    )


async def listing(
    connection: AsyncConnection,
    org_id: int,
    *,
    since: datetime,
    until: datetime | None = None,
    services: Collection[str] = (),
    limit: int,
) -> tuple[Rollout, ...]:
    """Rollouts that began in [since, until), newest first; of all services if none is named."""
    chosen = select(rollouts).where(rollouts.c.org_id == org_id, rollouts.c.started_at >= since)
    if until is not None:
        chosen = chosen.where(rollouts.c.started_at < until)
    if services:
        chosen = chosen.where(rollouts.c.service.in_(services))
    rows = await connection.execute(chosen.order_by(rollouts.c.started_at.desc(), rollouts.c.id).limit(limit))
    return tuple(map(_rollout, rows))


async def prune(connection: AsyncConnection, org_id: int, before: datetime) -> int:
    """Forget rollouts that began before a moment."""
    gone = await connection.execute(
        delete(rollouts).where(rollouts.c.org_id == org_id, rollouts.c.started_at < before)
    )
    return gone.rowcount


def _rollout(row: Row[tuple[object, ...]]) -> Rollout:
    values = {name: getattr(row, name) for name in Rollout.__dataclass_fields__}
    values["differences"] = tuple(Difference(*each) for each in row.differences)
    values["compared"] = msgspec.convert(row.compared, Compared | None)
    values["known_by"] = KnownBy(row.known_by)
    values["measures"] = msgspec.convert(row.measures, tuple[Measure, ...])
    return Rollout(**{**values, "reasons": tuple(row.reasons)})
