"""What an SLO counts: kinds of indicators. Values only; `reading` and `sampling` say how they become counts.

Counted by differences of counters, exactly:
    RatioIndicator           good or bad events of all
    LatencyIndicator         requests quicker than a bucket's bound of a classic histogram
    NativeLatencyIndicator   requests quicker than any threshold, from a native histogram
    SpansIndicator           calls without an error, or quick enough, from metrics of spans
Asked for bucket by bucket, as good as the answer is:
    ProbeIndicator           samples that are 1 of all samples of a boolean gauge
    GaugeIndicator           series whose value, over a slice, keeps to a threshold
    ShareIndicator           a ratio that somebody has computed already
    QueryIndicator           any PromQL that counts events over `$window`
    LogsIndicator            log lines that are good or bad, of all lines (LogQL)
    MixedIndicator           log lines that are good or bad, of all events that PromQL counts
Not asked for at all:
    CompositeIndicator       what other SLOs have counted
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.selector import Matcher, Selector

WINDOW = "$window"
"""Stands for the width of a bucket in what people write."""


class Part(StrEnum):
    """Which part of the total an indicator counts."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class RatioIndicator:
    """Good (or bad) events of all events, each a selector of counters."""

    total: Selector
    part: Selector
    part_is: Part


@dataclass(frozen=True, slots=True)
class LatencyIndicator:
    """Requests that were quick enough, from the buckets of a classic histogram."""

    buckets: Selector
    """The `…_bucket` series, without a condition on `le`."""
    threshold: Decimal
    """A bucket's upper bound, in the histogram's own unit (usually seconds)."""


@dataclass(frozen=True, slots=True)
class NativeLatencyIndicator:
    """Requests that were quick enough, from a native histogram; any threshold will do."""

    histogram: Selector
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class ProbeIndicator:
    """Samples that are 1 of all samples of a gauge that is 0 or 1: `up`, `probe_success`."""

    probe: Selector


class SpanNames(StrEnum):
    """Who made metrics of the spans, and so what they are called."""

    TEMPO = "tempo"
    """Tempo's metrics generator: `traces_spanmetrics_calls_total`, labels `service` and `span_name`."""
    CONNECTOR = "connector"
    """OpenTelemetry Collector's connector: `traces_span_metrics_calls_total`, label `service_name`."""
    CONNECTOR_BARE = "connector_bare"
    """The same without its namespace, as older ones and `namespace: ""` have it: `calls_total`."""


class SpanKind(StrEnum):
    """Which side of a call a span is."""

    ANY = ""
    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"
    INTERNAL = "internal"


class SpanUnit(StrEnum):
    """In what durations of spans are measured."""

    SECONDS = "s"
    MILLISECONDS = "ms"


@dataclass(frozen=True, slots=True)
class SpansIndicator:
    """Calls of a service, from the metrics that a tracing pipeline makes of its spans."""

    service: str
    names: SpanNames
    span: str = ""
    """Name of the span; empty: all of them."""
    kind: SpanKind = SpanKind.SERVER
    quicker_than: Decimal | None = None
    """Seconds within which a call is good; None: good is what has no error."""
    native: bool = False
    """Whether durations are in a native histogram and not in buckets."""
    unit: SpanUnit = SpanUnit.SECONDS

    def __post_init__(self) -> None:
        if not self.service.strip():
            raise BadSpec("$.indicator.service", "must name the service as its spans do")
        if self.names is SpanNames.TEMPO and self.unit is not SpanUnit.SECONDS:
            raise BadSpec("$.indicator.unit", "must be s: Tempo measures spans in seconds")
        if self.quicker_than is not None and self.quicker_than <= 0:
            raise BadSpec("$.indicator.threshold", "must be a number of seconds above 0, like 0.3")
        if self.native and self.quicker_than is None:
            raise BadSpec("$.indicator.native", "is for durations: give a threshold as well")


class Over(StrEnum):
    """How the samples of a slice become one value."""

    MEAN = "avg"
    MAX = "max"
    MIN = "min"
    LAST = "last"


class Compare(StrEnum):
    """How a good value lies to the threshold."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="

    def holds(self, value: float, threshold: float) -> bool:
        """Whether `value` is a good one."""
        if self is Compare.BELOW:
            return value < threshold
        if self is Compare.AT_MOST:
            return value <= threshold
        return value > threshold if self is Compare.ABOVE else value >= threshold


@dataclass(frozen=True, slots=True)
class GaugeIndicator:
    """Series whose value over a slice keeps to a threshold, of all series."""

    gauge: Selector
    over: Over
    compare: Compare
    threshold: Decimal


@dataclass(frozen=True, slots=True)
class ShareIndicator:
    """A query that gives one number from 0 to 1: the share of good (or bad) events of a slice."""

    query: str
    share_is: Part
    only: tuple[Matcher, ...] = ()
    """Labels that the series of the answer must have, which make one group of a grouped SLO."""


@dataclass(frozen=True, slots=True)
class QueryIndicator:
    """Two PromQL expressions that count events over `$window`; what several series give is summed up."""

    total: str
    part: str
    part_is: Part
    only: tuple[Matcher, ...] = ()
    """Labels that series of the answers must have, which make one group of a grouped SLO."""


@dataclass(frozen=True, slots=True)
class LogsIndicator:
    """Good (or bad) log lines of all lines, each said in LogQL without ranges and functions."""

    total: str
    part: str
    part_is: Part
    only: tuple[Matcher, ...] = ()
    """Further conditions on labels, which make one group of a grouped SLO."""


@dataclass(frozen=True, slots=True)
class MixedIndicator:
    """Good (or bad) log lines, which Loki counts, of all events that Prometheus counts.

    That no line is there says only then that none was written when any line of the same streams is: Loki may
    have dropped what is older. So these are counted as well.
    """

    total: str
    """PromQL that counts events over `$window`."""
    part: str
    """Which lines, in LogQL without ranges and functions."""
    part_is: Part


class Combine(StrEnum):
    """How the counts of several SLOs become those of one."""

    MEAN = "mean"
    """The weighted mean of their SLIs: each counts as much as somebody says."""
    POOLED = "pooled"
    """All events added up: each counts as much as it has traffic."""
    WORST = "worst"
    """The lowest of their SLIs: one that fails is never made up for by the others."""


@dataclass(frozen=True, slots=True)
class MemberSlo:
    """One SLO of a composite."""

    slo_id: str
    weight: Decimal = Decimal(1)
    """Compared with the weights of the others; at most three digits after the point. Only a mean weighs."""

    @property
    def parts(self) -> int:
        """The weight in thousandths."""
        return int(self.weight * 1000)


@dataclass(frozen=True, slots=True)
class CompositeIndicator:
    """What other SLOs of the organisation have counted, read from their buckets."""

    members: tuple[MemberSlo, ...]
    combine: Combine = Combine.MEAN

    def __post_init__(self) -> None:
        if not 1 <= len(self.members) <= MAX_MEMBERS:
            raise BadSpec("$.indicator.members", f"must have 1 to {MAX_MEMBERS} entries")
        for at, member in enumerate(self.members):
            path = f"$.indicator.members[{at}]"
            if any(member.slo_id == before.slo_id for before in self.members[:at]):
                raise BadSpec(f"{path}.sloId", "is a member already")
            weight = member.weight
            if not weight.is_finite() or not 0 < weight <= MAX_WEIGHT or weight * 1000 % 1:
                text = f"must lie above 0 and at most at {MAX_WEIGHT}, with at most three decimals"
                raise BadSpec(f"{path}.weight", text)


MAX_MEMBERS = 50
MAX_WEIGHT = 1_000_000

PlainIndicator: TypeAlias = RatioIndicator | LatencyIndicator | NativeLatencyIndicator
CounterIndicator: TypeAlias = PlainIndicator | SpansIndicator
SampledIndicator: TypeAlias = (
    ProbeIndicator | GaugeIndicator | ShareIndicator | QueryIndicator | LogsIndicator | MixedIndicator
)
Indicator: TypeAlias = CounterIndicator | SampledIndicator | CompositeIndicator

SLICED = (GaugeIndicator, ShareIndicator)
"""Kinds that know no events: only slices can be counted."""
