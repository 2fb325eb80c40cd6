"""FX is what the acceptance rows say it is, as a real Prometheus computes it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.servers import Prometheus, prometheus
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL
from tests.integration import fx
from tests.support.servers import need_program

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    need_program(PROMETHEUS, PROMTOOL)
    history: Path = tmp_path_factory.mktemp("fx") / "fx.om"
    fx.write(history)
    with prometheus(blocks=history) as server:
        yield server


def test_one_percent_of_the_requests_fail_over_two_pods(world: Prometheus):
    """P1's truth: 1.00 %, and both pods are there."""
    bad = 'sum(increase(http_requests_total{service="api",code=~"5.."}[1h]))'
    total = 'sum(increase(http_requests_total{service="api"}[1h]))'
    [(_, ratio)] = world.query(f"{bad} / {total}")
    [(_, pods)] = world.query('count(count by (pod) (http_requests_total{service="api"}))')
    assert ratio == pytest.approx(0.01, abs=1e-6)
    assert pods == 2


def test_the_history_reaches_back_thirty_days_and_goes_on_after_now(world: Prometheus):
    """A 30 day window is full, and tests that take minutes do not run out of samples."""
    now = time.time()  # noqa: TID251
    assert world.query("http_requests_total", at=now - 30 * 86400)
    assert world.query("http_requests_total", at=now + 3600)


def test_the_95th_percentile_is_4_775_seconds(world: Prometheus):
    """The number that later rows ask for."""
    rates = 'sum by (le) (rate(http_request_duration_seconds_bucket{service="api"}[10m]))'
    [(_, value)] = world.query(f"histogram_quantile(0.95, {rates})")
    assert value == pytest.approx(4.775, abs=0.001)
