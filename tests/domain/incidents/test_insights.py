"""Rows 91 to 93: what the incidents of a period say together, held against counting them one by one."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.insights import (
    DURATIONS,
    MAX_RECURRING,
    Insights,
    Mean,
    RecurringCause,
    insights,
)
from tests.support.records import NOON, minutes

MOMENT = pl.Datetime("us", "UTC")
SCHEMA = {
    **dict.fromkeys(("started_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at"), MOMENT),
    "acknowledged_by": pl.String,
    "drill": pl.Boolean,
    "level": pl.String,
    "service": pl.String,
    "title": pl.String,
    "root_cause": pl.String,
}
PLAIN = {
    "started_at": NOON,
    "detected_at": minutes(1),
    "acknowledged_at": None,
    "acknowledged_by": None,
    "mitigated_at": None,
    "resolved_at": None,
    "drill": False,
    "level": "high",
    "service": "checkout",
    "title": "slow",
    "root_cause": "",
}


def of(*rows: dict[str, Any]) -> Insights:
    """What these incidents say; each names only what it is about."""
    return insights(pl.DataFrame([{**PLAIN, **row} for row in rows], schema=SCHEMA))


@st.composite
def incident(draw: st.DrawFn) -> dict[str, Any]:
    """An incident of any week, with or without each milestone."""
    started = NOON + timedelta(hours=draw(st.integers(-400, 400)))
    later = st.none() | st.integers(0, 500).map(lambda count: started + timedelta(minutes=count))
    return {
        "started_at": started,
        "detected_at": started + timedelta(minutes=draw(st.integers(0, 9))),
        "acknowledged_at": draw(later),
        "acknowledged_by": draw(st.sampled_from([None, "system", "ada"])),
        "mitigated_at": draw(later),
        "resolved_at": draw(later),
        "drill": draw(st.booleans()),
        "level": draw(st.sampled_from(["high", "low"])),
        "service": draw(st.sampled_from(["cart", "web"])),
        "title": draw(st.sampled_from(["slow", "down"])),
        "root_cause": draw(st.sampled_from(["", " ", "Disk full", "disk full ", "rollout"])),
    }


def span(row: dict[str, Any], name: str) -> float | None:
    """A duration of one incident, by hand."""
    start, end = (row[column] for column in DURATIONS[name])
    unattended = name == "acknowledge" and row["acknowledged_by"] == "system"
    return None if end is None or unattended else (end - start).total_seconds()


def mean(rows: list[dict[str, Any]], name: str) -> Mean:
    """Their mean, by hand."""
    known = [value for row in rows if (value := span(row, name)) is not None]
    return Mean(pytest.approx(sum(known) / len(known)) if known else None, len(known))  # type: ignore[arg-type]


def monday(moment: datetime) -> datetime:
    """The begin of its week."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


@given(st.lists(incident(), max_size=12))
def test_numbers_are_those_of_counting_by_hand(rows: list[dict[str, Any]]) -> None:
    """In all, by severity, by service, by week; drills in none of them."""
    found, real = of(*rows), [row for row in rows if not row["drill"]]
    assert found.incidents == len(real)
    assert found.by_severity == Counter(row["level"] for row in real)
    assert found.by_service == Counter(row["service"] for row in real)
    assert found.unattended == sum(row["acknowledged_by"] == "system" for row in real)
    assert found.means == {name: mean(real, name) for name in DURATIONS}
    weeks = sorted({monday(row["started_at"]) for row in real})
    assert [(week.start, week.incidents) for week in found.weeks] == [
        (week, sum(monday(row["started_at"]) == week for row in real)) for week in weeks
    ]
    for week in found.weeks:
        mine = [row for row in real if monday(row["started_at"]) == week.start]
        assert week.means == {name: mean(mine, name) for name in DURATIONS}
    pairs = Counter((row["title"], row["service"]) for row in real)
    assert {(one.title, one.service): one.count for one in found.recurring} == {
        pair: count for pair, count in pairs.items() if count > 1
    }
    causes = Counter(row["root_cause"].strip().lower() for row in real)
    assert {one.cause.lower(): one.count for one in found.causes} == {
        cause: count for cause, count in causes.items() if cause and count > 1
    }


def test_what_came_most_often_and_last_is_first_and_only_so_many_are_told() -> None:
    """Of two as frequent the newer one; of two at once by name."""
    rows: list[dict[str, Any]] = []
    for name, times in (("rare", (1, 30)), ("often", (1, 2, 3)), ("newer", (1, 40)), ("alike", (1, 30))):
        rows += [{"title": name, "root_cause": name, "started_at": minutes(at)} for at in times]
    found = of(*rows)
    assert [(one.title, one.count, one.last) for one in found.recurring] == [
        ("often", 3, minutes(3)),
        ("newer", 2, minutes(40)),
        ("alike", 2, minutes(30)),
        ("rare", 2, minutes(30)),
    ]
    assert [one.cause for one in found.causes] == ["often", "newer", "alike", "rare"]
    many = [
        {"title": f"t{n:02}", "root_cause": f"c{n:02}"} for n in range(MAX_RECURRING + 1) for _ in range(2)
    ]
    told = of(*many)
    assert (MAX_RECURRING, len(told.recurring), len(told.causes)) == (20, 20, 20)


def test_a_cause_is_told_as_it_was_written_last_with_all_its_services() -> None:
    """Whatever the order in which the incidents are given."""
    rows = (
        {"root_cause": " Disk FULL", "service": "web", "started_at": minutes(9)},
        {"root_cause": "disk full", "service": "cart", "started_at": minutes(1)},
        {"root_cause": "Disk full", "service": "web", "started_at": minutes(5)},
    )
    assert of(*rows).causes == (RecurringCause("Disk FULL", ("cart", "web"), 3, minutes(9)),)
