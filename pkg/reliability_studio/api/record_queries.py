"""QueryData about one incident's story and about services: for panels beside a graph.

    incident_timeline   the entries of one incident, in the order of what happened; `annotations` marks them,
                        `logs` gives them as lines for Explore
    services            the catalogue with health and open incidents; `numeric` counts these for alert rules
    service_graph       the same services as nodes, declared and seen calls as edges: the node graph

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
from reliability_studio.flows.standing import Standing
from reliability_studio.flows.storyline import Storyline
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import Color, FieldConfig, FrameType, Notice, Severity
from reliability_studio.frames.rows import Column
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
    format: Literal["table", "annotations", "logs"] = "table"


class ServicesModel(QueryModel, frozen=True):
    """`services`."""

    format: Literal["table", "numeric"] = "table"


class ServiceGraphModel(QueryModel, frozen=True):
    """`service_graph`."""

    services: tuple[str, ...] = ()
    """These and their direct neighbours; all when empty."""


_ARCS = {"healthy": "green", "warning": "orange", "critical": "red"}
_NODE: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(("id", "title", "subtitle", "mainstat"), pl.String),
    "secondarystat": pl.Int64,
    **{f"arc__{level}": pl.Float64 for level in (*_ARCS, "unknown")},
}
_NODE_COLUMNS = {
    "mainstat": Column(config=FieldConfig(display_name="Health")),
    "secondarystat": Column(config=FieldConfig(display_name="Open incidents")),
    **{
        f"arc__{level}": Column(config=FieldConfig(color=Color(mode="fixed", fixed_color=color)))
        for level, color in {**_ARCS, "unknown": "gray"}.items()
    },
}


def record_queries(
    org_id: int, incidents: Incidents, catalog: Catalog, clock: Clock
) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""
    at = _Answers(org_id, Storyline(incidents.desk), catalog, clock)
    return (
        QueryType("incident_timeline", TimelineModel, at.timeline, summary="What happened in an incident"),
        QueryType("services", ServicesModel, at.services, summary="Services and how they stand"),
        QueryType("service_graph", ServiceGraphModel, at.service_graph, summary="Who calls whom"),
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
        if call.model.format == "logs":
            return shapes.log_lines(_lines(found), name="timeline", remarks=remarks)
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

    async def service_graph(self, call: QueryCall[ServiceGraphModel]) -> Frames:
        standing = {
            one.service.name: one for one in await self._catalog.listing(self._org_id, self._clock.now())
        }
        calls = sorted({(name, other) for name, one in standing.items() for other in one.service.calls})
        if wanted := set(call.model.services):
            calls = [edge for edge in calls if wanted & set(edge)]
            shown = wanted & standing.keys() | {name for edge in calls for name in edge}
        else:
            shown = standing.keys() | {name for edge in calls for name in edge}
        nodes = pl.DataFrame([_node(name, standing.get(name)) for name in sorted(shown)], schema=_NODE)
        edges = pl.DataFrame(
            [{"id": f"{source} → {target}", "source": source, "target": target} for source, target in calls],
            schema=dict.fromkeys(("id", "source", "target"), pl.String),
        )
        return shapes.node_graph(nodes, edges, node_columns=_NODE_COLUMNS)


def _node(name: str, one: Standing | None) -> dict[str, object]:
    """A service as a node; one that is only called, and not in the catalogue, has no health."""
    health = None if one is None else one.health
    return {
        "id": name,
        "title": name,
        "subtitle": "" if one is None else one.service.owner_team,
        "mainstat": "unknown" if health is None else health.value,
        "secondarystat": None if one is None else sum(not each.drill for each in one.incidents),
        **{f"arc__{level}": float(health is not None and health.value == level) for level in _ARCS},
        "arc__unknown": float(health is None),
    }


def _plain(value: object) -> object:
    return value.value if isinstance(value, EntryType) else value


def _marks(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.col("occurred_at").alias("time"),
        pl.col("title"),
        pl.col("description").alias("text"),
        pl.concat_list("type", "source").alias("tags"),
    )


def _lines(rows: pl.DataFrame) -> pl.DataFrame:
    """One line per entry: its title, then what is told about it; Grafana orders them by time."""
    told = pl.concat_str(
        [pl.col("title"), pl.col("description").replace("", None)], separator=": ", ignore_nulls=True
    )
    return rows.select(
        pl.col("occurred_at").alias("timestamp"),
        told.alias("body"),
        "severity",
        pl.struct("type", "source", "author").alias("labels"),
    )


def _cut() -> Remarks:
    text = f"only the first {MAX_ENTRIES} entries are shown"
    return Remarks(notices=(Notice(severity=Severity.WARNING, text=text),))
