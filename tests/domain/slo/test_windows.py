"""Windows by the calendar's own arithmetic, and burn factors that follow the window's length."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import SCALE, Calendar, CalendarUnit, Objective, Rolling
from reliability_studio.domain.slo.windows import (
    CEILING_SHARE,
    DAY,
    Severity,
    detection_s,
    period,
    tiers,
)

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
MOMENTS = st.integers(1_546_300_800, 2_177_452_800)
"""From 2019 to 2038."""


def at(text, zone="UTC"):
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def test_w14_a_rolling_window_is_its_days_and_not_minutes():
    """S5, I10, R3.2, W14, slo-features 18-21: 30 days are 2,592,000 seconds; 7, 28, 84 and 90 as well."""
    found = period(Rolling(30), 10_000_000)
    assert (found.end, found.length_s) == (10_000_000, 30 * 86_400)
    assert [period(Rolling(days), 10_000_000).length_s // DAY for days in (7, 28, 84, 90)] == [7, 28, 84, 90]


@pytest.mark.parametrize("days", [0, 367, -1])
def test_a_rolling_window_has_between_a_day_and_a_year(days):
    """A bound on everything that grows."""
    with pytest.raises(BadSpec):
        Rolling(days)


def test_a_month_with_the_end_of_summer_time_has_an_hour_more():
    """W14, slo-features 22, 23: October in Berlin is 31 days and one hour."""
    found = period(Calendar(CalendarUnit.MONTH, "Europe/Berlin"), at("2026-10-25T12:00", "Europe/Berlin"))
    assert found.start == at("2026-10-01T00:00", "Europe/Berlin")
    assert found.length_s == 31 * DAY + 3600


def test_a_week_begins_on_monday_and_the_spring_one_is_an_hour_short():
    """The week of 29 March 2026 in Berlin."""
    found = period(Calendar(CalendarUnit.WEEK, "Europe/Berlin"), at("2026-03-29T12:00", "Europe/Berlin"))
    assert found.start == at("2026-03-23T00:00", "Europe/Berlin")
    assert found.length_s == 7 * DAY - 3600


@pytest.mark.parametrize(("year", "days"), [(2024, 366), (2025, 365), (2100, 365), (2000, 366)])
def test_a_year_knows_leap_days(year, days):
    """And February its 29th."""
    assert period(Calendar(CalendarUnit.YEAR), at(f"{year}-07-01T00:00")).length_s == days * DAY


def test_the_moment_that_ends_a_period_still_belongs_to_it():
    """The bucket that closes at midnight is the old month's last one."""
    midnight = at("2026-02-01T00:00")
    assert period(Calendar(CalendarUnit.MONTH), midnight).end == midnight
    assert period(Calendar(CalendarUnit.MONTH), midnight + 60).start == midnight


@given(MOMENTS, ZONES, st.sampled_from(CalendarUnit))
def test_calendar_periods_tile_time(now, zone, unit):
    """Every moment lies in its period, and the next period begins where this one ends."""
    window = Calendar(unit, zone)
    found = period(window, now)
    assert found.start < now <= found.end
    after = period(window, found.end + 1)
    assert after.start == found.end
    assert datetime.fromtimestamp(found.start, ZoneInfo(zone)).time() == datetime.min.time()


@given(MOMENTS, ZONES)
def test_months_end_on_the_first_of_the_next(now, zone):
    """Over every change of clocks and every leap day."""
    found = period(Calendar(CalendarUnit.MONTH, zone), now)
    first = datetime.fromtimestamp(found.start, ZoneInfo(zone)).date()
    last = datetime.fromtimestamp(found.end, ZoneInfo(zone)).date()
    assert first.day == last.day == 1
    assert timedelta(days=28) <= last - first <= timedelta(days=31)


@pytest.mark.parametrize(
    ("days", "factors"),
    [
        (30, [Fraction(72, 5), 6, 3, 1]),
        (28, [Fraction(336, 25), Fraction(28, 5), Fraction(14, 5), Fraction(14, 15)]),
        (7, [Fraction(84, 5), Fraction(28, 5), Fraction(14, 5)]),
        (10, [24, 8, 4]),
        (11, [Fraction(528, 100), Fraction(22, 10), Fraction(11, 10)]),
        (45, [Fraction(108, 5), 9, Fraction(9, 2), Fraction(3, 2)]),
        (46, [Fraction(276, 25), Fraction(138, 25), Fraction(23, 10), Fraction(23, 15)]),
        (90, [Fraction(108, 5), Fraction(54, 5), Fraction(9, 2), 3]),
    ],
)
def test_factors_follow_from_the_share_and_the_window(days, factors):
    """2.4, slo-features 34, 35, W10: 14.4/6/3/1 at 30 d, Sloth's at 28 d, 16.8/5.6/2.8 at 7 d."""
    assert [tier.factor for tier in tiers(Objective.percent("99.9"), days * DAY)] == factors


def test_no_factor_is_above_what_complete_failure_burns():
    """14.4 cannot be reached at 90 %: the limit moves below the ceiling instead of never firing."""
    objective = Objective.percent("90")
    ceiling = CEILING_SHARE * SCALE / objective.budget
    assert all(tier.factor <= ceiling for tier in tiers(objective, 30 * DAY))
    assert tiers(objective, 30 * DAY)[0].factor == ceiling


@given(st.integers(1, SCALE - 1), st.integers(1, 366))
def test_pages_never_wake_anybody_below_the_budgets_own_pace(parts, days):
    """A page needs a factor over 1, and windows much shorter than the SLO's own."""
    for tier in tiers(Objective(parts), days * DAY):
        assert tier.factor > (1 if tier.severity is Severity.PAGE else Fraction(9, 10))
        assert tier.long_s * 2 <= days * DAY
        assert tier.short_s >= 300
        assert tier.factor * Objective(parts).budget < SCALE


def test_a_complete_outage_is_detected_within_a_minute():
    """2.4: 51.84 s for 99.9 % at 14.4 over 1 h; a tenth of the traffic in 8.64 min."""
    objective = Objective.percent("99.9")
    quick = tiers(objective, 30 * DAY)[0]
    assert detection_s(quick, objective, Fraction(1)) == Fraction(5184, 100)
    assert detection_s(quick, objective, Fraction(1, 10)) == Fraction(5184, 10)


def test_row_23_periods_begin_where_the_anchor_says():
    """Months from the 15th at six, weeks from Wednesday noon, years from April; across summer time."""
    from_15th = Calendar(CalendarUnit.MONTH, "Europe/Berlin", datetime(2024, 1, 15, 6))  # noqa: DTZ001
    found = period(from_15th, at("2026-03-15T05:59", "Europe/Berlin"))
    assert (found.start, found.end) == (
        at("2026-02-15T06:00", "Europe/Berlin"),
        at("2026-03-15T06:00", "Europe/Berlin"),
    )
    wednesdays = Calendar(CalendarUnit.WEEK, "Europe/Berlin", datetime(2024, 1, 3, 12))  # noqa: DTZ001
    found = period(wednesdays, at("2026-03-29T12:00", "Europe/Berlin"))
    assert found.start == at("2026-03-25T12:00", "Europe/Berlin")
    assert found.length_s == 7 * DAY - 3600
    april = Calendar(CalendarUnit.YEAR, "UTC", datetime(2024, 4, 1))  # noqa: DTZ001
    assert period(april, at("2026-03-31T12:00")).start == at("2025-04-01T00:00")
    assert april.text == "calendar year from 2024-04-01 00:00 (UTC)"


@given(
    MOMENTS,
    ZONES,
    st.sampled_from(CalendarUnit),
    st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001
)
def test_row_23_anchored_periods_tile_time_whatever_the_anchor(now, zone, unit, moment):
    """Every moment lies in one period, and the next one begins where it ends."""
    anchor = moment.replace(day=min(moment.day, 28), minute=0, second=0, microsecond=0)
    window = Calendar(unit, zone, anchor)
    found = period(window, now)
    assert found.start < now <= found.end
    assert period(window, found.end + 1).start == found.end
    assert period(window, found.start).end == found.start


@pytest.mark.parametrize(
    "anchor",
    [
        datetime(2024, 1, 29),  # noqa: DTZ001
        datetime(2024, 1, 1, 0, 30),  # noqa: DTZ001
        datetime(2024, 1, 1, tzinfo=ZoneInfo("UTC")),
    ],
)
def test_row_23_an_anchor_is_a_full_hour_of_a_day_that_every_month_has(anchor):
    """And has no zone of its own: the window has one."""
    with pytest.raises(BadSpec) as told:
        Calendar(CalendarUnit.MONTH, "UTC", anchor)
    assert told.value.path == "$.window.anchor"


def test_q1_a_quarter_has_three_months():
    """Q1: from the first of April to the first of July."""
    found = period(Calendar(CalendarUnit.QUARTER, "Europe/Berlin"), at("2026-05-15T12:00", "Europe/Berlin"))
    assert found.start == at("2026-04-01T00:00", "Europe/Berlin")
    assert found.end == at("2026-07-01T00:00", "Europe/Berlin")


def test_q1_the_tiers_have_the_lengths_and_shares_of_the_table():
    """Q1, 2.4: at thirty days."""
    found = tiers(Objective.percent("99.9"), 30 * DAY)
    assert [(tier.long_s, tier.short_s) for tier in found] == [
        (3600, 300),
        (6 * 3600, 1800),
        (DAY, 2 * 3600),
        (3 * DAY, 6 * 3600),
    ]
    assert [tier.share for tier in found] == [Fraction(n, 100) for n in (2, 5, 10, 10)]


@pytest.mark.parametrize(
    ("objective", "factors"), [("90", [Fraction(19, 2), 6, 3, 1]), ("50", 3 * [1.9] + [1])]
)
def test_q1_the_ceiling_is_ninety_five_hundredths_of_complete_failure(objective, factors):
    """Q1: 9.5 at 90 %, 1.9 at 50 %; a page above the budget's own pace stays one."""
    found = [tier.factor for tier in tiers(Objective.percent(objective), 30 * DAY)]
    assert [float(factor) for factor in found] == factors


def test_q1_a_page_at_the_budgets_own_pace_is_none():
    """Q1: at 5 % complete failure burns 1.05 times, of which 95 hundredths are exactly 1."""
    assert [tier.severity for tier in tiers(Objective.percent("5"), 30 * DAY)] == [Severity.TICKET] * 2
