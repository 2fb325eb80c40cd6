"""What was in doubt is counted anew every hour: samples that came late, gaps that were filled meanwhile.

Counting needs values to start from. They are asked for as well: the query begins an hour before the first
bucket that is counted anew, so that by then it is known what is usual. Nothing that was measured is ever
taken away by it (`Book.recount`).
"""

from dataclasses import replace

from reliability_studio.domain.slo.tail import REACH_S
from reliability_studio.domain.slo.ways import Way
from reliability_studio.domain.slo.windows import HOUR
from reliability_studio.flows.slo_book import Book
from reliability_studio.flows.slo_counters import observe
from reliability_studio.flows.slo_history import ADDED_POINTS
from reliability_studio.flows.slo_servers import Numbers

MOST = 60
"""SLOs that one run looks at again: after an outage all of them are in doubt at the same time."""

VALUES = 2_000_000
"""Values that one query may bring; a wide selection is looked at less far back."""


async def recount(numbers: Numbers, book: Book, now: int) -> bool:
    """Count anew what is in doubt; False when there was nothing to count or something would have been lost.

    Raises:
        SourceError: the last hours cannot be had.
    """
    doubt, step_s = book.standing.doubt, book.slo.definition.budgeting.step_s
    if doubt is None:
        return False
    if book.standing.chosen.way is Way.SNAPSHOTS:
        warm_s = max(HOUR, 2 * step_s)
        affordable = VALUES // max(1, len(book.memory.series)) * step_s - warm_s
    else:
        # What a server adds up needs no warming up, and each bucket of it reads an hour.
        warm_s, affordable = step_s, ADDED_POINTS * step_s
    reach = min(REACH_S, affordable // step_s * step_s)
    since = max(doubt.since, book.end - reach, book.ledger.start)
    if since >= book.end:
        book.standing = replace(book.standing, doubt=None)
        return False
    observed = await observe(numbers, book.reads, since - warm_s, book.end, step_s)
    return book.recount(observed, since, step_s, now)
