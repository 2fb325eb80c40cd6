"""SLOs: their definitions, and where each of them stands. Their counts are in `slo_chunks`.

`put_states` compares the last counted moment, so of two processes that counted the same bucket only one
writes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.counters import Memory
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.errors import Conflict, StaleWrite
from reliability_studio.store.slo_document import (
    from_document,
    pack_memory,
    standing_from_document,
    standing_to_document,
    to_document,
    unpack_memory,
)
from reliability_studio.store.tables.base import name as stored_name
from reliability_studio.store.tables.slos import slo_states, slos


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an SLO stands, as the store has it."""

    generation: int
    as_of: int
    """End of the last counted bucket (Unix seconds); 0 before the first."""
    standing: Standing


async def add(connection: AsyncConnection, slo: Slo) -> None:
    """Store a new SLO.

    Raises:
        Conflict: the service has an SLO of this name.
    """
    await _refuse_twin(connection, slo)
    await connection.execute(insert(slos).values(id=slo.id, created_at=slo.created_at, **_values(slo)))


async def get(connection: AsyncConnection, org_id: int, slo_id: str) -> Slo | None:
    """One SLO of the organisation."""
    found = (
        await connection.execute(select(slos).where(slos.c.org_id == org_id, slos.c.id == slo_id))
    ).one_or_none()
    return None if found is None else _slo(found)


async def every(connection: AsyncConnection, org_id: int, *, groups: bool = False) -> tuple[Slo, ...]:
    """All SLOs of the organisation, by service and name; with `groups` the instances of grouped ones too."""
    statement = select(slos).where(slos.c.org_id == org_id).order_by(slos.c.service, slos.c.name, slos.c.id)
    return tuple(_slo(row) for row in await connection.execute(statement) if groups or not _whole_id(row))


async def instances(connection: AsyncConnection, whole: Slo) -> tuple[Slo, ...]:
    """The instances of a grouped SLO, by name."""
    statement = (
        select(slos)
        .where(slos.c.org_id == whole.org_id, slos.c.id.startswith(f"{whole.id}-", autoescape=True))
        .order_by(slos.c.name)
    )
    return tuple(_slo(row) for row in await connection.execute(statement))


async def instance_counts(connection: AsyncConnection, org_id: int) -> Mapping[str, int]:
    """How many instances each grouped SLO has, by the id of the whole."""
    found = await connection.scalars(
        select(slos.c.id).where(slos.c.org_id == org_id, slos.c.id.contains("-"))
    )
    return Counter(slo_id.partition("-")[0] for slo_id in found)


async def count(connection: AsyncConnection, org_id: int) -> int:
    """How many SLOs the organisation has."""
    found = await connection.scalar(select(func.count()).select_from(slos).where(slos.c.org_id == org_id))
    return int(found or 0)


async def save(connection: AsyncConnection, slo: Slo) -> Slo:
    """Write an edited SLO over the version that it was read at; gives it with its new version.

    Raises:
        StaleWrite: somebody else changed it meanwhile.
        Conflict: the service has another SLO of this name.
    """
    await _refuse_twin(connection, slo)
    raised = replace(slo, version=slo.version + 1)
    written = await connection.execute(
        update(slos)
        .where(slos.c.org_id == slo.org_id, slos.c.id == slo.id, slos.c.version == slo.version)
        .values(**_values(raised))
    )
    if written.rowcount != 1:
        current = await connection.scalar(select(slos.c.version).where(slos.c.id == slo.id))
        raise StaleWrite(
            f"the SLO was changed meanwhile; it is at version {current}", current=int(current or 0)
        )
    return raised


async def remove(connection: AsyncConnection, org_id: int, slo_id: str) -> bool:
    """Delete an SLO with its counts; False when there is none."""
    gone = await connection.execute(delete(slos).where(slos.c.org_id == org_id, slos.c.id == slo_id))
    return gone.rowcount == 1


async def standings(connection: AsyncConnection, org_id: int) -> dict[str, Kept]:
    """Where the organisation's SLOs stand, by id; one that was never looked at is absent."""
    statement = (
        select(slo_states.c.slo_id, slo_states.c.generation, slo_states.c.as_of, slo_states.c.standing)
        .join(slos, slos.c.id == slo_states.c.slo_id)
        .where(slos.c.org_id == org_id, slos.c.generation == slo_states.c.generation)
    )
    return {row.slo_id: _kept(row) for row in await connection.execute(statement)}


async def standing(connection: AsyncConnection, slo: Slo) -> Kept | None:
    """Where one SLO stands; None before it was first looked at in its present generation."""
    statement = select(slo_states.c.generation, slo_states.c.as_of, slo_states.c.standing).where(
        slo_states.c.slo_id == slo.id, slo_states.c.generation == slo.generation
    )
    found = (await connection.execute(statement)).one_or_none()
    return None if found is None else _kept(found)


async def memory(connection: AsyncConnection, slo: Slo) -> Memory:
    """What counting remembers; empty before the first snapshot of this generation."""
    statement = select(slo_states.c.memory).where(
        slo_states.c.slo_id == slo.id, slo_states.c.generation == slo.generation
    )
    found = await connection.scalar(statement)
    return Memory() if found is None else unpack_memory(found)


@dataclass(frozen=True, slots=True)
class State:
    """Where an SLO has got to."""

    slo: Slo
    """Whose; its generation goes with it."""
    before: int | None
    """`as_of` as it was read; None when there was none of this generation."""
    as_of: int
    """End of the last counted bucket."""
    standing: Standing
    """What is shown."""
    memory: Memory
    """What counting remembers."""


async def put_states(connection: AsyncConnection, states: Sequence[State]) -> frozenset[str]:
    """Write where SLOs stand, each if nobody else went on from the same moment.

    Args:
        connection: inside a writing transaction.
        states: of different SLOs.

    Returns:
        The ids of those that were written; of the others another process was quicker, or they are gone.
    """
    if not states:
        return frozenset()
    ids = [state.slo.id for state in states]
    living = select(slos.c.id, slos.c.generation).where(slos.c.id.in_(ids)).order_by(slos.c.id)
    alive = {row.id: row.generation for row in await connection.execute(living.with_for_update(read=True))}
    stored = (
        select(slo_states.c.slo_id, slo_states.c.generation, slo_states.c.as_of)
        .where(slo_states.c.slo_id.in_(ids))
        .order_by(slo_states.c.slo_id)
    )
    present = {
        row.slo_id: (row.generation, row.as_of) for row in await connection.execute(stored.with_for_update())
    }
    new: list[dict[str, object]] = []
    changed: list[dict[str, object]] = []
    for state in states:
        slo, found = state.slo, present.get(state.slo.id)
        if alive.get(slo.id) != slo.generation or not _goes_on(state, found):
            continue
        values = {
            "generation": slo.generation,
            "as_of": state.as_of,
            "standing": standing_to_document(state.standing),
            "memory": pack_memory(state.memory),
        }
        if found is None:
            new.append({"slo_id": slo.id, **values})
        else:
            changed.append({"place": slo.id, **values})
    if new:
        await connection.execute(insert(slo_states), new)
    if changed:
        await connection.execute(update(slo_states).where(slo_states.c.slo_id == bindparam("place")), changed)
    return frozenset(str(row["slo_id"]) for row in new) | {str(row["place"]) for row in changed}


def _goes_on(state: State, found: tuple[int, int] | None) -> bool:
    """Whether a state follows the one that is stored (generation and `as_of`)."""
    if state.before is None:
        return found is None or found[0] != state.slo.generation
    return found == (state.slo.generation, state.before)


async def put_standing(connection: AsyncConnection, slo: Slo, *, as_of: int, standing: Standing) -> bool:
    """Write a standing without counts: a failed attempt, a reported alert. False when it moved on."""
    written = await connection.execute(
        update(slo_states)
        .where(
            slo_states.c.slo_id == slo.id,
            slo_states.c.generation == slo.generation,
            slo_states.c.as_of == as_of,
        )
        .values(standing=standing_to_document(standing))
    )
    return written.rowcount == 1


async def _refuse_twin(connection: AsyncConnection, slo: Slo) -> None:
    """One name per service: two SLOs that read alike are a mistake, and imports find theirs by name."""
    definition = slo.definition
    twin = await connection.scalar(
        select(slos.c.id).where(
            slos.c.org_id == slo.org_id,
            slos.c.service == stored_name(definition.service),
            slos.c.name == stored_name(definition.name),
            slos.c.id != slo.id,
        )
    )
    if twin is not None:
        raise Conflict(f"{definition.service} has an SLO named '{definition.name}' already")


def _values(slo: Slo) -> dict[str, object]:
    return {
        "org_id": slo.org_id,
        "version": slo.version,
        "generation": slo.generation,
        "name": slo.definition.name,
        "service": slo.definition.service,
        "definition": {
            **to_document(slo.definition),
            "origin": slo.origin,
            **({"whole": slo.whole_id, "group": dict(slo.group)} if slo.whole_id else {}),
        },
        "updated_at": slo.updated_at,
        "updated_by": slo.updated_by,
    }


def _slo(row: Any) -> Slo:
    return Slo(
        id=row.id,
        org_id=row.org_id,
        definition=from_document(row.definition),
        version=row.version,
        generation=row.generation,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        origin=row.definition.get("origin", ""),
        whole_id=_whole_id(row),
        group=dict(sorted(row.definition.get("group", {}).items())),
    )


def _whole_id(row: Any) -> str:
    return str(row.definition.get("whole", ""))


def _kept(row: Any) -> Kept:
    return Kept(row.generation, row.as_of, standing_from_document(row.standing))
