"""What a frame and its fields say about themselves: metadata as frozen types, JSON as Grafana decodes it.

Grafana decodes this JSON strictly and a mistake fails the whole call, every refId in it. So each type here
states exactly what the other side takes (types, ranges, known words), and `faults` holds a value against its
own statement before it is sent. What Grafana would drop silently has no place but `custom`.

    FrameMeta     kind, notices, executed query, preferred picture, custom     (schema key `meta`)
    FieldConfig   name, unit, thresholds, mappings, links, enum texts          (field key `config`)

Defaults are left out of the JSON. A threshold's first value is None and means minus infinity.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum, StrEnum
from itertools import pairwise
from typing import Annotated, TypeAlias

import msgspec

Finite: TypeAlias = Annotated[float, msgspec.Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
"""A float that JSON can carry: neither NaN nor infinite."""
Decimals: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=0xFFFF)]
Index: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=0x7FFF_FFFF)]

CONTRACT = (0, 1)
"""Version of Grafana's data plane contract that our typed frames follow."""


class _Wire(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    repr_omit_defaults=True,
    forbid_unknown_fields=True,
):
    """Base: frozen, camelCase on the wire, defaults left out."""


class FrameType(StrEnum):
    """The kinds of the data plane contract that we send; readers rely on the shape that each promises."""

    TIMESERIES_WIDE = "timeseries-wide"
    TIMESERIES_MULTI = "timeseries-multi"
    NUMERIC_LONG = "numeric-long"
    NUMERIC_MULTI = "numeric-multi"
    LOG_LINES = "log-lines"
    TABLE = "table"


class Picture(StrEnum):
    """How Explore should draw a frame (`preferredVisualisationType`)."""

    GRAPH = "graph"
    TABLE = "table"
    LOGS = "logs"
    TRACE = "trace"
    NODE_GRAPH = "nodeGraph"
    FLAME_GRAPH = "flamegraph"


class Topic(StrEnum):
    """Data that is not a series of its own but belongs onto others."""

    ANNOTATIONS = "annotations"


class Severity(StrEnum):
    """How loud a notice is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Inspect(IntEnum):
    """Tab of the query inspector that a notice opens; a number on the wire."""

    NONE = 0
    META = 1
    ERROR = 2
    DATA = 3
    STATS = 4


class Notice(_Wire, frozen=True):
    """A remark that Grafana shows at the panel's corner."""

    severity: Severity
    text: str
    link: str = ""
    inspect: Inspect = Inspect.NONE


class Stat(_Wire, frozen=True):
    """A number for the query inspector, such as how many samples were read."""

    value: Finite
    display_name: str = ""
    unit: str = ""


class FrameMeta(_Wire, frozen=True):
    """Metadata of one frame. `custom` is any JSON object; `type` and `type_version` go together."""

    type: FrameType | None = None
    type_version: tuple[int, int] = (0, 0)
    custom: Mapping[str, object] | None = None
    stats: tuple[Stat, ...] = ()
    notices: tuple[Notice, ...] = ()
    channel: str = ""
    """Live channel that continues this frame: `plugin/<id>/<path>`."""
    picture: Picture | None = msgspec.field(default=None, name="preferredVisualisationType")
    executed: str = msgspec.field(default="", name="executedQueryString")
    topic: Topic | None = msgspec.field(default=None, name="dataTopic")
    row_id_fields: tuple[Index, ...] = msgspec.field(default=(), name="uniqueRowIdFields")
    """Positions of the fields that together identify a row."""


class ThresholdMode(StrEnum):
    """Whether threshold values are in the field's unit or percent of its range."""

    ABSOLUTE = "absolute"
    PERCENTAGE = "percentage"


class Step(_Wire, frozen=True):
    """From `value` upwards the colour is this; None is minus infinity and belongs to the first step only."""

    value: Finite | None
    color: str
    state: str = ""


class Thresholds(_Wire, frozen=True):
    """Colours by value, ascending."""

    mode: ThresholdMode
    steps: tuple[Step, ...]

    @classmethod
    def absolute(cls, base: str, *steps: tuple[float, str]) -> "Thresholds":
        """`absolute("green", (80, "red"))`: green below 80, red from 80."""
        rest = tuple(Step(value=value, color=color) for value, color in steps)
        return cls(mode=ThresholdMode.ABSOLUTE, steps=(Step(value=None, color=base), *rest))


class Shown(_Wire, frozen=True):
    """What a mapped value looks like; `index` orders the mappings in the editor."""

    text: str = ""
    color: str = ""
    index: Index = 0


class ValueMapping(_Wire, frozen=True, tag_field="type", tag="value"):
    """Single values, as Grafana prints them, to texts and colours."""

    options: Mapping[str, Shown]


class Span(_Wire, frozen=True):
    """Numbers from one bound to the other, both included; None is open."""

    result: Shown
    lower: Finite | None = msgspec.field(default=None, name="from")
    upper: Finite | None = msgspec.field(default=None, name="to")


class RangeMapping(_Wire, frozen=True, tag_field="type", tag="range"):
    """A range of numbers to a text and colour."""

    options: Span


class SpecialValue(StrEnum):
    """Values that no number matches."""

    TRUE = "true"
    FALSE = "false"
    NULL = "null"
    NAN = "nan"
    NULL_OR_NAN = "null+nan"
    EMPTY = "empty"


class Special(_Wire, frozen=True):
    """A special value and its look."""

    match: SpecialValue
    result: Shown


class SpecialMapping(_Wire, frozen=True, tag_field="type", tag="special"):
    """Null, NaN, booleans or the empty text to a text and colour."""

    options: Special


ValueLook: TypeAlias = ValueMapping | RangeMapping | SpecialMapping
"""A value mapping. The editor's `regex` kind is missing on purpose: Grafana's decoder refuses it."""


class LinkRange(_Wire, frozen=True):
    """Time range that a link opens."""

    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")


class InternalLink(_Wire, frozen=True):
    """A link into Explore on a data source."""

    query: Mapping[str, object]
    datasource_uid: str
    datasource_name: str = ""
    time_range: LinkRange | None = None


class DataLink(_Wire, frozen=True):
    """A link on a value; Grafana fills in variables such as `${__value.raw}`."""

    title: str
    url: str = ""
    target_blank: bool = False
    internal: InternalLink | None = None


class Color(_Wire, frozen=True):
    """Colour of a field: a mode, and the colour itself for the mode `fixed`."""

    mode: str
    fixed_color: str = ""

    @classmethod
    def fixed(cls, color: str) -> "Color":
        """Always this colour."""
        return cls(mode="fixed", fixed_color=color)


class EnumTexts(_Wire, frozen=True):
    """Texts of an enum field by index, and optionally their colours, icons and descriptions."""

    text: tuple[str, ...]
    color: tuple[str, ...] = ()
    icon: tuple[str, ...] = ()
    description: tuple[str, ...] = ()


class TypeConfig(_Wire, frozen=True):
    """Details of the field's type; only enums have any."""

    enum: EnumTexts | None = None


class FieldConfig(_Wire, frozen=True):
    """How a field is shown. `interval` is the distance between points in milliseconds."""

    display_name: str = ""
    display_name_from_ds: str = msgspec.field(default="", name="displayNameFromDS")
    path: str = ""
    description: str = ""
    filterable: bool | None = None
    unit: str = ""
    decimals: Decimals | None = None
    min: Finite | None = None
    max: Finite | None = None
    interval: Finite = 0.0
    mappings: tuple[ValueLook, ...] = ()
    thresholds: Thresholds | None = None
    color: Color | None = None
    links: tuple[DataLink, ...] = ()
    no_value: str = ""
    type: TypeConfig | None = None
    custom: Mapping[str, object] | None = None


NO_META = FrameMeta()
NO_CONFIG = FieldConfig()


def to_json(value: FrameMeta | FieldConfig) -> str:
    """JSON text of checked metadata."""
    return msgspec.json.encode(value).decode()


def faults(value: FrameMeta | FieldConfig) -> tuple[str, ...]:
    """Everything that would make Grafana refuse or misread this metadata; empty when it is right."""
    try:
        msgspec.json.encode(value)
        msgspec.convert(msgspec.to_builtins(value), type=type(value))
    except (msgspec.ValidationError, TypeError, ValueError, OverflowError, RecursionError) as error:
        return (str(error),)
    return _meta_faults(value) if isinstance(value, FrameMeta) else _config_faults(value)


def _meta_faults(meta: FrameMeta) -> tuple[str, ...]:
    wanted = CONTRACT if meta.type is not None else (0, 0)
    if meta.type_version != wanted:
        about = f"type {meta.type.value!r}" if meta.type is not None else "no type"
        return (f"typeVersion must be {list(wanted)} with {about}, not {list(meta.type_version)}",)
    return ()


def _config_faults(config: FieldConfig) -> tuple[str, ...]:
    found: list[str] = []
    if config.min is not None and config.max is not None and config.min > config.max:
        found.append("min is above max")
    if config.thresholds is not None:
        found.extend(_threshold_faults(config.thresholds.steps))
    return tuple(found)


def _threshold_faults(steps: tuple[Step, ...]) -> tuple[str, ...]:
    if not steps or steps[0].value is not None:
        return ("thresholds: the first step's value must be null, which means minus infinity",)
    rest = [step.value for step in steps[1:]]
    values = [value for value in rest if value is not None]
    if len(values) != len(rest):
        return ("thresholds: only the first step's value may be null",)
    if any(later <= earlier for earlier, later in pairwise(values)):
        return ("thresholds: the values of the steps must rise",)
    return ()
