"""Values to Arrow arrays of exactly the type that a kind has on the wire.

Two ways in: Python values, and series of Polars over the Arrow interface, without a copy where the type
fits. A conversion that would lose something (a float into an integer column, a date past the range) is
refused with the field's name; Arrow alone would truncate or write null.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from arro3.core import Array, DataType

from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.refusal import BadFrame

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _nanoseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND * 1000


YEARS = range(1678, 2262)
"""Whole years that 64 bits of nanoseconds hold."""
NANOSECONDS = range(
    _nanoseconds(datetime(YEARS.start, 1, 1, tzinfo=UTC)),
    _nanoseconds(datetime(YEARS.stop, 1, 1, tzinfo=UTC)),
)
"""Those years, as nanoseconds since 1970."""


@runtime_checkable
class Series(Protocol):
    """A Polars series, or any other column that hands out Arrow data."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The Arrow PyCapsule interface."""
        ...

    def __len__(self) -> int:
        """How many rows."""
        ...


Values: TypeAlias = Iterable[T | None] | Series
"""What a field is made of: Python values with None for no value, or a series."""


def column(name: str, kind: Kind, values: Values[T]) -> Array:
    """The values as an Arrow array of the kind's type.

    Raises:
        BadFrame: a value is not of the kind, or cannot be kept exactly; names the field.
    """
    if isinstance(values, Series):
        return _from_series(name, kind, values)
    if kind is Kind.TIME:
        nanos = [None if value is None else _nanos(name, value) for value in values]
        return _from_values(name, Kind.INT64, nanos).cast(kind.arrow)
    return _from_values(name, kind, list(values))


def _from_values(name: str, kind: Kind, values: list[T | None]) -> Array:
    try:
        return Array(values, type=kind.arrow)
    except Exception as error:  # arro3 raises bare Exception for some of its refusals
        raise BadFrame(f"field {name!r}: a value is not {kind.value}: {error}") from error


def _nanos(name: str, value: object) -> int:
    if not isinstance(value, datetime):
        raise BadFrame(f"field {name!r}: a value is not time.Time but {type(value).__name__}")
    if value.tzinfo is None:
        raise BadFrame(f"field {name!r}: a time has no zone; say UTC")
    nanos = _nanoseconds(value)
    if nanos not in NANOSECONDS:
        raise BadFrame(f"field {name!r}: a time is outside the years {YEARS[0]} to {YEARS[-1]}")
    return nanos


def _from_series(name: str, kind: Kind, series: Series) -> Array:
    try:
        source = Array.from_arrow(series)
    except Exception as error:  # arro3 raises bare Exception, for example for a series of type Null
        raise BadFrame(f"field {name!r}: the series has no readable Arrow data: {error}") from error
    if not _takes(kind, source.type):
        raise BadFrame(f"field {name!r}: {_words(source.type)} does not become {kind.value}")
    array = source if source.type == kind.arrow else source.cast(kind.arrow)
    # A cast writes null where a value does not fit.
    if array.null_count != source.null_count:
        raise BadFrame(f"field {name!r}: a value is out of the range of {kind.value}")
    return array


def _takes(kind: Kind, source: DataType) -> bool:
    """Whether this Arrow type becomes the kind without loss."""
    if _is_dictionary(source):
        # Categories come as dictionaries; their texts are what counts.
        return kind is Kind.STRING and source.value_type is not None and _takes(kind, source.value_type)
    return any(test(source) for test in _TAKES.get(kind, _WHOLE))


_Tests: TypeAlias = tuple[Callable[[DataType], bool], ...]

_is_dictionary: Callable[[DataType], bool] = DataType.is_dictionary
_WHOLE: _Tests = (DataType.is_integer,)
_TEXT: _Tests = (DataType.is_string, DataType.is_large_string, DataType.is_string_view)
_BYTES: _Tests = (DataType.is_binary, DataType.is_large_binary, DataType.is_binary_view)
_TAKES: Mapping[Kind, _Tests] = {
    Kind.TIME: (DataType.is_timestamp, DataType.is_date),
    Kind.FLOAT64: (DataType.is_integer, DataType.is_floating),
    Kind.FLOAT32: (DataType.is_integer, DataType.is_floating),
    Kind.STRING: _TEXT,
    Kind.BOOL: (DataType.is_boolean,),
    Kind.JSON: (*_TEXT, *_BYTES),
}


def _words(source: DataType) -> str:
    """`Timestamp(ms)` out of arro3's longer form."""
    return repr(source).strip().removeprefix("arro3.core.DataType<").removesuffix(">")
