"""Stored buckets of one SLO: those of a stretch of time, and the difference that corrections make to them.

Buckets by the minute are kept for eight days, by five minutes for three months, by the hour for a year, by
the day for ever. History that was fetched later has five minutes as its finest.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Cell, Tier
from reliability_studio.domain.slo.corrections import Correction, excluded, spans, touching
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import DAY
from reliability_studio.store.slo_chunks import chunks as chunks_of


async def read_cells(connection: AsyncConnection, slo: Slo, tier: Tier, since: int, until: int) -> list[Cell]:
    """The buckets of one width that end within `(since, until]`, oldest first."""
    chunks = await chunks_of(connection, slo, tier, since, until)
    return [cell for chunk in chunks for cell in chunk.cells if since < cell.end <= until]


async def read_fine(connection: AsyncConnection, slo: Slo, since: int, until: int) -> list[Cell]:
    """Buckets by the minute; by five minutes where there never were finer ones."""
    minutes = await read_cells(connection, slo, Tier.MINUTE, since, until)
    begun = minutes[0].end - Tier.MINUTE if minutes else until
    fives = await read_cells(connection, slo, Tier.FIVE, since, begun // Tier.FIVE * Tier.FIVE)
    return [*fives, *minutes]


async def read_excluded(
    connection: AsyncConnection,
    slo: Slo,
    corrections: Sequence[Correction],
    ledger: Ledger,
    span: tuple[int, int],
    *,
    minutes_from: int | None = None,
) -> list[Cell]:
    """The difference that corrections make within a stretch of time, from the finest buckets that are kept.

    Args:
        connection: for reading.
        slo: whose.
        corrections: those that concern it.
        ledger: of the same SLO, uncorrected; says since when anything counts, and how far.
        span: `(since, until]`.
        minutes_from: from where on the ledger goes by the minute; None: nowhere in the stretch.
    """
    if not corrections or ledger.first is None:
        return []
    budgeting = slo.definition.budgeting
    what = spans(corrections, budgeting, max(span[0], ledger.first), span[1])
    made: list[Cell] = []
    for tier, since, until in _regions(ledger.end, span, minutes_from):
        part = touching(what, since, until)
        if not part:
            continue
        width = max(tier, budgeting.step_s)
        begin = part[0].start // width * width
        if tier is Tier.MINUTE:
            cells = await read_fine(connection, slo, begin, part[-1].end)
        else:
            cells = await read_cells(connection, slo, tier, begin, -(-part[-1].end // width) * width)
        made += excluded(cells, width, part, budgeting)
    return made


def _regions(as_of: int, span: tuple[int, int], minutes_from: int | None) -> list[tuple[Tier, int, int]]:
    """Which width is kept where, oldest first; regions begin with a day."""
    fine = span[1] if minutes_from is None else minutes_from
    kept = [(tier, -(-(as_of - (tier.keep_s or 0)) // DAY) * DAY) for tier in (Tier.HOUR, Tier.FIVE)]
    bounds = [(Tier.DAY, 0), *kept, (Tier.MINUTE, fine)]
    ends = [start for _, start in bounds[1:]] + [span[1]]
    cut = [
        (tier, max(start, span[0]), min(end, span[1]))
        for (tier, start), end in zip(bounds, ends, strict=True)
    ]
    return [(tier, since, until) for tier, since, until in cut if since < until]
