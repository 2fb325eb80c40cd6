"""JSON of SLOs, as the API gives it out; what people write is in `slo_input_shapes`.

Every number comes with the stretch of time that it was taken over, its counts and its coverage; what is not
known is null and never 0 or 100. Objectives are texts, because 99.999 must stay 99.999.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.slo_input_shapes import (
    Budgeting,
    Indicator,
    SloAlertsInput,
    Window,
)
from reliability_studio.domain.slo.corrections import Category, Treatment
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import CalendarUnit, MissingData
from reliability_studio.domain.slo.ways import Way


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
    """What is sent to the source for every bucket."""
    window: WindowValueShape | None
    """Null before anything was measured."""
    budget: BudgetShape | None
    burn_rates: list[WindowValueShape]
    conditions: list[SloConditionShape]
    firing: str
    """Name of the condition that fires; empty when none does."""
    measured_since: datetime | None
    calculated_at: datetime | None
    counted_by: Way = Way.SNAPSHOTS
    """Who makes the differences of the counters: the product, or the server of a wide selection."""
    counted_by_why: str = ""
    """Why it is not the usual way; empty when it is."""
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
