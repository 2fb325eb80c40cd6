"""Counts of SLOs: packed chunks of buckets.

Chunks belong to a generation: when the meaning of a count changes, the old ones are simply not read.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Chunk, Tier, pack, unpack
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.store.statements import inserting
from reliability_studio.store.tables.slos import slo_chunks, slos

PRUNE_BATCH = 500
"""Chunks that one call of `prune` deletes at most, per tier."""


async def put_chunks(connection: AsyncConnection, chunks: Sequence[tuple[Slo, Chunk]]) -> None:
    """Write chunks of any SLOs, over those that have the same place."""
    if not chunks:
        return
    adding = inserting(connection, slo_chunks)
    place = [slo_chunks.c.slo_id, slo_chunks.c.generation, slo_chunks.c.tier, slo_chunks.c.start]
    await connection.execute(
        adding.on_conflict_do_update(index_elements=place, set_={"data": adding.excluded.data}),
        [
            {
                "slo_id": slo.id,
                "generation": slo.generation,
                "tier": int(chunk.tier),
                "start": chunk.start,
                "data": pack(chunk),
            }
            for slo, chunk in chunks
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


def _of(slo: Slo) -> tuple[Any, Any]:
    return slo_chunks.c.slo_id == slo.id, slo_chunks.c.generation == slo.generation
