"""The JSON form of a frame says the same as its Arrow file."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grafana_host.arrow_reader import ReadField, read
from reliability_studio.frames import live
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Field, Frame
from tests.frames.drawn import NANOS, exactly, frames, nano_series
from tests.frames.goldens import Golden, goldens

_SPECIAL = {"NaN": math.nan, "Inf": math.inf, "NegInf": -math.inf}


def strict(text: bytes) -> Any:
    """JSON without Python's own words for what JSON lacks."""

    def constant(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return json.loads(text, parse_constant=constant)


def values_of(data: dict[str, Any], at: int, kind: str) -> list[Any]:
    """The values of one field, mended by what travels beside them."""
    values = list(data["values"][at])
    for name, rows in (_beside(data, "entities", at) or {}).items():
        for row in rows:
            assert values[row] is None
            values[row] = _SPECIAL[name]
    if kind == "time.Time":
        nanos = _beside(data, "nanos", at) or [0] * len(values)
        values = [None if ms is None else ms * 1_000_000 + ns for ms, ns in zip(values, nanos, strict=True)]
    return values


def _beside(data: dict[str, Any], key: str, at: int) -> Any:
    return data[key][at] if key in data else None


def wanted_of(field: ReadField) -> list[Any]:
    """The values of a field of the Arrow file in JSON's terms."""
    if field.nanos or field.type.endswith("time.Time"):
        return field.nanos
    if field.type.endswith("json.RawMessage"):
        return [None if cell is None else json.loads(cell) for cell in field.values]
    if "float" in field.type:
        return [None if cell is None else float(cell) for cell in field.values]
    return field.values


def same(packet: Any, arrow: bytes) -> None:
    found = read(arrow)
    schema, data = packet["schema"], packet["data"]
    assert list(packet) == ["schema", "data"]
    assert next(iter(data)) == "values"
    assert (schema.get("name", ""), schema.get("refId", "")) == (found.name, found.ref_id)
    assert schema.get("meta", {}) == found.meta
    assert len(schema["fields"]) == len(data["values"]) == len(found.fields)
    for at, (about, field) in enumerate(zip(schema["fields"], found.fields, strict=True)):
        info = about["typeInfo"]
        assert "*" * info.get("nullable", False) + info["frame"] == field.type
        assert (about["name"], about.get("labels", {}), about.get("config", {})) == (
            field.name,
            field.labels,
            field.config,
        )
        seen = values_of(data, at, info["frame"])
        if "float" in info["frame"]:
            seen = [None if cell is None else float(cell) for cell in seen]
        assert [_plain(each) for each in seen] == [_plain(each) for each in wanted_of(field)]


def _plain(value: Any) -> Any:
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else exactly(value)


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_the_golden_frames_say_the_same_in_json(golden: Golden) -> None:
    same(strict(live.whole(golden.frame, golden.ref_id)), golden.arrow)


@given(frames())
def test_any_frame_says_the_same_in_json(drawn: tuple[Frame, list[list[Any]]]) -> None:
    frame = CheckedFrame(drawn[0])
    same(strict(live.whole(frame, "A")), encode(frame, "A"))


@given(st.lists(NANOS, min_size=1))
def test_times_are_milliseconds_with_a_positive_rest_also_before_1970(nanos: list[int]) -> None:
    frame = CheckedFrame(Frame((Field.time("time", nano_series(list(nanos))),)))
    data = strict(live.whole(frame))["data"]
    assert data["values"][0] == [each // 1_000_000 for each in nanos]
    rests = [each % 1_000_000 for each in nanos]
    assert data.get("nanos", [[0] * len(nanos)])[0] == rests


def test_later_packets_hold_the_data_only() -> None:
    frame = CheckedFrame(Frame((Field.number("value", [1.5, math.nan]),)))
    assert strict(live.rows(frame)) == {"data": {"values": [[1.5, None]], "entities": [{"NaN": [1]}]}}
