"""2.7: when a budget is spent, with old errors rolling off; never is an answer. Row 70, W15."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.forecast import Fate, forecast, spent_within
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Objective, Rolling
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.spec import Timeslices
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import definition

BASE = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())


def ledger(hours, start=BASE):
    """A ledger of hours, each (bad, total); counted at the hour's end."""
    made = Ledger(start, keep_s=40 * DAY)
    made.append(Cell(start + (n + 1) * HOUR, bad, total, HOUR) for n, (bad, total) in enumerate(hours))
    return made


def of(hours, objective="99", window=None, **more):
    return forecast(definition(objective, window=window or Rolling(2), **more), ledger(hours))


def hand(hours, objective_budget, window_h, lookback_h):
    """The formula of 2.7, hour by hour, straight from the list."""
    bad, total = (sum(h[k] for h in hours[-lookback_h:]) for k in (0, 1))
    for ahead in range(1, window_h + 1):
        kept = hours[len(hours) - window_h + ahead :] if ahead < window_h else []
        b = sum(h[0] for h in kept) * lookback_h + bad * ahead
        n = sum(h[1] for h in kept) * lookback_h + total * ahead
        if n and b * 100 >= objective_budget * n:
            return ahead
    return None


@given(st.lists(st.tuples(st.integers(0, 6), st.just(200)), min_size=48, max_size=60))
def test_it_is_the_first_hour_at_which_the_formula_says_spent(hours):
    """Against a scan over the bare list, for both rates."""
    spent = sum(h[0] for h in hours[-48:]) * 100 >= sum(h[1] for h in hours[-48:])
    made = of(hours)
    for outlook, lookback_h in zip(made.outlooks, (1, 24), strict=True):
        ahead = None if spent else hand(hours, 1, 48, lookback_h)
        if not spent:
            assert outlook.at == (None if ahead is None else made.as_of + ahead * HOUR)
            assert outlook.fate is (Fate.LASTS if ahead is None else Fate.RUNS_OUT)
        else:
            assert outlook.fate is Fate.SPENT


def test_null_when_never_and_a_band_from_two_rates():
    """W15: a pace is no countdown. Calm lately, worse over the day: one rate ends, the other does not."""
    calm = of([(0, 100)] * 48)
    assert [(o.fate, o.at) for o in calm.outlooks] == [(Fate.LASTS, None)] * 2
    assert (calm.earliest, calm.latest) == (None, None)
    # A burn of exactly the budget's pace spends it exactly when nothing better is left in the window.
    pace = of([(0, 100)] * 24 + [(1, 100)] * 24)
    assert pace.outlooks[0].at == pace.as_of + 24 * HOUR
    mixed = of([(0, 100)] * 24 + [(2, 100)] * 12 + [(0, 100)] * 12)
    assert [o.fate for o in mixed.outlooks] == [Fate.LASTS, Fate.RUNS_OUT]
    assert (mixed.earliest, mixed.latest) == (mixed.outlooks[1].at, None)
    worse = of([(0, 100)] * 24 + [(1, 100)] * 23 + [(3, 100)])
    assert worse.earliest == worse.outlooks[0].at < worse.outlooks[1].at == worse.latest


def test_a_spent_budget_comes_back_when_its_errors_roll_off():
    """The outage cost 120 of 48 events: after 15 hours only 45 of them are left in the window."""
    made = of([(5, 100)] * 24 + [(0, 100)] * 24)
    assert made.outlooks[0].fate is Fate.SPENT
    assert made.outlooks[0].at == made.as_of + 15 * HOUR
    assert made.earliest is None


def test_without_a_measured_stretch_nothing_is_foretold():
    """No traffic in the last hour: unknown, and not never."""
    made = of([(1, 100)] * 47 + [(0, 0)])
    assert made.outlooks[0].fate is Fate.UNKNOWN
    assert made.outlooks[1].fate is not Fate.UNKNOWN


def test_a_calendar_period_keeps_its_errors_and_expects_the_traffic_of_earlier_weeks():
    """2.6: the full-period budget; the projection goes by the same hours of the weeks before."""
    month = Calendar(CalendarUnit.MONTH)
    start = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    hours = [(0, 100 + h % 168) for h in range(15 * 24)]
    made = forecast(definition("99", window=month), ledger(hours, start))
    whole = sum(100 + h % 168 for h in range(31 * 24))
    assert made.full_period.projected_total == whole
    assert made.full_period.remaining == 1.0
    assert made.full_period.period.end - start == 31 * DAY
    assert [o.fate for o in made.outlooks] == [Fate.LASTS] * 2
    burning = forecast(definition("99", window=month), ledger([(4, 100)] * (10 * 24), start))
    left = 0.01 * 100 * 31 * 24 - 4 * 240
    assert burning.full_period.bad_left == pytest.approx(left)
    assert burning.outlooks[0].fate is Fate.SPENT
    slow = forecast(definition("99", window=month), ledger([(2, 100)] * (10 * 24), start))
    assert slow.outlooks[0].at == pytest.approx(slow.as_of + (744 - 480) / 2 * HOUR)


def test_a_calendar_period_of_slices_knows_its_length():
    """n_exp of the period, 23-hour days included: March in Berlin has 743 hours."""
    start = int(datetime(2026, 2, 28, 23, tzinfo=UTC).timestamp())
    what = definition(
        "99",
        window=Calendar(CalendarUnit.MONTH, "Europe/Berlin"),
        budgeting=Timeslices(3600, Objective.percent("95")),
    )
    made = forecast(what, ledger([(0, 1)] * 100, start))
    assert made.full_period.projected_total == 743


@given(
    st.lists(st.tuples(st.integers(0, 6), st.just(200)), min_size=48, max_size=60),
    st.sampled_from([3, 12, 24]),
)
def test_row_43_soon_is_what_both_rates_say(hours, within_h):
    """The forecast's own scan, cut off: it runs out when the later of the two moments comes in time."""
    made, soon = (
        of(hours),
        spent_within(definition("99", window=Rolling(2)), ledger(hours), within_h * HOUR, at_end(hours)),
    )
    if made.outlooks[0].fate is Fate.SPENT:
        assert soon is Fate.SPENT
        return
    # Without a single error in a stretch it says nothing of an end, whatever leaves the window.
    erring = [hours[-1][0] > 0, any(bad for bad, _ in hours[-24:])]
    in_time = made.latest is not None and made.latest <= made.as_of + within_h * HOUR
    assert soon is (Fate.RUNS_OUT if in_time and all(erring) else Fate.LASTS)


def at_end(hours):
    """The end of their ledger."""
    return BASE + len(hours) * HOUR


def test_row_43_an_earlier_moment_knows_nothing_of_what_came_later():
    """What a rehearsal asks: the same answer as if the ledger had ended there."""
    what = definition("99", window=Calendar(CalendarUnit.MONTH))
    hours = [(2, 100)] * 60
    then = spent_within(what, ledger(hours), DAY, at_end(hours))
    assert spent_within(what, ledger([*hours, *[(0, 5000)] * 50]), DAY, at_end(hours)) is then


def test_row_43_nothing_measured_is_unknown():
    """No events in the last hour: nothing can be foreseen."""
    what = definition("99", window=Rolling(2))
    assert spent_within(what, ledger([(1, 100)] * 30 + [(0, 0)] * 2), DAY, at_end([0] * 32)) is Fate.UNKNOWN
