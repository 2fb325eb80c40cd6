"""JSON of SLOs that are tried out: what the alert would have done, and how the budget goes on."""

from datetime import datetime
from typing import Literal

from reliability_studio.api.codec import Shape
from reliability_studio.api.slo_shapes import SloHistoryShape, SloStatusShape


class SloEpisodeShape(Shape):
    """One time that the alert would have fired."""

    start: datetime
    end: datetime | None
    """Null: it would still fire."""
    condition: str
    severity: str


class SloRehearsalShape(Shape):
    """What the alert of one objective would have done over the history that there is."""

    objective: str
    window_text: str
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
    alerts: list[SloRehearsalShape]
    """Of each objective that alerts, the main one first."""
    forecast: SloForecastShape
    warnings: list[SloRemarkShape]
