"""Hypothesis strategies: fields and frames with odd but legal contents, and what a reader must find."""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
from hypothesis import strategies as st

from reliability_studio.frames.columns import NANOSECONDS
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import EnumTexts, FieldConfig

EXACT = 1 << 53

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=10)
TEXTS = EnumTexts(text=("ok", "warning", "", "critical 🚨"))
LABELS: st.SearchStrategy[Mapping[str, str]] = st.dictionaries(
    st.text(max_size=8), st.text(max_size=8), max_size=3
)

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-EXACT, EXACT)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def _whole(kind: Kind) -> st.SearchStrategy[int]:
    bits = int(kind.value.removeprefix("u").removeprefix("int"))
    if kind.value.startswith("u"):
        return st.integers(0, min((1 << bits) - 1, EXACT))
    half = 1 << (bits - 1)
    return st.integers(max(-half, -EXACT), min(half - 1, EXACT))


CELLS: Mapping[Kind, st.SearchStrategy[Any]] = {
    Kind.TIME: st.datetimes(datetime(1678, 1, 1), datetime(2261, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    Kind.FLOAT64: st.floats(),
    Kind.FLOAT32: st.floats(width=32),
    **{kind: _whole(kind) for kind in Kind if kind.integer},
    Kind.STRING: st.text(max_size=20),
    Kind.BOOL: st.booleans(),
    Kind.JSON: _JSON.map(lambda value: json.dumps(value, ensure_ascii=False).encode()),
    Kind.ENUM: st.integers(0, len(TEXTS.text) - 1),
}


@dataclass(frozen=True)
class Drawn:
    """A field with the values that went into it."""

    field: Field
    values: list[Any]


@st.composite
def fields(draw: st.DrawFn, name: str, rows: int) -> Drawn:
    """One field of any kind with `rows` values."""
    kind = draw(st.sampled_from(list(Kind)))
    nullable = draw(st.booleans())
    cells = st.none() | CELLS[kind] if nullable else CELLS[kind]
    values = draw(st.lists(cells, min_size=rows, max_size=rows))
    labels = draw(LABELS)
    if kind is Kind.ENUM:
        return Drawn(Field.enum(name, values, TEXTS, nullable=nullable, labels=labels), values)
    config = FieldConfig(unit=draw(st.text(max_size=5)))
    made = Field.of(name, kind, values, nullable=nullable, labels=labels, config=config)
    return Drawn(made, values)


@st.composite
def frames(draw: st.DrawFn) -> tuple[Frame, list[list[Any]]]:
    """An untyped frame of distinct fields, and its values by field."""
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    rows = draw(st.integers(0, 5))
    drawn = [draw(fields(name, rows)) for name in names]
    frame = Frame(tuple(each.field for each in drawn), draw(st.text(max_size=10)))
    return frame, [each.values for each in drawn]


NANOS = st.integers(NANOSECONDS.start, NANOSECONDS.stop - 1)


def nano_series(nanos: list[int | None]) -> pl.Series:
    """Moments to the nanosecond, which Python's datetime cannot hold."""
    return pl.Series("time", nanos, dtype=pl.Int64).cast(pl.Datetime("ns"))


def exactly(value: Any) -> Any:
    """A value in a form where equal means identical: NaN is itself, and -0.0 is not 0.0."""
    if isinstance(value, float):
        return "NaN" if value != value else struct.pack("<d", value)  # noqa: PLR0124 - only NaN is unequal to itself
    return (type(value).__name__, value)
