"""JSON of SLOs, as the API gives it out; what people write is in `slo_input_shapes`.

Every number comes with the stretch of time that it was taken over, its counts and its coverage; what is not
known is null and never 0 or 100. Objectives are texts, because 99.999 must stay 99.999.
"""

from datetime import datetime
from typing import Literal

import msgspec

from reliability_studio.api.codec import Shape
from reliability_studio.api.slo_input_shapes import (
    Budgeting,
    GoalInput,
    Indicator,
    SloAlertsInput,
    Window,
)
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.policy import Severity
from reliability_studio.domain.slo.spec import MissingData
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


class GoalStatusShape(Shape):
    """A further objective at one moment, with everything needed to explain it."""

    objective: str
    window_text: str
    status: Status
    reason: Reason
    text: str
    window: WindowValueShape | None
    """Null before anything was measured."""
    budget: BudgetShape | None
    burn_rates: list[WindowValueShape]
    uncorrected: WindowValueShape | None
    """The window with the time that corrections exclude; null when there are none."""
    conditions: list[SloConditionShape]
    """Of its alert; empty when it has none."""
    firing: str
    """Name of the condition that fires; empty when none does."""


class SloMemberShape(Shape):
    """One member of a composite, and what it has to do with the window of that."""

    slo_id: str
    service: str
    name: str
    status: Status
    """By the member's own objective and window."""
    text: str
    good: int
    bad: int
    total: int
    sli: float | None
    """Null: it had no events."""
    coverage: float | None
    weight: float
    """Share of the weights of those with events, or of all pooled events; 1 of the one that is the worst."""
    spent: float | None
    """Share of all that is bad that is this one's; null: nothing is."""


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
    """Of the main objective's alert; empty when it has none."""
    firing: str
    """Name of the condition of it that fires; empty when none does."""
    measured_since: datetime | None
    calculated_at: datetime | None
    counted_by: Way = Way.SNAPSHOTS
    """How it is counted, and who makes the differences: the product, or the server of a wide selection."""
    counted_by_why: str = ""
    """Why it is not the usual way; empty when it is."""
    uncorrected: WindowValueShape | None = None
    """The window with the time that corrections exclude; null when there are none."""
    further_objectives: list[GoalStatusShape] = msgspec.field(default_factory=list)
    """In the order in which they are promised; all of them as of the same moment."""
    members: list[SloMemberShape] = msgspec.field(default_factory=list)
    """Of a composite: its members, in their order."""


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
    editors: list[str]
    """Logins of those who may change it, beside Admins; empty: every Editor."""
    alerting: bool
    """Whether the main objective alerts."""
    further_objectives: list[GoalInput]
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


class CalculationShape(Shape):
    """Answer to `POST slos/{id}/calculate`: the fresh status and what was done for it."""

    slo: SloShape
    snapshots: int
    """Buckets that were counted now."""
    outcome: Literal["calculated", "nothing_due", "failed"]
    message: str
