"""Keeps the instances of grouped SLOs: made when a group is first seen, gone when nothing of it is left.

What groups there are is read from the same snapshot that the SLO itself is counted from. Instances follow the
SLO: an edit of it is an edit of all of them, and they go with it. Their alerts end when they do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.groups import Group, instance, instance_id, plan
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

BY = "grouping"
"""Who made an instance."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What became of the instances of one SLO."""

    made: tuple[Slo, ...] = ()
    gone: tuple[tuple[Slo, Standing | None], ...] = ()
    left_out: int = 0
    """Groups without an instance: there are too many."""


async def regroup(
    database: Database,
    whole: Slo,
    seen: Mapping[Group, float],
    have: Mapping[Group, tuple[Slo, Standing | None]],
    now: datetime,
) -> Regrouped:
    """Give every group that is there its instance, as far as the cap allows.

    Args:
        database: the store.
        whole: the grouped SLO.
        seen: its groups as they were last seen, and how large they are.
        have: its instances, and where they stand.
        now: the present.

    Raises:
        StoreError: nothing was changed.
    """
    holding = {group: _holds_events(standing) for group, (_, standing) in have.items()}
    wanted = plan(whole.definition.group_by, seen, holding)
    if not wanted.add and not wanted.drop:
        return Regrouped(left_out=wanted.left_out)
    async with database.writing() as connection:
        present = await rows.get(connection, whole.org_id, whole.id)
        if present is None or present.version != whole.version:
            return Regrouped()  # it was edited meanwhile; the next turn sees what it is now
        made = tuple([await _make(connection, whole, group, now) for group in wanted.add])
        gone = await remove(connection, [have[group][0] for group in wanted.drop])
    return Regrouped(made, gone, wanted.left_out)


async def follow(connection: AsyncConnection, whole: Slo) -> Sequence[tuple[Slo, Standing | None]]:
    """Give all instances what the edited SLO says now; those that no longer fit go, and are given back."""
    by = whole.definition.group_by
    names = by.names if by else ()
    gone: list[Slo] = []
    ended: list[tuple[Slo, Standing | None]] = []
    for slo in await rows.instances(connection, whole):
        if tuple(slo.group) != names:
            gone.append(slo)
            continue
        changed = instance(whole.definition, slo.group)
        if changed == slo.definition:
            continue
        anew = changed.meaning != slo.definition.meaning
        if anew:
            ended.append((slo, await _standing(connection, slo)))
        await rows.save(
            connection,
            replace(
                slo,
                definition=changed,
                generation=slo.generation + anew,
                updated_at=whole.updated_at,
                updated_by=whole.updated_by,
            ),
        )
    return [*ended, *await remove(connection, gone)]


async def remove(connection: AsyncConnection, slos: Sequence[Slo]) -> tuple[tuple[Slo, Standing | None], ...]:
    """Delete instances with their history; where they stood, so that their alerts can be ended."""
    stood = tuple([(slo, await _standing(connection, slo)) for slo in slos])
    for slo in slos:
        await rows.remove(connection, slo.org_id, slo.id)
    return stood


async def _make(connection: AsyncConnection, whole: Slo, group: Group, now: datetime) -> Slo:
    names = whole.definition.group_by.names if whole.definition.group_by else ()
    labels = dict(zip(names, group, strict=True))
    made = Slo(
        id=instance_id(whole.id, group),
        org_id=whole.org_id,
        definition=instance(whole.definition, labels),
        version=1,
        generation=1,
        created_at=now,
        updated_at=now,
        updated_by=BY,
        whole_id=whole.id,
        group=labels,
    )
    await rows.add(connection, made)
    return made


async def _standing(connection: AsyncConnection, slo: Slo) -> Standing | None:
    kept = await rows.standing(connection, slo)
    return None if kept is None else kept.standing


def _holds_events(standing: Standing | None) -> bool:
    measured = None if standing is None else standing.measurement
    return measured is None or measured.window.counts.total > 0
