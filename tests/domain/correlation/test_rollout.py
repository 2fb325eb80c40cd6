"""New version against old: what counts as worse, what says nothing, and the laws of the comparison."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reliability_studio.domain.correlation.rollout import (
    Compared,
    Estimate,
    RolloutBasis,
    RolloutMeasure,
    RolloutState,
    Shift,
    Side,
    difference_limits,
    judge,
    levels,
    share_limits,
    so_far,
)
from tests.support.records import minutes

WINDOW = minutes(2), minutes(12)


def side(requests=None, percent=None, p95=None, **more):
    """So many requests of which a share failed; p95 with limits of a twentieth."""
    failed = None if requests is None or percent is None else requests * percent / 100
    tail = None if p95 is None else Estimate(p95, 0.95 * p95, 1.05 * p95)
    return Side(*WINDOW, requests, failed, tail, **more)


CALM = side(1000, 0.1, 100)


def against(old, new, basis=RolloutBasis.SIDE_BY_SIDE):
    return Compared(basis, old, new)


@pytest.mark.parametrize(
    ("before", "after", "restarts", "state"),
    [
        (CALM, CALM, 0, RolloutState.SAME),
        (CALM, side(1000, 2.0, 100), 0, RolloutState.WORSE),
        (CALM, side(1000, 0.9, 100), 0, RolloutState.SAME),
        (side(1000, 3.0, 100), side(1000, 4.5, 100), 0, RolloutState.SAME),
        (CALM, side(1000, 0.1, 140), 0, RolloutState.WORSE),
        (side(1000, 0.1, 10), side(1000, 0.1, 15), 0, RolloutState.SAME),
        (CALM, CALM, 2, RolloutState.WORSE),
        (side(1000, 5.0, 300), CALM, 0, RolloutState.BETTER),
        (CALM, side(99, 50.0, 900), 0, RolloutState.UNKNOWN),
        (CALM, side(), 0, RolloutState.UNKNOWN),
        (CALM, side(1000), 0, RolloutState.UNKNOWN),
        (side(), side(), 1, RolloutState.WORSE),
        # Large and twofold, but of so few failures that chance explains them.
        (side(100, 0.0, 100), side(100, 9.0, 100), 0, RolloutState.SAME),
        (side(120, 3.0, 100), side(120, 9.0, 100), 0, RolloutState.SAME),
    ],
)
def test_row_60_a_difference_counts_when_it_is_large_certain_and_rests_on_enough(
    before, after, restarts, state
):
    """Row 60: absolute and relative, beyond chance, with a hundred requests on either side."""
    assert judge(against(before, after), restarts).state is state


def test_a_slower_tail_within_its_limits_is_no_news():
    """Half again as slow, but the limits of the two quantiles overlap."""
    wide = replace(CALM, tail_ms=Estimate(150, 90, 400))
    [tail] = [each for each in judge(against(CALM, wide), 0).measures if each.what is RolloutMeasure.TAIL]
    assert (tail.shift, tail.low, tail.high) == (Shift.ALIKE, 90 - 105, 400 - 95)


@pytest.mark.parametrize(
    ("compared", "words"),
    [
        (None, "not measured on both sides"),
        (against(CALM, side()), "not measured on both sides"),
        (against(CALM, side(12, 0.0)), "1,000 requests of the old version and 12 of the new; 100 of each"),
        (against(side(500), side(500)), "neither failures nor durations"),
    ],
)
def test_what_nothing_can_be_said_of_says_why(compared, words):
    """No data is a state with a reason."""
    verdict = judge(compared, 0)
    assert verdict.state is RolloutState.UNKNOWN
    assert words in verdict.reasons[0]


def test_pods_that_use_more_are_told_and_decide_nothing():
    """Memory of every new pod above every old one's is a remark; a range that touches is none."""
    old, new = replace(CALM, mib=(200.0, 210.0)), replace(CALM, mib=(400.0, 390.0))
    verdict = judge(against(old, new), 0)
    assert verdict.state is RolloutState.SAME
    assert verdict.reasons == ("memory per pod from 205 to 395 MiB",)
    touching = judge(against(old, replace(CALM, mib=(800.0, 205.0))), 0)
    assert touching.reasons == ()


def test_while_it_goes_on_there_is_bad_news_or_none():
    """Better, or alike, can wait; what cannot be compared says nothing."""
    bad = so_far(against(CALM, side(1000, 5.0, 100)), 0)
    assert bad.state is RolloutState.WORSE
    assert bad.reasons == ("failed requests from 0.10% to 5.00%",)
    for quiet in (against(CALM, CALM), against(side(1000, 5.0), CALM), None):
        assert so_far(quiet, 0).state is RolloutState.RUNNING
    assert so_far(None, 1).state is RolloutState.WORSE


def test_the_comparison_is_told_with_its_windows_and_counts():
    """Side by side has one window, the others two."""
    beside = against(CALM, side(1200))
    assert beside.told() == "new pods beside old pods, 12:02:00 to 12:12:00 UTC, 1,200 against 1,000 requests"
    before = Compared(
        RolloutBasis.PODS, replace(side(), start=minutes(-10), end=minutes(0)), side(50), "too short"
    )
    assert "12:02:00 to 12:12:00 UTC against 11:50:00 to 12:00:00, 50 against no requests" in before.told()


def test_wilsons_and_newcombes_limits_are_those_of_the_books():
    """Examples of Newcombe's two papers of 1998, at 95 %: 81 of 263, and 56 of 70 against 48 of 80."""
    assert share_limits(81, 263, 1.96) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert share_limits(0, 20, 1.96) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert difference_limits((48, 80), (56, 70), 1.96) == pytest.approx((0.0524, 0.3339), abs=1e-4)


_count = st.integers(1, 10**6)


@st.composite
def _side(draw, least=0):
    requests = draw(st.integers(max(least, 1), 10**6))
    failed = draw(st.integers(0, requests))
    value = draw(st.floats(0.1, 1e5))
    low, high = draw(st.floats(0.1, value)), draw(st.floats(value, 2e5))
    pods = st.lists(st.floats(0, 64), max_size=4).map(tuple)
    return Side(*WINDOW, requests, failed, Estimate(value, low, high), draw(pods), draw(pods))


TURNED = {Shift.HIGHER: Shift.LOWER, Shift.LOWER: Shift.HIGHER}


@given(_side(), _side())
def test_swapping_the_sides_swaps_the_sign_of_every_measure(old, new):
    """Higher is lower the other way round, with the limits mirrored."""
    there, back = judge(against(old, new), 0), judge(against(new, old), 0)
    for one, other in zip(there.measures, back.measures, strict=True):
        assert other.shift is TURNED.get(one.shift, one.shift)
        assert (other.old, other.new) == (one.new, one.old)
        if one.low is not None and one.high is not None:
            assert other.low == pytest.approx(-one.high)
            assert other.high == pytest.approx(-one.low)


@given(_side(least=100), _side(least=100))
def test_better_one_way_is_worse_the_other(old, new):
    """And never both for the same reason."""
    there, back = judge(against(old, new), 0), judge(against(new, old), 0)
    if there.state is RolloutState.BETTER:
        assert back.state is RolloutState.WORSE


@given(_side(least=100), _side(least=100), st.integers(1, 50))
def test_agreement_never_lowers_confidence_more_of_the_same_keeps_what_was_found(old, new, times):
    """The same shares of many times the requests: what differed still does, and more narrowly."""

    def more(one):
        return replace(one, requests=one.requests * times, failed=one.failed * times)

    errors = judge(against(old, new), 0).measures[0]
    again = judge(against(more(old), more(new)), 0).measures[0]
    if errors.shift in TURNED:
        assert again.shift is errors.shift
    assert again.low >= errors.low - 1e-9
    assert again.high <= errors.high + 1e-9


@given(_side(least=100), _side(least=100))
def test_agreement_never_lowers_confidence_a_second_witness_never_acquits(old, new):
    """A version that is worse by its failures stays worse whatever its durations, restarts and pods say."""
    alone = judge(against(replace(old, tail_ms=None), replace(new, tail_ms=None)), 0)
    assume(alone.state is RolloutState.WORSE)
    assert judge(against(old, new), 0).state is RolloutState.WORSE
    assert judge(against(old, new), 3).state is RolloutState.WORSE


@given(_side(), _side())
def test_missing_telemetry_never_condemns(old, new):
    """Whatever is lost of a side, what is left is no worse than before."""
    whole = judge(against(old, new), 0)
    assume(whole.state is not RolloutState.WORSE)
    for lost in (
        replace(new, tail_ms=None),
        replace(new, failed=None),
        replace(new, requests=None, failed=None),
    ):
        assert judge(against(old, lost), 0).state is not RolloutState.WORSE


@given(st.integers(1, 10**6))
def test_the_levels_hold_the_quantile_and_close_in_on_it(requests):
    """More requests, narrower; never beyond a quantile's range."""
    low, high = levels(requests)
    assert 0 <= low < 0.95 < high <= 1
    closer = levels(4 * requests)
    assert closer[0] >= low
    assert closer[1] <= high


@given(_count, st.floats(0, 1))
def test_the_limits_of_a_share_hold_it(whole, share):
    """Also at none and all."""
    low, high = share_limits(share * whole, whole)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1
