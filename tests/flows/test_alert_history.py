"""Alerts that Prometheus remembers: unbroken runs of a series are episodes."""

from datetime import timedelta

from reliability_studio.domain.alerts import fingerprint
from reliability_studio.flows.alert_history import episodes, step_of
from reliability_studio.sources.prometheus import MAX_POINTS, Series
from tests.support.records import NOON, minutes

LABELS = {"alertname": "Slow", "service": "checkout"}


def series(*at: int) -> Series:
    """`ALERTS` of one alert, one at each of these minutes."""
    told = {"__name__": "ALERTS", "alertstate": "firing", **LABELS}
    return Series(told, [minutes(one).timestamp() for one in at], [1.0] * len(at))


def test_a_gap_ends_an_episode_and_the_last_step_still_fires():
    found = list(episodes(series(0, 1, 2, 10, 30), 60, minutes(30)))
    assert [(one.starts_at, one.ends_at) for one in found] == [
        (minutes(0), minutes(2)),
        (minutes(10), minutes(10)),
        (minutes(30), None),
    ]
    assert {one.fingerprint for one in found} == {fingerprint(LABELS)}
    assert found[0].labels == LABELS


def test_a_series_without_points_is_no_episode():
    assert list(episodes(series(), 60, NOON)) == []


def test_a_period_is_one_query_however_long_it_is():
    for days in (1, 7, 30, 90):
        period = timedelta(days=days)
        assert period.total_seconds() / step_of(period) + 1 <= MAX_POINTS
    assert (step_of(timedelta(days=1)), step_of(timedelta(days=30))) == (60, 240)
