"""Polars rows become the frames that Grafana draws, alert rules read and Explore lists."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from grafana_host.arrow_reader import ReadFrame, read
from reliability_studio.frames import shapes
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame, check_answer
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import FieldConfig, FrameType, Notice, Severity, Stat, Thresholds
from reliability_studio.frames.refusal import BadFrame
from reliability_studio.frames.rows import Column

START = datetime(2024, 1, 1, tzinfo=UTC)
TIMES = [START + timedelta(minutes=at) for at in range(3)]
REMARKS = shapes.Remarks(
    notices=(Notice(severity=Severity.WARNING, text="partial"),),
    executed="up",
    custom={"rows": 3},
    stats=(Stat(value=3, display_name="samples"),),
    channel="plugin/app/incidents",
)


def sent(frames: Sequence[CheckedFrame]) -> list[ReadFrame]:
    """The frames as Grafana finds them."""
    check_answer(frames)
    return [read(encode(frame, "A")) for frame in frames]


class TestTable:
    """Any columns."""

    def test_each_polars_type_becomes_the_kind_that_shows_it(self) -> None:
        rows = pl.DataFrame(
            {
                "moment": [START, None],
                "naive": pl.Series([datetime(2024, 1, 1), None], dtype=pl.Datetime("ms")),  # noqa: DTZ001
                "zoned": pl.Series([START, None]).dt.convert_time_zone("Asia/Kathmandu"),
                "day": [date(2024, 1, 1), None],
                "f64": [0.5, None],
                "f32": pl.Series([0.5, None], dtype=pl.Float32),
                **{
                    str(dtype): pl.Series([1, None], dtype=dtype)
                    for dtype in (
                        pl.Int8,
                        pl.Int16,
                        pl.Int32,
                        pl.Int64,
                        pl.UInt8,
                        pl.UInt16,
                        pl.UInt32,
                        pl.UInt64,
                    )
                },
                "text": ["日本", None],
                "category": pl.Series(["a", None], dtype=pl.Categorical),
                "choice": pl.Series(["a", None], dtype=pl.Enum(["b", "a"])),
                "flag": [True, None],
                "bytes": [b'{"a":1}', None],
                "list": [[1, 2], None],
                "struct": [{"a": 1, "b": None}, None],
                "array": pl.Series([[1, 2], None], dtype=pl.Array(pl.Int64, 2)),
                "nothing": [None, None],
            }
        )
        (frame,) = sent(shapes.table(rows, name="types"))
        assert frame.meta == {
            "type": "table",
            "typeVersion": [0, 1],
            "preferredVisualisationType": "table",
        }
        assert {field.name: field.type for field in frame.fields} == {
            "moment": "*time.Time",
            "naive": "*time.Time",
            "zoned": "*time.Time",
            "day": "*time.Time",
            "f64": "*float64",
            "f32": "*float32",
            **{
                f"{sign}{bits}": f"*{sign.lower()}{bits}"
                for sign in ("Int", "UInt")
                for bits in (8, 16, 32, 64)
            },
            "text": "*string",
            "category": "*string",
            "choice": "*string",
            "flag": "*bool",
            "bytes": "*json.RawMessage",
            "list": "*json.RawMessage",
            "struct": "*json.RawMessage",
            "array": "*json.RawMessage",
            "nothing": "*string",
        }
        assert [frame[name].values[0] for name in ("moment", "naive", "zoned", "day")] == [START] * 4
        assert [frame[name].values[0] for name in ("category", "choice", "flag")] == ["a", "a", True]
        assert [json.loads(frame[name].values[0]) for name in ("list", "struct", "array")] == [
            [1, 2],
            {"a": 1},
            [1, 2],
        ]
        assert all(field.values[1] is None for field in frame.fields)

    def test_a_column_can_be_described(self) -> None:
        column = Column(
            FieldConfig(unit="s", thresholds=Thresholds.absolute("green", (1, "red"))),
            labels={"slo": "a"},
            kind=Kind.JSON,
            nullable=False,
            name="Details",
        )
        (frame,) = sent(shapes.table(pl.DataFrame({"a": ["{}"], "b": [1]}), columns={"a": column}))
        details = frame["Details"]
        assert details.type == "json.RawMessage"
        assert details.labels == {"slo": "a"}
        assert details.config == {
            "unit": "s",
            "thresholds": {
                "mode": "absolute",
                "steps": [{"value": None, "color": "green"}, {"value": 1, "color": "red"}],
            },
        }
        assert frame["b"].config == {}

    def test_whole_numbers_may_be_sent_as_floats(self) -> None:
        rows = pl.DataFrame({"count": [1, None]})
        (frame,) = sent(shapes.table(rows, columns={"count": Column(kind=Kind.FLOAT64)}))
        assert (frame["count"].type, frame["count"].values) == ("*float64", [1.0, None])

    def test_a_column_without_counterpart_is_refused_by_name(self) -> None:
        with pytest.raises(BadFrame, match=r"column 'took': Grafana has no type for Duration.*convert it"):
            shapes.table(pl.DataFrame({"took": [timedelta(1)]}))

    def test_no_columns_is_no_data_and_no_rows_are_columns_without_rows(self) -> None:
        assert sent(shapes.table(pl.DataFrame()))[0].fields == []
        (frame,) = sent(shapes.table(pl.DataFrame({"a": []}, schema={"a": pl.Int64})))
        assert (frame["a"].type, frame["a"].values) == ("*int64", [])

    def test_rows_cut_from_larger_frames_keep_their_own_values(self) -> None:
        """Slices and chunks share buffers with the whole; only their part may be sent."""
        whole = pl.DataFrame({"n": list(range(100)), "s": [str(at) for at in range(100)]})
        rows = pl.concat([whole.slice(10, 2), whole.slice(50, 1)], rechunk=False)
        (frame,) = sent(shapes.table(rows))
        assert frame.rows == [{"n": 10, "s": "10"}, {"n": 11, "s": "11"}, {"n": 50, "s": "50"}]


class TestTimeSeriesMulti:
    """One frame per series."""

    ROWS = pl.DataFrame(
        {
            "time": [TIMES[1], TIMES[0], TIMES[0]],
            "value": [2.0, 1.0, None],
            "slo": ["b", "b", "a"],
            "window": [None, None, "30d"],
            "ignored": ["x", "y", "z"],
        }
    )

    def test_each_combination_of_labels_is_a_series_sorted_by_time(self) -> None:
        frames = sent(shapes.timeseries_multi(self.ROWS, labels=("slo", "window"), name="budget"))
        assert [frame.name for frame in frames] == ["budget", "budget"]
        assert [frame["value"].labels for frame in frames] == [{"slo": "b"}, {"slo": "a", "window": "30d"}]
        assert frames[0].rows == [{"time": TIMES[0], "value": 1.0}, {"time": TIMES[1], "value": 2.0}]
        assert frames[1].rows == [{"time": TIMES[0], "value": None}]
        assert all(frame["time"].type == "time.Time" for frame in frames)

    def test_the_label_that_is_the_title_names_each_series_instead_of_one_name_for_all(self) -> None:
        column = Column(FieldConfig(display_name="Burn rate", unit="x"))
        frames = sent(
            shapes.timeseries_multi(self.ROWS, labels=("slo", "window"), title="slo", column=column)
        )
        assert [frame["value"].config for frame in frames] == [
            {"unit": "x", "displayNameFromDS": name} for name in ("b", "a")
        ]

    def test_without_labels_all_rows_are_one_series(self) -> None:
        rows = self.ROWS.rename({"time": "at", "value": "burn"}).filter(pl.col("slo") == "b")
        described = Column(FieldConfig(unit="x"), labels={"team": "shop"}, name="Burn rate")
        (frame,) = sent(shapes.timeseries_multi(rows, time="at", value="burn", column=described))
        assert [field.name for field in frame.fields] == ["at", "Burn rate"]
        assert frame["Burn rate"].labels == {"team": "shop"}

    def test_a_moment_twice_in_one_series_is_refused(self) -> None:
        """An alert rule would fail on it; two series were thrown together."""
        with pytest.raises(BadFrame, match="times must rise, without repeats"):
            shapes.timeseries_multi(self.ROWS, labels=())

    def test_a_missing_moment_is_refused(self) -> None:
        rows = pl.DataFrame({"time": [START, None], "value": [1.0, 2.0]})
        with pytest.raises(BadFrame, match="has nulls and is not nullable"):
            shapes.timeseries_multi(rows)

    def test_text_as_value_is_refused(self) -> None:
        with pytest.raises(BadFrame, match="is string, which this type of frame does not have"):
            shapes.timeseries_multi(pl.DataFrame({"time": [START], "value": ["high"]}))

    def test_a_missing_column_is_named(self) -> None:
        with pytest.raises(BadFrame, match="lack the columns value, slo; they have time"):
            shapes.timeseries_multi(pl.DataFrame({"time": [START]}), labels=("slo",))


def test_timeseries_wide_has_one_time_and_a_field_per_column() -> None:
    rows = pl.DataFrame({"a": [2, 1], "time": [TIMES[1], TIMES[0]], "b": [0.5, None]})
    (frame,) = sent(shapes.timeseries_wide(rows, columns={"a": Column(labels={"le": "1"})}))
    assert [field.name for field in frame.fields] == ["time", "a", "b"]
    assert frame.rows == [{"time": TIMES[0], "a": 1, "b": None}, {"time": TIMES[1], "a": 2, "b": 0.5}]
    assert frame["a"].labels == {"le": "1"}
    assert frame.meta["type"] == "timeseries-wide"


def test_a_state_timeline_shows_texts_and_colours_for_its_codes_and_still_feeds_alert_rules() -> None:
    states = (shapes.State(0, "ok", "green"), shapes.State(2, "exhausted", "red"))
    rows = pl.DataFrame({"time": TIMES, "checkout": [0, None, 2]})
    (frame,) = sent(shapes.state_timeline(rows, states, columns={"checkout": Column(FieldConfig(unit="x"))}))
    assert frame.meta["type"] == "timeseries-wide"
    assert frame["checkout"].values == [0, None, 2]
    assert frame["checkout"].config == {
        "unit": "x",
        "mappings": [
            {
                "type": "value",
                "options": {
                    "0": {"text": "ok", "color": "green"},
                    "2": {"text": "exhausted", "color": "red", "index": 1},
                },
            }
        ],
    }
    assert frame["time"].config == {}


def test_numeric_multi_is_one_number_per_frame_with_its_labels() -> None:
    rows = pl.DataFrame({"slo": ["a", "b"], "value": [1.0, None]})
    frames = sent(shapes.numeric_multi(rows, labels=("slo",), remarks=REMARKS))
    assert [(frame["value"].labels, frame["value"].values) for frame in frames] == [
        ({"slo": "a"}, [1.0]),
        ({"slo": "b"}, [None]),
    ]
    assert ["notices" in frame.meta for frame in frames] == [True, False]


def test_numeric_long_keeps_strings_as_labels_of_the_row() -> None:
    (frame,) = sent(shapes.numeric_long(pl.DataFrame({"slo": ["a"], "budget": [0.5], "burn": [1]})))
    assert frame.meta["type"] == "numeric-long"
    with pytest.raises(BadFrame, match="is bool, which this type of frame does not have"):
        shapes.numeric_long(pl.DataFrame({"slo": ["a"], "budget": [0.5], "firing": [True]}))


class TestLogLines:
    """What Explore's log view reads."""

    def test_the_needed_fields_come_first_and_labels_are_json_objects(self) -> None:
        rows = pl.DataFrame(
            {
                "labels": [{"pod": "p", "node": None}],
                "severity": ["error"],
                "body": ["boom"],
                "timestamp": [START],
            }
        )
        (frame,) = sent(shapes.log_lines(rows))
        assert [(field.name, field.type) for field in frame.fields] == [
            ("timestamp", "time.Time"),
            ("body", "string"),
            ("labels", "*json.RawMessage"),
            ("severity", "*string"),
        ]
        assert json.loads(frame["labels"].values[0]) == {"pod": "p"}
        assert frame.meta["preferredVisualisationType"] == "logs"

    def test_labels_may_be_json_texts_already(self) -> None:
        rows = pl.DataFrame({"timestamp": [START], "body": ["a"], "labels": ['{"a":"b"}']})
        assert sent(shapes.log_lines(rows))[0]["labels"].values == [b'{"a":"b"}']

    def test_a_null_body_is_refused(self) -> None:
        with pytest.raises(BadFrame, match="'body': has nulls"):
            shapes.log_lines(pl.DataFrame({"timestamp": [START], "body": pl.Series([None], dtype=pl.String)}))


def test_annotations_join_their_tags_and_are_marked_as_annotations() -> None:
    rows = pl.DataFrame({"text": ["a", "b"], "time": TIMES[:2], "tags": [["x", None, "y"], None]})
    (frame,) = sent(shapes.annotations(rows))
    assert frame.meta["dataTopic"] == "annotations"
    assert frame.fields[0].name == "time"
    assert frame["tags"].values == ["x,y", None]


def test_annotations_take_tags_that_are_joined_already() -> None:
    (frame,) = sent(shapes.annotations(pl.DataFrame({"time": TIMES[:1], "tags": ["x,y"]})))
    assert frame["tags"].values == ["x,y"]


def test_no_annotations_are_a_frame_without_rows() -> None:
    rows = pl.DataFrame(schema={"time": pl.Datetime("us", "UTC"), "tags": pl.List(pl.String)})
    assert sent(shapes.annotations(rows))[0].rows == []


def test_a_node_graph_is_two_frames() -> None:
    nodes = pl.DataFrame({"id": ["a", "b"], "title": ["A", "B"], "arc__failed": [0.5, 0.0]})
    edges = pl.DataFrame({"id": ["e"], "source": ["a"], "target": ["b"]})
    both = sent(
        shapes.node_graph(
            nodes,
            edges,
            node_columns={"title": Column(FieldConfig(unit="none"))},
            edge_columns={"id": Column(FieldConfig(unit="none"), nullable=False)},
            remarks=REMARKS,
        )
    )
    assert [frame.name for frame in both] == ["nodes", "edges"]
    assert all(frame.meta["preferredVisualisationType"] == "nodeGraph" for frame in both)
    assert ["notices" in frame.meta for frame in both] == [True, False]
    assert both[1]["source"].type == "string"


TWO = pl.DataFrame({"time": TIMES[:2], "value": [1.0, 2.0], "slo": ["a", "b"]})
NONE = TWO.clear()


@pytest.mark.parametrize(
    ("frames", "kind"),
    [
        (shapes.timeseries_multi(NONE, remarks=REMARKS, name="n"), "timeseries-multi"),
        (shapes.timeseries_wide(NONE.drop("slo"), remarks=REMARKS, name="n"), "timeseries-wide"),
        (shapes.timeseries_wide(TWO.select("time"), remarks=REMARKS, name="n"), "timeseries-wide"),
        (shapes.numeric_multi(NONE, remarks=REMARKS, name="n"), "numeric-multi"),
        (shapes.numeric_long(NONE, remarks=REMARKS, name="n"), "numeric-long"),
        (
            shapes.log_lines(NONE.rename({"time": "timestamp", "slo": "body"}), remarks=REMARKS, name="n"),
            "log-lines",
        ),
        (shapes.table(pl.DataFrame(), remarks=REMARKS, name="n"), "table"),
        (shapes.no_data(FrameType.TABLE, remarks=REMARKS, name="n"), "table"),
    ],
)
def test_nothing_to_show_is_one_typed_frame_without_fields(frames: shapes.Frames, kind: str) -> None:
    (frame,) = sent(frames)
    assert (frame.name, frame.fields) == ("n", [])
    assert (frame.meta["type"], frame.meta["typeVersion"]) == (kind, [0, 1])
    assert frame.meta["notices"] == [{"severity": "warning", "text": "partial"}]


def _edges() -> pl.DataFrame:
    return pl.DataFrame({"id": ["e"], "source": ["a"], "target": ["a"]})


@pytest.mark.parametrize(
    "frames",
    [
        shapes.table(TWO, remarks=REMARKS),
        shapes.timeseries_multi(TWO, labels=("slo",), remarks=REMARKS),
        shapes.timeseries_wide(TWO.drop("slo"), remarks=REMARKS),
        shapes.state_timeline(TWO.drop("slo"), (), remarks=REMARKS),
        shapes.numeric_multi(TWO, labels=("slo",), remarks=REMARKS),
        shapes.numeric_long(TWO.drop("time"), remarks=REMARKS),
        shapes.log_lines(TWO.rename({"time": "timestamp", "slo": "body"}), remarks=REMARKS),
        shapes.annotations(TWO, remarks=REMARKS),
        shapes.node_graph(pl.DataFrame({"id": ["a"]}), _edges(), remarks=REMARKS),
    ],
)
def test_every_shape_carries_the_remarks_on_its_first_frame(frames: shapes.Frames) -> None:
    first, *rest = sent(frames)
    wanted: dict[str, Any] = {
        "notices": [{"severity": "warning", "text": "partial"}],
        "executedQueryString": "up",
        "custom": {"rows": 3},
        "stats": [{"value": 3, "displayName": "samples"}],
        "channel": "plugin/app/incidents",
    }
    assert {key: first.meta[key] for key in wanted} == wanted
    assert not any(key in frame.meta for frame in rest for key in wanted)
