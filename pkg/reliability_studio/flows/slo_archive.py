"""How the counts of an SLO get into the store and back.

Of each width only what changed is written: the running chunk of minutes every time, coarser ones when one of
their buckets is complete. Chunks, memory and standing go in one transaction.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Cell, Chunk, Tier, chunk_start, chunked, merged, rolled
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.ledger import KEEP_FIVES_S, KEEP_HOURS_S, Ledger
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import DAY, HOUR
from reliability_studio.flows.slo_book import Book, fine_from, keep_s
from reliability_studio.flows.slo_cells import read_cells, read_excluded
from reliability_studio.store import slos as rows
from reliability_studio.store.slo_chunks import chunk, put_chunks


async def save(connection: AsyncConnection, books: Sequence[Book]) -> list[Book]:
    """Write what changed; gives the books that were written: of the others another process was quicker."""
    states = [rows.State(book.slo, book.before, book.end, book.standing, book.memory) for book in books]
    ids = await rows.put_states(connection, states)
    written = [book for book in books if book.slo.id in ids]
    # The older ones first: newer days are merged into what is there then.
    await put_chunks(
        connection, [(book.slo, each) for book in written for each in await _older(connection, book)]
    )
    await put_chunks(
        connection, [(book.slo, each) for book in written for each in await _newer(connection, book)]
    )
    for book in written:
        book.before, book.saved_to, book.older = book.end, book.end, []
    return written


async def _newer(connection: AsyncConnection, book: Book) -> list[Chunk]:
    chunks: list[Chunk] = []
    for tier in Tier:
        done = book.end // tier * tier
        if done <= book.saved_to // tier * tier:
            continue
        if tier is Tier.DAY:
            chunks += await _days(connection, book, book.saved_to // DAY * DAY, done)
            continue
        cells = book.ledger.recent(chunk_start(tier, book.saved_to + 1), tier)
        chunks += chunked([c for c in cells if c.end <= done and c.says_something], tier)
    return chunks


async def _older(connection: AsyncConnection, book: Book) -> list[Chunk]:
    if not book.older:
        return []
    chunks: list[Chunk] = []
    for tier in (Tier.FIVE, Tier.HOUR):
        new = chunked([c for c in rolled(book.older, tier) if c.says_something], tier)
        chunks += [merged(await chunk(connection, book.slo, tier, each.start), each) for each in new]
    first, last = min(c.end for c in book.older), max(c.end for c in book.older)
    until = min(-(-last // DAY) * DAY, book.end // DAY * DAY)
    return chunks + await _days(connection, book, (first - 1) // DAY * DAY, until)


async def _days(connection: AsyncConnection, book: Book, since: int, until: int) -> list[Chunk]:
    """Complete days within `(since, until]`, merged into the chunks that the store has."""
    cells = [c for c in book.ledger.recent(since, Tier.DAY) if c.end <= until and c.says_something]
    return [
        merged(await chunk(connection, book.slo, Tier.DAY, new.start), new)
        for new in chunked(cells, Tier.DAY)
    ]


async def load(
    connection: AsyncConnection, slo: Slo, kept: rows.Kept, corrections: tuple[Correction, ...] = ()
) -> Book:
    """The book as the store has it; `kept.as_of` is not 0."""
    end = kept.as_of
    keep = keep_s(slo.definition)
    known = fine_from(end) if kept.standing.backfilled_to is None else kept.standing.backfilled_to
    ledger = await read_ledger(connection, slo, end, end - keep, known)
    memory = await rows.memory(connection, slo)
    fives = max(ledger.start, (end - KEEP_FIVES_S) // HOUR * HOUR)
    gone = await read_excluded(connection, slo, corrections, ledger, (ledger.start, fives))
    return Book(
        slo,
        ledger,
        memory,
        kept.standing,
        before=end,
        saved_to=end,
        corrections=corrections,
        excluded=gone,
        excluded_to=fives,
    )


async def read_ledger(connection: AsyncConnection, slo: Slo, end: int, start: int, known: int) -> Ledger:
    """The ledger of `(start, end]` as refreshes need it: by the minute lately, then ever coarser.

    It never starts before `known`: what history is still to be fetched will be put in front there.
    """
    fine, fives = fine_from(end), max(known, (end - KEEP_FIVES_S) // HOUR * HOUR)
    # The running chunk of hours is written anew from the ledger, so all of it must be in there.
    start = max(known, min(start // HOUR * HOUR, (end - KEEP_HOURS_S) // HOUR * HOUR))
    ledger = Ledger(fine, keep_s=max(end - start, keep_s(slo.definition)))
    ledger.append(await read_cells(connection, slo, Tier.MINUTE, fine, end))
    if ledger.end < end:
        ledger.append([Cell(end, 0, 0, 0)])
    ledger.prepend(await read_cells(connection, slo, Tier.FIVE, fives, fine), fives)
    ledger.prepend(await read_cells(connection, slo, Tier.HOUR, start, fives), start)
    return ledger
