"""Rows of a Polars data frame to fields: which kind a column becomes, and what is said about it.

Datetimes become times (naive means UTC), categories strings, lists and structs JSON cells (a struct's null
members are left out). What has no exact counterpart in Grafana is refused with the column's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias

import msgspec
import polars as pl

from reliability_studio.frames.frame import Field
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import NO_CONFIG, FieldConfig
from reliability_studio.frames.refusal import BadFrame


@dataclass(frozen=True, slots=True)
class Column:
    """What to say about a column beyond its Polars type.

    `kind` overrides the type (a JSON text column, a smaller number), `name` the field's name. Fields are
    nullable unless `nullable` is False.
    """

    config: FieldConfig = NO_CONFIG
    labels: Mapping[str, str] = field(default_factory=dict)
    kind: Kind | None = None
    nullable: bool = True
    name: str = ""


Columns: TypeAlias = Mapping[str, Column]

PLAIN = Column()
NO_COLUMNS: Columns = MappingProxyType({})


def require(rows: pl.DataFrame, names: Sequence[str]) -> None:
    """Refuse rows that lack one of these columns.

    Raises:
        BadFrame: names what is missing and what is there.
    """
    missing = [name for name in names if name not in rows.columns]
    if missing:
        raise BadFrame(f"the rows lack the columns {', '.join(missing)}; they have {', '.join(rows.columns)}")


def leading(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """These columns first: some readers take the first of a type."""
    return rows.select(*names, pl.exclude(*names))


def fields_of(rows: pl.DataFrame, columns: Columns = NO_COLUMNS) -> tuple[Field, ...]:
    """One field per column, in the rows' order."""
    return tuple(field_of(series, columns.get(series.name, PLAIN)) for series in rows)


def labelled(column: Column, part: pl.DataFrame, labels: Sequence[str], title: str = "") -> Column:
    """The column with the labels of one series: the values that all rows of `part` share, without nulls.

    `title` is the label that names the series in legends. A display name would win over whatever a panel
    says, and give all series the same one.
    """
    shared = {label: str(part[label][0]) for label in labels if part[label][0] is not None}
    config = column.config
    if title in shared:
        config = msgspec.structs.replace(config, display_name="", display_name_from_ds=shared[title])
    return replace(column, config=config, labels={**column.labels, **shared})


def field_of(series: pl.Series, column: Column = PLAIN) -> Field:
    """One column as a field.

    Raises:
        BadFrame: the column's type has no counterpart, or a value does not fit.
    """
    kind = column.kind or _kind(series)
    name = column.name or series.name
    values = _sent(series, kind)
    return Field.of(name, kind, values, nullable=column.nullable, labels=column.labels, config=column.config)


def _sent(series: pl.Series, kind: Kind) -> pl.Series:
    """The series in a form that has Arrow data of the kind."""
    if series.dtype == pl.Null:
        return series.cast(pl.String)
    if kind is Kind.JSON and series.dtype.is_nested():
        return pl.Series(series.name, [_cell(cell) for cell in series.to_list()], dtype=pl.Binary)
    return series


def _cell(cell: object) -> bytes | None:
    if isinstance(cell, dict):
        cell = {key: value for key, value in cell.items() if value is not None}
    return None if cell is None else msgspec.json.encode(cell)


def _kind(series: pl.Series) -> Kind:
    dtype = series.dtype
    if dtype.is_nested():
        return Kind.JSON
    kind = _KINDS.get(dtype.base_type())
    if kind is None:
        raise BadFrame(f"column {series.name!r}: Grafana has no type for {dtype}; convert it before")
    return kind


_KINDS: Mapping[type[pl.DataType], Kind] = {
    pl.Datetime: Kind.TIME,
    pl.Date: Kind.TIME,
    pl.Float64: Kind.FLOAT64,
    pl.Float32: Kind.FLOAT32,
    pl.Int8: Kind.INT8,
    pl.Int16: Kind.INT16,
    pl.Int32: Kind.INT32,
    pl.Int64: Kind.INT64,
    pl.UInt8: Kind.UINT8,
    pl.UInt16: Kind.UINT16,
    pl.UInt32: Kind.UINT32,
    pl.UInt64: Kind.UINT64,
    pl.String: Kind.STRING,
    pl.Categorical: Kind.STRING,
    pl.Enum: Kind.STRING,
    pl.Null: Kind.STRING,
    pl.Boolean: Kind.BOOL,
    pl.Binary: Kind.JSON,
}
