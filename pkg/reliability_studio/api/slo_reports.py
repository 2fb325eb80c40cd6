"""The route of SLO reports: calendar periods as JSON, or as CSV for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from reliability_studio.api import asked
from reliability_studio.api import slo_report_shapes as shapes
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.slo_trial_mapping import report_item_shape
from reliability_studio.domain.incidents.report import harmless
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit
from reliability_studio.domain.slo.report import MAX_PERIODS
from reliability_studio.errors import Invalid
from reliability_studio.flows.slo_report import SloReports

MAX_LIMIT = 200
COLUMNS = (
    "service",
    "slo",
    "id",
    "objective",
    "start",
    "end",
    "complete",
    "met",
    "sli",
    "consumed",
    "good",
    "bad",
    "total",
    "coverage",
    "worst incidents",
)


def report_routes(reports: SloReports) -> Sequence[Route[Any]]:
    """The rows of the route table; before `slos/{id}`, which would match as well."""

    async def show(call: Call[None]) -> Reply:
        """The last periods of every SLO."""
        window = calendar(call)
        limit, offset = asked.limit(call, 100, MAX_LIMIT), asked.offset(call)
        made = await reports.report(
            window,
            asked.whole(call, "periods", 6, most=MAX_PERIODS),
            slo_ids=asked.texts(call, "slo"),
            services=asked.texts(call, "service"),
            limit=limit,
            offset=offset,
        )
        items = [report_item_shape(each) for each in made.items]
        if call.first("format") == "csv":
            return Reply(as_csv(items), headers={"Content-Type": "text/csv; charset=utf-8"})
        more = offset + limit < made.total
        return Reply(
            shapes.SloReportShape(
                unit=window.unit,
                zone=window.zone,
                items=items,
                total=made.total,
                cursor=str(offset + limit) if more else None,
            )
        )

    summary = "How SLOs did in calendar periods, as JSON or with format=csv"
    return (Route("GET", "slos/report", Role.VIEWER, show, summary, returns=shapes.SloReportShape),)


def calendar(call: Call[None]) -> Calendar:
    """The calendar that the caller asks for: `unit` and `zone`."""
    unit = asked.choice(call, "unit", CalendarUnit, CalendarUnit.MONTH)
    zone = call.first("zone") or "UTC"
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise Invalid.field("zone", "is no time zone; write it like Europe/Berlin") from error
    return Calendar(unit, zone)


def as_csv(items: Sequence[shapes.SloReportItemShape]) -> bytes:
    """One row per SLO and period."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for item in items:
        for line in item.lines:
            worst = "; ".join(f"INC-{each.number} {each.title}" for each in line.incidents)
            cells = (
                item.service,
                item.name,
                item.id,
                item.objective,
                line.start.isoformat(),
                line.end.isoformat(),
                line.complete,
                line.met,
                line.sli,
                line.consumed,
                line.good,
                line.bad,
                line.total,
                line.coverage,
                worst,
            )
            rows.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue().encode()
