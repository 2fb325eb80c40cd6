"""What stretches of time an SLO is asked for: what was missed, and the history before it."""

from collections.abc import Callable

from reliability_studio.domain.slo.spec import Occurrences, Slo
from reliability_studio.domain.slo.ways import Way
from reliability_studio.domain.slo.windows import DAY, HOUR, reaches_back_to
from reliability_studio.flows.slo_book import Book, coarse_step, target
from reliability_studio.flows.slo_counters import observe
from reliability_studio.flows.slo_servers import Numbers, Server
from reliability_studio.flows.slo_width import choose
from reliability_studio.sources.prometheus import MAX_POINTS
from reliability_studio.store import slos as rows

ADDED_POINTS = 12
"""Buckets that one query lets the server add up: each reads an hour of a wide selection."""

FINE_SPAN_S = 6 * HOUR
"""A longer interruption is made up for in coarser steps, except by time slices."""

VALUES = 200_000
"""Values that one query of history should bring at most."""


async def older(numbers: Numbers, book: Book, days: int) -> int:
    """Put up to `days` more days in front of a book; how many the next call may ask for.

    Raises:
        SourceError: they cannot be had.
    """
    step = coarse_step(book.slo.definition)
    span_s = days * DAY if book.standing.chosen.way is Way.SNAPSHOTS else max(HOUR, step)
    start = max(book.wanted, book.oldest - span_s)
    snapshots = await observe(numbers, book.reads, start, book.oldest, step)
    book.put_in_front(snapshots, start, step)
    return longest_days(snapshots.series, step)


async def fill(server: Server, book: Book, now: int, time_left: Callable[[], bool]) -> None:
    """Fill a book that belongs to no store: the newest hours, then history while there is time.

    Raises:
        SourceError: the newest hours cannot be had, or history breaks off.
    """
    numbers, definition = server.there(), book.slo.definition
    until = target(definition, now)
    book.count_by(await choose(numbers, definition, until))
    while (span := next_span(book, until)) is not None:
        start, end, step = span
        book.take(await observe(numbers, book.reads, start, end, step), step)
    days = 1
    while not book.backfilled and time_left():
        days = min(await older(numbers, book, days), server.pace.days)
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
    if book.standing.chosen.way is not Way.SNAPSHOTS:
        return _added(book, until)
    if book.memory.at is None:
        return end, until, step
    if isinstance(definition.budgeting, Occurrences) and until - end > FINE_SPAN_S:
        if end % HOUR:
            return end + step, end // HOUR * HOUR + HOUR, step
        coarse = coarse_step(definition)
        return end + coarse, min(end + DAY, until // HOUR * HOUR), coarse
    return end + step, min(until, end + FINE_SPAN_S), step


def _added(book: Book, until: int) -> tuple[int, int, int]:
    """The same for what the server adds up: a few buckets at a time."""
    step, end = book.slo.definition.budgeting.step_s, book.end
    first = end if book.memory.at is None else end + step
    return first, min(until, end + ADDED_POINTS * step), step


def longest_days(series: int, step_s: int) -> int:
    """Days of history that one query may ask for."""
    points = (MAX_POINTS - 1) * step_s // DAY
    return max(1, min(30, points, VALUES * step_s // (max(1, series) * DAY)))


def filled(slo: Slo, kept: rows.Kept) -> bool:
    """Whether the window of this SLO was filled, as far as its stored standing says."""
    to = kept.standing.backfilled_to
    return to is not None and to <= reaches_back_to(slo.definition, kept.as_of) // HOUR * HOUR
