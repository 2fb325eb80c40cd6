"""Reads Arrow frames as strictly as Grafana does, written from the protocol's facts and not from our encoder.

`read(data)` gives plain Python values. It raises `Refused` for what Grafana's decoder refuses, and also for
what that decoder would take and change in silence: nulls in a column that is not nullable, times that are not
nanoseconds, unknown keys in metadata, JSON cells that are no JSON.
"""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from arro3.core import Array, DataType
from arro3.core import Field as ArrowField
from arro3.io import read_ipc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Refused(Exception):
    """Grafana would not take this frame, or would show something else than it says."""


@dataclass(frozen=True)
class ReadField:
    """One column; `type` is the Go name, `*` for nullable. Times are datetimes; `nanos` has them exact."""

    name: str
    type: str
    nullable: bool
    values: list[Any]
    labels: dict[str, str] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    nanos: list[int | None] = field(default_factory=list)


@dataclass(frozen=True)
class ReadFrame:
    """A decoded frame; `meta` is its JSON as an object."""

    name: str
    ref_id: str
    meta: dict[str, Any]
    fields: list[ReadField]

    def __getitem__(self, name: str) -> ReadField:
        """The field of that name, which must be the only one."""
        found = [each for each in self.fields if each.name == name]
        if len(found) != 1:
            raise KeyError(
                f"{len(found)} fields are named {name!r}; there are {[f.name for f in self.fields]}"
            )
        return found[0]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The frame by rows, for tests that compare tables."""
        names = [each.name for each in self.fields]
        columns = [each.values for each in self.fields]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def read(data: bytes) -> ReadFrame:
    """Decode one Arrow IPC file.

    Raises:
        Refused: says why.
    """
    if not (data.startswith(b"ARROW1\x00\x00") and data.endswith(b"ARROW1")):
        raise Refused("could not decode footer: not an Arrow file")
    table = read_ipc(data).read_all()
    about = table.schema.metadata_str
    unknown = set(about) - {"name", "refId", "meta"}
    if unknown:
        raise Refused(f"unknown schema metadata {sorted(unknown)}")
    columns = [table.column(at).combine_chunks() for at in range(table.num_columns)]
    fields = [_field(table.field(at), column) for at, column in enumerate(columns)]
    if len({len(each.values) for each in fields}) > 1:
        raise Refused("frame has different field lengths")
    meta = _object("meta", about.get("meta", "{}"))
    _check_meta(meta)
    return ReadFrame(about.get("name", ""), about.get("refId", ""), meta, fields)


_TYPES: dict[DataType, tuple[str, str]] = {
    DataType.float64(): ("float64", "number"),
    DataType.float32(): ("float32", "number"),
    DataType.int8(): ("int8", "number"),
    DataType.int16(): ("int16", "number"),
    DataType.int32(): ("int32", "number"),
    DataType.int64(): ("int64", "number"),
    DataType.uint8(): ("uint8", "number"),
    DataType.uint16(): ("uint16", "number"),
    DataType.uint32(): ("uint32", "number"),
    DataType.uint64(): ("uint64", "number"),
    DataType.utf8(): ("string", "string"),
    DataType.bool(): ("bool", "boolean"),
    DataType.binary(): ("json.RawMessage", "other"),
    DataType.timestamp("ns"): ("time.Time", "time"),
}


def _field(about: ArrowField, array: Array) -> ReadField:
    metadata = about.metadata_str
    unknown = set(metadata) - {"name", "tstype", "labels", "config"}
    if unknown:
        raise Refused(f"unknown field metadata {sorted(unknown)}")
    kind = _kind(about, metadata.get("tstype", ""))
    labels = _object("labels", metadata.get("labels", "{}"))
    if not all(isinstance(value, str) for value in labels.values()):
        raise Refused("cannot unmarshal a label value that is no string")
    config = _object("config", metadata.get("config", "{}"))
    _check_config(config)
    if array.null_count and not about.nullable:
        raise Refused(f"{about.name}: null in a column that is not nullable becomes a zero value")
    nanos = array.cast(DataType.int64()).to_pylist() if kind == "time.Time" else []
    values = [_moment(each) for each in nanos] if kind == "time.Time" else list(array.to_pylist())
    _check_values(about.name, kind, values, config)
    return ReadField(
        about.name, "*" * about.nullable + kind, about.nullable, values, labels, config, list(nanos)
    )


def _kind(about: ArrowField, simple: str) -> str:
    if about.type not in _TYPES:
        raise Refused(f"unsupported conversion from arrow to sdk type for {about.name}: {about.type!r}")
    kind, wanted = _TYPES[about.type]
    if kind == "uint16" and simple == "enum":
        return "enum"
    if simple != wanted:
        raise Refused(f"{about.name}: tstype {simple!r} does not go with {kind}")
    return kind


def _moment(nanos: int | None) -> datetime | None:
    return None if nanos is None else _EPOCH + timedelta(microseconds=nanos // 1000)


def _check_values(name: str, kind: str, values: list[Any], config: dict[str, Any]) -> None:
    present = [value for value in values if value is not None]
    if kind == "json.RawMessage":
        for value in present:
            _parse(f"{name}: cell", value)
    if kind == "enum":
        texts = config.get("type", {}).get("enum", {}).get("text", [])
        if present and max(present) >= len(texts):
            raise Refused(f"{name}: enum index without a text")
    if kind in {"int64", "uint64"} and any(abs(value) > 2**53 for value in present):
        raise Refused(f"{name}: a browser cannot hold this number")


def _parse(what: str, text: str | bytes) -> Any:
    def constant(word: str) -> Any:
        raise Refused(f"{what}: {word} is no JSON")

    try:
        return json.loads(text, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{what}: {error}") from error


def _object(what: str, text: str) -> dict[str, Any]:
    value = _parse(what, text)
    if not isinstance(value, dict):
        raise Refused(f"{what} is no JSON object")
    return value


Check = Callable[[str, Any], None]


def _is(*types: type) -> Check:
    def check(what: str, value: Any) -> None:
        # To Go a bool is no number, though to Python it is.
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            raise Refused(f"{what}: cannot unmarshal {value!r}")

    return check


def _whole(low: int, high: int) -> Check:
    def check(what: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Refused(f"{what}: cannot unmarshal {value!r} into a whole number of {low} to {high}")

    return check


def _number(what: str, value: Any) -> None:
    _is(int, float)(what, value)
    if not math.isfinite(value):
        raise Refused(f"{what}: {value} is no JSON number")


def _one_of(*words: str) -> Check:
    def check(what: str, value: Any) -> None:
        if value not in words:
            raise Refused(f"{what}: unrecognized {value!r}")

    return check


def _list(each: Check) -> Check:
    def check(what: str, value: Any) -> None:
        _is(list)(what, value)
        for at, item in enumerate(value):
            each(f"{what}[{at}]", item)

    return check


def _struct(known: dict[str, Check], required: tuple[str, ...] = ()) -> Check:
    def check(what: str, value: Any) -> None:
        _is(dict)(what, value)
        unknown = set(value) - set(known)
        if unknown:
            raise Refused(f"{what}: unexpected field {sorted(unknown)}")
        missing = set(required) - set(value)
        if missing:
            raise Refused(f"{what}: missing {sorted(missing)}")
        for key, item in value.items():
            known[key](f"{what}.{key}", item)

    return check


def _by_value(each: Check) -> Check:
    def check(what: str, value: Any) -> None:
        _is(dict)(what, value)
        for key, item in value.items():
            each(f"{what}.{key}", item)

    return check


def _mapping(what: str, value: Any) -> None:
    _struct({"type": _one_of(*_MAPPINGS), "options": _is(dict)}, ("type", "options"))(what, value)
    _MAPPINGS[value["type"]](f"{what}.options", value["options"])


def _step_value(what: str, value: Any) -> None:
    if value is not None:
        _number(what, value)


def _steps(what: str, value: Any) -> None:
    known: dict[str, Check] = {"value": _step_value, "color": _is(str), "state": _is(str)}
    _list(_struct(known, ("value",)))(what, value)
    if not value or value[0]["value"] is not None or any(step["value"] is None for step in value[1:]):
        raise Refused(f"{what}: the first value, and only that, is null")


_RESULT = _struct({"text": _is(str), "color": _is(str), "index": _whole(0, 2**31 - 1)})
_SPECIAL_VALUES = _one_of("true", "false", "null", "nan", "null+nan", "empty")
_MAPPINGS: dict[str, Check] = {
    "value": _by_value(_RESULT),
    "range": _struct({"from": _number, "to": _number, "result": _RESULT}, ("result",)),
    "special": _struct({"match": _SPECIAL_VALUES, "result": _RESULT}, ("match", "result")),
}


def _instant(what: str, value: Any) -> None:
    _is(str)(what, value)
    try:
        zoned = datetime.fromisoformat(value).tzinfo is not None
    except ValueError as error:
        raise Refused(f"{what}: {value!r} is no time") from error
    if not zoned:
        raise Refused(f"{what}: {value!r} has no zone")


_LINK = _struct(
    {
        "title": _is(str),
        "url": _is(str),
        "targetBlank": _is(bool),
        "internal": _struct(
            {
                "query": _is(dict),
                "datasourceUid": _is(str),
                "datasourceName": _is(str),
                "timeRange": _struct({"from": _instant, "to": _instant}, ("from", "to")),
            }
        ),
    }
)
_ENUM = _struct(
    {
        "text": _list(_is(str)),
        "color": _list(_is(str)),
        "icon": _list(_is(str)),
        "description": _list(_is(str)),
    },
    ("text",),
)
_check_config_shape = _struct(
    {
        "displayName": _is(str),
        "displayNameFromDS": _is(str),
        "path": _is(str),
        "description": _is(str),
        "filterable": _is(bool),
        "writeable": _is(bool),
        "unit": _is(str),
        "decimals": _whole(0, 0xFFFF),
        "min": _number,
        "max": _number,
        "interval": _number,
        "mappings": _list(_mapping),
        "thresholds": _struct(
            {"mode": _one_of("absolute", "percentage"), "steps": _steps}, ("mode", "steps")
        ),
        "color": _is(dict),
        "links": _list(_LINK),
        "noValue": _is(str),
        "type": _struct({"enum": _ENUM}),
        "custom": _is(dict),
    }
)
_NOTICE = _struct(
    {
        "severity": _one_of("info", "warning", "error"),
        "text": _is(str),
        "link": _is(str),
        "inspect": _whole(0, 4),
    },
    ("severity", "text"),
)


def _version(what: str, value: Any) -> None:
    _list(_whole(0, 2**31 - 1))(what, value)
    if len(value) != 2:  # noqa: PLR2004 - major and minor
        raise Refused(f"{what}: must be two whole numbers")


def _stat(what: str, value: Any) -> None:
    _is(dict)(what, value)
    _number(f"{what}.value", value.get("value"))
    _check_config_shape(what, {key: item for key, item in value.items() if key != "value"})


_check_meta_shape = _struct(
    {
        "type": _one_of(
            "timeseries-wide",
            "timeseries-long",
            "timeseries-multi",
            "numeric-wide",
            "numeric-long",
            "numeric-multi",
            "log-lines",
            "table",
            "directory-listing",
        ),
        "typeVersion": _version,
        "preferredVisualisationType": _one_of("graph", "table", "logs", "trace", "nodeGraph", "flamegraph"),
        "preferredVisualisationPluginId": _is(str),
        "notices": _list(_NOTICE),
        "custom": _is(dict),
        "executedQueryString": _is(str),
        "stats": _list(_stat),
        "channel": _is(str),
        "dataTopic": _one_of("annotations"),
        "path": _is(str),
        "pathSeparator": _is(str),
        "uniqueRowIdFields": _list(_whole(0, 2**31 - 1)),
    }
)


def _check_meta(meta: dict[str, Any]) -> None:
    _check_meta_shape("meta", meta)
    if ("type" in meta) != (meta.get("typeVersion", [0, 0]) != [0, 0]):
        raise Refused("meta: type and typeVersion go together")


def _check_config(config: dict[str, Any]) -> None:
    _check_config_shape("config", config)
