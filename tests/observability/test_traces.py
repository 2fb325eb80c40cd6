"""The trace a call belongs to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.observability.traces import trace_id

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("version", ["00", "cc"])
def test_the_trace_is_read_from_every_version_that_may_come(version: str):
    assert trace_id(f"{version}-{TRACE}-00f067aa0ba902b7-01") == TRACE


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"00-{TRACE.upper()}-00f067aa0ba902b7-01",
        f"00-{TRACE[:-1]}-00f067aa0ba902b7-01",
    ],
)
def test_what_w3c_forbids_is_no_trace(header: str):
    assert trace_id(header) == ""


@given(st.text())
def test_any_text_is_read_without_complaint(header: str):
    assert len(trace_id(header)) in {0, 32}
