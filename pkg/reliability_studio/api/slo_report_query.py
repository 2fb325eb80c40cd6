"""QueryData about SLO reports: one row per SLO and calendar period, for tables and alert rules.

As `numeric` the running period gives one number per SLO: the share of its budget that is spent.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit
from reliability_studio.domain.slo.report import MAX_PERIODS, Line
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_report import Report, Reported, SloReports
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FieldConfig, FrameType, Notice, Severity
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames, Remarks

MAX_SLOS = 500
"""SLOs of one answer."""

_LABELS = ("slo", "slo_id", "service")
_PERCENT = FieldConfig(unit="percentunit")
_TIME = pl.Datetime("ms", "UTC")
_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(_LABELS, pl.String),
    "start": _TIME,
    "end": _TIME,
    "complete": pl.Boolean,
    "met": pl.Boolean,
    **dict.fromkeys(("objective", "sli", "consumed"), pl.Float64),
    **dict.fromkeys(("good", "bad", "total"), pl.Int64),
    "coverage": pl.Float64,
    "incidents": pl.String,
}


class SloReportModel(QueryModel, frozen=True):
    """`slo_report`."""

    unit: CalendarUnit = CalendarUnit.MONTH
    zone: str = "UTC"
    periods: Annotated[int, msgspec.Meta(ge=1, le=MAX_PERIODS)] = 6
    slo_ids: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    format: Literal["table", "numeric"] = "table"


def report_queries(reports: SloReports) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""

    async def answer(call: QueryCall[SloReportModel]) -> Frames:
        model = call.model
        made = await reports.report(
            _calendar(model),
            1 if model.format == "numeric" else model.periods,
            slo_ids=model.slo_ids,
            services=model.services,
            limit=MAX_SLOS,
        )
        remarks = _remarks(made)
        return _numbers(made, remarks) if model.format == "numeric" else _table(made, remarks)

    summary = "How SLOs did in calendar periods"
    return (QueryType("slo_report", SloReportModel, answer, summary=summary),)


def _calendar(model: SloReportModel) -> Calendar:
    try:
        ZoneInfo(model.zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field("$.zone", "is no time zone; write it like Europe/Berlin") from error
    return Calendar(model.unit, model.zone)


def _table(made: Report, remarks: Remarks) -> Frames:
    rows = pl.DataFrame([_row(item, line) for item in made.items for line in item.lines], schema=_SCHEMA)
    columns = {name: Column(config=_PERCENT) for name in ("objective", "sli", "consumed", "coverage")}
    return shapes.table(rows, name="slo_report", columns=columns, remarks=remarks)


def _row(item: Reported, line: Line) -> Mapping[str, object]:
    return {
        **_identity(item),
        "start": datetime.fromtimestamp(line.period.start, UTC),
        "end": datetime.fromtimestamp(line.period.end, UTC),
        "complete": line.complete,
        "met": line.met,
        "objective": item.slo.definition.objective.parts / 10**9,
        "sli": line.sli,
        "consumed": line.consumed,
        "good": line.counts.good,
        "bad": line.counts.bad,
        "total": line.counts.total,
        "coverage": line.coverage,
        "incidents": ", ".join(f"INC-{cost.incident.number}" for cost in line.worst),
    }


def _numbers(made: Report, remarks: Remarks) -> Frames:
    known = [
        {**_identity(item), "value": line.consumed}
        for item in made.items
        for line in item.lines
        if line.consumed is not None
    ]
    if not known:
        return shapes.no_data(FrameType.NUMERIC_MULTI, name="consumed", remarks=remarks)
    column = Column(config=_PERCENT)
    return shapes.numeric_multi(
        pl.DataFrame(known), labels=_LABELS, name="consumed", column=column, remarks=remarks
    )


def _identity(item: Reported) -> dict[str, str]:
    definition = item.slo.definition
    return {"slo": definition.name, "slo_id": item.slo.id, "service": definition.service}


def _remarks(made: Report) -> Remarks:
    left = made.total - len(made.items)
    if left <= 0:
        return Remarks()
    text = f"{left} more SLOs match; choose services to see them"
    return Remarks(notices=(Notice(severity=Severity.INFO, text=text),))
