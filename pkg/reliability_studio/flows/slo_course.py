"""The stored counts of one SLO as a ledger for its history: as fine as asked for, and a window longer.

Buckets by the minute are kept for eight days, by five minutes for three months, by the hour for a year, by
the day for ever. What is asked for decides which are read; the answer says how fine it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Cell, Tier
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.history import Point, course, step_for
from reliability_studio.domain.slo.ledger import Ledger, Tallies
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.windows import DAY, HOUR
from reliability_studio.flows.slo_book import keep_s
from reliability_studio.flows.slo_cells import read_cells, read_excluded, read_fine


@dataclass(frozen=True, slots=True)
class Course:
    """Points of an SLO's history, `step_s` apart."""

    start: int
    end: int
    step_s: int
    points: tuple[Point, ...]


ReadTallies: TypeAlias = Callable[
    [AsyncConnection, Slo, Tier, int, int, Sequence[Correction]], Awaitable[Tallies]
]
"""Gives what an SLO has counted: as fine as a tier since a moment, up to another one."""


async def read_course(
    connection: AsyncConnection,
    slo: Slo,
    *,
    as_of: int,
    start: int,
    end: int,
    points: int,
    corrections: Sequence[Correction] = (),
    read: ReadTallies,
) -> Course:
    """The history of `(start, end]` (Unix seconds) in at most `points` points.

    Args:
        connection: for reading.
        slo: whose.
        as_of: end of its last counted bucket; nothing is known after it.
        start: Unix seconds.
        end: Unix seconds.
        points: how many at most.
        corrections: those that `read` is to know.
        read: gives the counts, `ledger_of` of an SLO that counts for itself.
    """
    end = min(end, as_of)
    if end <= start:
        return Course(start, max(start, end), slo.definition.budgeting.step_s, ())
    tier = finest(as_of, start)
    step_s = step_for(end - start, points, max(int(tier), slo.definition.budgeting.step_s))
    if step_s >= HOUR and tier < Tier.HOUR:
        tier = Tier.HOUR
    elif step_s >= Tier.FIVE and tier is Tier.MINUTE:
        tier = Tier.FIVE
    ledger = await read(connection, slo, tier, start - max(step_s, HOUR), as_of, corrections)
    found = await asyncio.to_thread(course, slo.definition, ledger, start, end, step_s)
    return Course(start, end, step_s, found)


def finest(as_of: int, start: int) -> Tier:
    """The finest buckets that reach back to `start`."""
    return next(t for t in Tier if t.keep_s is None or start >= as_of - t.keep_s)


async def ledger_of(
    connection: AsyncConnection,
    slo: Slo,
    tier: Tier,
    since: int,
    as_of: int,
    corrections: Sequence[Correction] = (),
) -> Ledger:
    """A ledger that is as fine as `tier` since a moment, and a window longer by the hour (or the day)."""
    hour, since = as_of // HOUR * HOUR, since // HOUR * HOUR
    since = min(since, hour)
    # Days end at midnight UTC: a ledger of days starts there, or their sums would fall into wrong hours.
    since = since // DAY * DAY if tier is Tier.DAY else since
    oldest = (since - keep_s(slo.definition)) // DAY * DAY
    fine_s = as_of - since + HOUR
    ledger = Ledger(
        hour,
        keep_s=as_of - oldest + HOUR,
        keep_minutes_s=fine_s if tier is Tier.MINUTE else HOUR,
        keep_fives_s=fine_s if tier <= Tier.FIVE else HOUR,
    )
    ledger.append(await read_cells(connection, slo, Tier.MINUTE, hour, as_of))
    if ledger.end < as_of:
        ledger.append([Cell(as_of, 0, 0, 0)])
    if tier is Tier.MINUTE:
        ledger.prepend(await read_fine(connection, slo, since, hour), since)
    else:
        ledger.prepend(await read_cells(connection, slo, tier, since, hour), since)
    before = tier if tier is Tier.DAY else Tier.HOUR
    ledger.prepend(await read_cells(connection, slo, before, oldest, since), oldest)
    if not corrections:
        return ledger
    minutes = since if tier is Tier.MINUTE else hour
    gone = await read_excluded(connection, slo, corrections, ledger, (oldest, as_of), minutes_from=minutes)
    return ledger.adjusted(gone)
