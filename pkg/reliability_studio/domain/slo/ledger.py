"""Any window in two look-ups: the counts of one SLO as a running sum over time.

The sum is kept on three grids: by the minute for the last hours, by five minutes for the last days, by the
hour for the rest. All three are samples of the same function, so a window is `sum(end) - sum(start)`,
whatever its length, and windows of one ledger add up. The start of a window falls on the finest grid that
reaches back to it; `Sums` says where it fell. The zero of the sum is arbitrary: history found later is put
in front with negative sums, and nothing that is there already moves.
"""

from array import array
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Protocol

from reliability_studio.domain.slo.cells import Cell, Tier

KEEP_MINUTES_S = 6 * 3600 + 3600
"""How far back windows are exact to the minute: the 6 h window, and an hour of room."""

KEEP_FIVES_S = 3 * 86_400 + 3600
"""How far back windows are exact to five minutes: the 3 d window, and an hour of room."""

KEEP_HOURS_S = 9 * 86_400
"""How far back at least windows are exact to the hour: one chunk of hours, and a day of room."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts of `(start, end]`, Unix seconds, as they were really taken."""

    start: int
    end: int
    bad: int
    total: int
    covered_s: int
    """Seconds of the window that were measured."""
    events: tuple[int, int] | None = None
    """Bad and all events behind them, where `bad` and `total` are shares and no events; None: they are."""


class Tallies(Protocol):
    """What can say what happened within any window: a ledger, or several as one (`composite`)."""

    @property
    def start(self) -> int:
        """The earliest moment that a window can start at."""
        ...

    @property
    def end(self) -> int:
        """Up to where buckets are counted."""
        ...

    @property
    def first(self) -> int | None:
        """Start of what was measured first; None when nothing ever was."""
        ...

    @property
    def last(self) -> int | None:
        """End of what was measured last; None when nothing ever was."""
        ...

    def sums(self, start: int, end: int) -> Sums:
        """Counts of `(start, end]`; both moments are moved to what is known."""
        ...


class _Grid:
    """Running sums at `start`, `start + step`, …; three columns of machine integers."""

    __slots__ = ("bad", "covered", "start", "step", "total")

    def __init__(self, step: int, start: int, sums: tuple[int, int, int]) -> None:
        self.step = step
        self.start = start
        self.bad = array("q", [sums[0]])
        self.total = array("q", [sums[1]])
        self.covered = array("q", [sums[2]])

    @property
    def end(self) -> int:
        return self.start + (len(self.bad) - 1) * self.step

    def at(self, index: int) -> tuple[int, int, int]:
        return self.bad[index], self.total[index], self.covered[index]

    def append(self, sums: tuple[int, int, int]) -> None:
        self.bad.append(sums[0])
        self.total.append(sums[1])
        self.covered.append(sums[2])

    def put_in_front(self, columns: tuple[list[int], list[int], list[int]]) -> None:
        self.start -= len(columns[0]) * self.step
        self.bad = array("q", columns[0]) + self.bad
        self.total = array("q", columns[1]) + self.total
        self.covered = array("q", columns[2]) + self.covered

    def adjusted(self, differences: Sequence[Cell]) -> "_Grid":
        made = _Grid(self.step, self.start, (0, 0, 0))
        made.bad, made.total, made.covered = self.bad[:], self.total[:], self.covered[:]
        for column, values in (
            (made.bad, [cell.bad for cell in differences]),
            (made.total, [cell.total for cell in differences]),
            (made.covered, [cell.covered_s for cell in differences]),
        ):
            at, sum_ = 0, 0
            for index in range(len(column)):
                moment = self.start + index * self.step
                while at < len(differences) and differences[at].end <= moment:
                    sum_ += values[at]
                    at += 1
                column[index] += sum_
        return made

    def cut(self, moment: int) -> None:
        """Forget the sums after a moment."""
        for column in (self.bad, self.total, self.covered):
            del column[max(1, (moment - self.start) // self.step + 1) :]

    def drop(self, count: int) -> None:
        self.start += count * self.step
        for column in (self.bad, self.total, self.covered):
            del column[:count]


class Ledger:
    """The running sums of one SLO. `start` must lie on the hour; nothing is known before it."""

    def __init__(
        self,
        start: int,
        *,
        keep_s: int,
        keep_minutes_s: int = KEEP_MINUTES_S,
        keep_fives_s: int = KEEP_FIVES_S,
    ) -> None:
        if start % Tier.HOUR:
            raise ValueError("a ledger starts on the hour")
        self._keeps = (keep_minutes_s, keep_fives_s, max(keep_s, KEEP_HOURS_S))
        self._grids = tuple(_Grid(step, start, (0, 0, 0)) for step in (Tier.MINUTE, Tier.FIVE, Tier.HOUR))
        self._sums = (0, 0, 0)
        self._first: int | None = None
        self._last: int | None = None
        self._end = start

    @property
    def start(self) -> int:
        """The earliest moment that a window can start at."""
        return self._grids[-1].start

    @property
    def end(self) -> int:
        """Up to where buckets are counted."""
        return self._end

    @property
    def first(self) -> int | None:
        """Start of the first cell that was measured at all; None when nothing ever was."""
        return self._first

    @property
    def last(self) -> int | None:
        """End of the last cell that was measured at all; None when nothing ever was."""
        return self._last

    def append(self, cells: Iterable[Cell]) -> None:
        """Add newer cells, oldest first; times between them are gaps.

        Raises:
            ValueError: a cell does not lie after those that are there, or off the minute.
        """
        for cell in cells:
            if cell.end <= self.end or cell.end % Tier.MINUTE:
                raise ValueError(f"a cell that ends at {cell.end} does not follow {self.end}")
            self._fill(cell.end - Tier.MINUTE)
            bad, total, covered = self._sums
            self._sums = (bad + cell.bad, total + cell.total, covered + cell.covered_s)
            self._tick(cell.end)
            if cell.covered_s:
                self._last = cell.end
                if self._first is None:
                    self._first = cell.end - cell.covered_s
        self._trim()

    def rewind(self, moment: int) -> None:
        """Forget what is newer than a moment, so that it can be counted anew.

        Raises:
            ValueError: the moment lies before what is kept by the minute, or off the minute.
        """
        minutes = self._grids[0]
        if moment >= self.end:
            return
        if moment < minutes.start or moment % Tier.MINUTE:
            raise ValueError(f"a ledger cannot go back to {moment}")
        self._sums = minutes.at((moment - minutes.start) // minutes.step)
        for grid in self._grids:
            grid.cut(moment)
        self._end = moment
        if self._first is not None and self._first >= moment:
            self._first = self._last = None
        elif self._last is not None and self._last > moment:
            self._last = self._measured_before(minutes)

    def _measured_before(self, minutes: _Grid) -> int:
        """End of the last measured cell that the minutes show; their start when it lies before them."""
        index = len(minutes.covered) - 1
        while index and minutes.covered[index] == minutes.covered[index - 1]:
            index -= 1
        return minutes.start + index * minutes.step

    def prepend(self, cells: Sequence[Cell], start: int) -> None:
        """Put older cells in front, as far back as `start` (on the hour): the ledger's new start."""
        if start % Tier.HOUR or start > self.start:
            raise ValueError("history starts on the hour, before what is there")
        first = min((c.end - c.covered_s for c in cells if c.covered_s), default=None)
        if first is not None:
            self._first = first if self._first is None else min(first, self._first)
            self._last = self._last or max(cell.end for cell in cells if cell.covered_s)
        for grid, keep in zip(self._grids, self._keeps, strict=True):
            if grid.start == self.start:  # a grid that was trimmed holds newer times only
                reach = (self.end - keep) // Tier.HOUR * Tier.HOUR
                _put_in_front(grid, cells, min(max(start, reach), grid.start))

    def sums(self, start: int, end: int) -> Sums:
        """Counts of `(start, end]`; both moments are moved to what the ledger knows."""
        end_at, upper = self._look_up(end)
        start_at, lower = self._look_up(min(start, end))
        return Sums(start_at, end_at, upper[0] - lower[0], upper[1] - lower[1], upper[2] - lower[2])

    def adjusted(self, differences: Sequence[Cell]) -> "Ledger":
        """The same ledger with these differences (oldest first, off the grids or on them) counted as well.

        What was measured first and last stays: a difference is a decision and no measurement.
        """
        made = copy(self)
        made._adjust(differences)  # noqa: SLF001 - one of our own
        return made

    def _adjust(self, differences: Sequence[Cell]) -> None:
        self._grids = tuple(grid.adjusted(differences) for grid in self._grids)
        known = [cell for cell in differences if cell.end <= self.end]
        bad, total, covered = self._sums
        self._sums = (
            bad + sum(cell.bad for cell in known),
            total + sum(cell.total for cell in known),
            covered + sum(cell.covered_s for cell in known),
        )

    def recent(self, since: int, tier: Tier) -> list[Cell]:
        """The cells of a tier that end after `since`; the last one may still be growing."""
        cells: list[Cell] = []
        end = -(-(since + 1) // tier) * tier
        while end - tier < self.end:
            part = self.sums(max(end - tier, self.start), min(end, self.end))
            cells.append(Cell(end, part.bad, part.total, part.covered_s))
            end += tier
        return cells

    def _look_up(self, moment: int) -> tuple[int, tuple[int, int, int]]:
        if moment >= self.end:
            return self.end, self._sums
        for grid in self._grids:
            if grid.start <= moment <= grid.end:
                index = (moment - grid.start) // grid.step
                return grid.start + index * grid.step, grid.at(index)
        coarse = self._grids[-1]
        return coarse.start, coarse.at(0)

    def _fill(self, until: int) -> None:
        moment = self.end + Tier.MINUTE
        while moment <= until:
            self._tick(moment)
            moment += Tier.MINUTE

    def _tick(self, moment: int) -> None:
        self._end = moment
        for grid in self._grids:
            if moment % grid.step == 0:
                grid.append(self._sums)

    def _trim(self) -> None:
        for grid, keep in zip(self._grids, self._keeps, strict=True):
            surplus = len(grid.bad) - 1 - keep // grid.step
            # Moving the columns costs more than a little room: trim only now and then.
            if surplus > keep // grid.step // 4:
                grid.drop(surplus)


def _put_in_front(grid: _Grid, cells: Sequence[Cell], start: int) -> None:
    steps = (grid.start - start) // grid.step
    sums = [[0] * steps for _ in range(3)]
    for cell in cells:
        if cell.end <= start:
            continue
        index = (cell.end - start - 1) // grid.step
        sums[0][index] += cell.bad
        sums[1][index] += cell.total
        sums[2][index] += cell.covered_s
    firsts = grid.at(0)
    columns: list[list[int]] = []
    for first, parts in zip(firsts, sums, strict=True):
        value = first
        column = []
        for part in reversed(parts):
            value -= part
            column.append(value)
        columns.append(column[::-1])
    grid.put_in_front((columns[0], columns[1], columns[2]))
