"""Frames of every type and shape, for the official decoder to read.

`python -m tests.frames.goldens --write DIR` writes NAME.arrow and NAME.expected.json for each. The expected
file says what any right reader finds: Go's type names (`*` for nullable), times as RFC 3339 with nanoseconds
in UTC, NaN and infinities as strings, JSON cells as their text, enum cells as indexes. `meta` has
`typeVersion` always, as Go writes it; a frame without metadata has null.
"""

import argparse
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from arro3.core import DataType

from reliability_studio.frames import shapes
from reliability_studio.frames.arrow import encode
from reliability_studio.frames.check import CheckedFrame
from reliability_studio.frames.frame import Field, Frame
from reliability_studio.frames.kinds import Kind
from reliability_studio.frames.meta import (
    CONTRACT,
    NO_META,
    Color,
    DataLink,
    EnumTexts,
    FieldConfig,
    FrameMeta,
    FrameType,
    Inspect,
    InternalLink,
    LinkRange,
    Notice,
    Picture,
    RangeMapping,
    Severity,
    Shown,
    Span,
    Special,
    SpecialMapping,
    SpecialValue,
    Stat,
    Step,
    ThresholdMode,
    Thresholds,
    ValueMapping,
    to_json,
)
from reliability_studio.frames.rows import Column


@dataclass(frozen=True)
class Golden:
    """A frame with the name of its files."""

    name: str
    frame: CheckedFrame
    ref_id: str = "A"

    @property
    def arrow(self) -> bytes:
        return encode(self.frame, self.ref_id)

    @property
    def expected(self) -> dict[str, Any]:
        frame = self.frame.frame
        meta = None if frame.meta == NO_META else {"typeVersion": [0, 0], **json.loads(to_json(frame.meta))}
        return {
            "name": frame.name,
            "refId": self.ref_id,
            "meta": meta,
            "fields": [_expected_field(field) for field in frame.fields],
        }


def _expected_field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": "*" * field.nullable + field.kind.value,
        "labels": dict(field.labels),
        "config": json.loads(to_json(field.config)),
        "values": _expected_values(field),
    }


def _expected_values(field: Field) -> list[Any]:
    if field.kind is Kind.TIME:
        nanos = field.values.cast(DataType.int64()).to_pylist()
        return [None if each is None else rfc3339_nano(each) for each in nanos]
    values = list(field.values.to_pylist())
    if field.kind in {Kind.FLOAT64, Kind.FLOAT32}:
        return [_float(each) for each in values]
    if field.kind is Kind.JSON:
        return [None if each is None else bytes(each).decode() for each in values]
    return values


def rfc3339_nano(nanos: int) -> str:
    """Nanoseconds since 1970 as Go's RFC3339Nano prints them: UTC, no trailing zeros in the fraction."""
    seconds, rest = divmod(nanos, 1_000_000_000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    fraction = f".{rest:09d}".rstrip("0") if rest else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def _float(value: float | None) -> float | str | None:
    if value is None or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


START = datetime(2024, 3, 31, 0, 30, tzinfo=UTC)
ODD_TEXT = [
    "",
    "ÄÖÜ ß",
    "日本語",
    "🚨 page",
    'quote " back\\slash',
    "line\nbreak\ttab",
    "\x00nul",
    "e\u0301",
    None,
]
ODD_LABELS = {"service": 'a"b\\c', "größe": "日本 🚨", "": "empty key", "empty": "", "le": "+Inf"}


def _times(count: int, step: timedelta = timedelta(minutes=1)) -> list[datetime]:
    return [START + step * at for at in range(count)]


def every_type() -> CheckedFrame:
    """All kinds, nullable and not, with their limits."""
    texts = EnumTexts(text=("ok", "warning", "critical"), color=("green", "orange", "red"))
    whole: list[Field] = []
    for kind in Kind:
        if kind.integer:
            bits = int(kind.value.removeprefix("u").removeprefix("int"))
            low = 0 if kind.value.startswith("u") else max(-(1 << (bits - 1)), -(1 << 53))
            high = min((1 << (bits - (low != 0))) - 1, 1 << 53)
            whole.append(Field.of(f"{kind.value} plain", kind, [low, 1, high], nullable=False))
            whole.append(Field.of(kind.value, kind, [low, None, high]))
    moments = [
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        START,
        datetime(2100, 1, 1, tzinfo=UTC),
    ]
    return CheckedFrame(
        Frame(
            (
                Field.time("time plain", moments),
                Field.time("time", [moments[0], None, moments[2]], nullable=True),
                Field.number("float64 plain", [math.nan, math.inf, -math.inf], nullable=False),
                Field.number("float64", [0.1, None, 1.7976931348623157e308]),
                Field.of("float32 plain", Kind.FLOAT32, [0.5, math.nan, -math.inf], nullable=False),
                Field.of("float32", Kind.FLOAT32, [0.1, None, 3.0e38]),
                *whole,
                Field.string("string plain", ["", "text", "日本語 🚨"], nullable=False),
                Field.string("string", ["", None, "text"]),
                Field.boolean("bool plain", [True, False, True], nullable=False),
                Field.boolean("bool", [True, None, False]),
                Field.json("json plain", [b'{"a":1}', b"[]", b'"x"'], nullable=False),
                Field.json("json", [b'{"deep":[{"er":null}]}', None, b"1.5e3"]),
                Field.enum("enum plain", [0, 1, 2], texts, nullable=False),
                Field.enum("enum", [2, None, 0], texts),
            ),
            "every type",
        )
    )


def odd_text() -> CheckedFrame:
    """Names, labels and cells that are hard to quote."""
    field = Field.string('n"a\\m\ne 日本 🚨', ODD_TEXT, labels=ODD_LABELS)
    same_name = Field.string(field.name, ODD_TEXT, labels={"service": "other"})
    return CheckedFrame(Frame((field, same_name), 'frame "name" ✓\n'))


def rich_metadata() -> CheckedFrame:
    """Each key of the metadata and of a field's config that we ever send."""
    look = Shown(text="down", color="red", index=1)
    config = FieldConfig(
        display_name="Errors",
        display_name_from_ds="errors (source)",
        path="a.b",
        description="share of bad requests",
        filterable=False,
        unit="percentunit",
        decimals=3,
        min=0,
        max=1.5,
        interval=60_000,
        mappings=(
            ValueMapping(options={"0": Shown(text="none", color="green"), "1": look}),
            RangeMapping(options=Span(lower=2, upper=2.5, result=look)),
            RangeMapping(options=Span(lower=9, result=look)),
            SpecialMapping(options=Special(match=SpecialValue.NULL_OR_NAN, result=Shown(text="no data"))),
        ),
        thresholds=Thresholds.absolute("green", (0.5, "orange"), (1, "red")),
        color=Color.fixed("dark-blue"),
        links=(
            DataLink(title="Incident", url="/a/app/incidents/${__value.raw}", target_blank=True),
            DataLink(
                title="Explore",
                internal=InternalLink(
                    query={"expr": 'up{job="a"}'},
                    datasource_uid="prom",
                    datasource_name="Prometheus",
                    time_range=LinkRange(start=START, end=START + timedelta(hours=1)),
                ),
            ),
        ),
        no_value="none",
        custom={"ours": {"list": [1, "two", None]}},
    )
    percent = Thresholds(
        mode=ThresholdMode.PERCENTAGE,
        steps=(Step(value=None, color="blue"), Step(value=50, color="red", state="alerting")),
    )
    meta = FrameMeta(
        type=FrameType.TABLE,
        type_version=CONTRACT,
        custom={"incident": "INC-7", "nested": {"deep": [True, None, 1.5]}},
        stats=(Stat(value=12.5, display_name="samples read", unit="short"),),
        notices=(
            Notice(severity=Severity.INFO, text="partial: one source was silent"),
            Notice(severity=Severity.WARNING, text="late", link="https://example.org", inspect=Inspect.STATS),
            Notice(severity=Severity.ERROR, text='quote " and 日本'),
        ),
        channel="plugin/reliability-studio-app/incidents",
        picture=Picture.TABLE,
        executed='sum(rate(http_requests_total{code=~"5.."}[5m]))',
        row_id_fields=(0,),
    )
    fields = (
        Field.string("id", ["a", "b"], nullable=False),
        Field.number("errors", [0.25, None], config=config),
        Field.number("share", [10, 60], config=FieldConfig(thresholds=percent)),
    )
    return CheckedFrame(Frame(fields, "rich", meta))


def zero_rows() -> CheckedFrame:
    """Columns of every kind without a row."""
    texts = EnumTexts(text=("a",))
    fields = [Field.of(kind.value, kind, []) for kind in Kind if kind is not Kind.ENUM]
    return CheckedFrame(Frame((*fields, Field.enum("enum", [], texts)), "zero rows"))


def nanoseconds() -> CheckedFrame:
    """Times that only nanoseconds hold, from before 1970 to after 2038, out of a Polars column."""
    nanos = [
        -9_214_560_000_000_000_000 + 1,
        -1,
        0,
        1,
        1_711_845_000_123_456_789,
        9_214_646_400_000_000_000 - 1,
    ]
    series = pl.Series("t", nanos, dtype=pl.Int64).cast(pl.Datetime("ns"))
    return CheckedFrame(Frame((Field.time("t", series),), "nanoseconds"))


def big_numbers() -> CheckedFrame:
    """Whole numbers at the edge of what a browser holds; one step further only as text."""
    edge = 1 << 53
    return CheckedFrame(
        Frame(
            (
                Field.integer("exact", [edge, -edge, edge - 1]),
                Field.string("beyond", [str(edge + 1), str(-edge - 1), str((1 << 64) - 1)]),
            ),
            "2^53",
        )
    )


_SERIES = pl.DataFrame(
    {
        "time": [*_times(3), *_times(3)],
        "value": [1.0, None, math.nan, 99.9, math.inf, 0.0],
        "slo": ["checkout"] * 3 + ["search"] * 3,
        "window": ["30d"] * 3 + [None] * 3,
    }
)
_STATES = (
    shapes.State(0, "healthy", "green"),
    shapes.State(1, "at risk", "orange"),
    shapes.State(2, "exhausted", "red"),
)
_REMARKS = shapes.Remarks(
    notices=(Notice(severity=Severity.INFO, text="two series"),), executed="slo_history", custom={"rows": 2}
)


def _shapes() -> Mapping[str, shapes.Frames]:
    percent = Column(FieldConfig(unit="percent", thresholds=Thresholds.absolute("green", (80, "red"))))
    return {
        "timeseries-multi": shapes.timeseries_multi(
            _SERIES, labels=("slo", "window"), name="budget", column=percent, remarks=_REMARKS
        ),
        "timeseries-wide": shapes.timeseries_wide(
            pl.DataFrame({"time": _times(3), "a": [1, 2, 3], "b": [0.5, None, math.nan]}),
            columns={"a": Column(labels={"le": "+Inf"}), "b": percent},
        ),
        "state-timeline": shapes.state_timeline(
            pl.DataFrame({"time": _times(4), "checkout": [0, 1, None, 2], "search": [0, 0, 0, 0]}), _STATES
        ),
        "numeric-multi": shapes.numeric_multi(
            pl.DataFrame({"slo": ["a", "b"], "value": [0.5, None]}), labels=("slo",), column=percent
        ),
        "numeric-long": shapes.numeric_long(
            pl.DataFrame({"slo": ["a", "b"], "budget": [0.5, 0.25], "burn": [1.0, None]})
        ),
        "log-lines": shapes.log_lines(
            pl.DataFrame(
                {
                    "body": ["started", "日本 failed\nat line 2"],
                    "timestamp": _times(2),
                    "severity": ["info", None],
                    "id": ["1", "2"],
                    "labels": [{"app": "shop", "pod": None}, {"app": "shop", "pod": "p-1"}],
                }
            )
        ),
        "annotations": shapes.annotations(
            pl.DataFrame(
                {
                    "title": ["deploy", "incident"],
                    "time": _times(2),
                    "timeEnd": [None, START + timedelta(hours=1)],
                    "text": ["v2", "INC-7"],
                    "tags": [["deploy", "shop"], []],
                }
            )
        ),
        "node-graph": shapes.node_graph(
            pl.DataFrame(
                {
                    "id": ["checkout", "payments"],
                    "title": ["Checkout", "Payments"],
                    "mainstat": [0.5, None],
                    "arc__failed": [0.25, 0.0],
                    "arc__ok": [0.75, 1.0],
                }
            ),
            pl.DataFrame({"id": ["e1"], "source": ["checkout"], "target": ["payments"], "mainstat": [12.5]}),
            node_columns={
                "mainstat": Column(FieldConfig(unit="percentunit")),
                "arc__failed": Column(FieldConfig(color=Color.fixed("red"))),
                "arc__ok": Column(FieldConfig(color=Color.fixed("green"))),
            },
        ),
        "table": shapes.table(
            pl.DataFrame(
                {
                    "id": ["INC-1", "INC-2"],
                    "opened": [START, None],
                    "day": [date(2024, 2, 29), None],
                    "alerts": [3, 0],
                    "firing": [True, None],
                    "severity": pl.Series(["high", "low"], dtype=pl.Categorical),
                    "services": [["checkout", "search"], []],
                    "owner": [{"team": "shop", "chat": None}, {"team": None, "chat": "#ops"}],
                    "note": [None, None],
                }
            ),
            name="incidents",
            remarks=_REMARKS,
        ),
        "no-data": shapes.no_data(FrameType.TIMESERIES_MULTI, remarks=_REMARKS),
    }


def goldens() -> tuple[Golden, ...]:
    """Every golden frame; an answer of several frames is numbered from 0."""
    single = (every_type, odd_text, rich_metadata, zero_rows, nanoseconds, big_numbers)
    found = [Golden(make.__name__.replace("_", "-"), make()) for make in single]
    for name, frames in _shapes().items():
        for at, frame in enumerate(frames):
            found.append(Golden(name if len(frames) == 1 else f"{name}-{at}", frame, ref_id="B"))
    return tuple(found)


def write(directory: Path) -> None:
    """Write both files of every golden frame."""
    directory.mkdir(parents=True, exist_ok=True)
    for golden in goldens():
        (directory / f"{golden.name}.arrow").write_bytes(golden.arrow)
        text = json.dumps(golden.expected, ensure_ascii=False, indent=1, allow_nan=False)
        (directory / f"{golden.name}.expected.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path, required=True, metavar="DIR")
    write(parser.parse_args().write)


if __name__ == "__main__":
    main()
