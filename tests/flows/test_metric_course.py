"""Incident-features row 126: how finely a window is drawn. What is drawn is tested on a real Prometheus."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.errors import SourceNotConfigured
from reliability_studio.flows.metric_course import GRAIN_S, POINTS, metric_course, step_of
from reliability_studio.flows.telemetry import Signals

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@given(st.integers(1, 31 * 86_400))
def test_no_window_has_more_points_than_a_panel_can_draw_nor_needlessly_few(seconds):
    """Law: the step is the smallest multiple of the grain that keeps the points within bounds."""
    step = step_of(NOW - timedelta(seconds=seconds), NOW)
    assert step % GRAIN_S == 0
    assert seconds / step + 1 <= POINTS
    assert step == GRAIN_S or seconds / (step - GRAIN_S) + 1 > POINTS


async def test_without_a_prometheus_that_is_said():
    """C13: no empty panel, which would look calm."""
    with pytest.raises(SourceNotConfigured, match="prometheus is not configured"):
        await metric_course(Signals(None, None, None, None), "api", NOW - timedelta(hours=1), NOW)
