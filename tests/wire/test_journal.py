"""What is kept of every call."""

import logging
from dataclasses import dataclass

import pytest

from reliability_studio.observability.metrics import Metrics
from reliability_studio.wire.journal import Journal


@dataclass
class ACall:
    route: str
    status: int = 200
    org: int = 1
    user: str = ""


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
