"""The strict reader says no to each thing that Grafana's decoder refuses or changes in silence.

The round trips prove something only because of this: a reader that takes everything would agree with any
encoder. Facts: the strictness table of the plugin protocol.
"""

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from arro3.core import Array, DataType, Schema, Table
from arro3.core import Field as ArrowField
from arro3.io import write_ipc, write_ipc_stream

from grafana_host import arrow_reader
from grafana_host.arrow_reader import Refused, read


def arrow(
    array: Array | None = None,
    *,
    tstype: str = "number",
    nullable: bool = True,
    about: Mapping[str, str] | None = None,
    **metadata: str,
) -> bytes:
    """A file with one field, built without our encoder."""
    values = Array([1.0], type=DataType.float64()) if array is None else array
    field = ArrowField("f", values.type, nullable=nullable, metadata={"tstype": tstype, **metadata})
    out = BytesIO()
    write_ipc(
        Table.from_arrays([values], schema=Schema([field], metadata=dict(about or {}))), out, compression=None
    )
    return out.getvalue()


def config(**value: Any) -> bytes:
    return arrow(config=json.dumps(value))


def meta(**value: Any) -> bytes:
    return arrow(about={"meta": json.dumps(value)})


def steps(*values: dict[str, Any]) -> bytes:
    return config(thresholds={"mode": "absolute", "steps": list(values)})


FIRST = {"value": None, "color": "green"}
INTS = Array([1, None], type=DataType.int64())


def stream() -> bytes:
    out = BytesIO()
    write_ipc_stream(Table.from_arrays([INTS], names=["f"]), out, compression=None)
    return out.getvalue()


def test_a_plain_frame_is_taken() -> None:
    data = arrow(
        about={"name": "n", "refId": "A", "meta": '{"type":"table","typeVersion":[0,1]}'},
        labels='{"a":"b"}',
        config='{"unit":"s"}',
    )
    frame = read(data)
    assert (frame.name, frame.ref_id, frame.meta["type"]) == ("n", "A", "table")
    assert (frame["f"].values, frame["f"].labels, frame["f"].config) == ([1.0], {"a": "b"}, {"unit": "s"})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(stream(), id="stream instead of file"),
        pytest.param(arrow(INTS.cast(DataType.timestamp("ms")), tstype="time"), id="milliseconds"),
        pytest.param(arrow(INTS.cast(DataType.timestamp("us")), tstype="time"), id="microseconds"),
        pytest.param(arrow(Array.from_arrow(pl.Series(["a"])), tstype="string"), id="string view"),
        pytest.param(arrow(Array(["a"], type=DataType.large_utf8()), tstype="string"), id="large string"),
        pytest.param(
            arrow(Array.from_arrow(pl.Series(["a"], dtype=pl.Categorical)), tstype="string"), id="dictionary"
        ),
        pytest.param(arrow(Array.from_arrow(pl.Series([[1]])), tstype="other"), id="list"),
        pytest.param(arrow(INTS, nullable=True, tstype="string"), id="tstype of another type"),
        pytest.param(arrow(Array([1 << 60], type=DataType.int64())), id="beyond 2^53"),
        pytest.param(arrow(Array([b"{"], type=DataType.binary()), tstype="other"), id="cell no JSON"),
        pytest.param(arrow(Array([b"NaN"], type=DataType.binary()), tstype="other"), id="cell NaN"),
        pytest.param(arrow(Array([1], type=DataType.uint16()), tstype="enum"), id="enum without texts"),
        pytest.param(arrow(labels='{"a":1}'), id="label number"),
        pytest.param(arrow(labels="[]"), id="labels no object"),
        pytest.param(arrow(config="{"), id="config no JSON"),
        pytest.param(arrow(other="x"), id="unknown field metadata"),
        pytest.param(arrow(about={"other": "x"}), id="unknown schema metadata"),
        pytest.param(config(unknown=1), id="unknown config key"),
        pytest.param(config(decimals=2.5), id="decimals fraction"),
        pytest.param(config(decimals=-1), id="decimals negative"),
        pytest.param(config(decimals=1 << 16), id="decimals too large"),
        pytest.param(config(decimals=True), id="decimals bool"),
        pytest.param(config(min="1"), id="min text"),
        pytest.param(arrow(config='{"max":1e999}'), id="max infinite"),
        pytest.param(config(mappings=[{"type": "regex", "options": {}}]), id="regex mapping"),
        pytest.param(
            config(mappings=[{"type": "value", "options": {"a": {"colour": "red"}}}]), id="mapping key"
        ),
        pytest.param(
            config(mappings=[{"type": "special", "options": {"match": "x", "result": {}}}]), id="special"
        ),
        pytest.param(config(mappings={}), id="mappings no list"),
        pytest.param(steps({**FIRST, "line": True}), id="extra key in step"),
        pytest.param(steps(), id="no steps"),
        pytest.param(steps({"color": "red"}), id="step without value"),
        pytest.param(steps({"value": 1, "color": "red"}), id="first step not null"),
        pytest.param(steps(FIRST, FIRST), id="second step null"),
        pytest.param(config(type={"enum": {}}), id="enum without text"),
        pytest.param(
            config(links=[{"internal": {"timeRange": {"from": "now", "to": "now"}}}]), id="link times"
        ),
        pytest.param(
            config(links=[{"internal": {"timeRange": {"from": "2024-01-01T00:00:00", "to": "2024-01-01"}}}]),
            id="link time without zone",
        ),
        pytest.param(meta(type="table"), id="type without version"),
        pytest.param(meta(typeVersion=[0, 1]), id="version without type"),
        pytest.param(meta(type="table", typeVersion=[0]), id="version of one"),
        pytest.param(meta(type="table", typeVersion="0.1"), id="version text"),
        pytest.param(meta(type="tabel", typeVersion=[0, 1]), id="unknown type"),
        pytest.param(meta(notices=[{"severity": "fatal", "text": ""}]), id="unknown severity"),
        pytest.param(meta(notices=[{"severity": "info", "text": "", "inspect": "data"}]), id="inspect text"),
        pytest.param(meta(stats=[{"displayName": "a"}]), id="stat without value"),
        pytest.param(meta(custom=[]), id="custom no object"),
        pytest.param(meta(unknown=1), id="unknown meta key"),
    ],
)
def test_what_grafana_refuses_the_reader_refuses(data: bytes) -> None:
    with pytest.raises(Refused):
        read(data)


def test_a_null_in_a_column_that_is_not_nullable_is_refused() -> None:
    """Grafana's decoder would make a zero of it, without a word. Our library can write no such file."""
    about = ArrowField("f", INTS.type, nullable=False, metadata={"tstype": "number"})
    with pytest.raises(Refused, match="f: null in a column that is not nullable"):
        arrow_reader._field(about, INTS)


def test_a_field_is_found_by_its_name_only_when_it_is_the_only_one() -> None:
    with pytest.raises(KeyError, match="0 fields are named 'g'; there are"):
        read(arrow())["g"]
