"""Fields and frames: the columns of an answer in the types that Grafana knows, and no others.

A `Field` is one column, held as an Arrow array of exactly the type its `Kind` has on the wire. There is one
constructor per kind; each takes Python values or a Polars series and refuses what does not fit, with the
field's name. A `Frame` is fields plus metadata, not yet looked at as a whole: only a `check.CheckedFrame`
can be encoded.

    Field.time("time", [datetime | None])      aware datetimes, kept as nanoseconds in UTC
    Field.number("value", [float | None])      float64; NaN and infinities are values, None is no value
    Field.integer("code", [int | None])        int64
    Field.string("who", [str | None])          UTF-8
    Field.boolean("firing", [bool | None])
    Field.json("labels", [bytes | None])       each cell one JSON text
    Field.enum("state", [int | None], texts)   indexes into `texts.text`
    Field.of("x", Kind.UINT8, values)          any kind, also the smaller numbers

All of them take `nullable`, `labels` and `config`. Times are not nullable unless asked; the rest is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict, TypeVar

import msgspec
from arro3.core import Array
from typing_extensions import Unpack

from reliability_studio.frames.columns import Values, column
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import NO_CONFIG, NO_META, EnumTexts, FieldConfig, FrameMeta, TypeConfig
from reliability_studio.frames.refusal import BadFrame

T = TypeVar("T")


class Options(TypedDict, total=False):
    """What every constructor takes beside name and values."""

    nullable: bool
    labels: Mapping[str, str]
    config: FieldConfig


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `values` has the Arrow type of `kind`; `labels` tell equal names apart."""

    name: str
    kind: Kind
    values: Array = field(repr=False)
    nullable: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    config: FieldConfig = NO_CONFIG

    def __post_init__(self) -> None:
        if self.values.type != self.kind.arrow:
            raise BadFrame(f"field {self.name!r}: its array does not have the type of {self.kind.value}")

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, name: str, kind: Kind, values: Values[T], **options: Unpack[Options]) -> "Field":
        """A field of any kind; the other constructors say what each kind takes.

        Raises:
            BadFrame: a value does not fit the kind.
        """
        options.setdefault("nullable", kind is not Kind.TIME)
        return cls(name, kind, column(name, kind, values), **options)

    @classmethod
    def time(cls, name: str, values: Values[datetime], **options: Unpack[Options]) -> "Field":
        """Moments, to the microsecond from Python, to the nanosecond from a series (naive means UTC there).

        Raises:
            BadFrame: a datetime without a zone, or outside the years 1678 to 2261.
        """
        return cls.of(name, Kind.TIME, values, **options)

    @classmethod
    def number(cls, name: str, values: Values[float], **options: Unpack[Options]) -> "Field":
        """float64. NaN and infinities stay what they are; None is no value."""
        return cls.of(name, Kind.FLOAT64, values, **options)

    @classmethod
    def integer(cls, name: str, values: Values[int], **options: Unpack[Options]) -> "Field":
        """int64. Beyond 2^53 the browser loses digits: send such numbers as strings."""
        return cls.of(name, Kind.INT64, values, **options)

    @classmethod
    def string(cls, name: str, values: Values[str], **options: Unpack[Options]) -> "Field":
        """Text that UTF-8 can carry, so no lone surrogates."""
        return cls.of(name, Kind.STRING, values, **options)

    @classmethod
    def boolean(cls, name: str, values: Values[bool], **options: Unpack[Options]) -> "Field":
        """True or false."""
        return cls.of(name, Kind.BOOL, values, **options)

    @classmethod
    def json(cls, name: str, values: Values[bytes], **options: Unpack[Options]) -> "Field":
        """One JSON text per cell; an invalid one would show as null, so the check refuses it."""
        return cls.of(name, Kind.JSON, values, **options)

    @classmethod
    def enum(cls, name: str, values: Values[int], texts: EnumTexts, **options: Unpack[Options]) -> "Field":
        """Indexes into `texts.text`."""
        config = options.get("config", NO_CONFIG)
        options["config"] = msgspec.structs.replace(config, type=TypeConfig(enum=texts))
        return cls.of(name, Kind.ENUM, values, **options)


@dataclass(frozen=True, slots=True)
class Frame:
    """Fields with metadata, as built; `check.CheckedFrame` decides whether Grafana would take it."""

    fields: tuple[Field, ...] = ()
    name: str = ""
    meta: FrameMeta = NO_META

    def __len__(self) -> int:
        return len(self.fields[0]) if self.fields else 0

    def find(self, name: str) -> Field | None:
        """The first field of that name."""
        return next((each for each in self.fields if each.name == name), None)
