"""Wide selections: which are too wide to be fetched series by series, and what the server is asked instead.

The width is measured when counting begins: the server is asked how many series there are. A wide SLO is read
as a query that counts events (`QueryIndicator`), so everything after the answer is as for those.
"""

from dataclasses import replace

from reliability_studio.domain.slo.indicators import QueryIndicator
from reliability_studio.domain.slo.spec import Definition
from reliability_studio.domain.slo.ways import WIDE, Chosen, Halves, Way, halves
from reliability_studio.errors import SourceRejected
from reliability_studio.flows.slo_counters import instant
from reliability_studio.flows.slo_questions import LEAST_RANGE_S
from reliability_studio.flows.slo_servers import Numbers
from reliability_studio.sources.promql import for_window, grown, last

BEFORE_S = 3600
"""How old the value before a bucket may be; over longer gaps the server's sums miss what happened in them."""


def read_as(definition: Definition, way: Way) -> Definition:
    """What is really asked for an SLO: itself, or two queries that let the server add up."""
    counters = halves(definition.indicator)
    if way is Way.SNAPSHOTS or counters is None:
        return definition
    part, total = _queries(definition, counters, anchored=way is Way.ANCHORED)
    # Its groups cannot be told apart any more; they are none of the query's business.
    return replace(
        definition, indicator=QueryIndicator(part=part, total=total, part_is=counters.part_is), group_by=None
    )


def _queries(definition: Definition, counters: Halves, *, anchored: bool) -> tuple[str, str]:
    newest_s = max(2 * definition.delay_s, LEAST_RANGE_S)
    part, total = (
        grown(each, counters.total, newest_s, BEFORE_S, anchored=anchored)
        for each in (counters.part, counters.total)
    )
    if counters.part_required:
        # Without the bucket nothing is good, and that would be a mistake of the SLO and not of the service.
        total = f"{total} and count({last(counters.part, newest_s)})"
    return part, total


async def choose(numbers: Numbers, definition: Definition, at: int) -> Chosen:
    """How to count an SLO from now on, and why.

    Raises:
        SourceError: the server does not say.
    """
    counters = halves(definition.indicator)
    if counters is None:
        return Chosen()
    newest_s = max(2 * definition.delay_s, LEAST_RANGE_S)
    wide = (await instant(numbers, f"count({last(counters.total, newest_s)})", at)).number() or 0
    if wide <= WIDE:
        return Chosen()
    return await for_wide(numbers, definition, round(wide), at)


async def for_wide(numbers: Numbers, definition: Definition, series: int, at: int) -> Chosen:
    """The way for an SLO of so many series: anchored ranges where the server has them and they prove right.

    Raises:
        SourceError: the server does not say.
    """
    why = f"{series} series are more than the {WIDE} that are fetched one by one: the server adds them up"
    if definition.group_by is not None:
        why += ", groups are not told apart"
    sums = [await _sum(numbers, read_as(definition, Way.SERVER), at)]
    try:
        sums.append(await _sum(numbers, read_as(definition, Way.ANCHORED), at))
    except SourceRejected:
        return Chosen(Way.SERVER, f"{why}; it has no anchored ranges")
    if sums[0] is None or sums[0] <= 0 or sums[0] != sums[1]:
        said = " and ".join("nothing" if each is None else f"{each:g}" for each in sums)
        return Chosen(Way.SERVER, f"{why}; its anchored ranges are not proven: {said} events in one bucket")
    return Chosen(Way.ANCHORED, f"{why} in anchored ranges")


async def _sum(numbers: Numbers, reads: Definition, at: int) -> float | None:
    indicator = reads.indicator
    if not isinstance(indicator, QueryIndicator):
        raise TypeError("only what the server adds up has a sum")
    return (await instant(numbers, for_window(indicator.total, reads.budgeting.step_s), at)).number()
