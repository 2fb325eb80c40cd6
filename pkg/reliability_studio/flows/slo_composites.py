"""Composites: SLOs that are made of others. What their members have counted is read; nothing is asked for.

    check       before a composite is written: its members exist, are no composites, and can be put together
    together    the members' ledgers as one, for any stretch of time
    judge       (with every refresh) numbers, verdict and alert of now, and where they were left, in the store

A member that is gone, or that became something which cannot be a member, leaves the composite with its last
numbers and the reason. So does a member that has no new numbers itself.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.slo.cells import Tier
from reliability_studio.domain.slo.composite import Member, Share, Together, unfit
from reliability_studio.domain.slo.corrections import Correction
from reliability_studio.domain.slo.counters import Memory
from reliability_studio.domain.slo.goals import Window
from reliability_studio.domain.slo.indicators import CompositeIndicator
from reliability_studio.domain.slo.ledger import Ledger, Tallies
from reliability_studio.domain.slo.measure import Reason, Verdict, evaluate
from reliability_studio.domain.slo.spec import Definition, Slo
from reliability_studio.domain.slo.standing import MemberStanding, Standing
from reliability_studio.domain.slo.watching import watched
from reliability_studio.errors import Invalid, StudioError
from reliability_studio.flows.slo_archive import load
from reliability_studio.flows.slo_book import Book, days_of
from reliability_studio.flows.slo_course import ledger_of
from reliability_studio.store import slos as rows

ReadLedger = Callable[[AsyncConnection, Slo, rows.Kept, Sequence[Correction]], Awaitable[Ledger]]
"""Gives the ledger of one member; its definition has the window of the composite."""


class Apart(StudioError):
    """The members cannot be put together; the text says which one and why."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The members of a composite as one."""

    tallies: Together
    verdicts: tuple[Verdict, ...]
    """Of each member, by its own objective and window."""
    behind_s: int
    """How far they may be behind when all is well: the longest delay and bucket of them."""
    old: str
    """Of the first member that has no new numbers itself: which and why; empty when all have."""


async def check(connection: AsyncConnection, org_id: int, definition: Definition) -> None:
    """Whether the members of a composite can be its members; other SLOs have none.

    Raises:
        Invalid: names the member and says why not.
    """
    indicator = definition.indicator
    if not isinstance(indicator, CompositeIndicator):
        return
    for at, each in enumerate(indicator.members):
        slo = await rows.get(connection, org_id, each.slo_id)
        why = (
            f"there is no SLO '{each.slo_id[:100]}'"
            if slo is None
            else unfit(slo.definition, indicator.combine)
        )
        if why:
            raise Invalid.field(f"$.indicator.members[{at}].sloId", why)


async def together(
    connection: AsyncConnection, slo: Slo, corrections: Sequence[Correction], read: ReadLedger, now: int
) -> Joined:
    """The members of a stored composite, or of one that is tried out, as one.

    Args:
        connection: for reading.
        slo: the composite.
        corrections: all of the organisation; of each member those are taken that concern it.
        read: how its counts are read.
        now: Unix seconds; what the verdicts are of.

    Raises:
        Apart: one of them is gone, cannot be a member any more, or was never counted.
    """
    indicator = slo.definition.indicator
    if not isinstance(indicator, CompositeIndicator):
        raise TypeError("only composites have members")
    found: list[Member] = []
    verdicts: list[Verdict] = []
    behind_s = 0
    old = ""
    for each in indicator.members:
        member = await rows.get(connection, slo.org_id, each.slo_id)
        if member is None:
            raise Apart(f"its member '{each.slo_id}' was deleted")
        if why := unfit(member.definition, indicator.combine):
            raise Apart(why)
        kept = await rows.standing(connection, member)
        if kept is None or kept.as_of == 0:
            raise Apart(f"its member '{member.definition.name}' was never counted")
        if kept.standing.failed_at is not None and not old:
            old = f"'{member.definition.name}' has no new numbers: {kept.standing.failure}"
        own = [correction for correction in corrections if correction.scope.holds(member)]
        wide = replace(member, definition=_as_long(member.definition, slo.definition))
        ledger = await read(connection, wide, kept, own)
        found.append(Member(member.id, member.definition, ledger, each.parts))
        behind_s = max(behind_s, member.definition.delay_s + member.definition.budgeting.step_s)
        verdicts.append(kept.standing.verdict_at(member.definition, now))
    return Joined(Together(found, indicator.combine), tuple(verdicts), behind_s, old)


def _as_long(member: Definition, whole: Definition) -> Definition:
    """The member with the longest window of the composite: as far back as that its counts are read."""
    windows: list[Window] = [goal.window for goal in whole.goals]
    return replace(member, window=max(windows, key=days_of), further=())


async def newest(
    connection: AsyncConnection, member: Slo, kept: rows.Kept, corrections: Sequence[Correction]
) -> Ledger:
    """A member's counts as refreshes need them: by the minute lately, then ever coarser."""
    # However little history the member itself needs: what the store has is read.
    filled = replace(kept, standing=replace(kept.standing, backfilled_to=0))
    return (await load(connection, member, filled, tuple(corrections))).corrected()


def as_fine_as(tier: Tier, since: int, as_of: int) -> ReadLedger:
    """Members' counts as fine as `tier` since a moment, up to `as_of`."""

    async def read(
        connection: AsyncConnection, member: Slo, kept: rows.Kept, corrections: Sequence[Correction]
    ) -> Ledger:
        return await ledger_of(connection, member, tier, since, min(as_of, kept.as_of), corrections)

    return read


async def tallies_of(
    connection: AsyncConnection,
    slo: Slo,
    tier: Tier,
    since: int,
    as_of: int,
    corrections: Sequence[Correction],
) -> Tallies:
    """What any SLO has counted, composite or not, as `ledger_of` gives it.

    Args:
        connection: for reading.
        slo: whose.
        tier: how fine.
        since: Unix seconds.
        as_of: Unix seconds.
        corrections: all of the organisation; those are taken that concern it, or the member.

    Raises:
        Apart: the members of a composite cannot be put together.
    """
    if isinstance(slo.definition.indicator, CompositeIndicator):
        return (await together(connection, slo, corrections, as_fine_as(tier, since, as_of), as_of)).tallies
    own = [each for each in corrections if each.scope.holds(slo)]
    return await ledger_of(connection, slo, tier, since, as_of, own)


async def judge(
    connection: AsyncConnection, slo: Slo, last: Standing, corrections: Sequence[Correction], now: int
) -> tuple[int, Standing]:
    """Where a composite stands: the moment of its numbers, and the numbers, verdict and alert.

    Raises:
        Apart: its members cannot be put together.
    """
    joined = await together(connection, slo, corrections, newest, now)
    tallies = joined.tallies
    measurement = evaluate(slo.definition, tallies)
    shares = tallies.shares(measurement.period.start, tallies.end)
    measurement = replace(measurement, verdict=_naming(measurement.verdict, shares))
    standing = Standing(
        measurement=measurement,
        watches=watched(slo.definition, measurement, tallies, last.watches),
        calculated_at=now,
        backfilled_to=tallies.start,
        behind_s=joined.behind_s,
        members=tuple(
            MemberStanding(share, verdict) for share, verdict in zip(shares, joined.verdicts, strict=True)
        ),
    )
    return tallies.end, standing.failing(now, joined.old) if joined.old else standing


def _naming(verdict: Verdict, shares: Sequence[Share]) -> Verdict:
    """The verdict with the member of which least is known, where that is the reason."""
    if verdict.reason not in {Reason.NEVER_MEASURED, Reason.LOW_COVERAGE}:
        return verdict
    least = min(shares, key=lambda each: -1.0 if each.coverage is None else each.coverage)
    return replace(verdict, text=f"'{least.name}': {verdict.text}")


def state(slo: Slo, before: int | None, as_of: int, standing: Standing) -> rows.State:
    """What is stored of a composite: it remembers no counters."""
    return rows.State(slo, before, max(as_of, before or 0), standing, Memory())


def book_of(slo: Slo, as_of: int, standing: Standing) -> Book:
    """An empty book that stands where a composite stands: alerts are handed on from books."""
    book = Book.begun(slo, as_of)
    book.standing, book.before = standing, as_of
    return book
