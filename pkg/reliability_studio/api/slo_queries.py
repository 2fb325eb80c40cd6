"""QueryData about SLOs: status, history and alerts as frames, for panels and alert rules.

    slo_status    one row per objective; as `numeric` one number per SLO, labelled, for alert rules
    slo_history   one series per SLO: what is left of the budget, burn rate, SLI, or counts
    slo_alerts    one row per alert condition of each objective that alerts; as `numeric` 1 while an alert
                  fires, else 0

An SLO without a present number is left out of numeric answers, so that an alert rule sees no data and not a
zero; a query that finds nothing answers "no data" in its own type.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryType
from reliability_studio.api.slo_frames import (
    CONFIGS,
    LABELS,
    OBJECTIVE_LABELS,
    SloFilter,
    fits,
    held,
    held_labels,
    objective_number,
    remarks,
    wanted_numbers,
)
from reliability_studio.api.slo_status_query import SloStatusModel, status_numbers, status_table
from reliability_studio.domain.slo.composite import counts_events
from reliability_studio.domain.slo.history import Point
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_views import SloReader, View
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import (
    FieldConfig,
    FrameType,
)
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames

MAX_SERIES = 50
"""SLOs in one history answer; the worst come first."""

Course = Literal["budget_remaining", "burn_rate", "sli", "good", "bad", "total", "coverage"]

_Schema = dict[str, pl.DataType | type[pl.DataType]]


class SloHistoryModel(SloFilter, frozen=True):
    """`slo_history`."""

    metric: Course = "budget_remaining"
    objective: str = ""
    """The number of the objective that it is held against; empty or 0: the main one."""


class SloAlertsModel(SloFilter, frozen=True):
    """`slo_alerts`."""

    format: Literal["table", "numeric"] = "table"
    objectives: bool = False
    """Whether numbers are wanted of further objectives as well, labelled with objective and window."""
    objective: str = ""
    """The number of one objective alone, 0 for the main one; SLOs that promise less are left out."""


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
        """One row per objective, or one number per SLO."""
        seen = await self._matching(call.model)
        only = objective_number(call.model.objective)
        if call.model.format == "table":
            return status_table(seen, only)
        return status_numbers(seen, call.model.metric, objectives=call.model.objectives, only=only)

    async def history(self, call: QueryCall[SloHistoryModel]) -> Frames:
        """One series per SLO, the worst SLOs first; of a further objective those that promise as much."""
        metric, goal = call.model.metric, objective_number(call.model.objective) or 0
        seen = [each for each in await self._matching(call.model) if goal < len(each.slo.definition.goals)]
        shown = seen[:MAX_SERIES]
        said = remarks(shown, more=len(seen) - len(shown))
        parts: list[pl.DataFrame] = []
        for each in shown:
            points = max(2, call.max_points or 500)
            _, course = await self._slos.history(each.slo.id, call.start, call.end, points, goal=goal)
            parts.append(_series(each, course.points, metric, goal))
        rows = pl.concat(parts) if parts else pl.DataFrame()
        if rows.is_empty():
            return shapes.no_data(FrameType.TIMESERIES_MULTI, name=metric, remarks=said)
        column = Column(config=CONFIGS.get(metric, FieldConfig(unit="short")))
        # Labels of a main objective never change because somebody promised something else as well.
        labels = OBJECTIVE_LABELS if goal else LABELS
        return shapes.timeseries_multi(
            rows.select("time", "value", *labels),
            labels=labels,
            title="slo",
            name=metric,
            column=column,
            remarks=said,
        )

    async def alerts(self, call: QueryCall[SloAlertsModel]) -> Frames:
        """Each alert condition as a row, or whether each alert fires as a number."""
        seen = await self._matching(call.model)
        only = objective_number(call.model.objective)
        if call.model.format == "table":
            return _alert_table(seen, only)
        numbers, labels = wanted_numbers(only, objectives=call.model.objectives)
        rows = pl.DataFrame(
            [
                {**held_labels(one), "value": float(one.watch.alert.firing)}
                for one in held(seen)
                if one.number in numbers and one.goal.alerting and one.is_current
            ]
        )
        if rows.is_empty():
            return shapes.no_data(FrameType.NUMERIC_MULTI, name="firing")
        return shapes.numeric_multi(rows.select(*labels, "value"), labels=labels, title="slo", name="firing")

    async def _matching(self, wanted: SloFilter) -> list[View]:
        if len(wanted.slo_ids) > 1000:  # noqa: PLR2004 - nobody picks so many by hand
            raise Invalid.field("$.sloIds", "has more than 1000 entries")
        every = await self._slos.every(groups=wanted.groups or bool(wanted.slo_ids))
        return [each for each in every if fits(each, wanted)]


def _alert_table(seen: Sequence[View], only: int | None) -> Frames:
    schema: _Schema = {
        **dict.fromkeys(LABELS, pl.String),
        **dict.fromkeys(("condition", "severity", "judgement", "text"), pl.String),
        "firing": pl.Boolean,
        "since": pl.Datetime("ms", "UTC"),
        **dict.fromkeys(("objective", "window"), pl.String),
        "objective_number": pl.Int64,
    }
    rows = []
    for one in held(seen):
        if only not in {None, one.number}:
            continue
        for condition in one.watch.conditions:
            firing = one.watch.firing == condition.name
            since = one.watch.alert.since if firing else None
            rows.append(
                {
                    **held_labels(one),
                    "condition": condition.name,
                    "severity": condition.severity.value,
                    "judgement": condition.judgement.value,
                    "text": condition.text,
                    "firing": firing,
                    "since": None if since is None else datetime.fromtimestamp(since, UTC),
                    "objective_number": one.number,
                }
            )
    return shapes.table(pl.DataFrame(rows, schema=schema), name="slo_alerts")


def _series(seen: View, points: Sequence[Point], metric: Course, goal: int) -> pl.DataFrame:
    definition = seen.slo.definition
    # Shares of time are no numbers of events.
    take = _COURSES[metric] if metric not in _EVENTS or counts_events(definition) else _unknown
    times = [datetime.fromtimestamp(point.at, UTC) for point in points]
    return pl.DataFrame(
        {"time": times, "value": [take(point) for point in points]},
        schema={"time": pl.Datetime("ms", "UTC"), "value": pl.Float64},
        strict=False,
    ).with_columns(
        slo=pl.lit(definition.name),
        slo_id=pl.lit(seen.slo.id),
        service=pl.lit(definition.service),
        objective=pl.lit(definition.goals[goal].objective.text),
        window=pl.lit(definition.goals[goal].window.text),
    )


def _unknown(_point: Point) -> None:
    return None


_EVENTS = frozenset({"good", "bad", "total"})
_COURSES: Mapping[str, Callable[[Point], float | None]] = {
    "budget_remaining": lambda p: p.remaining,
    "burn_rate": lambda p: p.burn,
    "sli": lambda p: p.sli,
    "good": lambda p: float(p.total - p.bad),
    "bad": lambda p: float(p.bad),
    "total": lambda p: float(p.total),
    "coverage": lambda p: p.coverage,
}
