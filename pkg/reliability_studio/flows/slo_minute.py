"""One bucket for each of many SLOs: what has to be asked for, and what the answers say of each.

Selections of one family and moment share a query (`slo_sharing`). Where the newest buckets look late they are
asked for once more, by a query over all of them.
"""

from collections.abc import Iterator, Mapping, Sequence

from reliability_studio.domain.slo.indicators import QueryIndicator
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.ways import Way
from reliability_studio.errors import SourceError
from reliability_studio.flows.slo_book import Book, target
from reliability_studio.flows.slo_counters import TooWide, of_group, seen
from reliability_studio.flows.slo_questions import wanted
from reliability_studio.flows.slo_sharing import Need
from reliability_studio.flows.slo_shelf import Shelf, Stock
from reliability_studio.flows.slo_width import read_as
from reliability_studio.sources.prometheus import Answer


class Minute:
    """The newest bucket of some SLOs, from what is needed for it to what became of it."""

    def __init__(self, slos: Sequence[Slo], shelf: Shelf, stock: Stock, now: int) -> None:
        self._slos = slos
        self._shelf = shelf
        self._stock = stock
        self._now = now
        self._needs = {slo.id: self._needs_of(slo) for slo in slos}
        self.counted: list[Book] = []
        """Judged, and to be written."""
        self.failed: list[tuple[Slo, str]] = []
        """With the reason."""
        self.wide: list[tuple[Slo, int]] = []
        """Those of more series than can be fetched, and how many."""

    @property
    def needs(self) -> Iterator[Need]:
        """The snapshots that these SLOs need."""
        return (need for needs in self._needs.values() for need in needs)

    async def count(self, answers: Mapping[Need, Answer | SourceError]) -> None:
        """Put what was answered into the books."""
        for slo in self._slos:
            try:
                self.counted.append(await self._count(slo, answers))
            except TooWide as error:
                self.wide.append((slo, error.series))
            except SourceError as error:
                self.failed.append((slo, str(error)))

    def _needs_of(self, slo: Slo) -> list[Need]:
        book, step = self._shelf.find(slo), slo.definition.budgeting.step_s
        at = target(slo.definition, self._now)
        first = book.tail[0].end + step if book is not None and book.tail else at
        # A group shares the snapshot of the whole; what it has to ask for once more is its own.
        alone = first != at or self._way(slo) is not Way.SNAPSHOTS
        whose = slo if alone else self._whole(slo)
        known = self._shelf.find(whose)
        series = 0 if known is None else len(known.memory.series)
        reads = read_as(whose.definition, self._way(whose))
        return [Need(each, first, at, step, series) for each in wanted(reads, step)]

    async def _count(self, slo: Slo, answers: Mapping[Need, Answer | SourceError]) -> Book:
        needs = self._needs[slo.id]
        good: list[Answer] = []
        way, indicator = self._way(slo), slo.definition.indicator
        for need in needs:
            answer = answers[need]
            if isinstance(answer, SourceError):
                raise answer
            # Of a query's answer the group's part is taken where it is read, as when it is asked alone.
            whole = slo.whole_id and way is Way.SNAPSHOTS and not isinstance(indicator, QueryIndicator)
            good.append(of_group(answer, slo.group) if whole else answer)
        times = range(needs[0].first, needs[0].at + 1, needs[0].step_s)
        snapshots = seen(read_as(slo.definition, way), good, times)
        book = await self._shelf.book(slo, self._stock, self._now)
        book.go_on(snapshots, slo.definition.budgeting.step_s)
        book.judge(self._now)
        return book

    def _whole(self, slo: Slo) -> Slo:
        """Whose snapshot this SLO is counted from: all groups share that of the whole, if it has one."""
        whole = self._stock.slos.get(slo.whole_id, slo)
        return whole if self._way(whole) is Way.SNAPSHOTS else slo

    def _way(self, slo: Slo) -> Way:
        standing = self._shelf.standing(slo, self._stock)
        return Way.SNAPSHOTS if standing is None else standing.chosen.way
