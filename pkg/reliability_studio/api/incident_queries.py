"""QueryData about incidents and alerts: for panels, annotations and alert rules.

    incidents   rows that began in the time range (or all that are open); `numeric` counts them by severity
                and service, for alert rules; `annotations` marks them on graphs, from onset to resolution
    mttx        how long it took to detect, acknowledge, mitigate and resolve: means in seconds, with the
                number of incidents behind each; drills never count, and an incident that ended by itself
                before anybody acknowledged it has no time to acknowledge (`unattended` counts those);
                `timeseries` has a mean per day, week or month in which incidents began, in UTC
    alerts      alert episodes, and which incident each joined and why

Names of columns are part of the API: dashboards refer to them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.domain.incidents.insights import DURATIONS, seconds, unattended
from reliability_studio.domain.incidents.model import UNASSIGNED, Severity, Status
from reliability_studio.flows.incidents import Incidents
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FieldConfig, FrameType, Notice
from reliability_studio.frames.meta import Severity as NoticeSeverity
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames, Remarks
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.incident_lists import Filter

MAX_ROWS = 10_000
"""Incidents or alerts in one answer; a notice says when there are more."""

ALERT_PAGE = 500

_ACTIVE = tuple(status for status in Status if status.active)
_SECONDS = FieldConfig(unit="s")
_EVERY = {"day": "1d", "week": "1w", "month": "1mo"}

_ALERTS: dict[str, pl.DataType | type[pl.DataType]] = {
    "starts_at": pl.Datetime("us", "UTC"),
    "ends_at": pl.Datetime("us", "UTC"),
    "alert": pl.String,
    "state": pl.String,
    "service": pl.String,
    "severity": pl.String,
    "incident": pl.String,
    "reason": pl.String,
    "source": pl.String,
    "fingerprint": pl.String,
}


class IncidentFilter(QueryModel, frozen=True):
    """Which incidents; empty lists mean all of them."""

    text: str = ""
    statuses: tuple[Status, ...] = ()
    severities: tuple[Severity, ...] = ()
    levels: tuple[str, ...] = ()
    """Ids of levels of the organisation's own ladder; `severities` beside them are alternatives to them."""
    stages: tuple[str, ...] = ()
    """Ids of the organisation's own states."""
    services: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    drills: bool = False
    """Whether drills are shown among the others."""


class IncidentsModel(IncidentFilter, frozen=True):
    """`incidents`."""

    format: Literal["table", "numeric", "annotations"] = "table"
    range: Literal["started", "active", "all"] = "started"
    """Those that began in the time range, those that are open now whenever they began, or all."""


class MttxModel(IncidentFilter, frozen=True):
    """`mttx`."""

    format: Literal["table", "numeric", "timeseries"] = "table"
    metric: Literal["detect", "acknowledge", "mitigate", "resolve"] = "resolve"
    """Which one the forms of numbers give."""
    by: Literal["service", "severity", "level", "team"] = "service"
    """`team` is the one that owns the service, as the catalogue says."""
    every: Literal["day", "week", "month"] = "week"
    """How long the time series takes one mean over; weeks begin on Monday."""


class AlertsModel(QueryModel, frozen=True):
    """`alerts`."""

    firing: bool | None = None
    """Only those that fire, only those that are over, or both."""


def incident_queries(org_id: int, incidents: Incidents) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""
    at = IncidentAnswers(org_id, incidents)
    return (
        QueryType("incidents", IncidentsModel, at.incidents, summary="Incidents"),
        QueryType("mttx", MttxModel, at.mttx, summary="Times to detect, acknowledge, mitigate and resolve"),
        QueryType("alerts", AlertsModel, at.alerts, summary="Alert episodes"),
    )


class IncidentAnswers:
    """The handlers of one organisation."""

    def __init__(self, org_id: int, incidents: Incidents) -> None:
        self._org_id = org_id
        self._incidents = incidents

    async def incidents(self, call: QueryCall[IncidentsModel]) -> Frames:
        """Incidents as rows, as counts, or as marks on a graph."""
        model = call.model
        statuses = model.statuses or (_ACTIVE if model.range == "active" else ())
        rows, remarks = await self._rows(call, model, statuses, bounded=model.range == "started")
        if model.format == "numeric":
            return _counts(rows, remarks)
        if model.format == "annotations":
            return shapes.annotations(_marks(rows), remarks=remarks)
        return shapes.table(_table(rows), name="incidents", columns=_TABLE_COLUMNS, remarks=remarks)

    async def mttx(self, call: QueryCall[MttxModel]) -> Frames:
        """Mean times by service, severity, level or team; an incident counts where it has both milestones."""
        rows, remarks = await self._rows(call, call.model, call.model.statuses, bounded=True)
        rows, by = rows.filter(~pl.col("drill")), call.model.by
        if by == "team":
            owners = await self._incidents.owners(self._org_id)
            rows = rows.with_columns(
                team=pl.col("service").replace_strict(owners, default=UNASSIGNED, return_dtype=pl.String)
            )
        if call.model.format == "timeseries":
            return _course(rows, call.model, remarks)
        means = _means(rows, by)
        remarks = _left_out(remarks, int(means["unattended"].sum()))
        if call.model.format == "table":
            columns = {name: Column(config=_SECONDS) for name in DURATIONS}
            return shapes.table(means, name="mttx", columns=columns, remarks=remarks)
        numbers = means.select(by, value=call.model.metric).drop_nulls("value")
        if numbers.is_empty():
            return shapes.no_data(FrameType.NUMERIC_MULTI, name=call.model.metric, remarks=remarks)
        column = Column(config=_SECONDS)
        return shapes.numeric_multi(
            numbers, labels=(by,), name=call.model.metric, column=column, remarks=remarks
        )

    async def alerts(self, call: QueryCall[AlertsModel]) -> Frames:
        """Alert episodes that overlap the time range, the newest first."""
        found: list[StoredAlert] = []
        cursor: str | None = None
        while len(found) < MAX_ROWS:
            page = await self._incidents.all_alerts(
                self._org_id, firing=call.model.firing, cursor=cursor, limit=ALERT_PAGE
            )
            found += [each for each in page.items if _overlaps(each, call)]
            cursor = page.cursor
            if cursor is None or page.items[-1].event.starts_at < call.start:
                break
        rows = pl.DataFrame([_alert_row(each) for each in found[:MAX_ROWS]], schema=_ALERTS)
        return shapes.table(rows, name="alerts", remarks=_remarks(len(found)))

    async def _rows(
        self,
        call: QueryCall[IncidentsModel] | QueryCall[MttxModel],
        wanted: IncidentFilter,
        statuses: Sequence[Status],
        *,
        bounded: bool,
    ) -> tuple[pl.DataFrame, Remarks]:
        sought = Filter(
            text=wanted.text,
            statuses=tuple(statuses),
            severities=wanted.severities,
            levels=wanted.levels,
            stages=wanted.stages,
            services=wanted.services,
            assignees=wanted.assignees,
            drill=None if wanted.drills else False,
            started_from=call.start if bounded else None,
            started_to=call.end if bounded else None,
        )
        rows = await self._incidents.table(self._org_id, sought, MAX_ROWS + 1)
        return rows.head(MAX_ROWS), _remarks(rows.height)


_TABLE_COLUMNS = {f"{name}_seconds": Column(config=_SECONDS) for name in DURATIONS}


def _table(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that people look at, with durations in seconds."""
    return rows.select(
        _key(),
        "title",
        "severity",
        "level",
        "status",
        "status_name",
        "service",
        pl.col("services").list.join(", ").alias("affected"),
        "environment",
        "assignee",
        "started_at",
        "resolved_at",
        *(seconds(name).alias(f"{name}_seconds") for name in DURATIONS),
        "root_cause",
        "drill",
        "origin",
    )


def _key() -> pl.Expr:
    return pl.format("INC-{}", pl.col("number")).alias("incident")


def _counts(rows: pl.DataFrame, remarks: Remarks) -> Frames:
    """How many, by severity and service: none at all is a zero, which an alert rule can compare."""
    if rows.is_empty():
        nothing = pl.DataFrame({"value": [0.0]})
        return shapes.numeric_multi(nothing, name="incidents", remarks=remarks)
    counted = rows.group_by("severity", "service").agg(value=pl.len().cast(pl.Float64))
    ordered = counted.sort("severity", "service")
    return shapes.numeric_multi(ordered, labels=("severity", "service"), name="incidents", remarks=remarks)


def _marks(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col("started_at").alias("time"),
        pl.col("resolved_at").alias("timeEnd"),
        pl.format("INC-{} {}", pl.col("number"), pl.col("title")).alias("title"),
        pl.format("{} · {} · {}", pl.col("level"), pl.col("status_name"), pl.col("service")).alias("text"),
        pl.concat_list("severity", "service").alias("tags"),
        pl.format("INC-{}", pl.col("number")).alias("id"),
    )


def _means(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    """Mean seconds of each duration, and of how many incidents."""
    means = [seconds(name).mean().alias(name) for name in DURATIONS]
    behind = [seconds(name).count().cast(pl.Int64).alias(f"{name}_count") for name in DURATIONS]
    alone = unattended().sum().cast(pl.Int64).alias("unattended")
    every = pl.len().cast(pl.Int64).alias("incidents")
    return rows.group_by(by).agg(*means, *behind, every, alone).sort(by)


def _course(rows: pl.DataFrame, model: MttxModel, remarks: Remarks) -> Frames:
    """One mean per period; a period in which no incident has the duration has no point."""
    begun = pl.col("started_at").dt.truncate(_EVERY[model.every]).alias("time")
    found = rows.with_columns(begun, value=seconds(model.metric)).drop_nulls("value")
    alone = int(rows.select(unattended().sum()).item() or 0) if model.metric == "acknowledge" else 0
    return shapes.timeseries_multi(
        found.group_by(model.by, "time").agg(pl.col("value").mean()).sort(model.by, "time"),
        labels=(model.by,),
        name=model.metric,
        title=model.by,
        column=Column(config=_SECONDS),
        remarks=_left_out(remarks, alone),
    )


def _overlaps(stored: StoredAlert, call: QueryCall[AlertsModel]) -> bool:
    event = stored.event
    return event.starts_at < call.end and (event.ends_at is None or event.ends_at >= call.start)


def _alert_row(stored: StoredAlert) -> dict[str, object]:
    event = stored.event
    return {
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "alert": event.name,
        "state": "resolved" if event.resolved else "firing",
        "service": event.labels.get("service", ""),
        "severity": event.labels.get("severity", ""),
        "incident": None if stored.incident_number is None else f"INC-{stored.incident_number}",
        "reason": stored.reason_text,
        "source": event.source.value,
        "fingerprint": event.fingerprint,
    }


def _left_out(remarks: Remarks, alone: int) -> Remarks:
    """What a mean time to acknowledge does not count is said beside it."""
    if not alone:
        return remarks
    text = f"{alone} incidents ended before anybody acknowledged them; they are not in `acknowledge`"
    return replace(remarks, notices=(*remarks.notices, Notice(severity=NoticeSeverity.INFO, text=text)))


def _remarks(found: int) -> Remarks:
    if found <= MAX_ROWS:
        return Remarks()
    text = f"only the first {MAX_ROWS} are shown; narrow the time range or the filter"
    return Remarks(notices=(Notice(severity=NoticeSeverity.WARNING, text=text),))
