"""Rows 3, 5, 7, 8, 12: indicators that are asked for bucket by bucket; what is cut off is carried on."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import measured
from reliability_studio.domain.slo.counters import Doubt, Member, Memory
from reliability_studio.domain.slo.counting import count
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import SCALE, Objective
from reliability_studio.domain.slo.indicators import (
    Compare,
    GaugeIndicator,
    NativeLatencyIndicator,
    Over,
    Part,
    ProbeIndicator,
    QueryIndicator,
    ShareIndicator,
)
from reliability_studio.domain.slo.reading import Role, reading
from reliability_studio.domain.slo.sampling import Carry, tally
from reliability_studio.domain.slo.selector import Selector
from reliability_studio.domain.slo.spec import RatioTimeslices, Timeslices
from tests.domain.slo.world import definition

PROBE = ProbeIndicator(Selector.of("probe_success"))
GAUGE = GaugeIndicator(Selector.of("queue_length"), Over.MAX, Compare.AT_MOST, Decimal("0.3"))
SHARE = ShareIndicator("x", Part.GOOD)
QUERY = QueryIndicator("total[$window]", "bad[$window]", Part.BAD)
NAN = math.nan


def of(indicator, *answers):
    counted, _ = tally(indicator, 60, answers, Carry())
    return counted.bad, counted.total, counted.doubt


def test_a_probe_counts_its_samples():
    """Row 7: sums and counts of all series; no series is a gap."""
    assert of(PROBE, [3.0, 4.0], [4.0, 4.0]) == (1, 8, Doubt.NONE)
    assert of(PROBE, [], [])[2] is Doubt.ABSENT


@pytest.mark.parametrize(
    ("compare", "bad"), [(Compare.BELOW, 2), (Compare.AT_MOST, 1), (Compare.ABOVE, 2), (Compare.AT_LEAST, 1)]
)
def test_a_gauge_is_judged_series_by_series(compare, bad):
    """Row 8: each way of comparing, at the threshold itself as well; NaN says nothing."""
    gauge = GaugeIndicator(GAUGE.gauge, Over.MEAN, compare, Decimal("0.3"))
    assert of(gauge, [0.1, 0.3, 0.5, NAN]) == (bad, 3, Doubt.NONE)
    assert of(gauge, [NAN])[2] is Doubt.ABSENT


def test_a_share_is_one_number_from_0_to_1():
    """Row 3, W11: 0/0 is a slice without events, never 0 or 100 %; anything else is doubted."""
    assert of(SHARE, [0.75]) == (250_000, 1_000_000, Doubt.NONE)
    assert of(ShareIndicator("x", Part.BAD), [0.75])[0] == 750_000
    assert of(SHARE, [NAN]) == (0, 0, Doubt.NONE)
    assert of(SHARE, [])[2] is Doubt.ABSENT
    for wrong in ([1.01], [-0.1], [0.5, 0.5]):
        assert of(SHARE, wrong)[2] is Doubt.NO_SHARE


@given(
    st.lists(st.floats(0, 1) | st.just(NAN), min_size=1, max_size=9),
    st.integers(1, 999),
    st.sampled_from(Part),
)
def test_a_slice_of_grouped_shares_is_good_when_each_group_is(values, target, part):
    """Law, 2.2: judged together they are judged one by one; groups without events say nothing."""
    indicator, slices = ShareIndicator("x", part), Timeslices(300, Objective(target * SCALE // 1000))

    def bad(answers):
        counted, _ = tally(indicator, 300, [answers], Carry(), grouped=True)
        cell = measured(counted, slices, 300)
        return cell.bad, cell.total

    alone = [bad([value]) for value in values]
    assert bad(values) == (max(b for b, _ in alone), max(t for _, t in alone))
    assert tally(indicator, 300, [[0.5, 1.5]], Carry(), grouped=True)[0].doubt is Doubt.NO_SHARE


@given(st.lists(st.floats(0, 3), min_size=1, max_size=50))
def test_fractions_of_events_are_carried_and_not_rounded_away(values):
    """Row 12: the sum of the buckets is the sum of the answers, cut only once."""
    carry, bad, total = Carry(), 0, 0
    for value in values:
        counted, carry = tally(QUERY, 60, [[value / 2], [value]], carry)
        bad, total = bad + counted.bad, total + counted.total
    assert total == pytest.approx(sum(values), abs=1.001)
    assert bad == pytest.approx(sum(values) / 2, abs=1.001)


def test_a_query_without_its_part_has_no_errors_and_without_its_total_is_a_gap():
    """2.9: absence of the errors is none; absence of the total is not measured."""
    assert of(QUERY, [], [5.0, 6.0]) == (0, 11, Doubt.NONE)
    assert of(QUERY, [1.0], [])[2] is Doubt.ABSENT
    good = QueryIndicator("t", "g", Part.GOOD)
    assert of(good, [4.0], [5.0]) == (1, 5, Doubt.NONE)


@pytest.mark.parametrize("indicator", [GAUGE, SHARE], ids=["gauge", "share"])
def test_what_knows_no_events_needs_slices(indicator):
    """Budgeting by occurrences would weigh minutes as events."""
    with pytest.raises(BadSpec) as found:
        definition(indicator=indicator)
    assert found.value.path == "$.budgeting"
    definition(indicator=indicator, budgeting=RatioTimeslices(300))


def test_a_native_histogram_that_is_recomputed_is_no_reset():
    """Row 5, rule 6: the computed part falls a little while the total does not; a real reset is one."""
    what = reading(NativeLatencyIndicator(Selector.of("rt_seconds"), Decimal("0.2")))
    key = 77
    members = {key: Member(1, Role.TOTAL), ~key: Member(1, Role.PART)}
    snapshots = [
        (60, {key: 100, ~key: 90}),
        (120, {key: 110, ~key: 99}),
        (180, {key: 112, ~key: 95}),
        (240, {key: 5, ~key: 4}),
    ]
    counted, _ = count(Memory(), members, snapshots, step_s=60, reading=what)
    assert [(c.bad, c.total) for c in counted[1:]] == [(1, 10), (2, 2), (1, 5)]
    assert what.snapshots[0].counts
    assert what.snapshots[1].quicker_than == Decimal("0.2")
