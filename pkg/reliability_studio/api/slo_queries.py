"""QueryData about SLOs: status, history and alerts as frames, for panels and alert rules.

    slo_status    one row per SLO; as `numeric` one number per SLO, labelled, for alert rules
    slo_history   one series per SLO: what is left of the budget, burn rate, SLI, or counts
    slo_alerts    one row per alert condition; as `numeric` 1 while an SLO's alert fires, else 0

An SLO without a present number is left out of numeric answers, so that an alert rule sees no data and not a
zero; a query that finds nothing answers "no data" in its own type.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.domain.slo.history import Point
from reliability_studio.domain.slo.measure import Status
from reliability_studio.errors import Invalid
from reliability_studio.flows.slos import SloReader, View
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import (
    FieldConfig,
    FrameType,
    Notice,
    Severity,
    Step,
    ThresholdMode,
    Thresholds,
)
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames, Remarks

MAX_SERIES = 50
"""SLOs in one history answer; the worst come first."""

Metric = Literal[
    "budget_remaining", "burn_rate", "sli", "error_ratio", "bad_left", "minutes_left", "coverage"
]
Course = Literal["budget_remaining", "burn_rate", "sli", "good", "bad", "total", "coverage"]

_Schema = dict[str, pl.DataType | type[pl.DataType]]

_LABELS = ("slo", "slo_id", "service")
_PERCENT = "percentunit"

_LEVELS = Thresholds(
    mode=ThresholdMode.ABSOLUTE,
    steps=(
        Step(value=None, color="dark-red"),
        Step(value=0.0, color="red"),
        Step(value=0.25, color="orange"),
        Step(value=0.5, color="green"),
    ),
)
_CONFIGS: Mapping[str, FieldConfig] = {
    "budget_remaining": FieldConfig(
        display_name="Budget left", unit=_PERCENT, max=1.0, thresholds=_LEVELS, decimals=1
    ),
    "burn_rate": FieldConfig(display_name="Burn rate", unit="none", min=0.0),
    "sli": FieldConfig(display_name="SLI", unit=_PERCENT, max=1.0),
    "error_ratio": FieldConfig(display_name="Error ratio", unit=_PERCENT, min=0.0),
    "coverage": FieldConfig(display_name="Coverage", unit=_PERCENT, min=0.0, max=1.0),
    "bad_left": FieldConfig(display_name="Bad events left", unit="short"),
    "minutes_left": FieldConfig(display_name="Budget left", unit="m"),
    "objective": FieldConfig(display_name="Objective", unit=_PERCENT),
}


class SloFilter(QueryModel, frozen=True):
    """Which SLOs; empty lists mean all of them."""

    slo_ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    groups: bool = False
    """Whether the groups of grouped SLOs are meant as well; those that are named are, in any case."""


class SloStatusModel(SloFilter, frozen=True):
    """`slo_status`."""

    format: Literal["table", "numeric"] = "table"
    metric: Metric = "budget_remaining"


class SloHistoryModel(SloFilter, frozen=True):
    """`slo_history`."""

    metric: Course = "budget_remaining"


class SloAlertsModel(SloFilter, frozen=True):
    """`slo_alerts`."""

    format: Literal["table", "numeric"] = "table"


def slo_queries(slos: SloReader) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""
    answers = SloAnswers(slos)
    return (
        QueryType("slo_status", SloStatusModel, answers.status, summary="Where SLOs stand"),
        QueryType("slo_history", SloHistoryModel, answers.history, summary="The course of SLOs"),
        QueryType("slo_alerts", SloAlertsModel, answers.alerts, summary="Burn-rate alerts of SLOs"),
    )


class SloAnswers:
    """The handlers of one organisation."""

    def __init__(self, slos: SloReader) -> None:
        self._slos = slos

    async def status(self, call: QueryCall[SloStatusModel]) -> Frames:
        """One row, or one number, per SLO."""
        seen = await self._matching(call.model)
        remarks = _remarks(seen)
        if call.model.format == "table":
            return _status_table(seen, remarks)
        metric = call.model.metric
        values = [(each, _METRICS[metric](each)) for each in seen]
        known = [(each, value) for each, value in values if value is not None and _is_current(each)]
        if not known:
            return shapes.no_data(FrameType.NUMERIC_MULTI, name=metric, remarks=remarks)
        rows = pl.DataFrame(
            {**_identity([each for each, _ in known]), "value": [float(value) for _, value in known]}
        )
        column = Column(config=_CONFIGS[metric])
        return shapes.numeric_multi(
            rows, labels=_LABELS, title="slo", name=metric, column=column, remarks=remarks
        )

    async def history(self, call: QueryCall[SloHistoryModel]) -> Frames:
        """One series per SLO, the worst SLOs first."""
        metric = call.model.metric
        seen = await self._matching(call.model)
        shown = seen[:MAX_SERIES]
        remarks = _remarks(shown, more=len(seen) - len(shown))
        parts: list[pl.DataFrame] = []
        for each in shown:
            points = max(2, call.max_points or 500)
            _, course = await self._slos.history(each.slo.id, call.start, call.end, points)
            parts.append(_series(each, course.points, metric))
        rows = pl.concat(parts) if parts else pl.DataFrame()
        if rows.is_empty():
            return shapes.no_data(FrameType.TIMESERIES_MULTI, name=metric, remarks=remarks)
        column = Column(config=_CONFIGS.get(metric, FieldConfig(unit="short")))
        return shapes.timeseries_multi(
            rows, labels=_LABELS, title="slo", name=metric, column=column, remarks=remarks
        )

    async def alerts(self, call: QueryCall[SloAlertsModel]) -> Frames:
        """Each alert condition as a row, or whether each SLO's alert fires as a number."""
        seen = await self._matching(call.model)
        if call.model.format == "table":
            return _alert_table(seen)
        measured = [each for each in seen if _is_current(each)]
        if not measured:
            return shapes.no_data(FrameType.NUMERIC_MULTI, name="firing")
        firing = [float(each.standing.alert.firing) for each in measured]
        rows = pl.DataFrame({**_identity(measured), "value": firing})
        return shapes.numeric_multi(rows, labels=_LABELS, title="slo", name="firing")

    async def _matching(self, wanted: SloFilter) -> list[View]:
        if len(wanted.slo_ids) > 1000:  # noqa: PLR2004 - nobody picks so many by hand
            raise Invalid.field("$.sloIds", "has more than 1000 entries")
        every = await self._slos.every(groups=wanted.groups or bool(wanted.slo_ids))
        return [each for each in every if _fits(each, wanted)]


def _is_current(seen: View) -> bool:
    """Whether its numbers are of now: an alert rule must not go by old ones."""
    return seen.standing.measurement is not None and seen.verdict.status is not Status.NO_DATA


def _fits(seen: View, wanted: SloFilter) -> bool:
    what = seen.slo.definition
    return (
        (not wanted.slo_ids or seen.slo.id in wanted.slo_ids)
        and (not wanted.services or what.service in wanted.services)
        and (not wanted.statuses or seen.verdict.status in wanted.statuses)
        and all(what.labels.get(name) == value for name, value in wanted.labels.items())
    )


def _status_table(seen: Sequence[View], remarks: Remarks) -> Frames:
    schema: _Schema = {
        **dict.fromkeys(_LABELS, pl.String),
        "status": pl.String,
        "reason": pl.String,
        **dict.fromkeys(("objective", "sli", "budget_remaining", "burn_rate"), pl.Float64),
        **dict.fromkeys(("good", "bad", "total"), pl.Int64),
        **dict.fromkeys(("bad_left", "minutes_left", "coverage"), pl.Float64),
        "firing": pl.String,
        "window": pl.String,
        "as_of": pl.Datetime("ms", "UTC"),
    }
    rows = pl.DataFrame([_status_row(each) for each in seen], schema=schema)
    columns = {name: Column(config=config) for name, config in _CONFIGS.items() if name in schema}
    return shapes.table(rows, name="slo_status", columns=columns, remarks=remarks)


def _status_row(seen: View) -> Mapping[str, object]:
    measurement, definition = seen.standing.measurement, seen.slo.definition
    counts = measurement.window.counts if measurement else None
    as_of = datetime.fromtimestamp(measurement.as_of, UTC) if measurement else None
    return {
        "slo": definition.name,
        "slo_id": seen.slo.id,
        "service": definition.service,
        "status": seen.verdict.status.value,
        "reason": seen.verdict.text,
        "objective": definition.objective.parts / 10**9,
        **{name: _METRICS[name](seen) for name in ("sli", "budget_remaining", "burn_rate")},
        "good": counts and counts.good,
        "bad": counts and counts.bad,
        "total": counts and counts.total,
        **{name: _METRICS[name](seen) for name in ("bad_left", "minutes_left", "coverage")},
        "firing": seen.standing.alert.condition if seen.standing.alert.firing else "",
        "window": definition.window.text,
        "as_of": as_of,
    }


def _alert_table(seen: Sequence[View]) -> Frames:
    schema: _Schema = {
        **dict.fromkeys(_LABELS, pl.String),
        **dict.fromkeys(("condition", "severity", "judgement", "text"), pl.String),
        "firing": pl.Boolean,
        "since": pl.Datetime("ms", "UTC"),
    }
    rows = []
    for each in seen:
        alert = each.standing.alert
        for condition in each.standing.conditions:
            firing = alert.firing and alert.condition == condition.name
            since = alert.since if firing else None
            rows.append(
                (
                    each.slo.definition.name,
                    each.slo.id,
                    each.slo.definition.service,
                    condition.name,
                    condition.severity.value,
                    condition.judgement.value,
                    condition.text,
                    firing,
                    None if since is None else datetime.fromtimestamp(since, UTC),
                )
            )
    return shapes.table(pl.DataFrame(rows, schema=schema, orient="row"), name="slo_alerts")


def _series(seen: View, points: Sequence[Point], metric: Course) -> pl.DataFrame:
    take = _COURSES[metric]
    definition = seen.slo.definition
    times = [datetime.fromtimestamp(point.at, UTC) for point in points]
    return pl.DataFrame(
        {"time": times, "value": [take(point) for point in points]},
        schema={"time": pl.Datetime("ms", "UTC"), "value": pl.Float64},
        strict=False,
    ).with_columns(
        slo=pl.lit(definition.name), slo_id=pl.lit(seen.slo.id), service=pl.lit(definition.service)
    )


def _identity(seen: Sequence[View]) -> dict[str, list[str]]:
    return {
        "slo": [each.slo.definition.name for each in seen],
        "slo_id": [each.slo.id for each in seen],
        "service": [each.slo.definition.service for each in seen],
    }


def _remarks(seen: Sequence[View], more: int = 0) -> Remarks:
    """What to say about old numbers and about what was left out; the queries for the inspector."""
    stale = [each for each in seen if each.stale_reason]
    notices: list[Notice] = []
    if stale:
        first = stale[0]
        text = f"{len(stale)} of {len(seen)} SLOs have no new numbers: {first.stale_reason}"
        notices.append(Notice(severity=Severity.WARNING, text=text))
    if more > 0:
        text = f"{more} more SLOs match; the {len(seen)} worst are shown"
        notices.append(Notice(severity=Severity.INFO, text=text))
    executed = "\n".join(dict.fromkeys(query for each in seen[:20] for query in each.standing.queries))
    return Remarks(notices=tuple(notices), executed=executed)


def _error_ratio(seen: View) -> float | None:
    measurement = seen.standing.measurement
    return None if measurement is None or measurement.window.sli is None else 1 - measurement.window.sli


def _hour_burn(seen: View) -> float | None:
    """The burn rate of the last hour; of the shortest window there is if none is an hour."""
    measurement = seen.standing.measurement
    if measurement is None:
        return None
    hour = [each for each in measurement.burns if each.length_s == 3600]  # noqa: PLR2004 - an hour
    return (hour or [measurement.window])[0].burn


_METRICS: Mapping[str, Callable[[View], float | None]] = {
    "budget_remaining": lambda v: v.standing.measurement.remaining if v.standing.measurement else None,
    "burn_rate": _hour_burn,
    "sli": lambda v: v.standing.measurement.window.sli if v.standing.measurement else None,
    "error_ratio": _error_ratio,
    "bad_left": lambda v: v.standing.measurement.bad_left if v.standing.measurement else None,
    "minutes_left": lambda v: v.standing.measurement.minutes_left if v.standing.measurement else None,
    "coverage": lambda v: v.standing.measurement.window.coverage if v.standing.measurement else None,
}

_COURSES: Mapping[str, Callable[[Point], float | None]] = {
    "budget_remaining": lambda p: p.remaining,
    "burn_rate": lambda p: p.burn,
    "sli": lambda p: p.sli,
    "good": lambda p: float(p.total - p.bad),
    "bad": lambda p: float(p.bad),
    "total": lambda p: float(p.total),
    "coverage": lambda p: p.coverage,
}
