"""Buckets as they are kept: what was bad, what there was, and how much of the time was measured.

A cell covers `(end - width, end]`. Cells are whole numbers that add up, so every tier gives the same sum for
the same time: 1 m → 5 m → 1 h → 1 d. A cell without coverage is a gap; one with coverage and no events is
empty. They are kept in chunks: a run of cells of one tier, packed into a few hundred bytes.
"""

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import pairwise
from sys import byteorder

from reliability_studio.domain.slo.counters import Counted, Doubt
from reliability_studio.domain.slo.spec import (
    RATIO_UNITS,
    Budgeting,
    Occurrences,
    RatioTimeslices,
)


class Tier(IntEnum):
    """Widths of kept cells, in seconds."""

    MINUTE = 60
    FIVE = 300
    HOUR = 3600
    DAY = 86_400

    @property
    def chunk_s(self) -> int:
        """Seconds that one chunk spans: what is being written stays small, what is kept stays few."""
        return _CHUNK_S[self]

    @property
    def keep_s(self) -> int | None:
        """How long cells of this tier are kept; None: for ever."""
        return _KEEP_S[self]


_CHUNK_S = {
    Tier.MINUTE: 3600,
    Tier.FIVE: 86_400,
    Tier.HOUR: 8 * 86_400,
    Tier.DAY: 512 * 86_400,
}
_KEEP_S = {Tier.MINUTE: 8 * 86_400, Tier.FIVE: 95 * 86_400, Tier.HOUR: 400 * 86_400, Tier.DAY: None}


@dataclass(frozen=True, slots=True)
class Cell:
    """One bucket that ends at `end` (Unix seconds)."""

    end: int
    bad: int
    total: int
    covered_s: int
    """Seconds that were measured; 0 is a gap."""

    @property
    def says_something(self) -> bool:
        """Whether it is worth keeping: a gap says nothing, unless it counts as what was before it."""
        return self.covered_s > 0 or self.total > 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Cells of one tier within `(start, start + tier.chunk_s]`, oldest first; where none is, is a gap."""

    tier: Tier
    start: int
    cells: tuple[Cell, ...]


def measured(counted: Counted, budgeting: Budgeting, step_s: int) -> Cell:
    """The cell of one counted bucket of `step_s` seconds, in the unit that the budget is counted in."""
    if counted.doubt is not Doubt.NONE:
        return Cell(counted.at, 0, 0, 0)
    bad, total = in_units(counted.bad, counted.total, budgeting)
    return Cell(counted.at, bad, total, step_s)


KEEPS_LAST_S = 6 * 3600
"""For how long a missing slice counts as the last one that was measured and had events."""


def carried(cells: Sequence[Cell], last: Cell | None) -> list[Cell]:
    """The same cells, where a gap counts as what was measured last before it; it stays a gap all the same.

    Args:
        cells: oldest first.
        last: the last measured cell with events before them; None when there is none.
    """
    made: list[Cell] = []
    for cell in cells:
        if cell.covered_s:
            # Counters look still for a moment before they look gone: an empty slice judges nothing.
            last = cell if cell.total else last
        elif last is not None and cell.end - last.end <= KEEPS_LAST_S:
            cell = replace(cell, bad=last.bad, total=last.total)  # noqa: PLW2901 - the same bucket, filled
        made.append(cell)
    return made


def in_units(bad: int, total: int, budgeting: Budgeting) -> tuple[int, int]:
    """Events as what the budget counts. A slice without events is no slice."""
    if isinstance(budgeting, Occurrences) or total <= 0:
        return (bad, total) if isinstance(budgeting, Occurrences) else (0, 0)
    if isinstance(budgeting, RatioTimeslices):
        # Rounded half up in whole numbers: a slice's share never becomes a float.
        return (2 * bad * RATIO_UNITS + total) // (2 * total), RATIO_UNITS
    return int(not budgeting.target.met(total - bad, total)), 1


def chunk_start(tier: Tier, end: int) -> int:
    """Start of the chunk that holds the cell ending at `end`."""
    return (end - 1) // tier.chunk_s * tier.chunk_s


def rolled(cells: Iterable[Cell], tier: Tier) -> list[Cell]:
    """Finer cells summed into cells of `tier`, oldest first; the last one may still be growing."""
    sums: dict[int, list[int]] = {}
    for cell in cells:
        end = -(-cell.end // tier) * tier
        entry = sums.setdefault(end, [0, 0, 0])
        entry[0] += cell.bad
        entry[1] += cell.total
        entry[2] += cell.covered_s
    return [Cell(end, *entry) for end, entry in sorted(sums.items())]


def chunked(cells: Sequence[Cell], tier: Tier) -> Iterator[Chunk]:
    """Cells of one tier cut into chunks."""
    parts: dict[int, list[Cell]] = {}
    for cell in cells:
        parts.setdefault(chunk_start(tier, cell.end), []).append(cell)
    for start, part in sorted(parts.items()):
        yield Chunk(tier, start, tuple(sorted(part, key=lambda c: c.end)))


def pack(chunk: Chunk) -> bytes:
    """The chunk as compressed columns: position, bad, total, covered."""
    columns = (
        [(cell.end - chunk.start) // chunk.tier for cell in chunk.cells],
        [cell.bad for cell in chunk.cells],
        [cell.total for cell in chunk.cells],
        [cell.covered_s for cell in chunk.cells],
    )
    # Positions and counts change little from cell to cell: their differences compress to almost nothing.
    raw = b"".join(_bytes(_steps(column)) for column in columns)
    return zlib.compress(raw, 1)


def unpack(data: bytes, tier: Tier, start: int) -> Chunk:
    """The chunk that `pack` made.

    Raises:
        ValueError: the bytes are none of ours.
    """
    try:
        numbers = array("q", zlib.decompress(data))
    except zlib.error as error:
        raise ValueError("a chunk of counts cannot be read") from error
    if byteorder == "big":
        numbers.byteswap()
    if len(numbers) % 4:
        raise ValueError("a chunk of counts has columns of different lengths")
    size = len(numbers) // 4
    columns = [_sums(numbers[i * size : (i + 1) * size]) for i in range(4)]
    cells = tuple(
        Cell(start + position * tier, bad, total, covered)
        for position, bad, total, covered in zip(*columns, strict=True)
    )
    return Chunk(tier, start, cells)


def merged(old: Chunk | None, new: Chunk) -> Chunk:
    """Both chunks' cells; where both have one, the new one is right."""
    if old is None:
        return new
    cells = {cell.end: cell for cell in (*old.cells, *new.cells)}
    return Chunk(new.tier, new.start, tuple(cells[end] for end in sorted(cells)))


def _steps(column: Sequence[int]) -> "array[int]":
    return array("q", [*column[:1], *(b - a for a, b in pairwise(column))])


def _sums(steps: Sequence[int]) -> list[int]:
    values: list[int] = []
    value = 0
    for step in steps:
        value += step
        values.append(value)
    return values


def _bytes(numbers: "array[int]") -> bytes:
    if byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
