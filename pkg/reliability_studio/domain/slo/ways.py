"""How an SLO is counted; of counters: who makes the differences, here or the server, all in one number.

Here is exact, and a renaming of labels is noticed. But every series travels every minute, and of a very wide
selection that is too much: then the server adds the differences up, by the same rules as far as it can.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.slo.indicators import (
    CompositeIndicator,
    CounterIndicator,
    GaugeIndicator,
    Indicator,
    LatencyIndicator,
    LogsIndicator,
    MixedIndicator,
    NativeLatencyIndicator,
    Part,
    ProbeIndicator,
    QueryIndicator,
    RatioIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.reading import BOUND, bound_forms
from reliability_studio.domain.slo.selector import Matcher, Op, Selector
from reliability_studio.domain.slo.spans import plain

WIDE = 10_000
"""More series than this are not fetched one by one: seven hours of them by the minute are 100 MB."""


class Way(StrEnum):
    """How it is counted, and who makes the differences."""

    SNAPSHOTS = "snapshots"
    """They are made here, series by series."""
    SERVER = "server"
    """The server makes them and gives their sum."""
    ANCHORED = "anchored"
    """The same, by the extended ranges that some servers have."""
    ANSWERS = "answers"
    """There are no counters: the server is asked about each bucket, and its answer is taken as it is."""
    MEMBERS = "members"
    """Nothing is asked: other SLOs have counted."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A way, and why it was chosen."""

    way: Way = Way.SNAPSHOTS
    why: str = ""


def told(indicator: Indicator, chosen: Chosen) -> Chosen:
    """How an indicator is counted, for people: what was chosen for counters; of others there is no choice."""
    if isinstance(indicator, CompositeIndicator):
        return Chosen(Way.MEMBERS, "what its members have counted is put together")
    if isinstance(indicator, CounterIndicator):
        return chosen
    return Chosen(Way.ANSWERS, _ANSWERED[type(indicator)])


_ANSWERED: Mapping[type[Indicator], str] = {
    ProbeIndicator: "a probe has samples and no counters: those of each bucket are counted by the server",
    GaugeIndicator: "a gauge has no differences: its value over each slice is held against the threshold",
    ShareIndicator: "a share has no counts: each slice is taken as the query answers it",
    QueryIndicator: "the query counts by itself: each bucket is as exact as that",
    LogsIndicator: "Loki counts the lines of each minute",
    MixedIndicator: "Loki counts the lines of each minute, Prometheus all events",
}


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
