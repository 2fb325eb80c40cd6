"""S4 and what people read: verdicts by exact comparison, no data as a state, coverage, missing slices."""

import pytest

from reliability_studio.domain.slo.budget import Counts
from reliability_studio.domain.slo.cells import Cell, in_units, measured
from reliability_studio.domain.slo.counters import Counted, Doubt
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Calendar, CalendarUnit, Objective, Rolling
from reliability_studio.domain.slo.history import STEPS_S, course, step_for
from reliability_studio.domain.slo.ledger import Ledger, Sums
from reliability_studio.domain.slo.measure import (
    COVERAGE_FLOOR,
    Reason,
    Status,
    WindowValue,
    account,
    coverage,
    evaluate,
    judge,
    window_value,
)
from reliability_studio.domain.slo.spec import MissingData, Occurrences, RatioTimeslices, Timeslices
from reliability_studio.domain.slo.standing import Standing
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import definition

BASE = 1_700_000_000 // DAY * DAY


def window(bad, total, coverage=1.0):
    return WindowValue(30 * DAY, BASE, BASE + 30 * DAY, Counts(bad, total), coverage, None, None)


def status(bad, total, coverage=1.0, since=BASE):
    return judge(Objective.percent("99.9"), window(bad, total, coverage), measured_since=since)


def filled(cells, *, start=BASE, keep_s=40 * DAY):
    ledger = Ledger(start, keep_s=keep_s)
    ledger.append(cells)
    return ledger


def steady(hours, bad=1, total=1000):
    return [Cell(BASE + n * 60, bad, total, 60) for n in range(1, hours * 60 + 1)]


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (100.0, Status.HEALTHY),
        (50.0, Status.HEALTHY),
        (49.9, Status.WARNING),
        (25.0, Status.WARNING),
        (24.9, Status.CRITICAL),
        (0.1, Status.CRITICAL),
        (0.0, Status.BREACHED),
        (-400.0, Status.BREACHED),
    ],
)
def test_s4_status_by_what_is_left(left, expected):
    """S4: 24.9 critical, 25 warning, 49.9 warning, 50 healthy; spent is breached."""
    bad = round((100 - left) * 10)
    assert status(bad, 1_000_000).status is expected


def test_s4_none_is_no_data():
    """Slo-features 69, 78: never measured, no events, too little measured, nonsense: each says which."""
    assert status(0, 0, coverage=None, since=None).reason is Reason.NEVER_MEASURED
    assert status(0, 0).reason is Reason.NO_EVENTS
    assert status(0, 10, coverage=0.89).reason is Reason.LOW_COVERAGE
    assert status(11, 10).reason is Reason.MORE_BAD_THAN_TOTAL
    assert {status(0, 0).status, status(0, 10, 0.5).status, status(11, 10).status} == {Status.NO_DATA}


def test_w9_a_breach_is_not_hidden():
    """W9, slo-features 65: remaining goes below zero and says by how much."""
    found = evaluate(definition("99.9", window=Rolling(1)), filled(steady(24, bad=5)))
    assert found.remaining == -4.0
    assert "-400.0%" in found.verdict.text


def test_every_number_has_its_window_counts_and_coverage():
    """The promise: nothing without the stretch of time that it was taken over."""
    found = evaluate(definition("99.9", window=Rolling(7)), filled(steady(12)))
    assert found.window.length_s == 7 * DAY
    assert (found.window.counts.bad, found.window.counts.total) == (720, 720_000)
    assert [value.length_s for value in found.burns] == [300, 1800, 3600, 7200, 21600, 86400, 259200]
    assert found.burns[0].counts.total == 5000
    assert all(value.coverage == 1.0 for value in found.burns)
    assert found.measured_since == BASE


def test_s9_burn_rates_differ_by_window_on_a_ramp():
    """S9: errors that grow by the hour burn faster in shorter windows."""
    cells = [Cell(BASE + n * 60, n // 60, 1000, 60) for n in range(1, 80 * 60 + 1)]
    burns = {v.length_s: v.burn for v in evaluate(definition("99"), filled(cells)).burns}
    assert burns[HOUR] > burns[6 * HOUR] > burns[DAY] > burns[3 * DAY]
    hour = sum(cell.bad for cell in cells[-60:])
    assert burns[HOUR] == hour / 60_000 / 0.01


def test_w16_an_edited_target_changes_the_reading_and_not_the_counts():
    """W16: the same ledger under another objective, past included."""
    ledger = filled(steady(48))
    strict = evaluate(definition("99.95", window=Rolling(1)), ledger)
    loose = evaluate(definition("99", window=Rolling(1)), ledger)
    assert strict.window.counts == loose.window.counts
    assert (strict.remaining, loose.remaining) == (-1.0, 0.9)


def test_a_gap_lowers_coverage_and_adds_nothing():
    """W20: it is not filled with the mean."""
    cells = [cell for cell in steady(24) if not BASE + 6 * HOUR < cell.end <= BASE + 12 * HOUR]
    found = evaluate(definition("99.9", window=Rolling(1)), filled(cells))
    assert found.window.coverage == 0.75
    assert found.window.counts.total == 18 * 60 * 1000
    assert found.verdict.reason is Reason.LOW_COVERAGE


def test_time_before_the_series_existed_does_not_count_as_a_gap():
    """A new service is covered from its first bucket on."""
    found = evaluate(definition("99", window=Rolling(30)), filled(steady(2)))
    assert found.window.coverage == 1.0


def test_a_calendar_window_counts_from_its_first_day():
    """To date: what was before the month does not count."""
    ledger = filled([Cell(BASE + n * HOUR, 1, 1000, 3600) for n in range(1, 40 * 24 + 1)], keep_s=60 * DAY)
    found = evaluate(definition("99.9", window=Calendar(CalendarUnit.MONTH)), ledger)
    assert found.period.start <= found.window.start
    assert found.window.counts.total == 1000 * ((ledger.end - found.period.start) // HOUR)


def test_a_slice_is_good_by_its_own_target_and_empty_ones_are_none():
    """2.2, slo-features 27, 29: one slice, one count."""
    slices = Timeslices(300, Objective.percent("95"))
    assert in_units(5, 100, slices) == (0, 1)
    assert in_units(6, 100, slices) == (1, 1)
    assert in_units(0, 0, slices) == (0, 0)


def test_ratio_slices_are_the_mean_of_ratios_by_name_only():
    """2.3, W1, W2, slo-features 26, 28: 75 % of events, 90 % of slices; each only where it was chosen."""
    slices = [(0, 10), (0, 10), (0, 10), (0, 10), (20, 40)]
    units = [in_units(bad, total, RatioTimeslices(60)) for bad, total in slices]
    assert 1 - sum(b for b, _ in units) / sum(t for _, t in units) == 0.9
    events = [in_units(bad, total, Occurrences()) for bad, total in slices]
    assert 1 - sum(b for b, _ in events) / sum(t for _, t in events) == 0.75


@pytest.mark.parametrize(
    ("policy", "counts"),
    [(MissingData.IGNORE, (1, 6)), (MissingData.GOOD, (1, 12)), (MissingData.BAD, (7, 12))],
)
def test_missing_slices_count_as_the_policy_says(policy, counts):
    """Slo-features 77: six of twelve slices are gaps."""
    slices = Timeslices(300, Objective.percent("95"))
    cells = [Cell(BASE + n * 300, int(n == 1), 1, 300) for n in range(1, 13) if n % 2]
    cells.append(Cell(BASE + HOUR, 0, 0, 0))
    found = evaluate(definition("90", window=Rolling(1), budgeting=slices, missing=policy), filled(cells))
    assert (found.window.counts.bad, found.window.counts.total) == counts or policy is MissingData.GOOD
    if policy is MissingData.GOOD:
        assert found.window.counts.bad == 1


def test_events_cannot_be_missing():
    """The policy is for slices only."""
    with pytest.raises(BadSpec, match="only time slices"):
        definition("99", missing=MissingData.BAD)


def test_a_doubtful_bucket_is_a_gap():
    """Nothing counted, nothing covered."""
    assert measured(Counted(60, 5, 9, Doubt.SUSPECT), Occurrences(), 60) == Cell(60, 0, 0, 0)
    assert measured(Counted(60, 5, 9, Doubt.NONE), Occurrences(), 60) == Cell(60, 5, 9, 60)


def test_s2_a_failed_attempt_keeps_the_old_value_with_its_time_and_says_why():
    """S2: the status is no data, the number stays."""
    what = definition("99")
    good = Standing(measurement=evaluate(what, filled(steady(24))), calculated_at=5)
    failed = good.failing(BASE + DAY + 120, "prometheus cannot be reached")
    verdict = failed.verdict_at(what, BASE + DAY + 120)
    assert (verdict.status, verdict.reason) == (Status.NO_DATA, Reason.STALE)
    assert verdict.text == "prometheus cannot be reached"
    assert failed.measurement == good.measurement
    assert failed.calculated_at == 5


def test_numbers_grow_old_when_nobody_counts():
    """A job that died does not leave a healthy status behind for ever."""
    what = definition("99")
    standing = Standing(measurement=evaluate(what, filled(steady(24))))
    end = BASE + DAY
    assert standing.verdict_at(what, end + 300).status is Status.HEALTHY
    late = standing.verdict_at(what, end + HOUR)
    assert (late.status, late.text) == (Status.NO_DATA, "nothing was measured for 60 minutes")
    assert Standing().verdict_at(what, end).reason is Reason.NEVER_MEASURED


def test_history_has_at_most_the_points_that_were_asked_for():
    """A17: 30 days, downsampled, on readable steps."""
    assert step_for(30 * DAY, 500, 60) == 2 * HOUR
    assert step_for(HOUR, 500, 60) == 60
    assert step_for(3650 * DAY, 100, 60) == 37 * DAY
    assert all(step_for(7 * DAY, n, 60) * n >= 7 * DAY for n in range(1, 3000, 7))
    assert list(STEPS_S) == sorted(STEPS_S)


def test_the_course_shows_the_budget_under_the_present_objective():
    """Slo-features 33, 67: each point is the window that ends there, and gaps have no SLI."""
    cells = [cell for cell in steady(48) if not BASE + 10 * HOUR < cell.end <= BASE + 12 * HOUR]
    points = course(definition("99.9", window=Rolling(1)), filled(cells), BASE, BASE + 2 * DAY, HOUR)
    assert len(points) == 48
    assert points[-1].remaining == 0.0
    assert points[5].sli == 0.999
    assert (points[11].sli, points[11].coverage, points[11].total) == (None, 0.0, 0)
    assert course(definition("99"), Ledger(BASE, keep_s=DAY), BASE, BASE + DAY, HOUR) == ()


def test_q1_burn_rates_are_shown_over_lengths_below_the_window():
    """Q1: a window of a day has its own rate already."""
    found = evaluate(definition(window=Rolling(1)), filled(steady(30)))
    assert [value.length_s for value in found.burns] == [300, 1800, HOUR, 2 * HOUR, 6 * HOUR]


@pytest.mark.parametrize(
    ("missing", "sums", "counts"),
    [
        (MissingData.GOOD, Sums(600, 3600, 1, 4, 1200), Counts(1, 10)),
        (MissingData.GOOD, Sums(600, 3600, 1, 11, 3300), Counts(1, 11)),
        (MissingData.BAD, Sums(600, 3600, 1, 4, 1200), Counts(7, 10)),
        (MissingData.BAD, Sums(600, 3600, 1, 11, 3300), Counts(1, 11)),
        (MissingData.IGNORE, Sums(600, 3600, 1, 4, 1200), Counts(1, 4)),
    ],
)
def test_q1_row_77_what_missing_slices_count_as(missing, sums, counts):
    """Q1, 2.9: ten slices of five minutes, of which four were measured; never fewer than there were."""
    what = definition(budgeting=Timeslices(300, Objective.percent("99")), missing=missing)
    assert account(what, sums, 600) == counts


def test_q1_coverage_counts_from_when_there_was_something_to_measure():
    """Q1: nothing is expected before, and of nothing there is no share."""
    assert coverage(Sums(0, 60, 0, 0, 60), None) is None
    assert coverage(Sums(0, 60, 0, 0, 0), 60) is None
    assert coverage(Sums(0, 60, 0, 0, 0), 120) is None
    assert coverage(Sums(0, 60, 0, 0, 1), 59) == 1.0
    assert coverage(Sums(0, 120, 0, 0, 30), 60) == 0.5
    assert coverage(Sums(0, 60, 0, 0, 90), 0) == 1.0


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (status(0, 10, coverage=None), Reason.NEVER_MEASURED),
        (status(0, 10, since=None), Reason.NEVER_MEASURED),
        (status(0, 0), Reason.NO_EVENTS),
        (status(0, 1), Reason.BUDGET_LEFT),
        (status(1, 1), Reason.BUDGET_SPENT),
        (status(2, 1), Reason.MORE_BAD_THAN_TOTAL),
        (status(-1, 10), Reason.MORE_BAD_THAN_TOTAL),
        (status(0, 10, coverage=COVERAGE_FLOOR), Reason.BUDGET_LEFT),
        (status(0, 10, coverage=COVERAGE_FLOOR - 0.01), Reason.LOW_COVERAGE),
    ],
)
def test_q1_each_reason_begins_exactly_at_its_bound(found, reason):
    """Q1, S4: one event, all of them bad, coverage at the floor."""
    assert found.reason is reason


def test_q1_a_budget_that_is_spent_exactly_says_so():
    """Q1: no share of nothing is left."""
    assert "spent exactly" in status(1, 1000).text
    assert "-100.0% left" in status(2, 1000).text


def test_q1_a_window_says_where_it_really_began():
    """Q1, S9: on the bucket before its start; before the ledger it says what was asked for."""
    ledger = filled(steady(2))
    inside = window_value(definition(), ledger, ledger.end - 90, ledger.end, 90)
    assert (inside.start, inside.counts.total) == (ledger.end - 120, 2000)
    assert window_value(definition(), ledger, BASE - 60, ledger.end, 7260).start == BASE - 60
