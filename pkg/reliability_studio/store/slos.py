"""SLOs and their counts: definitions, packed chunks of buckets, and where each SLO stands.

`put_state` compares the last counted moment, so of two processes that counted the same bucket only one
writes. Chunks belong to a generation: when the meaning of a count changes, the old ones are simply not read.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Chunk, Tier, pack, unpack
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
from reliability_studio.store.tables.slos import slo_chunks, slo_states, slos

PRUNE_BATCH = 500
"""Chunks that one call of `prune` deletes at most, per tier."""

_VARIABLES = 500
"""Values in one IN list; old SQLites take 999 variables."""


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


async def put_state(
    connection: AsyncConnection,
    slo: Slo,
    *,
    before: int | None,
    as_of: int,
    standing: Standing,
    memory: Memory,
) -> bool:
    """Write where an SLO stands, if nobody else went on from the same moment.

    Args:
        connection: inside a writing transaction.
        slo: whose; its generation goes with it.
        before: `as_of` as it was read; None when there was none of this generation.
        as_of: end of the last counted bucket.
        standing: what is shown.
        memory: what counting remembers.

    Returns:
        False when another process was quicker: then nothing was written.
    """
    alive = await connection.scalar(
        select(slos.c.generation).where(slos.c.id == slo.id).with_for_update(read=True)
    )
    if alive != slo.generation:
        return False
    values = {
        "generation": slo.generation,
        "as_of": as_of,
        "standing": standing_to_document(standing),
        "memory": pack_memory(memory),
    }
    if before is None:
        await connection.execute(
            delete(slo_states).where(slo_states.c.slo_id == slo.id, slo_states.c.generation != slo.generation)
        )
        present = await connection.scalar(
            select(slo_states.c.as_of).where(slo_states.c.slo_id == slo.id).with_for_update()
        )
        if present is None:
            await connection.execute(insert(slo_states).values(slo_id=slo.id, **values))
        return present is None
    written = await connection.execute(
        update(slo_states)
        .where(
            slo_states.c.slo_id == slo.id,
            slo_states.c.generation == slo.generation,
            slo_states.c.as_of == before,
        )
        .values(**values)
    )
    return written.rowcount == 1


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


async def put_chunks(connection: AsyncConnection, slo: Slo, chunks: Sequence[Chunk]) -> None:
    """Write chunks, over those that have the same place."""
    for at in range(0, len(chunks), _VARIABLES // 2):
        part = chunks[at : at + _VARIABLES // 2]
        places = [and_(slo_chunks.c.tier == int(c.tier), slo_chunks.c.start == c.start) for c in part]
        await connection.execute(delete(slo_chunks).where(*_of(slo), or_(*places)))
        await connection.execute(
            insert(slo_chunks),
            [
                {
                    "slo_id": slo.id,
                    "generation": slo.generation,
                    "tier": int(chunk.tier),
                    "start": chunk.start,
                    "data": pack(chunk),
                }
                for chunk in part
            ],
        )


async def chunk(connection: AsyncConnection, slo: Slo, tier: Tier, start: int) -> Chunk | None:
    """One chunk by its place."""
    data = await connection.scalar(
        select(slo_chunks.c.data).where(
            *_of(slo), slo_chunks.c.tier == int(tier), slo_chunks.c.start == start
        )
    )
    return None if data is None else unpack(data, tier, start)


async def chunks(connection: AsyncConnection, slo: Slo, tier: Tier, since: int, until: int) -> list[Chunk]:
    """The chunks of a tier that hold any cell within `(since, until]`, oldest first."""
    statement = (
        select(slo_chunks.c.start, slo_chunks.c.data)
        .where(
            *_of(slo),
            slo_chunks.c.tier == int(tier),
            slo_chunks.c.start > since - tier.chunk_s,
            slo_chunks.c.start < until,
        )
        .order_by(slo_chunks.c.start)
    )
    return [unpack(row.data, tier, row.start) for row in await connection.execute(statement)]


async def prune(connection: AsyncConnection, now: int) -> int:
    """Delete a batch of chunks that are past their time, and those of old generations; how many went."""
    gone = 0
    for tier in Tier:
        if tier.keep_s is None:
            continue
        old = select(slo_chunks.c.slo_id, slo_chunks.c.generation, slo_chunks.c.start).where(
            slo_chunks.c.tier == int(tier), slo_chunks.c.start < now - tier.keep_s - tier.chunk_s
        )
        rows = (await connection.execute(old.limit(PRUNE_BATCH))).all()
        gone += await _delete(connection, [(r.slo_id, r.generation, int(tier), r.start) for r in rows])
    stale = (
        select(slo_chunks.c.slo_id, slo_chunks.c.generation, slo_chunks.c.tier, slo_chunks.c.start)
        .join(slos, slos.c.id == slo_chunks.c.slo_id)
        .where(slo_chunks.c.generation < slos.c.generation)
        .limit(PRUNE_BATCH)
    )
    left = (await connection.execute(stale)).all()
    return gone + await _delete(connection, [(r.slo_id, r.generation, r.tier, r.start) for r in left])


async def _delete(connection: AsyncConnection, places: Collection[tuple[str, int, int, int]]) -> int:
    for slo_id, generation, tier, start in places:
        await connection.execute(
            delete(slo_chunks).where(
                slo_chunks.c.slo_id == slo_id,
                slo_chunks.c.generation == generation,
                slo_chunks.c.tier == tier,
                slo_chunks.c.start == start,
            )
        )
    return len(places)


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


def _of(slo: Slo) -> tuple[Any, Any]:
    return slo_chunks.c.slo_id == slo.id, slo_chunks.c.generation == slo.generation


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
