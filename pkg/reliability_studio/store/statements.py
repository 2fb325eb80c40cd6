"""What both databases say alike and SQLAlchemy spells by dialect; how many values one statement holds."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 500
"""Rows or values in one statement; PostgreSQL takes 65,535 parameters, SQLite 32,766."""

T = TypeVar("T")

Insert = sqlite.Insert | postgresql.Insert


def inserting(connection: AsyncConnection, table: Table) -> Insert:
    """An insert that may say what happens `on_conflict`."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def among(column: ColumnElement[T], values: Sequence[T]) -> ColumnElement[bool]:
    """The column has one of these values; a single one leaves an index in its order, so no sort is needed."""
    return column == values[0] if len(values) == 1 else column.in_(values)


def chunks(values: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The values in parts that fit one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]
