"""Polars data frames to the shapes that Grafana draws. Every function returns checked frames, ready to send.

    table(rows)                              any columns, one row per thing
    timeseries_multi(rows, labels=(...))     long rows to one frame per series; the form for alert rules
    timeseries_wide(rows)                    one time column and n number columns in one frame
    state_timeline(rows, states)             codes over time, shown as texts and colours; also for alert rules
    numeric_multi(rows, labels=(...))        one number per row, its labels beside it
    numeric_long(rows)                       numbers with string columns as labels, in one frame
    log_lines(rows)                          `timestamp`, `body`, and optionally `severity`, `id`, `labels`
    annotations(rows)                        `time`, and optionally `timeEnd`, `title`, `text`, `tags`, `id`
    node_graph(nodes, edges)                 `id`, …  and  `id`, `source`, `target`, …
    no_data(kind)                            "nothing there" as a typed answer, which is not an error

All take `remarks` (notices, executed query, custom data) and most take `columns`: what to say about a column
beyond its type, by column name (`rows.Column`). Rows are sent in the order given, except that series are
sorted by time. `BadFrame` is raised for what has no exact counterpart (durations, decimals, whole numbers
beyond 2^53), for columns that a shape needs and the rows lack, and for values against Grafana's rules.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import msgspec
import polars as pl

from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import (
    CONTRACT,
    FrameMeta,
    FrameType,
    Notice,
    Picture,
    Shown,
    Stat,
    Topic,
    ValueMapping,
)
from reliability_studio.frames.rows import (
    NO_COLUMNS,
    PLAIN,
    Column,
    Columns,
    field_of,
    fields_of,
    labelled,
    leading,
    require,
)

Frames: TypeAlias = tuple[CheckedFrame, ...]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What an answer says beside its data; goes onto the first frame."""

    notices: tuple[Notice, ...] = ()
    executed: str = ""
    """The query as it was run, for the query inspector."""
    custom: Mapping[str, object] | None = None
    """Any JSON object, for our own panels."""
    stats: tuple[Stat, ...] = ()
    channel: str = ""
    """Live channel that continues the first frame."""


@dataclass(frozen=True, slots=True)
class State:
    """One state of a timeline: the number in the data, and the text and colour that people see."""

    code: int
    text: str
    color: str


NO_REMARKS = Remarks()


def table(
    rows: pl.DataFrame, *, name: str = "", columns: Columns = NO_COLUMNS, remarks: Remarks = NO_REMARKS
) -> Frames:
    """One frame with the columns as they are; every column is nullable unless `columns` says otherwise."""
    meta = _meta(FrameType.TABLE, remarks, picture=Picture.TABLE)
    if not rows.width:
        return no_data(FrameType.TABLE, name=name, remarks=remarks)
    return (_checked(name, fields_of(rows, columns), meta),)


def timeseries_multi(
    rows: pl.DataFrame,
    *,
    labels: Sequence[str] = (),
    time: str = "time",
    value: str = "value",
    name: str = "",
    title: str = "",
    column: Column = PLAIN,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """Long rows, one frame for each distinct combination of the `labels` columns.

    The value field takes `column` (unit, thresholds); its labels are those of the series. A null in a label
    column means that the series lacks that label. `title` is the label whose value names a series in legends.
    """
    require(rows, (time, value, *labels))
    if rows.is_empty():
        return no_data(FrameType.TIMESERIES_MULTI, name=name, remarks=remarks)
    parts = rows.partition_by(labels, maintain_order=True) if labels else [rows]
    made: list[CheckedFrame] = []
    for part in parts:
        ordered = part.sort(time)
        fields = (
            Field.time(time, ordered[time]),
            field_of(ordered[value], labelled(column, part, labels, title)),
        )
        meta = _meta(FrameType.TIMESERIES_MULTI, NO_REMARKS if made else remarks, picture=Picture.GRAPH)
        made.append(_checked(name, fields, meta))
    return tuple(made)


def timeseries_wide(
    rows: pl.DataFrame,
    *,
    time: str = "time",
    name: str = "",
    columns: Columns = NO_COLUMNS,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """One time column; every other column is a series of numbers."""
    require(rows, (time,))
    if rows.is_empty() or rows.width == 1:
        return no_data(FrameType.TIMESERIES_WIDE, name=name, remarks=remarks)
    ordered = rows.sort(time)
    fields = (Field.time(time, ordered[time]), *fields_of(ordered.drop(time), columns))
    return (_checked(name, fields, _meta(FrameType.TIMESERIES_WIDE, remarks, picture=Picture.GRAPH)),)


def state_timeline(
    rows: pl.DataFrame,
    states: Sequence[State],
    *,
    time: str = "time",
    name: str = "",
    columns: Columns = NO_COLUMNS,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """Columns of state codes over time; a null is a gap.

    Codes instead of texts, because an alert rule on the same query refuses strings beside the time.
    """
    options = {
        str(state.code): Shown(text=state.text, color=state.color, index=at)
        for at, state in enumerate(states)
    }
    mapping = ValueMapping(options=options)
    described: dict[str, Column] = {}
    for each in rows.columns:
        column = columns.get(each, PLAIN)
        config = msgspec.structs.replace(column.config, mappings=(*column.config.mappings, mapping))
        described[each] = replace(column, config=config)
    return timeseries_wide(rows, time=time, name=name, columns=described, remarks=remarks)


def numeric_multi(
    rows: pl.DataFrame,
    *,
    labels: Sequence[str] = (),
    value: str = "value",
    name: str = "",
    title: str = "",
    column: Column = PLAIN,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """One number per row, one frame per row; the `labels` columns become the number's labels.

    `title` is the label whose value names a number.
    """
    require(rows, (value, *labels))
    if rows.is_empty():
        return no_data(FrameType.NUMERIC_MULTI, name=name, remarks=remarks)
    made: list[CheckedFrame] = []
    for row in rows.iter_slices(1):
        meta = _meta(FrameType.NUMERIC_MULTI, NO_REMARKS if made else remarks)
        made.append(_checked(name, (field_of(row[value], labelled(column, row, labels, title)),), meta))
    return tuple(made)


def numeric_long(
    rows: pl.DataFrame, *, name: str = "", columns: Columns = NO_COLUMNS, remarks: Remarks = NO_REMARKS
) -> Frames:
    """Numbers in one frame; string columns become the labels of each row's numbers."""
    if rows.is_empty():
        return no_data(FrameType.NUMERIC_LONG, name=name, remarks=remarks)
    return (_checked(name, fields_of(rows, columns), _meta(FrameType.NUMERIC_LONG, remarks)),)


def log_lines(
    rows: pl.DataFrame, *, name: str = "", columns: Columns = NO_COLUMNS, remarks: Remarks = NO_REMARKS
) -> Frames:
    """Log lines. `labels` may be structs or JSON texts; further columns are shown as they are."""
    require(rows, ("timestamp", "body"))
    if rows.is_empty():
        return no_data(FrameType.LOG_LINES, name=name, remarks=remarks)
    needed = {"timestamp": Column(nullable=False), "body": Column(nullable=False), "labels": _JSON}
    ordered = leading(rows, ("timestamp", "body"))
    fields = fields_of(ordered, {**needed, **columns})
    return (_checked(name, fields, _meta(FrameType.LOG_LINES, remarks, picture=Picture.LOGS)),)


def annotations(
    rows: pl.DataFrame,
    *,
    name: str = "annotations",
    columns: Columns = NO_COLUMNS,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """Events to mark on graphs. `tags` may be lists of strings; sent as one comma-separated string."""
    require(rows, ("time",))
    if "tags" in rows.columns and isinstance(rows.schema["tags"], pl.List):
        rows = rows.with_columns(pl.col("tags").list.join(",", ignore_nulls=True))
    fields = fields_of(leading(rows, ("time",)), {"time": Column(nullable=False), **columns})
    return (_checked(name, fields, _meta(None, remarks, topic=Topic.ANNOTATIONS)),)


def node_graph(
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    *,
    node_columns: Columns = NO_COLUMNS,
    edge_columns: Columns = NO_COLUMNS,
    remarks: Remarks = NO_REMARKS,
) -> Frames:
    """Two frames, `nodes` and `edges`; column names are Grafana's own: `mainstat`, `arc__failed`, …."""
    require(nodes, ("id",))
    require(edges, ("id", "source", "target"))
    key = Column(nullable=False)
    node_fields = fields_of(nodes, {"id": key, **node_columns})
    edge_fields = fields_of(edges, {"id": key, "source": key, "target": key, **edge_columns})
    picture = Picture.NODE_GRAPH
    return (
        _checked("nodes", node_fields, _meta(None, remarks, picture=picture)),
        _checked("edges", edge_fields, _meta(None, NO_REMARKS, picture=picture)),
    )


def no_data(kind: FrameType, *, name: str = "", remarks: Remarks = NO_REMARKS) -> Frames:
    """A frame of this type without fields: Grafana and alert rules read it as no data."""
    return (_checked(name, (), _meta(kind, remarks)),)


_JSON = Column(kind=Kind.JSON)


def _checked(name: str, fields: Sequence[Field], meta: FrameMeta) -> CheckedFrame:
    return CheckedFrame(Frame(tuple(fields), name, meta))


def _meta(
    kind: FrameType | None, remarks: Remarks, *, picture: Picture | None = None, topic: Topic | None = None
) -> FrameMeta:
    return FrameMeta(
        type=kind,
        type_version=(0, 0) if kind is None else CONTRACT,
        custom=remarks.custom,
        stats=remarks.stats,
        notices=remarks.notices,
        channel=remarks.channel,
        picture=picture,
        executed=remarks.executed,
        topic=topic,
    )
