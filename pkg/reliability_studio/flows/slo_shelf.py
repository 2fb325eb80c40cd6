"""The books of one organisation's SLOs: which are in memory, and how they get into the store.

A book is kept only as long as it equals what the store has. Writing takes it off the shelf and puts it back
after the commit, so a failed or overtaken transaction leaves nothing behind that was never written. Alerts
are handed on after the commit that holds them, again and again until the other side has taken them.
"""

import logging
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.counters import Memory
from reliability_studio.domain.slo.groups import Group
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.errors import StudioError
from reliability_studio.flows.slo_alerts import Report, end_alerts, events, silent
from reliability_studio.flows.slo_archive import load, save
from reliability_studio.flows.slo_book import Book, keep_s, target
from reliability_studio.flows.slo_questions import asked
from reliability_studio.flows.slo_width import read_as
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

MAX_BOOKS = 2000
"""Books kept in memory between refreshes, 50 kB each; the others are read from the store every time."""


@dataclass(slots=True)
class Stock:
    """Some SLOs and where the store says that they stand."""

    slos: dict[str, Slo]
    kept: dict[str, rows.Kept]
    corrections: Sequence[Correction] = ()
    handed_on: int = 0
    calculated: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)

    def counted_to(self, slo: Slo) -> int:
        """End of the last bucket that the store has; 0 before the first."""
        found = self.kept.get(slo.id)
        return 0 if found is None else found.as_of

    def part(self, slos: Iterable[Slo]) -> "Stock":
        """Some of them, with what is known of all: what becomes of a part is known here as well."""
        return replace(self, slos={slo.id: slo for slo in slos}, handed_on=0)

    def instances(self, whole: Slo) -> dict[Group, tuple[Slo, Standing | None]]:
        """The instances of a grouped SLO, and where the store says that they stand."""
        found: dict[Group, tuple[Slo, Standing | None]] = {}
        for slo in self.slos.values():
            if slo.whole_id == whole.id:
                kept = self.kept.get(slo.id)
                found[tuple(slo.group.values())] = slo, None if kept is None else kept.standing
        return found

    def corrections_of(self, slo: Slo) -> tuple[Correction, ...]:
        """Corrections that concern this SLO."""
        return tuple(each for each in self.corrections if each.scope.holds(slo))


class Shelf:
    """Books by SLO, the least recently used ones given back first."""

    def __init__(
        self,
        org_id: int,
        database: Database,
        report: Report,
        *,
        page: str = "",
        max_books: int = MAX_BOOKS,
    ) -> None:
        self.org_id = org_id
        self._database = database
        self._report = report
        self._page = page
        self._max_books = max_books
        self._books: OrderedDict[str, Book] = OrderedDict()

    def find(self, slo: Slo) -> Book | None:
        """The book if it is in memory."""
        return self._books.get(slo.id)

    def standing(self, slo: Slo, stock: Stock) -> Standing | None:
        """Where an SLO stands; None before it was first looked at."""
        book, kept = self._books.get(slo.id), stock.kept.get(slo.id)
        return book.standing if book is not None else kept.standing if kept is not None else None

    def compare(self, stock: Stock, *, everything: bool) -> None:
        """Drop books that are not what the store has, and with `everything` those of deleted SLOs."""
        for slo_id, book in list(self._books.items()):
            slo, kept = stock.slos.get(slo_id), stock.kept.get(slo_id)
            if slo is None:
                if everything:
                    del self._books[slo_id]
                continue
            same = kept is not None and kept.as_of == book.before == book.end
            fits = slo.generation == book.slo.generation and stock.corrections_of(slo) == book.corrections
            if not (same and fits and keep_s(slo.definition) <= keep_s(book.slo.definition)):
                del self._books[slo_id]
                continue
            if slo.definition.group_by != book.slo.definition.group_by:
                book.groups = None
            book.slo = slo

    async def book(self, slo: Slo, stock: Stock, now: int) -> Book:
        """The SLO's book, from memory or from the store; an empty one before its first bucket."""
        known = self._books.get(slo.id)
        if known is not None:
            return known
        kept = stock.kept.get(slo.id)
        if kept is None or kept.as_of == 0:
            return Book.begun(slo, target(slo.definition, now), kept, stock.corrections_of(slo))
        async with self._database.reading() as connection:
            return await load(connection, slo, kept, stock.corrections_of(slo))

    async def write(self, books: Sequence[Book], stock: Stock, now: int) -> bool:
        """Write books in one transaction and hand their alerts on; whether all of them were written.

        Raises:
            StoreError: nothing was written.
        """
        written: list[Book] = []
        for book in books:
            self._books.pop(book.slo.id, None)
        if books:
            async with self._database.writing() as connection:
                written = await save(connection, books)
        for book in written:
            self._books[book.slo.id] = book
        while len(self._books) > self._max_books:
            self._books.popitem(last=False)
        stock.calculated.update(book.slo.id for book in written)
        await self.hand_on(written, stock, now)
        return len(written) == len(books)

    async def hand_on(self, books: Sequence[Book], stock: Stock, now: int) -> None:
        """Give the alerts that these books have to report to everybody's door, and note that it took them."""
        waiting = [book for book in books if not book.standing.reported]
        if not waiting:
            return
        found = [event for book in waiting for event in events(book.slo, book.standing, now, self._page)]
        try:
            await self._report(self.org_id, found)
        except StudioError as error:
            _log.warning("SLO alerts are not taken yet", extra={"reason": str(error), "alerts": len(found)})
            return
        async with self._database.writing() as connection:
            for book in waiting:
                book.standing = book.standing.handed_on()
                await rows.put_standing(connection, book.slo, as_of=book.before or 0, standing=book.standing)
                if (kept := stock.kept.get(book.slo.id)) is not None:
                    stock.kept[book.slo.id] = replace(kept, standing=book.standing)
        stock.handed_on += len(found)

    async def end_alerts(self, slo: Slo, standing: Standing, now: int) -> None:
        """Report the end of the alerts of an SLO that is gone or counts something else now."""
        await end_alerts(self._report, slo, standing, now, self._page)

    async def fail(self, failed: Sequence[tuple[Slo, str]], stock: Stock, now: int) -> None:
        """Keep the last good numbers of these SLOs, and say why there are none newer."""
        if not failed:
            return
        async with self._database.writing() as connection:
            for slo, why in failed:
                await self._fail(connection, slo, why, stock, now)
        stock.failing.update(slo.id for slo, _ in failed)
        await self._tell_silence([slo for slo, _ in failed], stock, now)

    async def _tell_silence(self, slos: Sequence[Slo], stock: Stock, now: int) -> None:
        """Hand on what the failure itself has changed of alerts."""
        books: list[Book] = []
        for slo in slos:
            standing = self.standing(slo, stock)
            if standing is not None and not standing.reported:
                books.append(await self.book(slo, stock, now))
        await self.hand_on(books, stock, now)

    async def _fail(self, connection: AsyncConnection, slo: Slo, why: str, stock: Stock, now: int) -> None:
        book, kept = self._books.get(slo.id), stock.kept.get(slo.id)
        last = self.standing(slo, stock) or Standing()
        queries = asked(read_as(slo.definition, last.chosen.way), slo.definition.budgeting.step_s)
        failing = replace(silent(slo, last, now).failing(now, why), queries=queries)
        before = book.before if book is not None else kept.as_of if kept is not None else None
        if before is None:
            await rows.put_states(connection, [rows.State(slo, None, 0, failing, Memory())])
            stock.kept[slo.id] = rows.Kept(slo.generation, 0, failing)
            return
        await rows.put_standing(connection, slo, as_of=before, standing=failing)
        if book is not None:
            book.standing = failing
        if kept is not None:
            stock.kept[slo.id] = replace(kept, standing=failing)
