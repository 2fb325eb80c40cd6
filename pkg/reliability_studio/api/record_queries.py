"""QueryData about one incident's story and about services: for panels beside a graph.

    incident_timeline   the entries of one incident, in the order of what happened; `annotations` marks them
    services            the catalogue with health and open incidents; `numeric` counts these for alert rules

Names of columns are part of the API: dashboards refer to them.
"""

from collections.abc import Sequence
from typing import Literal

import polars as pl

from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.clock import Clock
from reliability_studio.domain.incidents.model import parse_number
from reliability_studio.domain.timeline import EntryType
from reliability_studio.errors import Invalid
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.incidents import Incidents
from reliability_studio.flows.storyline import Storyline
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import FrameType, Notice, Severity
from reliability_studio.frames.shapes import Frames, Remarks

MAX_ENTRIES = 5_000
"""Entries in one answer; a notice says when there are more."""

_PAGE = 500
_TIME = pl.Datetime("us", "UTC")
_ENTRY: dict[str, pl.DataType | type[pl.DataType]] = {
    "occurred_at": _TIME,
    "recorded_at": _TIME,
    "type": pl.String,
    "title": pl.String,
    "description": pl.String,
    "source": pl.String,
    "severity": pl.String,
    "author": pl.String,
}
_SERVICE: dict[str, pl.DataType | type[pl.DataType]] = {
    "service": pl.String,
    "health": pl.String,
    "open_incidents": pl.Int64,
    "owner_team": pl.String,
    "tier": pl.String,
    "declared": pl.Boolean,
    "depends_on": pl.String,
}


class TimelineModel(QueryModel, frozen=True):
    """`incident_timeline`."""

    number: str = ""
    """`INC-42`; needed."""
    types: tuple[EntryType, ...] = ()
    format: Literal["table", "annotations"] = "table"


class ServicesModel(QueryModel, frozen=True):
    """`services`."""

    format: Literal["table", "numeric"] = "table"


def record_queries(
    org_id: int, incidents: Incidents, catalog: Catalog, clock: Clock
) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""
    at = _Answers(org_id, Storyline(incidents.desk), catalog, clock)
    return (
        QueryType("incident_timeline", TimelineModel, at.timeline, summary="What happened in an incident"),
        QueryType("services", ServicesModel, at.services, summary="Services and how they stand"),
    )


class _Answers:
    def __init__(self, org_id: int, storyline: Storyline, catalog: Catalog, clock: Clock) -> None:
        self._org_id = org_id
        self._storyline = storyline
        self._catalog = catalog
        self._clock = clock

    async def timeline(self, call: QueryCall[TimelineModel]) -> Frames:
        number = parse_number(call.model.number)
        if number is None:
            raise Invalid.field("number", "must be the number of an incident, for example INC-42")
        rows: list[dict[str, object]] = []
        cursor: str | None = None
        while len(rows) < MAX_ENTRIES:
            page = await self._storyline.page(
                self._org_id, number, types=call.model.types, cursor=cursor, limit=_PAGE
            )
            rows += [
                {name: _plain(getattr(one.entry, name)) for name in _ENTRY}
                for one in page.items
                if not one.deleted
            ]
            cursor = page.cursor
            if cursor is None:
                break
        remarks = Remarks() if cursor is None else _cut()
        found = pl.DataFrame(rows, schema=_ENTRY)
        if call.model.format == "annotations":
            return shapes.annotations(_marks(found), remarks=remarks)
        return shapes.table(found, name="timeline", remarks=remarks)

    async def services(self, call: QueryCall[ServicesModel]) -> Frames:
        found = await self._catalog.listing(self._org_id, self._clock.now())
        rows = pl.DataFrame(
            [
                {
                    "service": one.service.name,
                    "health": one.health.value,
                    "open_incidents": sum(not each.drill for each in one.incidents),
                    "owner_team": one.service.owner_team,
                    "tier": one.service.tier,
                    "declared": one.service.declared,
                    "depends_on": ", ".join(one.service.depends_on),
                }
                for one in found
            ],
            schema=_SERVICE,
        )
        if call.model.format == "table":
            return shapes.table(rows, name="services")
        if rows.is_empty():
            return shapes.no_data(FrameType.NUMERIC_MULTI, name="open_incidents")
        return shapes.numeric_multi(rows, labels=("service",), value="open_incidents", name="open_incidents")


def _plain(value: object) -> object:
    return value.value if isinstance(value, EntryType) else value


def _marks(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col("occurred_at").alias("time"),
        pl.col("title"),
        pl.col("description").alias("text"),
        pl.concat_list("type", "source").alias("tags"),
    )


def _cut() -> Remarks:
    text = f"only the first {MAX_ENTRIES} entries are shown"
    return Remarks(notices=(Notice(severity=Severity.WARNING, text=text),))
