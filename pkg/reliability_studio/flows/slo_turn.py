"""One pass over some SLOs: what is due is asked for, counted, judged and written.

Whatever fails for one SLO leaves the others alone: it keeps its last good numbers with their time and says
why there are none newer. Counts, memory, verdict and alert are written in one transaction (`slo_shelf`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.tail import Doubt
from reliability_studio.errors import SourceError
from reliability_studio.flows.slo_book import Book, coarse_step, target
from reliability_studio.flows.slo_counters import observe
from reliability_studio.flows.slo_groups import regroup
from reliability_studio.flows.slo_history import filled, next_span, older
from reliability_studio.flows.slo_minute import Minute
from reliability_studio.flows.slo_pace import presses
from reliability_studio.flows.slo_questions import asked
from reliability_studio.flows.slo_recount import MOST, recount
from reliability_studio.flows.slo_servers import Server
from reliability_studio.flows.slo_sharing import Asking
from reliability_studio.flows.slo_shelf import Shelf, Stock
from reliability_studio.flows.slo_width import choose, for_wide
from reliability_studio.store.engine import Database

_log = logging.getLogger(__name__)

BATCH = 100
"""SLOs that one transaction writes."""


class Outcome(StrEnum):
    """What became of one SLO."""

    CALCULATED = "calculated"
    NOTHING_DUE = "nothing_due"
    """The newest bucket is counted already, perhaps by another process just now."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Result:
    """What `calculate` did."""

    outcome: Outcome
    buckets: int
    """Buckets that were counted now."""
    message: str


class Turn:
    """One pass over some SLOs."""

    def __init__(
        self,
        shelf: Shelf,
        database: Database,
        server: Server,
        clock: Clock,
        stock: Stock,
        *,
        until: float,
        begun: int,
    ) -> None:
        self._shelf = shelf
        self._database = database
        self._numbers = server.there()
        self._clock = clock
        self._stock = stock
        self._until = until
        self._begun = begun
        self._pace = server.pace
        self.queries = 0

    async def everything(self) -> None:
        """All SLOs, in the order of `slo_refresh`."""
        now = self._now()
        single, longer = self._due(now)
        for at in range(0, len(single), BATCH):
            await self._minute(single[at : at + BATCH], now)
        for slo in longer:
            if self._time_left():
                await self._catch_up(slo, now)
        await self._regroup()
        await self._recounts()
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

    async def _minute(self, slos: Sequence[Slo], now: int) -> None:
        minute = Minute(slos, self._shelf, self._stock, now)
        asking = Asking(self._numbers, self._pace)
        await asking.everything(minute.needs)
        self.queries += asking.queries
        await minute.count(asking.answers)
        await self._shelf.write(minute.counted, self._stock, now)
        await self._shelf.fail(minute.failed, self._stock, now)
        for slo, series in minute.wide:
            await self._catch_up(slo, now, wide=series)

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
                    await self._shelf.end_alerts(gone, standing, self._now())
            for made in done.made:
                self._stock.slos[made.id] = made
                if self._time_left():
                    await self._catch_up(made, self._now())
            if done.left_out != book.standing.groups_left_out:
                book.standing = replace(book.standing, groups_left_out=done.left_out)
                await self._shelf.write([book], self._stock, self._now())

    async def _catch_up(self, slo: Slo, now: int, wide: int = 0) -> Result:
        """Count everything from the last counted moment to now; the newest hours if there is none."""
        until, step_s = target(slo.definition, now), slo.definition.budgeting.step_s
        book = await self._shelf.book(slo, self._stock, now)
        begin = book.end
        try:
            if wide:
                book.count_by(await for_wide(self._numbers, slo.definition, wide, until))
            elif book.memory.at is None:
                await self._choose(book, until)
        except SourceError as error:
            await self._shelf.fail([(slo, str(error))], self._stock, now)
            return Result(Outcome.FAILED, 0, str(error))
        while self._time_left() and (span := next_span(book, until)) is not None:
            start, end, step = span
            self.queries += len(asked(book.reads, step))
            try:
                async with self._pace.query():
                    snapshots = await observe(self._numbers, book.reads, start, end, step)
            except SourceError as error:
                await self._shelf.fail([(slo, str(error))], self._stock, now)
                return Result(Outcome.FAILED, (book.end - begin) // step_s, str(error))
            book.take(snapshots, step)
            book.judge(now)
            if not await self._shelf.write([book], self._stock, now):
                return Result(Outcome.NOTHING_DUE, 0, "another process has just counted it")
        return Result(Outcome.CALCULATED, (book.end - begin) // step_s, "")

    async def _choose(self, book: Book, at: int) -> None:
        """Who makes the differences of an SLO that was never counted."""
        self.queries += 1
        async with self._pace.query():
            chosen = await choose(self._numbers, book.slo.definition, at)
        if chosen != book.standing.chosen:
            book.count_by(chosen)

    async def _recounts(self) -> None:
        """Count anew what is in doubt, an hour after the last look or if this process has not looked yet."""
        looked, now = 0, self._now()
        for slo in self._stock.slos.values():
            standing = self._shelf.standing(slo, self._stock)
            doubt = None if standing is None else standing.doubt
            if doubt is None or slo.id in self._stock.failing or not doubt.due(now, self._begun):
                continue
            if looked == MOST or not self._time_left():
                return
            looked += 1
            await self._recount(await self._shelf.book(slo, self._stock, now), doubt, now)

    async def _recount(self, book: Book, doubt: Doubt, now: int) -> None:
        self.queries += len(book.standing.queries)
        try:
            async with self._pace.query():
                await recount(self._numbers, book, now)
        except SourceError as error:
            # The numbers stay as they are; what is in doubt is looked at again in an hour.
            _log.warning("buckets were not counted anew", extra={"slo": book.slo.id, "reason": str(error)})
            book.standing = replace(book.standing, doubt=replace(doubt, looked_at=now))
        book.judge(now)
        await self._shelf.write([book], self._stock, now)

    async def _histories(self) -> None:
        """Fill windows that are not filled yet, while there is time."""
        for slo in self._stock.slos.values():
            if not self._time_left():
                return
            known, kept = self._shelf.find(slo), self._stock.kept.get(slo.id)
            if known is None and (kept is None or kept.as_of == 0 or filled(slo, kept)):
                continue
            book = known or await self._shelf.book(slo, self._stock, self._now())
            if not book.backfilled:
                await self._fill(book)

    async def _fill(self, book: Book) -> None:
        days = 1
        while not book.backfilled and self._time_left():
            self.queries += len(asked(book.reads, coarse_step(book.slo.definition)))
            days = min(days, self._pace.days)
            try:
                async with self._pace.query(days=days):
                    days = await older(self._numbers, book, days)
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
            waiting = known is None and kept is not None and not kept.standing.reported
            if waiting and slo.id not in self._stock.calculated:
                known = await self._shelf.book(slo, self._stock, self._now())
            if known is not None:
                await self._shelf.hand_on([known], self._stock, self._now())

    def _time_left(self) -> bool:
        return self._clock.monotonic() < self._until

    def _now(self) -> int:
        return int(self._clock.now().timestamp())
