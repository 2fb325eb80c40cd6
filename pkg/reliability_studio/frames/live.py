"""A checked frame as JSON, the form that Grafana Live carries.

    whole(frame)   schema and data: the first packet of a channel, or a subscriber's first sight
    rows(frame)    data only: later packets of the same schema

JSON has no NaN, no infinities and no nanoseconds, so those travel beside the values: `entities` lists the
rows that are special, `nanos` the part of each time below the millisecond. Grafana's decoder wants the schema
before the data and the values before what mends them.
"""

import math
from collections.abc import Mapping, Sequence

import msgspec
from arro3.core import DataType

from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Field
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import NO_CONFIG, NO_META, FieldConfig, FrameMeta

_MILLISECOND = 1_000_000


class _TypeInfo(msgspec.Struct, omit_defaults=True):
    frame: str
    nullable: bool = False


class _SchemaField(msgspec.Struct, rename="camel", omit_defaults=True):
    name: str
    type: str
    type_info: _TypeInfo
    labels: Mapping[str, str] = {}
    config: FieldConfig | None = None


class _Schema(msgspec.Struct, rename="camel", omit_defaults=True):
    fields: list[_SchemaField]
    name: str = ""
    ref_id: str = ""
    meta: FrameMeta | None = None


class _Data(msgspec.Struct, omit_defaults=True):
    values: list[Sequence[object]]
    entities: list[Mapping[str, list[int]] | None] | None = None
    nanos: list[list[int] | None] | None = None


class _Packet(msgspec.Struct, omit_defaults=True):
    data: _Data


class _FirstPacket(msgspec.Struct, omit_defaults=True):
    schema: _Schema
    data: _Data


def whole(checked: CheckedFrame, ref_id: str = "") -> bytes:
    """Schema and data."""
    frame = checked.frame
    fields = [_schema_field(field) for field in frame.fields]
    schema = _Schema(fields, frame.name, ref_id, None if frame.meta == NO_META else frame.meta)
    return msgspec.json.encode(_FirstPacket(schema, _data(checked)))


def rows(checked: CheckedFrame) -> bytes:
    """Data only, for a channel whose subscribers know the schema."""
    return msgspec.json.encode(_Packet(_data(checked)))


def _schema_field(field: Field) -> _SchemaField:
    info = _TypeInfo(field.kind.value, field.nullable)
    config = None if field.config == NO_CONFIG else field.config
    return _SchemaField(field.name, field.kind.simple, info, field.labels, config)


def _data(checked: CheckedFrame) -> _Data:
    columns = [_column(field) for field in checked.frame.fields]
    entities = [entity or None for _, entity, _ in columns]
    nanos = [nano if any(nano) else None for _, _, nano in columns]
    return _Data(
        [values for values, _, _ in columns],
        entities if any(entities) else None,
        nanos if any(nanos) else None,
    )


_Column = tuple[Sequence[object], Mapping[str, list[int]], list[int]]
"""Values as JSON can hold them, special rows by name, and nanoseconds below the millisecond."""


def _column(field: Field) -> _Column:
    if field.kind is Kind.TIME:
        return _times(field)
    values: list[object] = list(field.values.to_pylist())
    if field.kind in {Kind.FLOAT64, Kind.FLOAT32}:
        return _floats(values)
    if field.kind is Kind.JSON:
        return (
            [None if text is None else msgspec.Raw(bytes(text)) for text in field.values.to_pylist()],
            {},
            [],
        )
    return values, {}, []


def _times(field: Field) -> _Column:
    moments: list[int | None] = list(field.values.cast(DataType.int64()).to_pylist())
    values = [None if each is None else each // _MILLISECOND for each in moments]
    return values, {}, [0 if each is None else each % _MILLISECOND for each in moments]


def _floats(values: list[object]) -> _Column:
    special: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        if isinstance(value, float) and not math.isfinite(value):
            special.setdefault(_special(value), []).append(row)
            values[row] = None
    return values, special, []


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Inf" if value > 0 else "NegInf"
