"""JSON of SLOs, as the API gives it out and takes it in.

Every number comes with the stretch of time that it was taken over, its counts and its coverage; what is not
known is null and never 0 or 100. Objectives are texts, because 99.999 must stay 99.999.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.spec import CalendarUnit, MissingData
from reliability_studio.domain.slo.windows import Severity

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


class RollingInput(InputShape, tag_field="type", tag="rolling"):
    """The last days."""

    days: int = 30


class CalendarInput(InputShape, tag_field="type", tag="calendar"):
    """The running week, month, quarter or year."""

    unit: CalendarUnit
    zone: Annotated[str, msgspec.Meta(max_length=100)] = "UTC"


class OccurrencesInput(InputShape, tag_field="type", tag="occurrences"):
    """Every event counts once."""


class TimeslicesInput(InputShape, tag_field="type", tag="timeslices"):
    """Every slice counts once; it is good when `target` percent of its events are."""

    target: Percent
    slice_seconds: int = 60


class RatioTimeslicesInput(InputShape, tag_field="type", tag="ratio_timeslices"):
    """Every slice counts once, with its share of bad events."""

    slice_seconds: int = 60


Indicator = RatioInput | LatencyInput
Window = RollingInput | CalendarInput
Budgeting = OccurrencesInput | TimeslicesInput | RatioTimeslicesInput


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
    created_at: datetime
    updated_at: datetime
    updated_by: str
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


class SloPreviewShape(Shape):
    """What an SLO would be, on the history that there is; nothing was stored."""

    status: SloStatusShape
    series: int
    """Series that the selectors match in the newest hours."""
    history: SloHistoryShape


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
