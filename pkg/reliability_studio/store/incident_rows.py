"""An incident as a row and back, and the columns of a frame of incidents."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import ColumnElement, Row, func
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import (
    MAX_STEPS,
    Episode,
    Incident,
    Link,
    Milestone,
    Origin,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.store import columns
from reliability_studio.store.columns import Schema
from reliability_studio.store.tables.incidents import incidents

_TIME = pl.Datetime("us", "UTC")

LEVEL: ColumnElement[str] = func.coalesce(func.nullif(incidents.c.level, ""), incidents.c.severity)
"""Id of the level that an incident is on."""

RANK: ColumnElement[int] = incidents.c.severity_rank * MAX_STEPS + incidents.c.step
"""Where it stands on the ladder, the most urgent first."""

_STORED: Schema = {
    "number": pl.Int64(),
    "title": pl.String(),
    "severity": pl.String(),
    "severity_rank": pl.Int64(),
    "level": pl.String(),
    "status": pl.String(),
    "status_rank": pl.Int64(),
    "stage": pl.String(),
    "service": pl.String(),
    "services": pl.List(pl.String()),
    "environment": pl.String(),
    "origin": pl.String(),
    "assignee": pl.String(),
    "drill": pl.Boolean(),
    "rule": pl.String(),
    "root_cause": pl.String(),
    **{f"{milestone.value}_at": _TIME for milestone in Milestone},
    "stamped_by": pl.Struct({Milestone.ACKNOWLEDGED.value: pl.String()}),
    "created_at": _TIME,
    "updated_at": _TIME,
}


def chosen(connection: AsyncConnection) -> list[ColumnElement[Any]]:
    """What to select for `frame_of`."""
    return columns.chosen(connection, incidents, _STORED)


def frame_of(rows: Sequence[Row[Any]]) -> pl.DataFrame:
    """A frame of incidents: their columns, and `acknowledged_by`; the schema is the same without any rows."""
    by = pl.col("stamped_by").struct.field(Milestone.ACKNOWLEDGED.value).alias("acknowledged_by")
    level = pl.when(pl.col("level") == "").then("severity").otherwise("level").alias("level")
    return columns.frame(rows, _STORED).with_columns(by, level).drop("stamped_by")


def row_of(incident: Incident) -> dict[str, Any]:
    """The row; everything but the id."""
    return {
        "org_id": incident.org_id,
        "number": incident.number,
        "version": incident.version,
        "title": incident.title,
        "summary": incident.summary,
        "root_cause": incident.root_cause,
        "severity": incident.severity.value,
        "severity_rank": incident.severity.rank,
        "level": incident.level,
        "step": incident.step,
        "status": incident.status.value,
        "status_rank": incident.status.order,
        "stage": incident.stage,
        "service": incident.service,
        "environment": incident.environment,
        "origin": incident.origin.value,
        "assignee": incident.assignee,
        "drill": incident.drill,
        "rule": incident.rule,
        "group_key": incident.group_key,
        "services": list(incident.services),
        "labels": dict(incident.labels),
        "fields": dict(incident.fields),
        "roles": dict(incident.roles),
        "links": incident.links,
        "episodes": incident.episodes,
        "stamped_by": {milestone.value: stamp.by for milestone, stamp in incident.milestones.items()},
        **{f"{milestone.value}_at": incident.at(milestone) for milestone in Milestone},
        "hold_until": incident.hold_until,
        "merged_into": incident.merged_into,
        "parent": incident.parent,
        "created_at": incident.created_at,
        "created_by": incident.created_by,
        "updated_at": incident.updated_at,
        "updated_by": incident.updated_by,
    }


def incident_of(row: Row[Any]) -> Incident:
    """The incident of a row with all columns."""
    return Incident(
        id=row.id,
        org_id=row.org_id,
        number=row.number,
        version=row.version,
        title=row.title,
        severity=Severity(row.severity),
        status=Status(row.status),
        service=row.service,
        origin=Origin(row.origin),
        milestones=_milestones(row),
        created_at=row.created_at,
        created_by=row.created_by,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        summary=row.summary,
        root_cause=row.root_cause,
        environment=row.environment,
        services=tuple(row.services),
        labels=row.labels,
        fields=row.fields,
        roles=row.roles,
        assignee=row.assignee,
        links=tuple(msgspec.convert(row.links, list[Link])) if row.links else (),
        drill=row.drill,
        rule=row.rule,
        group_key=row.group_key,
        episodes=tuple(map(_in_utc, msgspec.convert(row.episodes, list[Episode]))) if row.episodes else (),
        hold_until=row.hold_until,
        merged_into=row.merged_into,
        parent=row.parent,
        level=row.level,
        step=row.step,
        stage=row.stage,
    )


_REACHED = tuple((milestone, f"{milestone.value}_at", milestone.value) for milestone in Milestone)


def _milestones(row: Row[Any]) -> dict[Milestone, Stamp]:
    by = row.stamped_by
    reached: dict[Milestone, Stamp] = {}
    for milestone, column, name in _REACHED:
        at: datetime | None = getattr(row, column)
        if at is not None:
            reached[milestone] = Stamp(at, by.get(name, "system"))
    return reached


def _in_utc(episode: Episode) -> Episode:
    return Episode(episode.started.astimezone(UTC), episode.resolved.astimezone(UTC), episode.resolved_by)
