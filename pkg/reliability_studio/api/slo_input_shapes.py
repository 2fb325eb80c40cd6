"""JSON of SLOs as people write them: what is counted, what is promised, and when it alerts.

Objectives and thresholds are texts, because 99.999 must stay 99.999.
"""

from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape
from reliability_studio.domain.slo.goals import CalendarUnit
from reliability_studio.domain.slo.indicators import Combine, Compare, Over, SpanKind, SpanNames, SpanUnit
from reliability_studio.domain.slo.policy import MIN_FAILURES, Severity
from reliability_studio.domain.slo.spec import MAX_GROUP_LABELS, MissingData

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"\S")]
Selector = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
Percent = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Text = Annotated[str, msgspec.Meta(max_length=10_000)]


class RatioInput(InputShape, tag_field="type", tag="ratio"):
    """Good (or bad) events of all; give one of `good` and `bad`. Each is a PromQL selector of counters."""

    total: Selector
    good: Selector | None = None
    bad: Selector | None = None


class LatencyInput(InputShape, tag_field="type", tag="latency"):
    """Requests quicker than a bucket bound of a classic histogram."""

    buckets: Selector
    """The `…_bucket` series, without a condition on `le`."""
    threshold: Annotated[str, msgspec.Meta(max_length=20)]
    """A bucket bound, in the histogram's unit: `0.3`."""


class NativeLatencyInput(InputShape, tag_field="type", tag="native_latency"):
    """Requests quicker than any threshold, from a native histogram."""

    histogram: Selector
    threshold: Annotated[str, msgspec.Meta(max_length=20)]


class SpansInput(InputShape, tag_field="type", tag="spans"):
    """Calls of a service, from the metrics that a tracing pipeline makes of its spans.

    Without a threshold a call is good when its span has no error; with one, when it was quick enough.
    """

    service: Name
    """As the spans name it."""
    names: SpanNames = SpanNames.TEMPO
    """Who makes the metrics, and so what they are called."""
    span: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """Name of the span; empty: all of them."""
    kind: SpanKind = SpanKind.SERVER
    threshold: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    """Seconds within which a call is good: `0.3`; of a classic histogram a bucket bound."""
    native: bool = False
    """Whether durations are in a native histogram."""
    unit: SpanUnit = SpanUnit.SECONDS
    """In what the histogram counts; its name says so."""


class ProbeInput(InputShape, tag_field="type", tag="probe"):
    """Samples that are 1 of all samples of a gauge that is 0 or 1: `up`, `probe_success`."""

    probe: Selector


class GaugeInput(InputShape, tag_field="type", tag="gauge"):
    """Series whose value over a slice keeps to a threshold; with time slices only."""

    gauge: Selector
    compare: Compare
    """How a good value lies to the threshold: `<`, `<=`, `>` or `>=`."""
    threshold: Annotated[str, msgspec.Meta(max_length=30)]
    over: Over = Over.MEAN


class ShareInput(InputShape, tag_field="type", tag="share"):
    """A query that gives one number from 0 to 1; with time slices only. Give one of `good` and `bad`."""

    good: Selector | None = None
    bad: Selector | None = None


class QueryInput(InputShape, tag_field="type", tag="query"):
    """Any PromQL that counts events over `$window`; give one of `good` and `bad`.

    As exact as the query is: `increase` estimates. Selectors of counters (`ratio`) are counted exactly.
    """

    total: Selector
    good: Selector | None = None
    bad: Selector | None = None


class LogsInput(InputShape, tag_field="type", tag="logs"):
    """Log lines that are good (or bad) of all lines, in LogQL; give one of `good` and `bad`.

    Each says which lines count, `{app="api"} | json | status >= 500`, without functions and ranges.
    """

    total: Selector
    good: Selector | None = None
    bad: Selector | None = None


class MixedInput(InputShape, tag_field="type", tag="mixed"):
    """Log lines that are good (or bad), of all events that Prometheus counts; give one of `good` and `bad`.

    `total` is PromQL over `$window`; the other one says which lines count, in LogQL.
    """

    total: Selector
    good: Selector | None = None
    bad: Selector | None = None


class MemberInput(InputShape):
    """One SLO of a composite."""

    slo_id: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    weight: Annotated[str, msgspec.Meta(max_length=20)] = "1"
    """Compared with the weights of the others; of a mean."""


class CompositeInput(InputShape, tag_field="type", tag="composite"):
    """What other SLOs have counted: the weighted mean of their SLIs, or all their events added up."""

    members: list[MemberInput]
    combine: Combine = Combine.MEAN


class RollingInput(InputShape, tag_field="type", tag="rolling"):
    """The last days."""

    days: int = 30


class CalendarInput(InputShape, tag_field="type", tag="calendar"):
    """The running week, month, quarter or year."""

    unit: CalendarUnit
    zone: Annotated[str, msgspec.Meta(max_length=100)] = "UTC"
    anchor: Annotated[str, msgspec.Meta(max_length=30)] = "2024-01-01T00:00"
    """A full hour by the clock of `zone` with which a period began; `2024-01-15T06:00`: from the 15th."""


class OccurrencesInput(InputShape, tag_field="type", tag="occurrences"):
    """Every event counts once."""


class TimeslicesInput(InputShape, tag_field="type", tag="timeslices"):
    """Every slice counts once; it is good when `target` percent of its events are."""

    target: Percent
    slice_seconds: int = 60


class RatioTimeslicesInput(InputShape, tag_field="type", tag="ratio_timeslices"):
    """Every slice counts once, with its share of bad events."""

    slice_seconds: int = 60


Indicator = (
    RatioInput
    | LatencyInput
    | NativeLatencyInput
    | SpansInput
    | ProbeInput
    | GaugeInput
    | ShareInput
    | QueryInput
    | LogsInput
    | MixedInput
    | CompositeInput
)
Window = RollingInput | CalendarInput
Budgeting = OccurrencesInput | TimeslicesInput | RatioTimeslicesInput


class BurnRuleInput(InputShape):
    """Two windows and the burn rate that both must exceed."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    severity: Severity
    long_seconds: int
    short_seconds: int
    factor: Annotated[str, msgspec.Meta(max_length=20)]
    """A number like 14.4."""


class BudgetStepInput(InputShape):
    """One step of an error-budget policy."""

    percent: int
    """Of the budget, from which on it holds."""
    action: Annotated[str, msgspec.Meta(max_length=500)]
    """What is to be done then."""


class SloAlertsInput(InputShape):
    """What differs from the usual alert of an SLO. Without rules the standard tiers hold."""

    rules: list[BurnRuleInput] = msgspec.field(default_factory=list)
    off: list[str] = msgspec.field(default_factory=list)
    """Names of conditions that are not wanted: `ticket-slow`."""
    severities: dict[str, Severity] = msgspec.field(default_factory=dict)
    """Other severities than usual, by the name of the condition."""
    spent_percent: list[int] = msgspec.field(default_factory=lambda: [100])
    """Shares of the budget whose consumption is told: 50, 75, 100."""
    min_failures: int = MIN_FAILURES
    min_total: int = 0
    traffic_aware: bool = False
    """Weigh bursts by the traffic of the whole window, so that quiet hours page nobody."""
    sustain_seconds: int = 0
    no_data_seconds: int | None = None
    """Alert when nothing was measured for so long; null: never."""
    budget_policy: list[BudgetStepInput] = msgspec.field(default_factory=list)
    """What is agreed to be done as the budget is spent; each step is told, with what is to be done."""
    exhausted_within_seconds: int | None = None
    """Alert when the budget is spent within so long if things go on like this; null: never."""
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    """Texts of the alert by name, with `{{ service }}`, `{{ labels.team }}` and others for values."""


class GoalInput(InputShape):
    """A further objective over a window, held against the same counts."""

    objective: Percent
    window: Window = msgspec.field(default_factory=RollingInput)
    alerting: bool = False
    """Whether it has an alert of its own, by the rules in `alerts`, scaled to it."""


class SloInput(InputShape):
    """A new SLO, or the whole of one that is replaced."""

    name: Name
    service: Name
    indicator: Indicator
    objective: Percent
    window: Window = msgspec.field(default_factory=RollingInput)
    budgeting: Budgeting = msgspec.field(default_factory=OccurrencesInput)
    missing_data: MissingData = MissingData.IGNORE
    description: Text = ""
    owner: Annotated[str, msgspec.Meta(max_length=200)] = ""
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    runbook_url: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    delay_seconds: int = 60
    alerts: SloAlertsInput = msgspec.field(default_factory=SloAlertsInput)
    group_by: Annotated[list[str], msgspec.Meta(max_length=MAX_GROUP_LABELS)] = msgspec.field(
        default_factory=list
    )
    """Labels by whose values the SLO is told apart as well; each group has counts and an alert of its own."""
    max_groups: int = 100
    editors: list[str] = msgspec.field(default_factory=list)
    """Logins of those who may change it, beside Admins; empty: every Editor."""
    alerting: bool = True
    """Whether the main objective alerts."""
    further_objectives: list[GoalInput] = msgspec.field(default_factory=list)
    """What else is promised of the same counts, at most four."""


class SloPatch(InputShape):
    """What to change; what is absent stays."""

    version: int | msgspec.UnsetType = msgspec.UNSET
    name: Name | msgspec.UnsetType = msgspec.UNSET
    service: Name | msgspec.UnsetType = msgspec.UNSET
    indicator: Indicator | msgspec.UnsetType = msgspec.UNSET
    objective: Percent | msgspec.UnsetType = msgspec.UNSET
    window: Window | msgspec.UnsetType = msgspec.UNSET
    budgeting: Budgeting | msgspec.UnsetType = msgspec.UNSET
    missing_data: MissingData | msgspec.UnsetType = msgspec.UNSET
    description: Text | msgspec.UnsetType = msgspec.UNSET
    owner: Annotated[str, msgspec.Meta(max_length=200)] | msgspec.UnsetType = msgspec.UNSET
    labels: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    runbook_url: Annotated[str, msgspec.Meta(max_length=2000)] | msgspec.UnsetType = msgspec.UNSET
    delay_seconds: int | msgspec.UnsetType = msgspec.UNSET
    alerts: SloAlertsInput | msgspec.UnsetType = msgspec.UNSET
    group_by: list[str] | msgspec.UnsetType = msgspec.UNSET
    max_groups: int | msgspec.UnsetType = msgspec.UNSET
    editors: list[str] | msgspec.UnsetType = msgspec.UNSET
    alerting: bool | msgspec.UnsetType = msgspec.UNSET
    further_objectives: list[GoalInput] | msgspec.UnsetType = msgspec.UNSET
