"""Pages of a list, and the cursor that says where the next one begins.

A cursor holds the sort values of the last row shown (keyset paging: no row is skipped or repeated when others
come and go) and the scope that it was made for: list, order and filter. Another scope refuses it.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, and_, or_

from reliability_studio.errors import BadRequest

T = TypeVar("T")

Value = int | str

MAX_CURSOR = 2_000


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Part of a list. `total` counts all of it; `cursor` is None on the last page."""

    items: tuple[T, ...]
    total: int
    cursor: str | None


def scope(*parts: object) -> str:
    """What a cursor belongs to, in a few characters."""
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:12]


def write(scope_: str, values: Iterable[Value]) -> str:
    """The cursor after a row with these sort values."""
    return base64.urlsafe_b64encode(msgspec.json.encode([scope_, *values])).decode().rstrip("=")


def read(cursor: str, scope_: str, kinds: tuple[type, ...]) -> tuple[Any, ...]:
    """The sort values in a cursor.

    Raises:
        BadRequest: it is not ours, or it was made for another list, order or filter.
    """
    try:
        padded = cursor[:MAX_CURSOR] + "=" * (-len(cursor) % 4)
        decoded = msgspec.json.decode(
            base64.b64decode(padded, altchars=b"-_", validate=True), type=list[Value]
        )
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        raise BadRequest("the cursor is damaged: start again without one") from error
    if len(decoded) != len(kinds) + 1 or decoded[0] != scope_:
        raise BadRequest("the cursor belongs to another list or filter: start again without one")
    values = decoded[1:]
    if any(type(value) is not kind for value, kind in zip(values, kinds, strict=True)):
        raise BadRequest("the cursor is damaged: start again without one")
    return tuple(values)


def after(
    columns: tuple[ColumnElement[Any], ...], values: tuple[Any, ...], *, descending: bool
) -> ColumnElement[bool]:
    """Rows that come after these values in the order of these columns.

    Spelled out as `a <= x AND (a < x OR (a = x AND b < y))`: both planners walk the index from `x`.
    """
    beyond = []
    for depth, (column, value) in enumerate(zip(columns, values, strict=True)):
        ties = [columns[i] == values[i] for i in range(depth)]
        beyond.append(and_(*ties, column < value if descending else column > value))
    first = columns[0] <= values[0] if descending else columns[0] >= values[0]
    return and_(first, or_(*beyond))
