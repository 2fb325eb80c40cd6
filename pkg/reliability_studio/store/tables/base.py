"""What all tables share: the metadata, the names of constraints, and the column types of both databases.

Id       whole number that the database gives out
Moment   a point in time: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite; UTC outside
Json     `jsonb` on PostgreSQL, text on SQLite
Words    text that both databases can hold: PostgreSQL knows no NUL, UTF-8 knows no lone surrogate
Name     `Words` short enough to be indexed; PostgreSQL refuses index entries over 2,700 bytes
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import BigInteger, Dialect, Integer, MetaData, Text, types
from sqlalchemy.dialects.postgresql import TIMESTAMP
from typing_extensions import override

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite counts rows in columns of the type INTEGER only."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\ufffd"
NAME_LIMIT = 300


def one_of(column: str, values: Iterable[str]) -> str:
    """The text of a check constraint: the column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def micros(moment: datetime) -> int:
    """A moment as SQLite and cursors hold it.

    Raises:
        ValueError: it has no time zone, so nobody knows when it is.
    """
    if moment.tzinfo is None:
        message = "a stored moment has a time zone"
        raise ValueError(message)
    return (moment - _EPOCH) // _MICROSECOND


def moment(micros_: int) -> datetime:
    """The moment back, in UTC."""
    return _EPOCH + micros_ * _MICROSECOND


def storable(text: str) -> str:
    """The text with what no database can hold replaced by U+FFFD."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def name(text: str) -> str:
    """The text as a `Name` column holds it."""
    clean = storable(text)
    if len(clean) <= NAME_LIMIT:
        return clean
    return f"{clean[: NAME_LIMIT - 33]}-{hashlib.sha256(clean.encode()).hexdigest()[:32]}"


class Moment(types.TypeDecorator[datetime]):
    """A point in time."""

    impl: types.TypeEngine[Any] | type[types.TypeEngine[Any]] = BigInteger
    cache_ok: bool | None = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TIMESTAMP(timezone=True))
        return dialect.type_descriptor(BigInteger())

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        number = micros(value)
        return value.astimezone(UTC) if dialect.name == "postgresql" else number

    @override
    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        if value is None:
            return "NULL"
        return (
            f"'{value.astimezone(UTC).isoformat()}'" if dialect.name == "postgresql" else str(micros(value))
        )

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else moment(value)


class Words(types.TypeDecorator[str]):
    """Text of any length."""

    impl: types.TypeEngine[Any] | type[types.TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class Name(types.TypeDecorator[str]):
    """Text that is looked up: over `NAME_LIMIT` characters the end gives way to a hash of the whole."""

    impl: types.TypeEngine[Any] | type[types.TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else name(value)


class Json(types.TypeDecorator[Any]):
    """A JSON value; encoding and decoding are ours, so that both databases give the same back."""

    impl: types.TypeEngine[Any] | type[types.TypeEngine[Any]] = Text
    cache_ok: bool | None = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(_RawJsonb())
        return dialect.type_descriptor(Text())

    @override
    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else encode(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else msgspec.json.decode(value)


class _RawJsonb(types.UserDefinedType[str]):
    """`jsonb` as text on our side; the connection hands it out unread (`engine`).

    Not SQLAlchemy's own type: with psycopg that one would wrap our text once more, and the database would
    hold one JSON string instead of the value.
    """

    cache_ok: bool | None = True
    render_bind_cast: bool = True

    @override
    def get_col_spec(self, **_options: object) -> str:
        """The type in SQL."""
        return "JSONB"


def encode(value: object) -> str:
    """JSON text that both databases accept; keys in a fixed order."""
    try:
        text = msgspec.json.encode(value, order="sorted").decode()
    except UnicodeEncodeError:
        text = msgspec.json.encode(_cleaned(value), order="sorted").decode()
    return msgspec.json.encode(_cleaned(value), order="sorted").decode() if "\\u0000" in text else text


def _cleaned(value: object) -> object:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(inner) for inner in value]
    return value
