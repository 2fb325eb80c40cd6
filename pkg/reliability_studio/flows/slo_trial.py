"""A definition tried out on history: what an SLO would be, and when its alerts would have fired.

    preview    something that is not stored, on the history that the source has
    what_if    a stored SLO with another objective, window or alert, on its own counts; if it would count
               something else (another threshold), on the source's history as well

Nothing is written by either.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.clock import Clock
from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.composite import is_composite
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.forecast import Forecast, forecast
from reliability_studio.domain.slo.goals import Goal
from reliability_studio.domain.slo.history import course, step_for
from reliability_studio.domain.slo.indicators import CounterIndicator
from reliability_studio.domain.slo.ledger import Ledger, Tallies
from reliability_studio.domain.slo.measure import evaluate
from reliability_studio.domain.slo.reading import Role
from reliability_studio.domain.slo.rehearsal import Rehearsal, rehearse
from reliability_studio.domain.slo.remarks import Members, Remark, remarks
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.watching import watched, watching
from reliability_studio.domain.slo.ways import Chosen
from reliability_studio.domain.slo.windows import HOUR, period, reaches_back_to
from reliability_studio.errors import NotFound
from reliability_studio.flows.slo_book import Book, target
from reliability_studio.flows.slo_composites import check, tallies_of
from reliability_studio.flows.slo_course import Course, finest, ledger_of
from reliability_studio.flows.slo_history import fill
from reliability_studio.flows.slo_questions import asked
from reliability_studio.flows.slo_servers import Servers
from reliability_studio.flows.slo_width import read_as
from reliability_studio.store import slo_corrections
from reliability_studio.store import slos as rows
from reliability_studio.store.engine import Database

PREVIEW_S = 8.0
"""How long a preview may fetch history; what came until then is shown."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What an SLO would be, on the history that there is."""

    slo: Slo
    standing: Standing
    course: Course
    rehearsals: tuple[tuple[Goal, Rehearsal], ...]
    """What the alert of each goal that alerts would have done."""
    forecast: Forecast
    remarks: tuple[Remark, ...]
    series: int | None
    """Series that the selectors match in the newest hours; None: nothing was fetched."""


class Trials:
    """Tries definitions out for one organisation."""

    def __init__(self, org_id: int, database: Database, servers: Servers, clock: Clock) -> None:
        self._org_id = org_id
        self._database = database
        self._servers = servers
        self._clock = clock

    async def preview(self, definition: Definition, points: int) -> Trial:
        """Try a definition out on the history that its server has.

        Raises:
            SourceError: the server is not configured or does not answer.
        """
        now = self._clock.now()
        slo = Slo("preview", self._org_id, definition, 1, 1, now, now)
        if not is_composite(slo):
            return await self._on_source(slo, points, ())
        async with self._database.reading() as connection:
            corrections = await slo_corrections.every(connection, self._org_id)
            return await self._on_members(connection, slo, corrections, points)

    async def what_if(self, slo: Slo, definition: Definition, points: int) -> Trial:
        """Try another definition of a stored SLO.

        Raises:
            NotFound: it was never counted, so there is no history of its own.
            SourceError: it counts something else, and its server does not answer.
        """
        changed = Slo(
            slo.id, slo.org_id, definition, slo.version, slo.generation, slo.created_at, slo.updated_at
        )
        async with self._database.reading() as connection:
            every = await slo_corrections.every(connection, self._org_id)
            corrections = tuple(each for each in every if each.scope.holds(changed))
            if is_composite(changed):
                return await self._on_members(connection, changed, every, points)
            kept = await rows.standing(connection, slo)
            if definition.meaning == slo.definition.meaning:
                if kept is None or kept.as_of == 0:
                    raise NotFound("the SLO has no history yet: it was never counted")
                start = reaches_back_to(definition, kept.as_of)
                ledger = await ledger_of(
                    connection,
                    changed,
                    max(Tier.FIVE, finest(kept.as_of, start)),
                    start,
                    kept.as_of,
                    corrections,
                )
                chosen = kept.standing.chosen
                return await asyncio.to_thread(self._on_ledger, changed, ledger, points, None, chosen)
        return await self._on_source(changed, points, corrections)

    async def _on_members(
        self, connection: AsyncConnection, slo: Slo, corrections: Sequence[Correction], points: int
    ) -> Trial:
        """On what the members of a composite have counted."""
        await check(connection, self._org_id, slo.definition)
        now = int(self._clock.now().timestamp())
        since = reaches_back_to(slo.definition, now)
        tier = max(Tier.FIVE, finest(now, since))
        tallies = await tallies_of(connection, slo, tier, since, now, corrections)
        return await asyncio.to_thread(self._on_ledger, slo, tallies, points, None)

    async def _on_source(self, slo: Slo, points: int, corrections: Sequence[Correction]) -> Trial:
        now = int(self._clock.now().timestamp())
        book = Book.begun(slo, target(slo.definition, now), None, tuple(corrections))
        until = self._clock.monotonic() + PREVIEW_S
        await fill(self._servers.server(slo.definition), book, now, lambda: self._clock.monotonic() < until)
        roles = [member.role for member in book.memory.members.values()]
        members = None
        if isinstance(book.reads.indicator, CounterIndicator):
            members = Members(
                total=sum(Role.TOTAL in role for role in roles), part=sum(Role.PART in role for role in roles)
            )
        return await asyncio.to_thread(self._on_book, book, points, members)

    def _on_book(self, book: Book, points: int, members: Members | None) -> Trial:
        """The whole history by five minutes: refreshes need less of it, a rehearsal needs all."""
        fine = Ledger(book.oldest, keep_s=book.end - book.oldest, keep_fives_s=book.end - book.oldest + HOUR)
        older = sorted(book.older, key=lambda cell: cell.end)
        begun = older[-1].end if older else book.oldest
        fine.append([*older, *(c for c in book.ledger.recent(begun, Tier.MINUTE) if c.says_something)])
        if fine.end < book.end:
            fine.append(book.ledger.recent(book.end - Tier.MINUTE, Tier.MINUTE))
        ledger = fine.adjusted(book.gone()) if book.corrections else fine
        groups = None if book.groups is None else len(book.groups)
        return self._on_ledger(book.slo, ledger, points, members, book.standing.chosen, groups)

    def _on_ledger(
        self,
        slo: Slo,
        ledger: Tallies,
        points: int,
        members: Members | None,
        chosen: Chosen | None = None,
        groups: int | None = None,
    ) -> Trial:
        definition, end = slo.definition, ledger.end
        chosen = chosen or Chosen()
        measurement = evaluate(definition, ledger)
        start = max(measurement.period.start, ledger.start)
        step_s = step_for(end - start, points, max(HOUR, definition.budgeting.step_s))
        found = course(definition, ledger, start, end, step_s)
        standing = Standing(
            measurement=measurement,
            watches=watched(definition, measurement, ledger, {}),
            calculated_at=int(self._clock.now().timestamp()),
            queries=asked(read_as(definition, chosen.way), definition.budgeting.step_s),
            chosen=chosen,
        )
        return Trial(
            slo=slo,
            standing=standing,
            course=Course(start, end, step_s, found),
            rehearsals=_rehearsals(definition, ledger),
            forecast=forecast(definition, ledger),
            remarks=tuple(remarks(definition, measurement, members, groups)),
            series=None if members is None else max(members.total, members.part),
        )


def _rehearsals(definition: Definition, ledger: Tallies) -> tuple[tuple[Goal, Rehearsal], ...]:
    """What the alert of each goal that alerts would have done in the window of that goal."""
    step_s = max(Tier.FIVE, definition.budgeting.step_s)
    found: list[tuple[Goal, Rehearsal]] = []
    for alone in watching(definition).values():
        start = max(period(alone.window, ledger.end).start, ledger.start)
        found.append((alone.goals[0], rehearse(alone, ledger, start, ledger.end, step_s)))
    return tuple(found)
