"""Which of the newest buckets are counted anew, because their samples may have come late.

A counter loses nothing when a sample is late: its events land in a later bucket. But the minute in which they
happened looks calm, or like a gap. So a bucket that looks as if samples were missing is counted anew for a
while, with everything after it. What is asked for bucket by bucket has no such memory: there the newest
buckets are always counted anew. When nothing is late this costs a counter nothing.

What is still in doubt after that is noted as a `Doubt`, kept with the counts: it is looked at again every
hour as long as it is within reach, and at once by a process that has just started.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.counters import Memory

LATE_BUCKETS = 5
"""For how many buckets a doubtful one is counted anew; what comes later than that stays where it landed."""

SAMPLED_BUCKETS = 3
"""How many of the newest buckets are always counted anew where answers are taken as they are."""

RECOUNT_S = 3600
"""How often what is in doubt is counted anew after the first minutes."""

REACH_S = 6 * 3600
"""How far back buckets are counted anew; what comes later than that stays where it landed."""

_MEAN = 16
"""`Memory.usual` is kept times this."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A moment that counting can go back to."""

    end: int
    """End of the bucket before (Unix seconds)."""
    memory: Memory
    """What counting remembered then."""
    late: bool
    """Whether the bucket after it looks as if samples were missing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Buckets of which samples may still come."""

    since: int
    """End of the last bucket before them (Unix seconds)."""
    looked_at: int | None = None
    """When they were last counted anew by the hour; None: never."""

    def due(self, now: int, begun: int) -> bool:
        """Whether to look again now; a process that began (`begun`) after the last look knows no tail."""
        last = self.since if self.looked_at is None else self.looked_at
        return last < begun or now - last >= RECOUNT_S


def looks_late(cell: Cell, before: Memory, series: int) -> bool:
    """Whether a bucket looks as if not all of its samples were there yet.

    Args:
        cell: the bucket.
        before: what was remembered before it.
        series: how many series its snapshot had.
    """
    if not cell.covered_s:
        return True
    quiet = cell.total == 0 and before.usual >= _MEAN
    return quiet or series < sum(seen.at == before.at for seen in before.series.values())


def doubtful_from(cells: Sequence[Cell], step_s: int) -> int | None:
    """End of the bucket before the first gap; None when there is none.

    Counters look still for a moment before they look gone, so empty buckets just before a gap belong to it.
    """
    gap = next((number for number, cell in enumerate(cells) if not cell.covered_s), None)
    if gap is None:
        return None
    first = gap
    while first and gap - first < LATE_BUCKETS and not cells[first - 1].total:
        first -= 1
    return cells[first].end - step_s


def still_needed(tail: Sequence[Checkpoint], end: int, step_s: int, *, sampled: bool) -> list[Checkpoint]:
    """The checkpoints that are still of use, oldest first; the first one is where to count anew from."""
    if sampled:
        return [each for each in tail if each.end >= end - SAMPLED_BUCKETS * step_s]
    young = [each for each in tail if each.end >= end - LATE_BUCKETS * step_s]
    first = next((at for at, each in enumerate(young) if each.late), len(young))
    return young[first:]
