"""The tables of a recording, with their columns as every tool spells them.

Units of time, optional columns and names that mean the same are taken as they come; what would change an
answer in silence, an unreadable file or a column that must be there, is an error that names it.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from reliability_studio.errors import Invalid, TooLarge

MOST_ROWS = 20_000_000
"""Rows of one file within the time that is read."""
HTTP_FAILURE = 500
TIMES = ("ts", "timestamp", "time", "at", "start", "start_time")
"""Spellings of the column or field that holds a moment."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column as recordings spell it."""

    name: str
    spellings: tuple[str, ...]
    required: bool = False
    made: Callable[[pl.Expr, pl.DataType], pl.Expr] = lambda column, _kind: column.cast(
        pl.String, strict=False
    )


def read(folder: Path, stem: str, window: tuple[int, int] | None) -> pl.DataFrame | None:
    """One file of a recording (`metrics`, `logs`, `edges` or `spans`); None where there is none.

    Args:
        folder: the recording.
        stem: the file's name, without `.parquet`.
        window: only rows from the first millisecond to before the second; None: all.

    Raises:
        Invalid: the file cannot be read or lacks a column.
        TooLarge: it has more rows in the window than can be held.
    """
    path = folder / f"{stem}.parquet"
    if not path.is_file():
        return None
    try:
        lazy = pl.scan_parquet(path)
        chosen = lazy.select(_chosen(path.name, lazy.collect_schema(), _TABLES[stem]))
        if window is not None:
            chosen = chosen.filter(pl.col("ts").is_between(*window, closed="left"))
        found = chosen.head(MOST_ROWS + 1).collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise Invalid.field(path.name, f"cannot be read: {str(error).splitlines()[0]}") from error
    if found.height > MOST_ROWS:
        raise TooLarge(f"{path.name}: more than {MOST_ROWS:,} rows between the lookback and the end")
    return _one_duration(path.name, found) if stem == "spans" else found


def _chosen(file: str, schema: pl.Schema, columns: Sequence[_Column]) -> list[pl.Expr]:
    made = []
    for column in columns:
        spelled = next((each for each in column.spellings if each in schema), None)
        if spelled is not None:
            made.append(column.made(pl.col(spelled), schema[spelled]).alias(column.name))
        elif column.required:
            raise Invalid.field(
                file, f"needs a column `{column.name}` (or {', '.join(column.spellings[1:]) or 'none else'})"
            )
    return made


def _one_duration(file: str, spans: pl.DataFrame) -> pl.DataFrame:
    """Durations in milliseconds, whatever unit the column's name says."""
    for name, factor in (("duration_ms", 1.0), ("duration_us", 1e-3), ("duration_ns", 1e-6)):
        if name in spans.columns:
            return spans.with_columns(duration_ms=pl.col(name) * factor)
    raise Invalid.field(file, "needs a column `duration_ms`, `duration_us` or `duration_ns`")


def _ts(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        return column.dt.epoch("ms")
    if isinstance(kind, pl.String):
        return column.str.to_datetime(time_unit="ms", time_zone="UTC", strict=False).dt.epoch("ms")
    size = column.abs()
    # Integer arithmetic: nanoseconds do not fit a float without loss.
    whole = column.cast(pl.Int64, strict=False)
    return (
        pl.when(size < 10**11)
        .then((column.cast(pl.Float64) * 1000).cast(pl.Int64, strict=False))
        .when(size < 10**14)
        .then(whole)
        .when(size < 10**17)
        .then(whole // 1000)
        .otherwise(whole // 1_000_000)
    )


def _number(column: pl.Expr, _kind: pl.DataType) -> pl.Expr:
    return column.cast(pl.Float64, strict=False)


def _labels(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Struct):
        return column.struct.json_encode()
    if isinstance(kind, pl.List):
        # Parquet's map type is read as a list of key and value.
        return column.cast(
            pl.List(pl.Struct({"key": pl.String, "value": pl.String})), strict=False
        ).map_elements(
            lambda pairs: json.dumps({pair["key"]: pair["value"] for pair in pairs}, sort_keys=True),
            return_dtype=pl.String,
        )
    return column.cast(pl.String, strict=False)


def _failed(column: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """Whether a span failed, from a flag, a word, or a code.

    Codes of HTTP, gRPC and OpenTelemetry share a column in some recordings: from 500 on it is HTTP's failure;
    0 and 1 are success for two of them (gRPC's 1, cancelled, is given up for that); other small ones are not.
    """
    if isinstance(kind, pl.Boolean):
        return column
    word = column.cast(pl.String, strict=False).str.to_lowercase()
    code = word.str.extract(r"^(\d+)(?:\.0)?$").cast(pl.Int64, strict=False)
    return (
        word.str.contains("err|fail|true").fill_null(value=False)
        | (code >= HTTP_FAILURE).fill_null(value=False)
        | code.is_between(2, 99).fill_null(value=False)
    )


_T = _Column("ts", TIMES, required=True, made=_ts)
_SERVICE = _Column("service", ("service", "service_name", "serviceName"), required=True)
_POD = _Column("pod", ("pod", "pod_name", "instance"))
_METRICS = (
    _T,
    _SERVICE,
    _Column("name", ("name", "metric", "metric_name"), required=True),
    _Column("kind", ("kind", "type")),
    _Column("value", ("value",), required=True, made=_number),
    _POD,
    _Column("labels", ("labels",), made=_labels),
    _Column("unit", ("unit",)),
    _Column("query", ("query",)),
)
_LOGS = (
    _T,
    _SERVICE,
    _Column("message", ("message", "body", "line", "log", "msg"), required=True),
    _Column("level", ("level", "severity")),
    _POD,
)
_EDGES = (
    _Column("caller", ("caller", "source", "client"), required=True),
    _Column("callee", ("callee", "target", "server", "destination"), required=True),
    _Column("rate", ("rate", "calls", "count"), made=_number),
)
_SPANS = (
    _T,
    _SERVICE,
    _Column("trace_id", ("trace_id", "traceId", "traceID"), required=True),
    _Column("span_id", ("span_id", "spanId", "spanID"), required=True),
    _Column("parent_id", ("parent_id", "parent_span_id", "parentSpanId", "parentSpanID")),
    _Column("operation", ("operation", "operation_name", "operationName", "name")),
    _Column("kind", ("kind", "span_kind")),
    _Column("duration_ms", ("duration_ms", "duration"), made=_number),
    _Column("duration_us", ("duration_us",), made=_number),
    _Column("duration_ns", ("duration_ns",), made=_number),
    _Column("error", ("error", "is_error", "status", "status_code"), made=_failed),
    _POD,
)
_TABLES = {"metrics": _METRICS, "logs": _LOGS, "edges": _EDGES, "spans": _SPANS}
