"""Counting goes on: every minute each SLO gets the buckets that are due, a verdict, and perhaps an alert.

    run        (job) every SLO of the organisation
     1 one bucket is due      snapshots at one pinned moment; SLOs with the same selection share the query
     2 more are due           a range query from the last counted moment on: nothing is taken for zero
       never counted before   the last hours by the minute, so that burn rates are known at once
     3 buckets are in doubt   counted anew every hour, and after a restart (`slo_recount`)
     4 window not filled yet  older history, newest first, as long as there is time; goes on next minute
     5 alert not taken yet    handed on once more
     6 composites             judged by what their members have counted (`slo_composites`)
    calculate  one SLO now

Whatever fails for one SLO leaves the others alone: it keeps its last good numbers with their time and says
why there are none newer. Counts, memory, verdict and alert are written in one transaction (`slo_shelf`).
Work is done by a `Turn` (`slo_turn`); books that were used stay on a shelf (`slo_shelf`) for the next minute.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.composite import is_composite
from reliability_studio.domain.slo.spec import STEP_S, Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.flows.hub import Notice
from reliability_studio.flows.slo_alerts import Report
from reliability_studio.flows.slo_composites import Apart, book_of, judge, state
from reliability_studio.flows.slo_servers import Server, Servers
from reliability_studio.flows.slo_shelf import MAX_BOOKS, Shelf, Stock
from reliability_studio.flows.slo_turn import Outcome, Result, Turn
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.store import slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

RUN_S = 40.0
"""After this long a run starts nothing new; what is left is due again in a minute."""

CALCULATE_S = 4.0
"""How long somebody who waits for a calculation waits for history; the job fetches the rest."""


def _nobody(_notice: Notice) -> None:
    """Nobody listens."""


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
class Counted:
    """What became of counting one SLO, and where it stands by it."""

    result: Result
    standing: Standing | None
    """None before it was first looked at."""
    instances: int
    """Groups that are counted by themselves."""


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
        loki: Loki | None = None,
        page: str = "",
        tell: Callable[[Notice], None] = _nobody,
        max_books: int = MAX_BOOKS,
    ) -> None:
        self._org_id = org_id
        self._tell = tell
        self._database = database
        self._clock = clock
        self._begun = int(clock.now().timestamp())
        self.servers = Servers.of(prometheus, loki)
        """What is counted from; their paces say why when one of them is spared."""
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
        queries = handed_on = 0
        for server in self.servers.every:
            part = stock.part(
                slo
                for slo in every
                if not is_composite(slo) and self.servers.server(slo.definition) is server
            )
            if server.numbers is None:
                await self._fail(part, server)
            else:
                turn = self._turn(server, part, until)
                await turn.everything()
                queries += turn.queries
            handed_on += part.handed_on
        # Their members have been counted by now.
        composites = stock.part(slo for slo in every if is_composite(slo))
        await self._composites(composites, until)
        handed_on += composites.handed_on
        if stock.calculated or stock.failing:
            # One notice for all of them: pages that are open ask for what they show.
            self._tell(Notice("slo", "", 0, "calculated", self._clock.now()))
        return Refreshed(len(every), len(stock.calculated), len(stock.failing), queries, handed_on)

    async def calculate(self, slo: Slo) -> Counted:
        """Count what is due for one SLO now, and as much of its history as a few seconds allow.

        Where it stands is told as it was written: nothing is read after the last commit.

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
        result = await self._one(slo, stock, until)
        return Counted(result, self._shelf.standing(slo, stock), len(stock.instances(slo)))

    async def _one(self, slo: Slo, stock: Stock, until: float) -> Result:
        if is_composite(slo):
            before = stock.counted_to(slo)
            await self._composites(stock, until)
            if slo.id in stock.failing:
                return Result(Outcome.FAILED, 0, stock.kept[slo.id].standing.failure)
            buckets = (stock.counted_to(slo) - before) // STEP_S if before else 0
            return Result(Outcome.CALCULATED, buckets, "")
        server = self.servers.server(slo.definition)
        if server.numbers is None:
            await self._fail(stock, server)
            return Result(Outcome.FAILED, 0, server.missing)
        return await self._turn(server, stock, until).one(slo)

    async def _composites(self, stock: Stock, until: float) -> None:
        """Judge composites by what their members have counted."""
        for slo in stock.slos.values():
            if self._clock.monotonic() >= until:
                return
            now = int(self._clock.now().timestamp())
            kept = stock.kept.get(slo.id)
            last, before = (Standing(), None) if kept is None else (kept.standing, kept.as_of)
            try:
                async with self._database.reading() as connection:
                    as_of, standing = await judge(connection, slo, last, stock.corrections, now)
            except Apart as error:
                await self._shelf.fail([(slo, str(error))], stock, now)
                continue
            async with self._database.writing() as connection:
                written = await rows.put_states(connection, [state(slo, before, as_of, standing)])
            if slo.id in written:
                as_of = max(as_of, before or 0)
                stock.kept[slo.id] = rows.Kept(slo.generation, as_of, standing)
                (stock.failing if standing.failed_at else stock.calculated).add(slo.id)
                await self._shelf.hand_on([book_of(slo, as_of, standing)], stock, now)

    def _turn(self, server: Server, stock: Stock, until: float) -> Turn:
        return Turn(self._shelf, self._database, server, self._clock, stock, until=until, begun=self._begun)

    async def _fail(self, stock: Stock, server: Server) -> None:
        failed = [(slo, server.missing) for slo in stock.slos.values()]
        await self._shelf.fail(failed, stock, int(self._clock.now().timestamp()))

    async def end_alerts(self, slo: Slo, standing: Standing) -> None:
        """Say that an SLO's alerts are over because nobody watches for them any more."""
        await self._shelf.end_alerts(slo, standing, int(self._clock.now().timestamp()))
