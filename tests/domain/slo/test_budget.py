"""S3, S10 and the worked numbers of the SLO mathematics: exact, signed, never clamped."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo import budget
from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.cells import in_units
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import SCALE, Objective
from reliability_studio.domain.slo.spec import RatioTimeslices

OBJECTIVES = st.integers(1, SCALE - 1).map(Objective)


@st.composite
def counts(draw, most=10**9):
    total = draw(st.integers(1, most))
    return Counts(draw(st.integers(0, total)), total)


@pytest.mark.parametrize(
    ("objective", "sli", "left"),
    [("99.9", "99.95", 50.0), ("99.9", "99.9", 0.0), ("99.9", "99.5", -400.0), ("99.9", "100", 100.0)],
)
def test_s3_remaining_is_the_share_of_the_allowed_that_was_not_used(objective, sli, left):
    """S3, I9, R3.1: (99.9, 99.95) leaves 50 %, exactly at target leaves nothing."""
    good = Fraction(sli) / 100
    found = budget.remaining(Counts(int((1 - good) * 100_000), 100_000), Objective.percent(objective))
    assert found * 100 == left


def test_s3_a_target_of_100_percent_is_refused_with_the_reason_and_no_crash():
    """W13, slo-features 32: there is no budget to divide by."""
    with pytest.raises(BadSpec, match="leaves no error budget"):
        Objective.percent("100")


@pytest.mark.parametrize("text", ["0", "-1", "100.1", "NaN", "Infinity", "abc", "", "99.99999999"])
def test_nonsense_is_no_objective(text):
    """Not a number, outside 0..100, or finer than parts per billion."""
    with pytest.raises(BadSpec):
        Objective.percent(text)


def test_s10_targets_and_far_overspent_budgets_are_exact():
    """S10, W12: 99.999 stays 99.999; a budget of -99 900 % is no overflow."""
    objective = Objective.percent("99.999")
    assert objective.text == "99.999"
    assert Objective.percent("99.9").budget == SCALE // 1000
    assert budget.remaining(Counts(1000, 1000), Objective.percent("99.9")) == -999.0


def test_worked_openobserve():
    """SLI 94.946 at 94: consumed 84.2 %, 15.8 % left, burn 0.842."""
    counted, objective = Counts(5054, 100_000), Objective.percent("94")
    assert budget.consumed(counted, objective) == pytest.approx(0.8423, abs=1e-4)
    assert budget.remaining(counted, objective) == pytest.approx(0.1577, abs=1e-4)
    assert budget.burn(counted, objective) == budget.consumed(counted, objective)
    # Its "8d 7h" is the pace of a full budget; what is left of it lasts far less (W15).
    pace_h = 7 * 24 / budget.burn(counted, objective)
    assert divmod(int(pace_h), 24) == (8, 7)


def test_worked_elastic_and_datadog_slices():
    """50 bad of 2016 slices are 97.52 %; 1 bad of 144 is 99.305 %; .999 at .995 is -400 %."""
    assert budget.sli(Counts(50, 2016)) == pytest.approx(0.9752, abs=5e-5)
    assert budget.sli(Counts(1, 144)) == pytest.approx(0.993055, abs=1e-6)
    assert budget.remaining(Counts(5, 1000), Objective.percent("99.9")) == -4.0


def test_worked_slo_generator_fixture():
    """12 h, T .9, SLI .5: burn 5, budget 72 min, -288 min left, consumed 500 % (not 19.99)."""
    counted, objective, window_s = Counts(360, 720), Objective.percent("90"), 43_200
    assert budget.burn(counted, objective) == 5.0
    assert budget.minutes_left(Counts(0, 720), objective, window_s) == 72.0
    assert budget.minutes_left(counted, objective, window_s) == -288.0
    assert budget.consumed(counted, objective) == 5.0


def test_worked_openslo_timeslices():
    """Two weeks of minutes at 95 %: 16 h 48 m may be bad; one week at 99.95 %: 5 m 2.4 s."""
    assert budget.allowed_bad(Counts(0, 14 * 1440), Objective.percent("95")) == 16 * 60 + 48
    assert budget.minutes_left(Counts(0, 1), Objective.percent("99.95"), 7 * 86_400) * 60 == pytest.approx(
        302.4
    )


def test_worked_openslo_ratio_timeslices():
    """Two weeks of minutes, 1 % bad by themselves: 13 h 42 m 51 s of 99 % bad spend the budget of 95 %."""
    minutes, objective, slices = 14 * 1440, Objective.percent("95"), RatioTimeslices(60)
    usual, outage = in_units(1, 100, slices), in_units(99, 100, slices)
    spent = {}
    for bad in (822, 823):
        units = [a * bad + b * (minutes - bad) for a, b in zip(outage, usual, strict=True)]
        spent[bad] = budget.consumed(Counts(*units), objective)
    assert spent[822] < 1 < spent[823]
    # Between whole slices it is a straight line.
    exact = 822 + (1 - spent[822]) / (spent[823] - spent[822])
    assert round(exact * 60) == 13 * 3600 + 42 * 60 + 51


def test_worked_openslo_occurrences():
    """336,000 requests, 1 % of them bad: 14,155 failures in 14,298 more spend it; 16,632 are too many."""
    usual, objective = Counts(3360, 336_000), Objective.percent("95")
    spent = budget.consumed(Counts(usual.bad + 14_155, usual.total + 14_298), objective)
    assert spent == pytest.approx(1, abs=1e-4)
    assert budget.consumed(Counts(usual.bad + 16_632, usual.total + 16_800), objective) > 1.1


def test_w11_no_events_are_neither_good_nor_bad():
    """W11: nothing divides by nothing; every share is None."""
    none, objective = Counts(0, 0), Objective.percent("99")
    assert budget.sli(none) is None
    assert budget.error_ratio(none) is None
    assert budget.burn(none, objective) is None
    assert budget.remaining(none, objective) is None
    assert budget.minutes_left(none, objective, 60) is None
    assert budget.spent(none, none, objective) is None
    assert not budget.burns_faster(none, objective, 0)


def test_w4_an_error_ratio_is_no_burn_rate():
    """W4: they differ by the budget."""
    counted, objective = Counts(1, 1000), Objective.percent("99.9")
    assert budget.error_ratio(counted) == 0.001
    assert budget.burn(counted, objective) == 1.0


def test_w5_thresholds_are_compared_without_rounding():
    """W5: a burn of 9.0000001 is above 9, exactly 9 is not."""
    objective = Objective.percent("99")
    assert not budget.burns_faster(Counts(9, 100), objective, 9 * SCALE)
    assert budget.burns_faster(Counts(90_000_001, 10**9), objective, 9 * SCALE)


@given(counts(), OBJECTIVES)
def test_remaining_and_consumed_make_one_exactly(counted, objective):
    """The same algebra as SLI, without its rounding."""
    exact = 1 - Fraction(counted.bad * SCALE, objective.budget * counted.total)
    assert budget.remaining(counted, objective) == exact.numerator / exact.denominator
    assert budget.remaining(counted, objective) <= 1


@given(st.lists(counts(10**6), min_size=1, max_size=20), OBJECTIVES)
def test_what_disjoint_intervals_spent_adds_up_to_what_was_consumed(parts, objective):
    """The attribution to incidents is additive."""
    whole = Counts(sum(p.bad for p in parts), sum(p.total for p in parts))
    spent = sum(budget.spent(p, whole, objective) for p in parts)
    assert spent == pytest.approx(budget.consumed(whole, objective), rel=1e-9, abs=1e-12)


@given(counts(), OBJECTIVES, st.integers(0, SCALE))
def test_at_least_agrees_with_fractions(counted, objective, share):
    """The verdict's comparison has no rounding in it."""
    left = 1 - Fraction(counted.bad * SCALE, objective.budget * counted.total)
    assert budget.at_least(counted, objective, share) == (left >= Fraction(share, SCALE))


@given(st.integers(1, SCALE - 1))
def test_objectives_survive_their_text(parts):
    """S10: what is shown can be typed in again."""
    objective = Objective(parts)
    assert Objective.percent(objective.text) == objective


def test_q1_what_is_left_in_events_is_the_budget_without_the_bad_ones():
    """Q1: 10 of 10,000 may be bad under 99.9 %; three were, then 13."""
    objective = Objective.percent("99.9")
    assert budget.bad_left(Counts(3, 10_000), objective) == 7.0
    assert budget.bad_left(Counts(13, 10_000), objective) == -3.0


@pytest.mark.parametrize(
    ("bad", "share", "spends"),
    [
        (1, Fraction(1, 2), False),
        (2, Fraction(1, 2), True),
        (3, Fraction(3, 2), False),
        (4, Fraction(3, 2), True),
    ],
)
def test_q1_a_share_of_the_budget_is_spent_by_more_than_it_and_not_by_exactly_it(bad, share, spends):
    """Q1: two of 2,000 may be bad under 99.9 %; shares below and above the whole."""
    objective = Objective.percent("99.9")
    assert budget.spends(Counts(bad, 100), Counts(0, 2000), objective, share) is spends


def test_q1_one_event_is_enough_to_have_spent_something_and_none_is_not():
    """Q1: a window without events has no budget."""
    objective = Objective.percent("99.9")
    assert budget.spends(Counts(1, 1), Counts(1, 1), objective, Fraction(1))
    assert not budget.spends(Counts(1, 1), Counts(0, 0), objective, Fraction(1))


def test_q1_one_event_is_enough_for_a_share_and_none_is_not():
    """Q1: the bound lies between no event and one."""
    assert budget.sli(Counts(0, 1)) == 1.0
    assert budget.error_ratio(Counts(1, 1)) == 1.0
    assert budget.burns_faster(Counts(1, 1), Objective.percent("99"), SCALE)
    assert budget.reached(Counts(1, 1), Objective.percent("99"), 100)
    for nothing in (Counts(0, 0), Counts(1, 0)):
        assert budget.sli(nothing) is None
        assert budget.error_ratio(nothing) is None
        assert not budget.burns_faster(nothing, Objective.percent("99"), SCALE)
        assert not budget.reached(nothing, Objective.percent("99"), 50)


@pytest.mark.parametrize(("bad", "reached"), [(999, False), (1000, True), (1001, True)])
def test_q1_a_step_of_the_budget_is_reached_exactly_at_its_share(bad, reached):
    """Q1: 1,000 of 1,000,000 are the whole budget of 99.9 %, and one less is not."""
    assert budget.reached(Counts(bad, 1_000_000), Objective.percent("99.9"), 100) is reached
