"""Arrow frames in Grafana's JSON form, as `/api/ds/query` hands them to the browser.

A frame that Grafana's decoder refuses raises `Refused`; there, it fails the whole call, every refId in it.
"""

import json
import math
from collections.abc import Callable
from typing import Any

from grafana_host.arrow_reader import ReadField, ReadFrame, Refused, read

__all__ = ["Refused", "to_json"]

_NON_NUMBERS: dict[str, Callable[[float], bool]] = {
    "NaN": math.isnan,
    "Inf": math.inf.__eq__,
    "NegInf": (-math.inf).__eq__,
}
_SIMPLE = {
    "time.Time": "time",
    "string": "string",
    "bool": "boolean",
    "json.RawMessage": "other",
    "enum": "enum",
}


def to_json(data: bytes, ref_id: str) -> dict[str, Any]:
    """One frame: `schema` and `data`.

    Raises:
        Refused: it is not a frame that Grafana takes.
    """
    frame = read(data)
    columns = [_column(each) for each in frame.fields]
    content: dict[str, Any] = {"values": [values for values, _, _ in columns]}
    if any(entities for _, entities, _ in columns):
        content["entities"] = [entities for _, entities, _ in columns]
    if any(any(nanos or ()) for _, _, nanos in columns):
        content["nanos"] = [nanos for _, _, nanos in columns]
    return {"schema": _schema(frame, ref_id), "data": content}


def _schema(frame: ReadFrame, ref_id: str) -> dict[str, Any]:
    schema: dict[str, Any] = {"refId": frame.ref_id or ref_id}
    if frame.name:
        schema["name"] = frame.name
    if frame.meta:
        schema["meta"] = frame.meta
    schema["fields"] = [_field(each) for each in frame.fields]
    return schema


def _field(about: ReadField) -> dict[str, Any]:
    kind = about.type.removeprefix("*")
    info: dict[str, Any] = {"frame": kind}
    if about.nullable:
        info["nullable"] = True
    field: dict[str, Any] = {"name": about.name, "type": _SIMPLE.get(kind, "number"), "typeInfo": info}
    if about.labels:
        field["labels"] = about.labels
    if about.config:
        field["config"] = about.config
    return field


def _column(field: ReadField) -> tuple[list[Any], dict[str, list[int]] | None, list[int] | None]:
    """Values, what JSON cannot say of them, and what is finer than milliseconds."""
    kind = field.type.removeprefix("*")
    if kind == "time.Time":
        values = [None if nanos is None else nanos // 1_000_000 for nanos in field.nanos]
        rest = [0 if nanos is None else nanos % 1_000_000 for nanos in field.nanos]
        return values, None, rest if any(rest) else None
    if kind == "json.RawMessage":
        return [None if value is None else json.loads(value) for value in field.values], None, None
    if kind.startswith("float"):
        found = {
            name: [at for at, value in enumerate(field.values) if value is not None and test(value)]
            for name, test in _NON_NUMBERS.items()
        }
        entities = {name: places for name, places in found.items() if places}
        finite = [None if v is None or not math.isfinite(v) else v for v in field.values]
        return finite, entities or None, None
    return list(field.values), None, None
