"""Columns of a table straight into a frame: no row objects, and nothing decoded value by value.

A statement chooses each column in a form that both databases give alike and Polars reads at once: moments as
microseconds since 1970, lists and structs as JSON text. The schema says what they become.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import polars as pl
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Row,
    Text,
    cast,
    extract,
    literal_column,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

Schema: TypeAlias = Mapping[str, pl.DataType]
"""Names of columns of one table, and what they are in the frame."""

_MICROSECONDS = 1_000_000
_WHOLE: ColumnElement[Any] = literal_column("'{}'")
"""The path of a JSON value to itself: what lies there, as text, without the quotes of a text."""


def chosen(connection: AsyncConnection, table: FromClause, schema: Schema) -> list[ColumnElement[Any]]:
    """What to select, in the order of the schema."""
    postgres = connection.dialect.name == "postgresql"
    return [_plain(table.c[name], dtype, postgres=postgres).label(name) for name, dtype in schema.items()]


def frame(rows: Sequence[Row[Any]], schema: Schema) -> pl.DataFrame:
    """The rows of such a statement as columns; the schema is the same without any."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pl.DataFrame(
        [_series(name, values, dtype) for (name, dtype), values in zip(schema.items(), columns, strict=True)]
    )


def _plain(column: ColumnElement[Any], dtype: pl.DataType, *, postgres: bool) -> ColumnElement[Any]:
    if isinstance(dtype, pl.Datetime):
        # A database's own timestamps would come as objects, one by one.
        return (
            cast(extract("epoch", column) * _MICROSECONDS, BigInteger)
            if postgres
            else type_coerce(column, BigInteger())
        )
    if dtype.is_nested():
        return column.op("#>>", return_type=Text())(_WHOLE) if postgres else type_coerce(column, Text())
    return column


def _series(name: str, values: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    if isinstance(dtype, pl.Datetime):
        return pl.Series(name, values, dtype=pl.Int64).cast(dtype)
    if dtype.is_nested():
        return pl.Series(name, values, dtype=pl.String).str.json_decode(dtype)
    return pl.Series(name, values, dtype=dtype)
