"""Who makes the differences of an SLO's counters: here, series by series, or the server, all in one number.

Here is exact, and a renaming of labels is noticed. But every series travels every minute, and of a very wide
selection that is too much: then the server adds the differences up, by the same rules as far as it can.
"""

from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    Indicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    RatioIndicator,
)
from reliability_studio.domain.slo.reading import BOUND, bound_forms
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.domain.slo.spans import plain

WIDE = 10_000
"""More series than this are not fetched one by one: seven hours of them by the minute are 100 MB."""


class Way(StrEnum):
    """Who makes the differences."""

    SNAPSHOTS = "snapshots"
    """They are made here, series by series."""
    SERVER = "server"
    """The server makes them and gives their sum."""
    ANCHORED = "anchored"
    """The same, by the extended ranges that some servers have."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A way, and why it was chosen."""

    way: Way = Way.SNAPSHOTS
    why: str = ""


@dataclass(frozen=True, slots=True)
class Halves:
    """The counters of an indicator, each part by itself."""

    part: Selector
    total: Selector
    part_is: Part
    part_required: bool
    """Whether a total without any part is a mistake (a missing bucket) and not zero."""


def halves(indicator: Indicator) -> Halves | None:
    """What a server would have to add up; None: it cannot, this indicator is asked for otherwise."""
    if not isinstance(indicator, CounterIndicator):
        return None
    counters = plain(indicator)
    if isinstance(counters, NativeLatencyIndicator):
        return None
    if isinstance(counters, RatioIndicator):
        return Halves(counters.part, counters.total, counters.part_is, part_required=False)
    return _of_latency(counters)


def _of_latency(indicator: LatencyIndicator) -> Halves:
    forms = "|".join(form.replace(".", r"\.") for form in bound_forms(indicator.threshold))
    quick = indicator.buckets.narrowed(Matcher(BOUND, Op.MATCHES, forms))
    every = indicator.buckets.narrowed(Matcher(BOUND, Op.EQUAL, "+Inf"))
    return Halves(quick, every, Part.GOOD, part_required=True)
