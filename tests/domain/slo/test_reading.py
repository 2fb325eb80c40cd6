"""Which series are fetched and what they count for (W7, W8, rows 4 and 6 of the field)."""

from decimal import Decimal

import pytest

from reliability_studio.domain.slo.indicators import LatencyIndicator, Part, RatioIndicator
from reliability_studio.domain.slo.reading import Role, bound_forms, normal_bound, reading
from reliability_studio.domain.slo.selector import Matcher, Op, Selector, judge
from tests.domain.slo.world import ERRORS, TOTAL

BUCKETS = Selector.of("rt_seconds_bucket", [Matcher("job", Op.EQUAL, "api")])


def test_errors_that_are_a_part_of_the_total_need_one_snapshot():
    """Half of the reading, and both parts of one moment (W6)."""
    found = reading(RatioIndicator(TOTAL, ERRORS, Part.BAD))
    [only] = found.snapshots
    assert only.selector == TOTAL
    assert only.role_of({"job": "api", "code": "500"}) == Role.TOTAL | Role.PART
    assert only.role_of({"job": "api", "code": "200"}) == Role.TOTAL


def test_other_metrics_need_a_snapshot_each():
    """Good and total may be different families."""
    good = Selector.of("ok_total")
    first, second = reading(RatioIndicator(TOTAL, good, Part.GOOD)).snapshots
    assert (first.role_of({}), second.role_of({})) == (Role.TOTAL, Role.PART)


def test_regular_expressions_that_differ_from_gos_are_left_to_the_server():
    """Only what means the same in both languages is judged here."""
    odd = TOTAL.narrowed(Matcher("code", Op.MATCHES, r"(?i)5\pN"))
    assert len(reading(RatioIndicator(TOTAL, odd, Part.BAD)).snapshots) == 2


@pytest.mark.parametrize(("pattern", "here"), [(".*a.*b", True), (".*a.*a.*b", False), ("a?b*c+", False)])
def test_regular_expressions_that_python_is_slow_at_are_left_to_the_server(pattern, here):
    """Nobody's label holds up the process: a path of 500 signs would take four of `.*` two seconds."""
    narrow = TOTAL.narrowed(Matcher("path", Op.MATCHES, pattern))
    snapshots = reading(RatioIndicator(TOTAL, narrow, Part.BAD)).snapshots
    assert len(snapshots) == (1 if here else 2)
    if here:
        assert not Matcher("path", Op.MATCHES, pattern).judge({"path": "a" * 5000})


def test_w7_a_latency_pins_its_bucket_and_the_count_in_one_family():
    """W7: `le` is pinned; the total is +Inf of the same series, in every spelling of Prometheus 2 and 3."""
    found = reading(LatencyIndicator(BUCKETS, Decimal(1)))
    [only] = found.snapshots
    assert found.part_required
    assert found.part_is is Part.GOOD
    assert only.selector.matchers[-1].value == r"1|1\.0|\+Inf"
    for spelling in ("1", "1.0"):
        labels = only.labels_of({"__name__": "x", "job": "api", "le": spelling})
        assert only.role_of(labels) == Role.PART
    assert only.role_of(only.labels_of({"le": "+Inf"})) == Role.TOTAL


@pytest.mark.parametrize(("text", "forms"), [("0.3", ("0.3",)), ("10", ("10", "10.0")), ("2.50", ("2.5",))])
def test_bounds_in_their_spellings(text, forms):
    """Row 6: "1" and "1.0" are one bucket."""
    assert bound_forms(Decimal(text)) == forms


def test_bounds_that_are_no_numbers_stay():
    """Nothing is invented."""
    assert [normal_bound(t) for t in ("abc", "inf", "1e3")] == ["abc", "+Inf", "1000.0"]


def test_matchers_mean_what_prometheus_means():
    """Missing labels are empty; expressions are anchored at both ends."""
    assert Matcher("a", Op.EQUAL, "").judge({})
    assert Matcher("a", Op.NOT_EQUAL, "x").judge({})
    assert not Matcher("a", Op.MATCHES, "5").judge({"a": "500"})
    assert Matcher("a", Op.NOT_MATCHES, "5").judge({"a": "500"})
    assert judge((Matcher("a", Op.MATCHES, "5..|4.."),), {"a": "404"})


def test_w8_a_regular_expression_does_not_become_a_grouping():
    """W8: one SLO, one alert, however many codes match."""
    assert ERRORS.beyond(TOTAL) == (Matcher("code", Op.MATCHES, "5.."),)
    assert TOTAL.beyond(ERRORS) is None
