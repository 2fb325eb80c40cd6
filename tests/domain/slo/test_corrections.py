"""Rows 79, 80 and 2.10: time that does not count, applied when numbers are read; 23-hour days included."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.cells import Cell
from reliability_studio.domain.slo.corrections import (
    Category,
    Correction,
    Scope,
    Span,
    Treatment,
    excluded,
    spans,
    touching,
)
from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Objective
from reliability_studio.domain.slo.ledger import Ledger
from reliability_studio.domain.slo.measure import coverage
from reliability_studio.domain.slo.recurrence import parse_recurrence
from reliability_studio.domain.slo.spec import Occurrences, RatioTimeslices, Timeslices
from reliability_studio.domain.slo.windows import DAY, HOUR
from tests.domain.slo.world import slo

BASE = 1_700_000_000 // DAY * DAY
EVENTS = Occurrences()
SLICES = Timeslices(60, Objective.percent("95"))


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


def correction(start=BASE, length_s=HOUR, **more):
    given_ = {"scope": Scope(everything=True), "category": Category.MAINTENANCE, "reason": "upgrade", **more}
    return Correction("c", 1, 1, start=start, length_s=length_s, **given_)


def ledger(cells):
    made = Ledger(BASE, keep_s=9 * DAY, keep_minutes_s=9 * DAY, keep_fives_s=9 * DAY)
    made.append(cells)
    return made


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(10, 99), st.booleans()), min_size=300, max_size=300),
    st.lists(st.tuples(st.integers(0, 290), st.integers(1, 40)), min_size=1, max_size=4),
    st.tuples(st.integers(0, 300), st.integers(0, 300)),
)
def test_an_adjusted_ledger_is_the_ledger_of_the_buckets_that_count(minutes, gone, window):
    """Law: subtracting the differences is the same as never having counted that time."""
    cells = [Cell(BASE + (n + 1) * 60, b, t, 60) for n, (b, t, there) in enumerate(minutes) if there]
    what = spans(
        [correction(BASE + first * 60, length * 60) for first, length in gone], EVENTS, BASE, BASE + 300 * 60
    )
    whole = ledger([*cells[:-1], cells[-1]] if cells else [])
    adjusted = whole.adjusted(excluded(cells, 60, what, EVENTS))
    kept = [c for c in cells if not any(s.start < c.end <= s.end for s in what)]
    start, end = BASE + min(window) * 60, min(BASE + max(window) * 60, whole.end)
    sums = adjusted.sums(start, end)
    assert sums.bad == sum(c.bad for c in kept if sums.start < c.end <= sums.end)
    assert sums.total == sum(c.total for c in kept if sums.start < c.end <= sums.end)


def test_dropped_events_leave_both_sides_and_count_as_measured():
    """2.10: bad and total go; coverage stays whole."""
    cells = [Cell(BASE + (n + 1) * 60, 5 if 60 <= n < 120 else 0, 10, 60) for n in range(240)]
    whole = ledger(cells)
    what = spans([correction(BASE + HOUR)], EVENTS, BASE, BASE + 4 * HOUR)
    sums = whole.adjusted(excluded(cells, 60, what, EVENTS)).sums(BASE, BASE + 4 * HOUR)
    assert (sums.bad, sums.total, coverage(sums, BASE)) == (0, 1800, 1.0)
    assert whole.sums(BASE, BASE + 4 * HOUR).bad == 300


def test_good_slices_keep_the_number_of_slices():
    """2.10: 1 h down in 7 d, one day excluded: 0.595 %, where dropping the day would say 0.694 %."""
    minutes = 7 * 1440
    cells = [Cell(BASE + (n + 1) * 60, int(n < 60), 1, 60) for n in range(minutes)]
    day = correction(BASE + 6 * DAY, DAY)
    whole = ledger(cells)

    def ratio(treatment):
        what = [Span(s.start, s.end, treatment) for s in spans([day], SLICES, BASE, BASE + 7 * DAY)]
        sums = whole.adjusted(excluded(cells, 60, what, SLICES)).sums(BASE, BASE + 7 * DAY)
        return round(100 * sums.bad / sums.total, 3)

    assert (ratio(Treatment.GOOD), ratio(Treatment.DROP)) == (0.595, 0.694)
    assert day.treats(SLICES) is Treatment.GOOD
    assert day.treats(EVENTS) is Treatment.DROP
    assert correction(treatment=Treatment.DROP).treats(SLICES) is Treatment.DROP


def test_excluded_gaps_of_slices_are_good_and_of_events_nothing():
    """A gap inside of a maintenance is no gap."""
    [made] = excluded([], 300, [Span(BASE, BASE + 300, Treatment.GOOD)], RatioTimeslices(300))
    assert made == Cell(BASE + 300, 0, 1_000_000, 300)
    [made] = excluded([], 300, [Span(BASE, BASE + 300, Treatment.DROP)], EVENTS)
    assert made == Cell(BASE + 300, 0, 0, 300)


def test_spans_are_whole_five_minutes_and_do_not_overlap():
    """Where corrections overlap, the earlier one rules."""
    one, two = correction(BASE + 61, 600), correction(BASE + 300, 1200, treatment=Treatment.GOOD)
    assert spans([one, two], EVENTS, BASE, BASE + DAY) == [
        Span(BASE, BASE + 900, Treatment.DROP),
        Span(BASE + 900, BASE + 1500, Treatment.GOOD),
    ]
    assert touching(spans([one, two], EVENTS, BASE, BASE + DAY), BASE + 600, BASE + 1000) == [
        Span(BASE + 600, BASE + 900, Treatment.DROP),
        Span(BASE + 900, BASE + 1000, Treatment.GOOD),
    ]
    assert spans([one], EVENTS, BASE + DAY, BASE + 2 * DAY) == []


def test_a_weekly_night_keeps_its_hour_when_the_clocks_change():
    """Row 80: Sundays at two in Berlin are 01:00 UTC in winter and 00:00 UTC in summer."""
    nights = correction(
        at("2026-03-22T02:00:00+01:00"),
        HOUR,
        recurrence=parse_recurrence("RRULE:FREQ=WEEKLY;BYDAY=SU", "$"),
        zone="Europe/Berlin",
    )
    found = [
        start for start, _ in nights.spans(at("2026-03-01T00:00:00+00:00"), at("2026-04-10T00:00:00+00:00"))
    ]
    assert [datetime.fromtimestamp(s, UTC).strftime("%m-%d %H") for s in found] == [
        "03-22 01",
        "03-29 01",
        "04-05 00",
    ]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", ["30", "31", "01", "02", "03", "04"]),
        ("FREQ=DAILY;INTERVAL=2;COUNT=2", ["30", "01"]),
        ("FREQ=DAILY;UNTIL=20240201", ["30", "31", "01"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH,SU", ["30", "01", "04"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU", ["04"]),
        ("FREQ=WEEKLY", ["30"]),
    ],
)
def test_rules_of_repetition(rule, days):
    """From Tuesday the 30th of January 2024, over the leap year's February."""
    start = at("2024-01-30T08:00:00+00:00")
    parsed = parse_recurrence(rule, "$")
    assert parse_recurrence(parsed.text, "$") == parsed
    found = parsed.starts(start, "UTC", start + 5 * DAY + HOUR)
    assert [datetime.fromtimestamp(s, UTC).strftime("%d") for s in found] == days


def test_a_month_without_the_day_is_left_out_and_leap_days_exist():
    """The 31st, and the 29th of February."""
    start = at("2024-01-31T00:00:00+00:00")
    found = parse_recurrence("FREQ=MONTHLY", "$").starts(start, "UTC", at("2024-06-01T00:00:00+00:00"))
    assert [datetime.fromtimestamp(s, UTC).strftime("%m-%d") for s in found] == ["01-31", "03-31", "05-31"]
    leap = parse_recurrence("FREQ=MONTHLY;INTERVAL=1;COUNT=3", "$").starts(
        at("2024-01-29T00:00:00+00:00"), "UTC", at("2024-12-01T00:00:00+00:00")
    )
    assert [datetime.fromtimestamp(s, UTC).strftime("%m-%d") for s in leap] == ["01-29", "02-29", "03-29"]


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "X",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;FREQ=DAILY",
    ],
)
def test_half_a_rule_is_no_rule(rule):
    """What is not understood is refused with its field."""
    with pytest.raises(BadSpec) as found:
        parse_recurrence(rule, "$.recurrence")
    assert found.value.path == "$.recurrence"


def test_whom_a_correction_concerns():
    """By id, service and labels, all that are given; or everything, said so."""
    what = slo(labels={"tier": "1"})
    assert Scope(frozenset({"s1"})).holds(what)
    assert Scope(services=frozenset({"api"}), labels={"tier": "1"}).holds(what)
    assert not Scope(services=frozenset({"api"}), labels={"tier": "2"}).holds(what)
    assert not Scope(frozenset({"s2"})).holds(what)
    for wrong in ({}, {"everything": True, "services": frozenset({"api"})}):
        with pytest.raises(BadSpec):
            Scope(**wrong)
    with pytest.raises(BadSpec):
        correction(reason="  ")
    with pytest.raises(BadSpec):
        correction(length_s=0)
