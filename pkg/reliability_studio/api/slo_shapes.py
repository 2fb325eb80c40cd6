"""JSON of SLOs, as the API gives it out and takes it in.

Every number comes with the stretch of time that it was taken over, its counts and its coverage; what is not
known is null and never 0 or 100. Objectives are texts, because 99.999 must stay 99.999.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.slo.corrections import Category, Treatment
from reliability_studio.domain.slo.indicators import Compare, Over
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.policy import MIN_FAILURES, Severity
from reliability_studio.domain.slo.spec import MAX_GROUP_LABELS, CalendarUnit, MissingData

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


Indicator = RatioInput | LatencyInput | NativeLatencyInput | ProbeInput | GaugeInput | ShareInput | QueryInput
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
    annotations: dict[str, str] = msgspec.field(default_factory=dict)
    """Texts of the alert by name, with `{{ service }}`, `{{ labels.team }}` and others for values."""


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


class WindowValueShape(Shape):
    """Counts of one window and what follows from them."""

    window_seconds: int
    start: datetime
    end: datetime
    good: int
    bad: int
    total: int
    coverage: float | None
    """Measured share of the time that could have been measured."""
    sli: float | None
    error_ratio: float | None
    burn_rate: float | None


class BudgetShape(Shape):
    """The error budget of the SLO's own window. Signed: overspent is negative."""

    remaining: float | None
    """Share that is left: 1 is untouched, 0 is spent, -4 is five times spent."""
    consumed: float | None
    allowed_bad: float
    bad_left: float
    minutes_left: float | None


class SloConditionShape(Shape):
    """One alert condition as it is judged now."""

    name: str
    severity: Severity
    judgement: str
    text: str
    limit: float | None = None
    """Burn rate that both windows must exceed; null for conditions of another kind, and before a count."""
    long_seconds: int | None = None
    short_seconds: int | None = None


class SloStatusShape(Shape):
    """The SLO at one moment, with everything needed to explain it."""

    status: Status
    reason: Reason
    text: str
    as_of: datetime | None
    """End of the last counted bucket; null before the first."""
    stale: bool
    """Whether the numbers are older than they should be."""
    stale_reason: str
    queries: list[str]
    """What is sent to Prometheus for every bucket."""
    window: WindowValueShape | None
    """Null before anything was measured."""
    budget: BudgetShape | None
    burn_rates: list[WindowValueShape]
    conditions: list[SloConditionShape]
    firing: str
    """Name of the condition that fires; empty when none does."""
    measured_since: datetime | None
    calculated_at: datetime | None
    uncorrected: WindowValueShape | None = None
    """The window with the time that corrections exclude; null when there are none."""


class SloGroupsShape(Shape):
    """The groups of a grouped SLO, by number; `GET slos?whole=ID` gives them."""

    kept: int
    """Those that have an instance."""
    left_out: int
    """Those that have none, because there are more than `maxGroups`; the SLO itself counts them."""


class SloShape(Shape):
    """One SLO and its present status."""

    id: str
    version: int
    generation: int
    name: str
    service: str
    description: str
    owner: str
    labels: dict[str, str]
    runbook_url: str
    indicator: Indicator
    objective: str
    window: Window
    window_text: str
    budgeting: Budgeting
    missing_data: MissingData
    delay_seconds: int
    alerts: SloAlertsInput
    group_by: list[str]
    max_groups: int
    groups: SloGroupsShape | None
    """Null when the SLO is not grouped."""
    whole_id: str
    """Of one group: the SLO over all groups, which alone can be changed; else empty."""
    group: dict[str, str]
    """Of one group: its labels."""
    created_at: datetime
    updated_at: datetime
    updated_by: str
    provisioned_from: str
    """The file that says what this SLO is; empty: people may change it."""
    target_percentage: str
    """The objective, under the name that the first product used."""
    current_percentage: float | None
    error_budget_remaining: float | None
    """Percent of the budget that is left; signed."""
    status: SloStatusShape


class SloPageShape(Shape):
    """All SLOs that match, worst first; `counts` by status, before the status filter."""

    items: list[SloShape]
    total: int
    cursor: str | None
    counts: dict[str, int]


class HistoryPointShape(Shape):
    """One point of the history; null where the window held no events."""

    at: datetime
    good: int
    bad: int
    total: int
    coverage: float | None
    sli: float | None
    """Of the step that ends at `at`."""
    budget_remaining: float | None
    """Of the SLO's window that ends at `at`, with the present objective."""
    burn_rate: float | None
    """Of the hour that ends at `at`."""


class SloHistoryShape(Shape):
    """History of one SLO, at most as many points as were asked for."""

    id: str
    start: datetime
    end: datetime
    step_seconds: int
    points: list[HistoryPointShape]


class SloEpisodeShape(Shape):
    """One time that the alert would have fired."""

    start: datetime
    end: datetime | None
    """Null: it would still fire."""
    condition: str
    severity: str


class SloRehearsalShape(Shape):
    """What the alert would have done over the history that there is."""

    start: datetime
    end: datetime
    step_seconds: int
    """How finely history could be judged."""
    fired: int
    pages: int
    firing_seconds: int
    episodes: list[SloEpisodeShape]
    """The newest ones, oldest first."""


class SloOutlookShape(Shape):
    """The fate of the budget if things go on as over one recent stretch."""

    lookback_seconds: int
    bad: int
    total: int
    fate: Literal["spent", "runs_out", "lasts", "unknown"]
    at: datetime | None
    """When it is spent; of a spent one, when it comes back. Null: never."""


class SloFullPeriodShape(Shape):
    """The budget of a whole calendar period, with the traffic that is expected until its end."""

    start: datetime
    end: datetime
    projected_total: int
    allowed_bad: float
    bad_left: float
    remaining: float | None


class SloForecastShape(Shape):
    """How the budget goes on from here; old errors roll off a rolling window."""

    as_of: datetime
    outlooks: list[SloOutlookShape]
    earliest: datetime | None
    """The band of the moments at which the budget is spent; null: at no rate that was seen."""
    latest: datetime | None
    """Null: at one of the rates, never."""
    full_period: SloFullPeriodShape | None
    """Of calendar windows."""


class SloRemarkShape(Shape):
    """Something to know before trusting or saving an SLO."""

    doubt: str
    text: str


class SloPreviewShape(Shape):
    """What an SLO would be, on the history that there is; nothing was stored."""

    status: SloStatusShape
    series: int | None
    """Series that the selectors match in the newest hours; null: the SLO's own counts were used."""
    history: SloHistoryShape
    objective: str
    window_text: str
    alerts: SloRehearsalShape
    """What the alert would have done."""
    forecast: SloForecastShape
    warnings: list[SloRemarkShape]


class SloFieldChangeShape(Shape):
    """One field of a definition that became another; what is no text is JSON."""

    field: str
    before: str
    after: str


class SloChangeShape(Shape):
    """One change of an SLO's definition."""

    at: datetime
    by: str
    created: bool
    """The SLO began with it."""
    fields: list[SloFieldChangeShape]


class SloChangePageShape(Shape):
    """A page of changes, newest first."""

    items: list[SloChangeShape]
    cursor: str | None


class SloCorrectionInput(InputShape):
    """Time that does not count for some SLOs, once or again and again."""

    start: datetime
    end: datetime
    """Of the first time, if it recurs."""
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]
    category: Category = Category.MAINTENANCE
    slo_ids: Annotated[list[str], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    services: Annotated[list[str], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    everything: bool = False
    """All SLOs of the organisation, and nothing else given."""
    recurrence: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """`FREQ=WEEKLY;BYDAY=SA,SU`; empty: once."""
    zone: Annotated[str, msgspec.Meta(max_length=100)] = "UTC"
    """Whose clock recurrence goes by."""
    treatment: Treatment | None = None
    """`drop`: neither good nor bad; `good`: every slice is good; null: as is usual for the SLO."""
    version: int | None = None
    """For changes: only if it is still at this version."""


class SloCorrectionShape(Shape):
    """One correction."""

    id: str
    version: int
    start: datetime
    end: datetime
    reason: str
    category: Category
    slo_ids: list[str]
    services: list[str]
    labels: dict[str, str]
    everything: bool
    recurrence: str
    zone: str
    treatment: Treatment | None
    updated_at: datetime
    updated_by: str


class SloCorrectionsShape(Shape):
    """All corrections, the latest first."""

    items: list[SloCorrectionShape]


class SloIncidentCostShape(Shape):
    """What one incident took of a period's budget."""

    number: int
    title: str
    bad: int
    spent: float | None
    """Share of the period's budget."""


class SloReportLineShape(Shape):
    """One SLO over one period."""

    start: datetime
    end: datetime
    counted_from: datetime
    counted_to: datetime
    complete: bool
    """Whether the period is over."""
    good: int
    bad: int
    total: int
    coverage: float | None
    sli: float | None
    met: bool | None
    """Whether the objective was met; null without events."""
    consumed: float | None
    """Share of the period's budget that was spent."""
    bad_left: float
    incidents: list[SloIncidentCostShape]
    """Those that cost most."""


class SloReportItemShape(Shape):
    """One SLO and its periods, oldest first; periods before it was measured are left out."""

    id: str
    name: str
    service: str
    objective: str
    lines: list[SloReportLineShape]


class SloReportShape(Shape):
    """A report over calendar periods, by service and name."""

    unit: CalendarUnit
    zone: str
    items: list[SloReportItemShape]
    total: int
    cursor: str | None


class CalculationShape(Shape):
    """Answer to `POST slos/{id}/calculate`: the fresh status and what was done for it."""

    slo: SloShape
    snapshots: int
    """Buckets that were counted now."""
    outcome: Literal["calculated", "nothing_due", "failed"]
    message: str


class SloImportInput(InputShape):
    """SLOs as code: OpenSLO v1, Sloth or Pyrra documents, as many as wanted, in one YAML text."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2_097_152)]
    mode: Literal["strict", "lenient"] = "strict"
    """Strict: a problem or warning anywhere writes nothing. Lenient: what can be read is written."""
    dry_run: bool = False


class SloImportRemarkShape(Shape):
    """One thing that could not be kept."""

    path: str
    problem: str


class SloImportItemShape(Shape):
    """What became of one SLO of the text."""

    name: str
    service: str
    action: Literal["created", "updated", "unchanged", "refused", "held_back"]
    """`held_back`: it could be read, but strict mode writes nothing. A dry run says what would be."""
    id: str
    problems: list[SloImportRemarkShape]
    warnings: list[SloImportRemarkShape]


class SloImportShape(Shape):
    """What an import did, or would do."""

    items: list[SloImportItemShape]
    dry_run: bool
