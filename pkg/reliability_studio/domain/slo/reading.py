"""What has to be fetched for an indicator, and which of the fetched series count for what.

An indicator becomes a `Reading`: one or two snapshots of counters, each with rules that give its series
their roles. When the part (errors) is a narrower selection of the total, one snapshot is enough and the
roles are told apart here; that halves what the server has to read. All snapshots of one reading are taken
at one pinned moment.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntFlag

from reliability_studio.domain.slo.indicators import (
    CounterIndicator,
    LatencyIndicator,
    NativeLatencyIndicator,
    Part,
    RatioIndicator,
)
from reliability_studio.domain.slo.selector import Matcher, Op, Selector, judge
from reliability_studio.domain.slo.spans import plain

BOUND = "le"
"""Label of a histogram bucket's upper bound."""


class Role(IntFlag):
    """What a series counts for; errors that are part of the total have both."""

    NONE = 0
    TOTAL = 1
    PART = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One selection of counters and the roles of its series."""

    selector: Selector
    total: tuple[Matcher, ...] | None = ()
    """Conditions under which a series counts for the total; None: never."""
    part: tuple[Matcher, ...] | None = None
    quicker_than: Decimal | None = None
    """Of a native histogram: take the events below this threshold and not the histogram itself."""
    counts: bool = False
    """Of a native histogram: take the number of all events."""
    normal_bounds: bool = False
    """Whether `le` is compared as a number: Prometheus 2 writes `1`, Prometheus 3 writes `1.0`."""

    def labels_of(self, labels: Mapping[str, str]) -> Mapping[str, str]:
        """The labels that identify a series, the same under every server version."""
        named = {name: value for name, value in labels.items() if name != "__name__"}
        if self.normal_bounds and BOUND in named:
            named[BOUND] = normal_bound(named[BOUND])
        return named

    def role_of(self, labels: Mapping[str, str]) -> Role:
        """What a series with these (identifying) labels counts for."""
        role = Role.NONE
        if self.total is not None and judge(self.total, labels):
            role |= Role.TOTAL
        if self.part is not None and judge(self.part, labels):
            role |= Role.PART
        return role


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one SLO needs of the counters."""

    snapshots: tuple[Snapshot, ...]
    part_is: Part
    part_required: bool = False
    """Whether a total without any part series is a mistake (a missing bucket) and not zero."""
    derived: bool = False
    """Whether the part is computed from the total, series by series (rule 6 of `counting`)."""


def reading(indicator: CounterIndicator) -> Reading:
    """What to fetch for this indicator."""
    indicator = plain(indicator)
    if isinstance(indicator, LatencyIndicator):
        return _of_latency(indicator)
    if isinstance(indicator, NativeLatencyIndicator):
        return _of_native(indicator)
    return _of_ratio(indicator)


def _of_ratio(indicator: RatioIndicator) -> Reading:
    beyond = indicator.part.beyond(indicator.total)
    if beyond is not None and all(m.judges_locally for m in beyond):
        return Reading((Snapshot(indicator.total, (), beyond),), indicator.part_is)
    apart = (Snapshot(indicator.total, (), None), Snapshot(indicator.part, None, ()))
    return Reading(apart, indicator.part_is)


def _of_latency(indicator: LatencyIndicator) -> Reading:
    forms = [*bound_forms(indicator.threshold), "+Inf"]
    pattern = "|".join(form.replace(".", r"\.").replace("+", r"\+") for form in forms)
    selector = indicator.buckets.narrowed(Matcher(BOUND, Op.MATCHES, pattern))
    quick = Matcher(BOUND, Op.EQUAL, normal_bound(str(indicator.threshold)))
    every = Matcher(BOUND, Op.EQUAL, normal_bound("+Inf"))
    snapshot = Snapshot(selector, (every,), (quick,), normal_bounds=True)
    return Reading((snapshot,), Part.GOOD, part_required=True)


def _of_native(indicator: NativeLatencyIndicator) -> Reading:
    every = Snapshot(indicator.histogram, (), None, counts=True)
    quick = Snapshot(indicator.histogram, None, (), quicker_than=indicator.threshold)
    return Reading((every, quick), Part.GOOD, part_required=True, derived=True)


def bound_forms(threshold: Decimal) -> tuple[str, ...]:
    """The ways in which client libraries and servers write this bound as `le`."""
    plain = f"{threshold.normalize():f}"
    forms = {plain, f"{float(threshold):g}", repr(float(threshold))}
    if "." not in plain:
        forms.add(f"{plain}.0")
    return tuple(sorted(form for form in forms if float(form) == float(threshold)))


def normal_bound(text: str) -> str:
    """A bucket bound in its one form; text that is no number stays as it is."""
    try:
        number = float(text)
    except ValueError:
        return text
    return "+Inf" if math.isinf(number) else repr(number)
