"""Counting goes on: every minute each SLO gets the buckets that are due, a verdict, and perhaps an alert.

    run        (job) every SLO of the organisation
     1 one bucket is due      snapshots at one pinned moment; SLOs with the same selection share the query
     2 more are due           a range query from the last counted moment on: nothing is taken for zero
       never counted before   the last hours by the minute, so that burn rates are known at once
     3 window not filled yet  older history, newest first, as long as there is time; goes on next minute
     4 alert not taken yet    handed on once more
    calculate  one SLO now

Whatever fails for one SLO leaves the others alone: it keeps its last good numbers with their time and says
why there are none newer. Counts, memory, verdict and alert are written in one transaction (`slo_shelf`).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.spec import Occurrences, Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.windows import DAY, HOUR, period
from reliability_studio.errors import SourceError
from reliability_studio.flows.hub import Notice
from reliability_studio.flows.slo_book import Book, coarse_step, target
from reliability_studio.flows.slo_counters import asked, between, instant, observe, of_group, seen
from reliability_studio.flows.slo_groups import regroup
from reliability_studio.flows.slo_pace import Pace, presses
from reliability_studio.flows.slo_shelf import MAX_BOOKS, Report, Shelf, Stock
from reliability_studio.sources.prometheus import MAX_POINTS, Answer, Prometheus
from reliability_studio.store import slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

BATCH = 100
"""SLOs that one transaction writes."""

RUN_S = 40.0
"""After this long a run starts nothing new; what is left is due again in a minute."""

CALCULATE_S = 4.0
"""How long somebody who waits for a calculation waits for history; the job fetches the rest."""

FINE_SPAN_S = 6 * HOUR
"""A longer interruption is made up for in coarser steps, except by time slices."""

VALUES = 200_000
"""Values that one query of history should bring at most."""

NOT_CONFIGURED = "Prometheus is not configured"


def _nobody(_notice: Notice) -> None:
    """Nobody listens."""


class Outcome(StrEnum):
    """What became of one SLO."""

    CALCULATED = "calculated"
    NOTHING_DUE = "nothing_due"
    """The newest bucket is counted already, perhaps by another process just now."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A run in numbers."""

    slos: int
    calculated: int
    failed: int
    queries: int
    alerts: int
    """Alerts that were handed on."""


@dataclass(frozen=True, slots=True)
class Result:
    """What `calculate` did."""

    outcome: Outcome
    buckets: int
    """Buckets that were counted now."""
    message: str


@dataclass(frozen=True, slots=True)
class _Need:
    """Snapshots that somebody needs: one, or a few in a row."""

    query: str
    first: int
    at: int
    step_s: int


class SloRefresh:
    """Counts the SLOs of one organisation."""

    def __init__(
        self,
        org_id: int,
        database: Database,
        prometheus: Prometheus | None,
        clock: Clock,
        report: Report,
        *,
        page: str = "",
        tell: Callable[[Notice], None] = _nobody,
        max_books: int = MAX_BOOKS,
    ) -> None:
        self._org_id = org_id
        self._tell = tell
        self._database = database
        self._prometheus = prometheus
        self._clock = clock
        self.pace = Pace()
        """How hard Prometheus is pressed; says why when it is spared."""
        self._shelf = Shelf(org_id, database, report, page=page, max_books=max_books)

    async def run(self) -> Refreshed:
        """Count what is due for every SLO; no SLO's trouble is another's.

        Raises:
            StoreError: the database failed; nothing of the batch under way was written.
        """
        until = self._clock.monotonic() + RUN_S
        async with self._database.reading() as connection:
            every = await rows.every(connection, self._org_id, groups=True)
            kept = await rows.standings(connection, self._org_id)
            corrections = await slo_corrections.every(connection, self._org_id)
        stock = Stock({slo.id: slo for slo in every}, kept, corrections)
        self._shelf.compare(stock, everything=True)
        queries = 0
        if self._prometheus is None:
            failed = [(slo, NOT_CONFIGURED) for slo in every]
            await self._shelf.fail(failed, stock, int(self._clock.now().timestamp()))
        else:
            turn = _Turn(self._shelf, self._database, self._prometheus, self._clock, stock, self.pace, until)
            await turn.everything()
            queries = turn.queries
        if stock.calculated or stock.failing:
            # One notice for all of them: pages that are open ask for what they show.
            self._tell(Notice("slo", "", 0, "calculated", self._clock.now()))
        return Refreshed(len(every), len(stock.calculated), len(stock.failing), queries, stock.handed_on)

    async def calculate(self, slo: Slo) -> Result:
        """Count what is due for one SLO now, and as much of its history as a few seconds allow.

        Raises:
            StoreError: the database failed.
        """
        until = self._clock.monotonic() + CALCULATE_S
        async with self._database.reading() as connection:
            corrections = await slo_corrections.every(connection, self._org_id)
            concerned = [slo, *(await rows.instances(connection, slo) if slo.definition.group_by else ())]
            kept = {each.id: found for each in concerned if (found := await rows.standing(connection, each))}
        stock = Stock({each.id: each for each in concerned}, kept, corrections)
        self._shelf.compare(stock, everything=False)
        if self._prometheus is None:
            await self._shelf.fail([(slo, NOT_CONFIGURED)], stock, int(self._clock.now().timestamp()))
            return Result(Outcome.FAILED, 0, NOT_CONFIGURED)
        turn = _Turn(self._shelf, self._database, self._prometheus, self._clock, stock, self.pace, until)
        return await turn.one(slo)

    async def end_alert(self, slo: Slo, standing: Standing) -> None:
        """Say that an SLO's alert is over because nobody watches for it any more."""
        await self._shelf.end_alert(slo, standing, int(self._clock.now().timestamp()))


class _Turn:
    """One pass over some SLOs."""

    def __init__(
        self,
        shelf: Shelf,
        database: Database,
        prometheus: Prometheus,
        clock: Clock,
        stock: Stock,
        pace: Pace,
        until: float,
    ) -> None:
        self._shelf = shelf
        self._database = database
        self._prometheus = prometheus
        self._clock = clock
        self._stock = stock
        self._until = until
        self._pace = pace
        self.queries = 0

    async def everything(self) -> None:
        """All SLOs, in the order of the module's map."""
        now = self._now()
        single, longer = self._due(now)
        for at in range(0, len(single), BATCH):
            await self._snapshots(single[at : at + BATCH], now)
        for slo in longer:
            if self._time_left():
                await self._catch_up(slo, now)
        await self._regroup()
        await self._histories()
        await self._hand_on_again()

    async def one(self, slo: Slo) -> Result:
        """One SLO."""
        now, before = self._now(), self._stock.counted_to(slo)
        result = Result(Outcome.NOTHING_DUE, 0, "the newest bucket is counted already")
        if before < target(slo.definition, now):
            result = await self._catch_up(slo, now)
        if result.outcome is not Outcome.FAILED:
            await self._regroup()
            await self._histories()
        if slo.id not in self._stock.calculated and before:
            # Nothing new was counted, but the objective or the window may be new.
            await self._judge_again(slo)
        await self._hand_on_again()
        return result

    async def _judge_again(self, slo: Slo) -> None:
        book = await self._shelf.book(slo, self._stock, self._now())
        failed_at, failure = book.standing.failed_at, book.standing.failure
        book.judge(self._now())
        if slo.id in self._stock.failing:
            book.standing = replace(book.standing, failed_at=failed_at, failure=failure)
        await self._shelf.write([book], self._stock, self._now())

    def _due(self, now: int) -> tuple[list[Slo], list[Slo]]:
        """SLOs that lack exactly one bucket, and those that lack more."""
        single: list[Slo] = []
        longer: list[Slo] = []
        for slo in self._stock.slos.values():
            due = target(slo.definition, now) - self._stock.counted_to(slo)
            if due == slo.definition.budgeting.step_s:
                single.append(slo)
            elif due > 0:
                longer.append(slo)
        return single, longer

    async def _snapshots(self, slos: Sequence[Slo], now: int) -> None:
        """One bucket for each: one query per selection and moment, whoever shares it.

        Where the newest buckets look late they are asked for once more, by a query over all of them.
        """
        needs = {slo.id: self._needs(slo, now) for slo in slos}
        answers: dict[_Need, Answer | SourceError] = {}
        async with asyncio.TaskGroup() as group:
            for need in {need for each in needs.values() for need in each}:
                group.create_task(self._ask(need, answers))
        failed: list[tuple[Slo, str]] = []
        counted: list[Book] = []
        for slo in slos:
            try:
                counted.append(await self._count(slo, needs[slo.id], answers, now))
            except SourceError as error:
                failed.append((slo, str(error)))
        await self._shelf.write(counted, self._stock, now)
        await self._shelf.fail(failed, self._stock, now)

    def _needs(self, slo: Slo, now: int) -> list[_Need]:
        book, step = self._shelf.find(slo), slo.definition.budgeting.step_s
        at = target(slo.definition, now)
        first = book.tail[0].end + step if book is not None and book.tail else at
        # A group shares the snapshot of the whole; what it has to ask for once more is its own.
        whose = self._whole(slo) if first == at else slo
        return [_Need(query, first, at, step) for query in asked(whose.definition, step)]

    async def _ask(self, need: _Need, answers: dict[_Need, Answer | SourceError]) -> None:
        self.queries += 1
        try:
            async with self._pace.query():
                if need.first == need.at:
                    answers[need] = await instant(self._prometheus, need.query, need.at)
                else:
                    again = await between(self._prometheus, [need.query], need.first, need.at, need.step_s)
                    answers[need] = again[0]
        except SourceError as error:
            answers[need] = error

    async def _count(
        self, slo: Slo, needs: Sequence[_Need], answers: Mapping[_Need, Answer | SourceError], now: int
    ) -> Book:
        good: list[Answer] = []
        for need in needs:
            answer = answers[need]
            if isinstance(answer, SourceError):
                raise answer
            good.append(of_group(answer, slo.group) if slo.whole_id else answer)
        times = range(needs[0].first, needs[0].at + 1, needs[0].step_s)
        snapshots = seen(slo.definition, good, times)
        book = await self._shelf.book(slo, self._stock, now)
        book.go_on(snapshots, slo.definition.budgeting.step_s)
        book.judge(now)
        return book

    def _whole(self, slo: Slo) -> Slo:
        """Whose snapshot this SLO is counted from: all groups share that of the whole."""
        return self._stock.slos.get(slo.whole_id, slo)

    async def _regroup(self) -> None:
        """Instances for the groups of grouped SLOs, and for those that were made time to be counted."""
        for slo in list(self._stock.slos.values()):
            book = self._shelf.find(slo)
            if slo.definition.group_by is None or book is None or book.groups is None:
                continue
            have = self._stock.instances(slo)
            done = await regroup(self._database, slo, book.groups, have, self._clock.now())
            for gone, standing in done.gone:
                self._stock.slos.pop(gone.id, None)
                if standing is not None:
                    await self._shelf.end_alert(gone, standing, self._now())
            for made in done.made:
                self._stock.slos[made.id] = made
                if self._time_left():
                    await self._catch_up(made, self._now())
            if done.left_out != book.standing.groups_left_out:
                book.standing = replace(book.standing, groups_left_out=done.left_out)
                await self._shelf.write([book], self._stock, self._now())

    async def _catch_up(self, slo: Slo, now: int) -> Result:
        """Count everything from the last counted moment to now; the newest hours if there is none."""
        until, step_s = target(slo.definition, now), slo.definition.budgeting.step_s
        book = await self._shelf.book(slo, self._stock, now)
        begin = book.end
        while self._time_left() and (span := next_span(book, until)) is not None:
            start, end, step = span
            self.queries += len(asked(slo.definition, step))
            try:
                async with self._pace.query():
                    snapshots = await observe(self._prometheus, slo.definition, start, end, step)
            except SourceError as error:
                await self._shelf.fail([(slo, str(error))], self._stock, now)
                return Result(Outcome.FAILED, (book.end - begin) // step_s, str(error))
            book.take(snapshots, step)
            book.judge(now)
            if not await self._shelf.write([book], self._stock, now):
                return Result(Outcome.NOTHING_DUE, 0, "another process has just counted it")
        return Result(Outcome.CALCULATED, (book.end - begin) // step_s, "")

    async def _histories(self) -> None:
        """Fill windows that are not filled yet, while there is time."""
        for slo in self._stock.slos.values():
            if not self._time_left():
                return
            known, kept = self._shelf.find(slo), self._stock.kept.get(slo.id)
            if known is None and (kept is None or kept.as_of == 0 or _filled(slo, kept)):
                continue
            book = known or await self._shelf.book(slo, self._stock, self._now())
            if not book.backfilled:
                await self._fill(book)

    async def _fill(self, book: Book) -> None:
        days = 1
        while not book.backfilled and self._time_left():
            self.queries += len(asked(book.slo.definition, coarse_step(book.slo.definition)))
            days = min(days, self._pace.days)
            try:
                async with self._pace.query(days=days):
                    days = await older(self._prometheus, book, days)
            except SourceError as error:
                if presses(error) and self._pace.days < days:
                    continue  # it was too much at once: less is asked for
                # The present is known, only the past is not: said in the log, tried again in a minute.
                _log.warning("no SLO history", extra={"slo": book.slo.id, "reason": str(error)})
                return
            book.judge(self._now())
            if not await self._shelf.write([book], self._stock, self._now()):
                return

    async def _hand_on_again(self) -> None:
        """Alerts that were not taken when they happened."""
        for slo in self._stock.slos.values():
            known, kept = self._shelf.find(slo), self._stock.kept.get(slo.id)
            waiting = known is None and kept is not None and not kept.standing.alert.reported
            if waiting and slo.id not in self._stock.calculated:
                known = await self._shelf.book(slo, self._stock, self._now())
            if known is not None:
                await self._shelf.hand_on([known], self._stock, self._now())

    def _time_left(self) -> bool:
        return self._clock.monotonic() < self._until

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


async def older(prometheus: Prometheus, book: Book, days: int) -> int:
    """Put up to `days` more days in front of a book; how many the next call may ask for.

    Raises:
        SourceError: they cannot be had.
    """
    definition = book.slo.definition
    step = coarse_step(definition)
    start = max(book.wanted, book.oldest - days * DAY)
    snapshots = await observe(prometheus, definition, start, book.oldest, step)
    book.put_in_front(snapshots, start, step)
    return longest_days(snapshots.series, step)


async def fill(prometheus: Prometheus, book: Book, now: int, time_left: Callable[[], bool]) -> None:
    """Fill a book that belongs to no store: the newest hours, then history while there is time.

    Raises:
        SourceError: the newest hours cannot be had, or history breaks off.
    """
    definition = book.slo.definition
    step = definition.budgeting.step_s
    book.take(await observe(prometheus, definition, book.end, target(definition, now), step), step)
    days = 1
    while not book.backfilled and time_left():
        days = await older(prometheus, book, days)
    book.judge(now)


def next_span(book: Book, until: int) -> tuple[int, int, int] | None:
    """Start, end and step of the snapshots that come next; None when nothing is due.

    Spans stay within what the ledger holds by the minute, so that what is stored is as fine as what was
    counted. A long interruption is counted up to the hour, then in coarse steps by the day.
    """
    definition, end = book.slo.definition, book.end
    step = definition.budgeting.step_s
    if until <= end:
        return None
    if book.memory.at is None:
        return end, until, step
    if isinstance(definition.budgeting, Occurrences) and until - end > FINE_SPAN_S:
        if end % HOUR:
            return end + step, end // HOUR * HOUR + HOUR, step
        coarse = coarse_step(definition)
        return end + coarse, min(end + DAY, until // HOUR * HOUR), coarse
    return end + step, min(until, end + FINE_SPAN_S), step


def longest_days(series: int, step_s: int) -> int:
    """Days of history that one query may ask for."""
    points = (MAX_POINTS - 1) * step_s // DAY
    return max(1, min(30, points, VALUES * step_s // (max(1, series) * DAY)))


def _filled(slo: Slo, kept: rows.Kept) -> bool:
    """Whether the window of this SLO was filled, as far as its stored standing says."""
    to = kept.standing.backfilled_to
    return to is not None and to <= period(slo.definition.window, kept.as_of).start // HOUR * HOUR
