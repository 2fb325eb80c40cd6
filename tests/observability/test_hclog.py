"""Lines that cannot harm the host, whatever a record holds."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.observability import hclog
from tests.wire.strict import LONGEST, parse


class Unprintable:
    """An object that cannot be told."""

    def __str__(self) -> str:
        raise RuntimeError("no")

    __repr__ = __str__


def a_record(message: Any = "said", *args: Any, level: int = logging.INFO, **extra: Any) -> logging.LogRecord:
    record = logging.LogRecord("rs.api", level, "file.py", 1, message, args, None)
    vars(record).update(extra)
    return record


def entry(record: logging.LogRecord, context: dict[str, object] | None = None) -> dict[str, Any]:
    line = hclog.line(record, context or {})
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    parsed = parse(line)
    assert parsed is not None, line
    return parsed


def test_a_record_becomes_the_hosts_form():
    record = a_record("%s of %d", "one", 2, incident="INC-7")
    record.created = datetime(2026, 10, 1, 12, 0, 0, 5, tzinfo=UTC).timestamp()
    assert entry(record, {"org": 1}) == {
        "@level": "info",
        "@message": "one of 2",
        "@timestamp": "2026-10-01T12:00:00.000005Z",
        "@module": "rs.api",
        "org": 1,
        "incident": "INC-7",
    }


@pytest.mark.parametrize(
    ("level", "name"),
    [(5, "trace"), (10, "debug"), (15, "debug"), (20, "info"), (30, "warn"), (40, "error"), (50, "error")],
)
def test_every_level_has_a_name_that_the_host_knows(level: int, name: str):
    """`warning` and `critical` would make the host show the raw line at debug level."""
    assert entry(a_record(level=level))["@level"] == name


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.just("\ud800")
    | st.builds(lambda: 10**5000)  # more digits than Python writes out
    | st.builds(Unprintable)
    | st.datetimes()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.tuples(inner) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=20,
)
KEYS = st.text() | st.sampled_from(["@level", "@message", "@timestamp", "@@level", "timestamp", "stack", "@"])


@given(
    message=VALUES,
    args=st.lists(SCALARS, max_size=2),
    extra=st.dictionaries(KEYS, VALUES, max_size=8),
    created=st.floats(),
)
def test_no_record_whatsoever_harms_the_host(
    message: Any, args: list[Any], extra: dict[str, Any], created: float
):
    """L11: types, length, one line, JSON that Go reads without loss."""
    record = a_record(message, *args)
    fields = {key: value for key, value in extra.items() if key not in vars(record)}
    vars(record).update(fields)
    record.created = created
    line = hclog.line(record, {})
    assert line.isascii()
    assert b"could not be written" not in line
    for number in numbers(entry(record)):
        assert -(2**53) <= number <= 2**53


def numbers(value: Any) -> list[int]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in numbers(item)]
    if isinstance(value, list):
        return [n for item in value for n in numbers(item)]
    return [value] if isinstance(value, int) else []


def test_a_record_that_cannot_be_encoded_at_all_still_gives_a_line():
    record = a_record()
    record.levelno = "high"  # type: ignore[assignment]
    assert entry(record)["@message"] == "a log record could not be written"


@pytest.mark.parametrize("letter", ["x", "é", "\U0001f600", "\0", '"', "\ud800"])
def test_long_texts_are_cut_by_their_size_on_the_wire(letter: str):
    long = letter * 300_000
    line = hclog.line(a_record(long, **{f"field{n}": long for n in range(50)}), {})
    parsed = parse(line)
    assert parsed is not None
    assert len(line) < LONGEST
    assert len(json.dumps(parsed["@message"])) <= hclog.MAX_TEXT
    assert len(str(parsed["@message"])) > 1000
    assert isinstance(parsed["fields_dropped"], int)


def test_a_short_text_of_wide_letters_is_not_cut():
    text = "é" * 2000
    assert entry(a_record(text))["@message"] == text


def test_the_end_of_a_stack_is_kept_because_it_names_the_error():
    def deeper(depth: int) -> None:
        if depth == 0:
            raise ValueError("the reason")
        if depth % 2:  # two places, so that the traceback does not fold them
            deeper(depth - 1)
        deeper(depth - 1)

    record = a_record("failed")
    try:
        deeper(700)
    except ValueError:
        record.exc_info = sys.exc_info()
    record.stack_info = None
    stack = entry(record)["stack"]
    assert stack.endswith("ValueError: the reason")
    assert len(json.dumps(stack)) <= hclog.MAX_TEXT


def test_an_exception_that_cannot_be_told_is_still_logged():
    class Cursed(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no")

    record = a_record("failed")
    try:
        raise Cursed  # noqa: TRY301 - only its traceback is wanted
    except Cursed:
        record.exc_info = sys.exc_info()
    assert "Cursed" in entry(record)["stack"]


def test_circular_objects_end():
    circle: list[object] = []
    circle.append(circle)
    assert "circle" in entry(a_record(circle=circle))


def test_values_under_secret_keys_stay_out_at_any_depth():
    parsed = entry(
        a_record(
            token="hunter2",
            headers={"Authorization": "hunter2", "Accept": "json"},
            list=[{"apiKey": "hunter2"}],
        ),
        {"cookie": "hunter2"},
    )
    assert "hunter2" not in json.dumps(parsed)
    assert parsed["headers"] == {"Authorization": "[redacted]", "Accept": "json"}
