"""What the builder accepts, a strict decoder accepts, and it finds the same values."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grafana_host.arrow_reader import read
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.refusal import BadFrame
from tests.frames.drawn import CELLS, LABELS, NANOS, exactly, frames, nano_series
from tests.frames.goldens import Golden, goldens


@given(frames())
def test_a_strict_decoder_reads_every_frame_that_the_builder_accepts_with_equal_values(
    drawn: tuple[Frame, list[list[Any]]],
) -> None:
    frame, values = drawn
    found = read(encode(CheckedFrame(frame), "A"))

    assert (found.name, found.ref_id) == (frame.name, "A")
    assert [each.name for each in found.fields] == [each.name for each in frame.fields]
    for built, seen, wanted in zip(frame.fields, found.fields, values, strict=True):
        assert seen.type == "*" * built.nullable + built.kind.value
        assert seen.labels == built.labels
        assert [exactly(each) for each in seen.values] == [exactly(each) for each in wanted]


@given(st.lists(st.none() | NANOS, max_size=6))
def test_times_keep_their_nanoseconds_from_1678_to_2261(nanos: list[int | None]) -> None:
    frame = CheckedFrame(Frame((Field.time("time", nano_series(nanos), nullable=True),)))
    assert read(encode(frame)).fields[0].nanos == nanos


@given(st.lists(CELLS[next(iter(CELLS))], min_size=1))
def test_a_time_from_python_is_the_same_moment_in_the_frame(moments: list[Any]) -> None:
    frame = CheckedFrame(Frame((Field.time("time", moments),)))
    assert read(encode(frame)).fields[0].values == moments


@given(st.text(max_size=3), st.characters(categories=["Cs"]), LABELS)
def test_a_lone_surrogate_is_refused_wherever_it_stands(text: str, lone: str, labels: dict[str, str]) -> None:
    broken = text + lone
    with pytest.raises(BadFrame, match="field 'who': a value is not string"):
        Field.string("who", [broken])
    for frame in (
        Frame((Field.string("who", ["a"], labels={**labels, "k": broken}),)),
        Frame((Field.string("who", ["a"], labels={**labels, broken: "v"}),)),
        Frame((Field.string(broken, ["a"]),)),
        Frame((Field.string("who", ["a"]),), broken),
    ):
        with pytest.raises(BadFrame):
            CheckedFrame(frame)


def test_buffers_are_not_compressed() -> None:
    """The library's own default is LZ4; plain bytes are in the file only without it."""
    values = [float(at) for at in range(1000)]
    data = encode(CheckedFrame(Frame((Field.number("value", values),))))
    assert struct.pack("<1000d", *values) in data


@pytest.mark.parametrize("golden", goldens(), ids=lambda golden: golden.name)
def test_golden_frames_read_as_their_expectation_says(golden: Golden) -> None:
    found = read(golden.arrow)
    expected = json.loads(json.dumps(golden.expected, allow_nan=False))

    assert found.name == expected["name"]
    assert found.ref_id == expected["refId"]
    assert {"typeVersion": [0, 0], **found.meta} == (expected["meta"] or {"typeVersion": [0, 0]})
    for seen, wanted in zip(found.fields, expected["fields"], strict=True):
        assert (seen.name, seen.type) == (wanted["name"], wanted["type"])
        assert (seen.labels, seen.config) == (wanted["labels"], wanted["config"])
        assert len(seen.values) == len(wanted["values"])


def test_golden_frames_are_the_same_bytes_each_time() -> None:
    assert [each.arrow for each in goldens()] == [each.arrow for each in goldens()]
