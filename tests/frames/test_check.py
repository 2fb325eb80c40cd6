"""Each rule of Grafana's decoder and data plane contract refuses the frame that breaks it, by name."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import polars as pl
import pytest
from arro3.core import Array, DataType
from hypothesis import given
from hypothesis import strategies as st

from grafana_host.arrow_reader import Refused, read
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame, check_answer
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import (
    CONTRACT,
    EnumTexts,
    FieldConfig,
    FrameMeta,
    FrameType,
    Notice,
    Picture,
    RangeMapping,
    Severity,
    Shown,
    Span,
    Stat,
    Step,
    ThresholdMode,
    Thresholds,
    Topic,
    ValueMapping,
)
from reliability_studio.frames.refusal import BadFrame

START = datetime(2024, 1, 1, tzinfo=UTC)
TIME = Field.time("time", [START, START + timedelta(minutes=1)])
VALUE = Field.number("value", [1.0, 2.0])


def typed(kind: FrameType, *fields: Field, name: str = "") -> Frame:
    return Frame(fields, name, FrameMeta(type=kind, type_version=CONTRACT))


def refused(frame: Frame, text: str) -> None:
    with pytest.raises(BadFrame) as caught:
        CheckedFrame(frame)
    assert text in str(caught.value)


def test_every_problem_is_reported_at_once_with_frame_and_field() -> None:
    frame = Frame(
        (
            Field.number("a", [1.0], labels={"k": 1}),  # type: ignore[dict-item]
            Field.json("b", [b"{"]),
            Field.number("a", [1.0, 2.0], config=FieldConfig(decimals=-1)),
        ),
        "incidents",
    )
    with pytest.raises(BadFrame) as caught:
        CheckedFrame(frame)
    assert str(caught.value).startswith("frame 'incidents': ")
    assert [problem.path for problem in caught.value.problems] == [
        "fields",
        "fields[0] 'a'",
        "fields[1] 'b'",
        "fields[2] 'a'",
    ]


def test_unequal_lengths_are_refused() -> None:
    refused(Frame((TIME, Field.number("value", [1.0]))), "have different lengths: [1, 2]")


def test_two_fields_of_one_name_need_different_labels() -> None:
    refused(Frame((VALUE, VALUE)), "two are named 'value' with the same labels")
    CheckedFrame(Frame((VALUE, Field.number("value", [1.0, 2.0], labels={"slo": "a"}))))


def test_a_field_name_holds_no_nul() -> None:
    """It would end the name in Arrow's C interface, where the library panics."""
    refused(Frame((Field.number("a\0b", [1]),)), "its name holds a NUL character")


def test_a_null_in_a_column_that_is_not_nullable_is_refused() -> None:
    refused(Frame((Field.number("value", [None], nullable=False),)), "has nulls and is not nullable")


@pytest.mark.parametrize("kind", [Kind.INT64, Kind.UINT64])
def test_whole_numbers_beyond_2_to_the_53_must_go_as_strings(kind: Kind) -> None:
    edge = 1 << 53
    CheckedFrame(Frame((Field.of("id", kind, [edge, None]),)))
    refused(
        Frame((Field.of("id", kind, [0, edge + 1]),)),
        "beyond 2^53, which browsers round: send them as strings",
    )
    refused(Frame((Field.integer("id", [-edge - 1]),)), "send them as strings")


@pytest.mark.parametrize("text", [b"", b"{", b"NaN", b"{'a':1}", b"[1,]", b'"\xff"', b"[" * 100_000])
def test_a_json_cell_must_be_json(text: bytes) -> None:
    refused(Frame((Field.json("labels", [b"{}", None, text]),)), "row 2 is not valid JSON")


def test_an_enum_has_texts_for_all_its_indexes() -> None:
    refused(
        Frame((Field.enum("state", [0, 2], EnumTexts(text=("a", "b"))),)), "has index 2, but only 2 texts"
    )
    refused(Frame((Field.of("state", Kind.ENUM, [0]),)), "is an enum without texts")


@pytest.mark.parametrize("nanos", [-(1 << 63), (1 << 63) - 1])
def test_times_at_the_edge_of_64_bits_are_refused(nanos: int) -> None:
    """Grafana's milliseconds overflow there: the date would jump by five centuries."""
    series = pl.Series([0, nanos], dtype=pl.Int64).cast(pl.Datetime("ns"))
    refused(Frame((Field.time("time", series),)), "has times outside the years 1678 to 2261")


@pytest.mark.parametrize(
    ("config", "text"),
    [
        (FieldConfig(decimals=2.5), "got `float` - at `$.decimals`"),  # type: ignore[arg-type]
        (FieldConfig(decimals=-1), "`$.decimals`"),
        (FieldConfig(decimals=1 << 16), "`$.decimals`"),
        (FieldConfig(decimals=True), "`$.decimals`"),
        (FieldConfig(min=math.nan), "`$.min`"),
        (FieldConfig(max=math.inf), "`$.max`"),
        (FieldConfig(min=2, max=1), "min is above max"),
        (FieldConfig(unit=7), "`$.unit`"),  # type: ignore[arg-type]
        (FieldConfig(mappings=({"type": "regex", "options": {}},)), "`$.mappings[0]"),  # type: ignore[arg-type]
        (FieldConfig(mappings=(ValueMapping(options={"0": Shown(text=1)}),)), "text"),  # type: ignore[arg-type]
        (
            FieldConfig(mappings=(RangeMapping(options=Span(lower=-math.inf, result=Shown())),)),
            "`$.mappings[0].options.from`",
        ),
        (FieldConfig(custom={1: "a"}), "custom"),  # type: ignore[dict-item]
        (FieldConfig(custom={"a": object()}), "object"),
        (FieldConfig(display_name="\ud800"), "surrogates"),
        (
            FieldConfig(thresholds=Thresholds(mode="relative", steps=())),  # type: ignore[arg-type]
            "`$.thresholds.mode`",
        ),
        (
            FieldConfig(thresholds=Thresholds(mode=ThresholdMode.ABSOLUTE, steps=())),
            "first step's value must be null",
        ),
        (
            FieldConfig(
                thresholds=Thresholds(mode=ThresholdMode.ABSOLUTE, steps=(Step(value=0, color="green"),))
            ),
            "first step's value must be null",
        ),
        (FieldConfig(thresholds=Thresholds.absolute("green", (2, "red"), (1, "blue"))), "must rise"),
        (FieldConfig(thresholds=Thresholds.absolute("green", (1, "red"), (1, "blue"))), "must rise"),
        (
            FieldConfig(
                thresholds=Thresholds(mode=ThresholdMode.ABSOLUTE, steps=(Step(value=None, color="a"),) * 2)
            ),
            "only the first step's value may be null",
        ),
        (
            FieldConfig(thresholds=Thresholds.absolute("green", (math.nan, "red"))),
            "`$.thresholds.steps[1].value`",
        ),
    ],
)
def test_a_field_config_that_grafana_would_refuse_is_refused(config: FieldConfig, text: str) -> None:
    refused(Frame((Field.number("value", [1.0], config=config),)), text)


def test_a_threshold_step_has_no_other_keys() -> None:
    """Grafana answers an extra key with an error for the whole call; here it has no place at all."""
    with pytest.raises(TypeError, match="line"):
        Step(value=1, color="red", line=True)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("meta", "text"),
    [
        (FrameMeta(type=FrameType.TABLE), "typeVersion must be [0, 1] with type 'table', not [0, 0]"),
        (FrameMeta(type_version=(0, 1)), "typeVersion must be [0, 0] with no type"),
        (FrameMeta(type=FrameType.TABLE, type_version=(1, 0)), "not [1, 0]"),
        (FrameMeta(type=FrameType.TABLE, type_version=(0, 1, 2)), "`$.typeVersion`"),  # type: ignore[arg-type]
        (FrameMeta(type=FrameType.TABLE, type_version=(0, "1")), "`$.typeVersion[1]`"),  # type: ignore[arg-type]
        (FrameMeta(type="heatmap"), "`$.type`"),  # type: ignore[arg-type]
        (FrameMeta(picture="node-graph"), "`$.preferredVisualisationType`"),  # type: ignore[arg-type]
        (FrameMeta(notices=(Notice(severity="fatal", text=""),)), "`$.notices[0].severity`"),  # type: ignore[arg-type]
        (
            FrameMeta(notices=(Notice(severity=Severity.INFO, text="", inspect="data"),)),  # type: ignore[arg-type]
            "`$.notices[0].inspect`",
        ),
        (FrameMeta(stats=(Stat(value=math.nan),)), "`$.stats[0].value`"),
        (FrameMeta(custom=[1]), "`$.custom`"),  # type: ignore[arg-type]
        (FrameMeta(row_id_fields=(1,)), "uniqueRowIdFields names a field that does not exist"),
        (FrameMeta(channel="plugin/a/" + "x" * 160), "channel has more than 160 characters"),
    ],
)
def test_frame_metadata_that_grafana_would_refuse_is_refused(meta: FrameMeta, text: str) -> None:
    refused(Frame((VALUE,), meta=meta), text)


finite_or_not = st.none() | st.floats() | st.integers(-3, 3)


@given(
    decimals=st.none() | st.integers(-2, 70_000) | st.floats(),
    low=finite_or_not,
    high=finite_or_not,
    steps=st.lists(finite_or_not, max_size=4),
    index=st.integers(-2, 2),
    span=st.tuples(finite_or_not, finite_or_not),
)
def test_what_the_check_lets_through_the_decoder_takes_unchanged(
    decimals: Any, low: Any, high: Any, steps: list[Any], index: int, span: tuple[Any, Any]
) -> None:
    shown = Shown(text="x", index=index)
    config = FieldConfig(
        decimals=decimals,
        min=low,
        max=high,
        mappings=(RangeMapping(options=Span(lower=span[0], upper=span[1], result=shown)),),
        thresholds=Thresholds(
            mode=ThresholdMode.ABSOLUTE, steps=tuple(Step(value=each, color="red") for each in steps)
        ),
    )
    try:
        frame = CheckedFrame(Frame((Field.number("value", [1.0], config=config),)))
    except BadFrame:
        return
    found = read(encode(frame)).fields[0].config
    assert found == msgspec.json.decode(msgspec.json.encode(config))
    assert found.get("decimals") == decimals
    assert [step["value"] for step in found["thresholds"]["steps"]] == steps


def test_a_frame_without_fields_says_what_it_has_none_of() -> None:
    refused(Frame(), "say no data with a type")
    assert len(CheckedFrame(typed(FrameType.TIMESERIES_MULTI))) == 0


class TestTimeSeries:
    """`timeseries-wide` and `timeseries-multi`: the forms that alert rules read."""

    @pytest.mark.parametrize("kind", [FrameType.TIMESERIES_WIDE, FrameType.TIMESERIES_MULTI])
    def test_a_time_and_a_number_are_taken(self, kind: FrameType) -> None:
        assert CheckedFrame(typed(kind, TIME, VALUE)).cells == 4

    @pytest.mark.parametrize("kind", [FrameType.TIMESERIES_WIDE, FrameType.TIMESERIES_MULTI])
    @pytest.mark.parametrize(
        "beside",
        [
            Field.string("who", ["a", "b"]),
            Field.boolean("firing", [True, False]),
            Field.json("labels", [b"{}", b"{}"]),
            Field.enum("state", [0, 0], EnumTexts(text=("a",))),
        ],
        ids=lambda field: field.kind,
    )
    def test_only_numbers_stand_beside_the_time(self, kind: FrameType, beside: Field) -> None:
        refused(typed(kind, TIME, VALUE, beside), "which this type of frame does not have")

    def test_there_is_one_time(self) -> None:
        refused(typed(FrameType.TIMESERIES_WIDE, VALUE), "exactly one time field, not 0")
        second = Field.time("end", [START, START + timedelta(1)])
        refused(typed(FrameType.TIMESERIES_WIDE, TIME, second, VALUE), "exactly one time field, not 2")

    def test_there_is_a_number(self) -> None:
        refused(typed(FrameType.TIMESERIES_WIDE, TIME), "there is no number")

    def test_the_time_is_not_nullable(self) -> None:
        nullable = Field.time("time", [START, None], nullable=True)
        refused(typed(FrameType.TIMESERIES_WIDE, nullable, VALUE), "must not be nullable")

    @pytest.mark.parametrize("second", [START, START - timedelta(microseconds=1)])
    def test_times_rise_without_repeats(self, second: datetime) -> None:
        time = Field.time("time", [START, second])
        refused(typed(FrameType.TIMESERIES_WIDE, time, VALUE), "times must rise, without repeats")

    def test_a_frame_of_the_multi_kind_has_one_number(self) -> None:
        refused(
            typed(FrameType.TIMESERIES_MULTI, TIME, VALUE, Field.number("b", [1, 2])), "exactly one number"
        )

    def test_a_table_may_have_anything_beside_a_time(self) -> None:
        again = Field.time("time", [START, START])
        CheckedFrame(typed(FrameType.TABLE, again, Field.string("who", ["a", "b"]), VALUE))


class TestNumeric:
    """`numeric-multi` and `numeric-long`: numbers without time."""

    def test_long_has_numbers_and_strings_only(self) -> None:
        who = Field.string("who", ["a", "b"])
        CheckedFrame(typed(FrameType.NUMERIC_LONG, who, VALUE))
        refused(typed(FrameType.NUMERIC_LONG, who), "there is no number")
        refused(typed(FrameType.NUMERIC_LONG, TIME, VALUE), "is time.Time, which this type")

    def test_multi_has_one_number(self) -> None:
        CheckedFrame(typed(FrameType.NUMERIC_MULTI, VALUE))
        refused(typed(FrameType.NUMERIC_MULTI, VALUE, Field.number("b", [1, 2])), "exactly one number")


class TestLogLines:
    """`log-lines`: what Explore's log view reads."""

    TIMESTAMP = Field.time("timestamp", [START, START])
    BODY = Field.string("body", ["a", "b"], nullable=False)

    def test_timestamp_and_body_are_needed_and_not_null(self) -> None:
        CheckedFrame(typed(FrameType.LOG_LINES, self.TIMESTAMP, self.BODY))
        refused(typed(FrameType.LOG_LINES, self.BODY), "'timestamp' is missing")
        nullable = Field.string("body", ["a", "b"])
        refused(
            typed(FrameType.LOG_LINES, self.TIMESTAMP, nullable), "'body': must be string and not nullable"
        )

    def test_labels_are_json_and_severities_text(self) -> None:
        labels = Field.string("labels", ["{}", "{}"])
        refused(
            typed(FrameType.LOG_LINES, self.TIMESTAMP, self.BODY, labels), "'labels': must be json.RawMessage"
        )
        severity = Field.number("severity", [1, 2])
        refused(typed(FrameType.LOG_LINES, self.TIMESTAMP, self.BODY, severity), "'severity': must be string")

    def test_ids_are_unique(self) -> None:
        same = Field.string("id", ["1", "1"])
        refused(
            typed(FrameType.LOG_LINES, self.TIMESTAMP, self.BODY, same), "'id': its values must be unique"
        )
        none = Field.string("id", [None, None])
        CheckedFrame(typed(FrameType.LOG_LINES, self.TIMESTAMP, self.BODY, none))


def test_annotations_need_a_time_and_texts_as_text() -> None:
    meta = FrameMeta(topic=Topic.ANNOTATIONS)
    CheckedFrame(Frame((TIME,), meta=meta))
    refused(Frame((VALUE,), meta=meta), "'time' is missing")
    refused(Frame((TIME, Field.number("text", [1, 2])), meta=meta), "'text': must be string")


class TestNodeGraph:
    """Nodes and edges."""

    META = FrameMeta(picture=Picture.NODE_GRAPH)
    ID = Field.string("id", ["a", "b"], nullable=False)

    def test_nodes_have_unique_ids(self) -> None:
        CheckedFrame(Frame((self.ID,), "nodes", self.META))
        refused(Frame((VALUE,), "nodes", self.META), "'id' is missing")
        same = Field.string("id", ["a", "a"], nullable=False)
        refused(Frame((same,), "nodes", self.META), "must be unique")

    def test_edges_have_both_ends(self) -> None:
        refused(Frame((self.ID,), "edges", self.META), "'source' is missing; fields: 'target' is missing")

    def test_names_are_lower_case(self) -> None:
        stat = Field.number("mainStat", [1, 2])
        refused(
            Frame((self.ID, stat), "nodes", self.META),
            "'mainStat': names of a node graph's fields are lower-case",
        )


class TestAnswers:
    """Frames of one refId that must agree."""

    @staticmethod
    def series(value: Field) -> CheckedFrame:
        return CheckedFrame(typed(FrameType.TIMESERIES_MULTI, TIME, value))

    def test_series_told_apart_by_labels_are_taken(self) -> None:
        check_answer([self.series(Field.number("v", [1, 2], labels={"slo": slo})) for slo in ("a", "b")])
        check_answer([])

    def test_the_same_series_twice_is_refused(self) -> None:
        with pytest.raises(BadFrame, match="two frames are the same series"):
            check_answer([self.series(VALUE), self.series(VALUE)])

    def test_the_value_fields_have_one_type(self) -> None:
        with pytest.raises(BadFrame, match=r"must have one type, not \*float64, \*int64"):
            check_answer([self.series(VALUE), self.series(Field.integer("v", [1, 2]))])
        never_null = Field.number("v", [1, 2], nullable=False)
        with pytest.raises(BadFrame, match=r"must have one type, not \*float64, float64"):
            check_answer([self.series(VALUE), self.series(never_null)])

    def test_all_frames_are_of_one_kind(self) -> None:
        table = CheckedFrame(typed(FrameType.TABLE, VALUE))
        with pytest.raises(BadFrame, match="must have one type, not table, timeseries-multi"):
            check_answer([self.series(VALUE), table])
        with pytest.raises(BadFrame, match="not none, table"):
            check_answer([CheckedFrame(Frame((VALUE,))), table])

    def test_a_wide_answer_is_one_frame(self) -> None:
        wide = CheckedFrame(typed(FrameType.TIMESERIES_WIDE, TIME, VALUE))
        check_answer([wide])
        with pytest.raises(BadFrame, match="timeseries-wide is exactly one frame"):
            check_answer([wide, wide])

    def test_tables_may_be_several(self) -> None:
        check_answer([CheckedFrame(typed(FrameType.TABLE, VALUE))] * 2)


def test_a_field_cannot_hold_an_array_of_another_type() -> None:
    with pytest.raises(BadFrame, match="does not have the type of float64"):
        Field("value", Kind.FLOAT64, Array([1], type=DataType.int64()))


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda: Field.number("f", ["1"]), id="text as number"),
        pytest.param(lambda: Field.number("f", [10**400]), id="huge"),
        pytest.param(lambda: Field.integer("f", [1.5]), id="fraction"),
        pytest.param(lambda: Field.integer("f", [1 << 63]), id="64 bits"),
        pytest.param(lambda: Field.of("f", Kind.UINT8, [-1]), id="negative unsigned"),
        pytest.param(lambda: Field.of("f", Kind.INT8, [128]), id="8 bits"),
        pytest.param(lambda: Field.string("f", [1]), id="number as text"),
        pytest.param(lambda: Field.boolean("f", [1]), id="number as bool"),
        pytest.param(lambda: Field.json("f", ["{}"]), id="text as bytes"),
        pytest.param(lambda: Field.time("f", [0]), id="number as time"),
        pytest.param(lambda: Field.time("f", [None, START.replace(tzinfo=None)]), id="naive"),
        pytest.param(lambda: Field.time("f", [datetime(1677, 12, 31, tzinfo=UTC)]), id="too early"),
        pytest.param(lambda: Field.time("f", [datetime(2262, 1, 1, tzinfo=UTC)]), id="too late"),
        pytest.param(lambda: Field.integer("f", pl.Series([1.5])), id="float series as int"),
        pytest.param(lambda: Field.of("f", Kind.INT8, pl.Series([128])), id="series of more bits"),
        pytest.param(lambda: Field.time("f", pl.Series([datetime(9999, 1, 1)])), id="late series"),  # noqa: DTZ001
        pytest.param(lambda: Field.time("f", pl.Series([1])), id="int series as time"),
        pytest.param(lambda: Field.string("f", pl.Series([1])), id="int series as text"),
        pytest.param(lambda: Field.boolean("f", pl.Series([1])), id="int series as bool"),
        pytest.param(lambda: Field.number("f", pl.Series(["1"])), id="text series as number"),
        pytest.param(lambda: Field.number("f", pl.Series([None], dtype=pl.Null)), id="null series"),
        pytest.param(
            lambda: Field.number("f", pl.Series(["a"], dtype=pl.Categorical)), id="category as number"
        ),
    ],
)
def test_a_value_that_does_not_fit_its_kind_is_refused_with_the_fields_name(
    build: Callable[[], Field],
) -> None:
    with pytest.raises(BadFrame, match="field 'f': "):
        build()


def test_the_reader_refuses_what_the_check_refuses() -> None:
    """The reader is our stand-in for Grafana's decoder, so it must be able to say no."""
    unchecked = object.__new__(CheckedFrame)
    object.__setattr__(unchecked, "frame", Frame((Field.integer("id", [1 << 60]),)))
    with pytest.raises(Refused, match="a browser cannot hold"):
        read(encode(unchecked))
