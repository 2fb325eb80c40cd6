"""What is kept of every call, and that nobody can grow it."""

import logging
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire.journal import MAX_ROUTES, Journal


@dataclass
class ACall:
    route: str
    status: int = 200
    org: int = 1
    user: str = ""


def series(metrics: Metrics) -> set[str]:
    lines = metrics.text().decode().splitlines()
    return {
        line.split(" ")[0] for line in lines if line.startswith("reliability_studio_resource_calls_total")
    }


@given(st.lists(st.tuples(st.text(max_size=8), st.sampled_from([200, 404, 500])), max_size=200))
def test_invented_paths_never_grow_the_series_beyond_the_bound(calls: list[tuple[str, int]]):
    metrics = Metrics()
    journal = Journal(metrics, ("CallResource",))
    for path, status in calls:
        journal.note("CallResource", ACall(f"GET {path}", status), 0.01)
    assert len(series(metrics)) <= (MAX_ROUTES + 1) * 4


def test_a_path_that_was_never_found_gets_no_series():
    metrics = Metrics()
    journal = Journal(metrics, ("CallResource",))
    for number in range(500):
        journal.note("CallResource", ACall(f"GET probe{number}", 404), 0.01)
    journal.note("CallResource", ACall("GET incidents/INC-7", 200), 0.01)
    journal.note("CallResource", ACall("GET incidents/INC-8", 404), 0.01)
    text = metrics.text().decode()
    assert 'resource_calls_total{route="other",status="4xx"} 500.0' in text
    assert 'resource_calls_total{route="incidents",status="2xx"} 1.0' in text
    assert 'resource_calls_total{route="incidents",status="4xx"} 1.0' in text
    assert "probe" not in text


@pytest.mark.parametrize(
    ("rpc", "route", "status", "seconds", "shown"),
    [
        ("CallResource", "GET incidents", 200, 0.01, False),
        ("CallResource", "GET incidents", 404, 0.01, True),
        ("CallResource", "GET incidents", 200, 1.5, True),
        ("CallResource", "POST incidents", 201, 0.01, True),
        ("QueryData", "", 200, 0.01, False),
        ("QueryData", "", 200, 2.0, True),
        ("QueryData", "", 503, 0.01, True),
        ("CheckHealth", "", 200, 0.01, False),
        ("RunStream", "org/1/incidents", 200, 0.01, True),
    ],
)
def test_only_reads_that_went_well_are_silent(
    caplog: pytest.LogCaptureFixture, rpc: str, route: str, status: int, seconds: float, *, shown: bool
):
    """What changed something, failed or was slow has its line; the rest is counted only."""
    caplog.set_level(logging.INFO)
    metrics = Metrics()
    Journal(metrics, (rpc,)).note(rpc, ACall(route, status), seconds)
    assert [record.message for record in caplog.records] == (["call"] if shown else [])
    assert f'calls_total{{rpc="{rpc}",status="{status // 100}xx"}} 1.0' in metrics.text().decode()
