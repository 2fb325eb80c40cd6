"""Row 19: what misbehaves without an alert rule, and above all what does not.

The simulator's shops give courses; a long quiet stretch of them must give nothing at all.
"""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.correlation.unusual import (
    OVER_AFTER,
    Unusual,
    goes_on,
    unexplained,
    unusual,
)
from tests.support.world import shop, watch

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def courses(*, errors=0.001, latency=100.0, rate=5.0, since=15, service="checkout", minutes=180, jitter=0.1):
    """Calm until so many minutes before noon, then at these levels."""
    rows = []
    for minute in range(minutes, 0, -1):
        at = int((NOON - timedelta(minutes=minute)).timestamp() * 1000)
        bad, wave = minute <= since, 1 + jitter * ((minute * 7) % 5 - 2) / 2
        rows += [
            (at, service, "traffic", rate * wave),
            (at, service, "errors", (errors if bad else 0.001) * wave),
            (at, service, "latency", (latency if bad else 100.0) * wave),
        ]
    return pl.DataFrame(rows, schema=["ts", "service", "kind", "value"], orient="row")


def test_row_19_errors_that_stay_are_told_with_their_numbers():
    [one] = unusual(courses(errors=0.08), NOON)
    assert (one.service, one.kind, one.unit) == ("checkout", Kind.ERRORS, "share")
    assert one.usual == pytest.approx(0.001, rel=0.2)
    assert one.now == pytest.approx(0.08, rel=0.2)
    assert NOON - timedelta(minutes=11) < one.since <= NOON


def test_latency_that_stays_is_told():
    [one] = unusual(courses(latency=400.0), NOON)
    assert (one.kind, one.unit) == (Kind.LATENCY, "ms")


@pytest.mark.parametrize(
    "calm",
    [
        courses(),
        courses(errors=0.015),
        courses(latency=140.0),
        courses(errors=0.08, rate=0.1),
        courses(errors=0.08, since=5),
        courses(errors=0.08, minutes=60),
        courses(errors=0.08, since=150),
        courses().clear(),
    ],
    ids=[
        "calm",
        "few errors",
        "a little slower",
        "hardly any traffic",
        "a moment only",
        "no normal",
        "old",
        "nothing",
    ],
)
def test_row_19_what_is_not_worth_attention_is_not_told(calm):
    """Small, rare, short, or without anything to compare with."""
    assert unusual(calm, NOON) == ()


def test_a_daily_rhythm_is_no_fault():
    """Yesterday at this time it was as slow: the third normal."""
    slow = courses(latency=400.0)
    yesterday = courses(latency=400.0, since=180).with_columns(ts=pl.col("ts") - 86_400_000)
    assert unusual(slow, NOON, yesterday) == ()
    assert unusual(slow, NOON, courses().with_columns(ts=pl.col("ts") - 86_400_000)) != ()


def test_nothing_after_the_moment_is_read():
    assert unusual(courses(errors=0.08), NOON - timedelta(minutes=20)) == ()


@given(st.floats(0.03, 1.0), st.floats(1.0, 1e4), st.integers(12, 20))
def test_more_is_never_told_less(level, rate, since):
    """A law: what is told at one level of errors is told at every higher one."""
    found = unusual(courses(errors=level, rate=rate, since=since), NOON)
    if found:
        assert unusual(courses(errors=min(1.0, level * 1.5), rate=rate, since=since), NOON) != ()


def one(service, kind=Kind.ERRORS):
    return Unusual(service, kind, NOON, 0.001, 0.08, 5.0, 4.0)


def test_a_caller_suffers_with_what_it_calls():
    """One word about a fault: that about the deepest service; in a ring both are told."""
    found = [one("web"), one("cart"), one("store"), one("mail")]
    calls = {("web", "cart"), ("cart", "store"), ("store", "disk")}
    assert [each.service for each in unexplained(found, calls)] == ["store", "mail"]
    assert len(unexplained([one("a"), one("b")], {("a", "b"), ("b", "a")})) == 2


def test_it_is_over_when_it_is_nearer_to_its_normal():
    told = Unusual("checkout", Kind.ERRORS, NOON - timedelta(minutes=10), 0.001, 0.08, 5.0, 4.0)
    assert goes_on(courses(errors=0.07), told, NOON) is True
    assert goes_on(courses(errors=0.02), told, NOON) is False
    assert goes_on(courses().clear(), told, NOON) is None
    later = NOON + OVER_AFTER
    shifted = courses(errors=0.07).with_columns(ts=pl.col("ts") + int(OVER_AFTER.total_seconds() * 1000))
    assert goes_on(shifted, told, later) is False, "what lasts for hours is how the service is"


def test_row_19_a_quiet_stretch_of_a_shop_gives_no_candidate():
    """Two hours of 22 services with harmless disturbances, judged every five minutes."""
    case = shop.case(shop.system(300), None, 300, minutes_before=240)
    seen = watch.courses(case)
    moments = [case.question.at - timedelta(minutes=5 * back) for back in range(24)]
    assert [found for at in moments for found in unusual(seen, at)] == []


def test_row_19_a_failing_service_of_a_shop_is_told():
    """The same judge sees a real fault."""
    fault = next(each for each in shop.FAULTS if each.name == "crash")
    case = shop.case(shop.system(311), fault, 311, minutes_before=90)
    calls = set(case.telemetry.edges.select("caller", "callee").iter_rows())
    assert case.service in {
        each.service for each in unexplained(unusual(watch.courses(case), case.question.at), calls)
    }
