"""Maintenance windows: when they are on, whom they cover, and what they do to alerts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.fold import settle
from reliability_studio.domain.incidents.grouping import Reason, place
from reliability_studio.domain.incidents.maintenance import Effect, Phase, Repeat, Run, Window
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.model import Milestone, Severity, Stamp, Status
from reliability_studio.domain.incidents.news import News
from reliability_studio.domain.incidents.policy import Action, Policy, Rule
from tests.support.records import NOON, an_alert, an_incident, minutes

WINDOW = Window("upgrade", minutes(0), minutes(60), services=("checkout",))
ALERT = an_alert(started=minutes(5), labels={"alertname": "Slow", "service": "checkout", "severity": "page"})


def test_a_window_is_on_from_its_start_until_its_end() -> None:
    """The end does not belong to it; before it is planned, after it is over."""
    seen = [(WINDOW.phase(minutes(at)), WINDOW.run_at(minutes(at)) is not None) for at in (-1, 0, 59.9, 60)]
    assert seen == [
        (Phase.PLANNED, False),
        (Phase.ACTIVE, True),
        (Phase.ACTIVE, True),
        (Phase.OVER, False),
    ]


@pytest.mark.parametrize(
    ("window", "labels", "covered"),
    [
        (WINDOW, {"service": "checkout"}, True),
        (WINDOW, {"app": "checkout"}, True),
        (WINDOW, {"service": "cart"}, False),
        (WINDOW, {}, False),
        (replace(WINDOW, services=()), {}, True),
        (
            replace(WINDOW, matchers=(Matcher("env", Operator.EQUAL, "prod"),)),
            {"service": "checkout", "env": "test"},
            False,
        ),
        (
            replace(WINDOW, services=(), matchers=(Matcher("env", Operator.MATCHES, "pro.*"),)),
            {"env": "prod"},
            True,
        ),
    ],
)
def test_services_and_labels_say_whom_it_covers(
    window: Window, labels: dict[str, str], *, covered: bool
) -> None:
    """Any of the services, and every matcher; nothing given covers everything."""
    assert window.covers(labels, minutes(5)) is covered
    assert not window.covers(labels, minutes(61))


def test_a_weekly_window_keeps_its_time_of_day_through_a_change_of_the_clock() -> None:
    """Sunday 02:00 to 04:00 in Berlin, in winter and in summer."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 15, 1, 0, tzinfo=berlin)
    window = Window("backup", start, start + timedelta(hours=2), repeat=Repeat.WEEKLY, zone="Europe/Berlin")
    summer = datetime(2026, 4, 5, 1, 30, tzinfo=berlin).astimezone(UTC)
    run = window.run_at(summer)
    assert run is not None
    assert run.start.astimezone(berlin).hour == 1
    assert run.end - run.start == timedelta(hours=2)
    assert window.run_at(summer + timedelta(hours=2)) is None
    following = window.next_run(summer + timedelta(hours=2))
    assert following is not None
    assert following.start.astimezone(berlin).date().isoformat() == "2026-04-12"


@given(
    st.sampled_from(list(Repeat)),
    st.integers(1, 24 * 60),
    st.integers(-60 * 24 * 30, 60 * 24 * 120),
    st.none() | st.integers(1, 60 * 24 * 60),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"]),
)
def test_the_run_that_is_on_holds_the_moment_and_the_next_one_never_lies_behind(
    repeat: Repeat, length: int, at: int, until: int | None, zone: str
) -> None:
    """For every window and every moment; after `until` no run begins."""
    window = Window("w", NOON, minutes(length), repeat=repeat, zone=zone)
    window = replace(window, until=None if until is None or repeat is Repeat.ONCE else minutes(until))
    now = minutes(at)
    on, following = window.run_at(now), window.next_run(now)
    if on is not None:
        assert on.start <= now < on.end
        assert following == on
    elif following is not None:
        assert following.start > now
    for run in (on, following):
        assert run is None or window.until is None or run.start < window.until
    assert (window.phase(now) is Phase.OVER) is (following is None)
    if repeat is not Repeat.ONCE and window.until is None and now >= window.starts_at:
        assert following is not None
        assert following.start - now <= timedelta(days=repeat.days, hours=2)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"])


def all_runs(window: Window, many: int) -> list[Run]:
    """The first runs, one after the other, as the calendar has them."""
    first = window.starts_at.astimezone(ZoneInfo(window.zone))
    length = window.ends_at - window.starts_at
    starts = [(first + timedelta(days=number * window.repeat.days)).astimezone(UTC) for number in range(many)]
    kept = [start for start in starts if window.until is None or start < window.until]
    return [Run(start, start + length) for start in (kept if window.repeat.days else kept[:1])]


@given(
    st.sampled_from(list(Repeat)),
    st.integers(1, 24 * 60),
    st.integers(-48, 24 * 40),
    st.sampled_from([-1, 0, 1]),
    st.none() | st.integers(1, 24 * 40),
    ZONES,
)
def test_runs_are_those_of_the_calendar(
    repeat: Repeat, length: int, hour: int, off: int, until: int | None, zone: str
) -> None:
    """Held against counting them one by one, at the moments around each begin and end, too."""
    end = None if until is None or repeat is Repeat.ONCE else minutes(until * 60)
    window = Window("w", NOON, minutes(length), repeat=repeat, zone=zone, until=end)
    runs = all_runs(window, 60)
    for at in (minutes(hour * 60), *(edge for run in runs[:3] for edge in (run.start, run.end))):
        now = at + timedelta(seconds=off)
        on = [run for run in runs if run.start <= now < run.end]
        assert window.run_at(now) == (on[-1] if on else None)
        coming = [run for run in runs if run.start > now]
        assert window.next_run(now) == (on[-1] if on else coming[0] if coming else None)


def test_a_daily_window_comes_each_day_until_the_one_before_its_end() -> None:
    """A run that would begin at `until` does not come, one that began a second earlier lasts to its end."""
    daily = Window("w", NOON, minutes(60), repeat=Repeat.DAILY, until=minutes(2 * 1440))
    assert daily.next_run(minutes(-5)) == Run(NOON, minutes(60))
    assert daily.next_run(minutes(60)) == Run(minutes(1440), minutes(1500))
    assert daily.run_at(minutes(1439)) is None
    assert daily.run_at(minutes(1440)) == Run(minutes(1440), minutes(1500))
    assert (daily.next_run(minutes(1500)), daily.phase(minutes(1500))) == (None, Phase.OVER)
    assert daily.run_at(minutes(2 * 1440)) is None
    longer = replace(daily, until=minutes(2 * 1440) + timedelta(seconds=1))
    assert longer.run_at(minutes(2 * 1440 + 59)) == Run(minutes(2 * 1440), minutes(2 * 1440 + 60))


def test_an_alert_in_a_window_is_kept_with_the_reason() -> None:
    """Row 14. It opens nothing; outside the window the same alert opens an incident."""
    policy = Policy(windows=(WINDOW,))
    (kept,) = place([ALERT], (), policy, minutes(6))
    assert (kept.target, kept.reason) == (None, Reason.MAINTENANCE)
    assert "upgrade" in kept.text
    (placed,) = place([ALERT], (), policy, minutes(61))
    assert placed.reason is Reason.OPENED


def test_what_a_rule_sets_aside_stays_so_after_the_window() -> None:
    """The rule says for ever what the window says for a while."""
    rule = Rule("r", "noise", action=Action.SET_ASIDE)
    (kept,) = place([ALERT], (), Policy(rules=(rule,), windows=(WINDOW,)), minutes(6))
    assert kept.reason is Reason.SET_ASIDE


def test_a_joining_alert_makes_nothing_louder() -> None:
    """It joins what is open; the severity stays, and nothing is opened or reopened for it."""
    policy = Policy(windows=(replace(WINDOW, effect=Effect.JOIN),))
    low = an_incident(severity=Severity.LOW)
    (joined,) = place([ALERT], (low,), policy, minutes(6))
    assert (joined.target, joined.reason, joined.quiet) == (low, Reason.JOINED_SERVICE, True)
    assert "upgrade" in joined.text
    news = News(ALERT, None, joined.reason, joined.text, quiet=True)
    assert settle(low, [news], [ALERT], policy, minutes(6)).incident.severity is Severity.LOW
    loud = replace(news, quiet=False)
    assert settle(low, [loud], [ALERT], policy, minutes(6)).incident.severity is Severity.CRITICAL
    (alone,) = place([ALERT], (), policy, minutes(6))
    assert (alone.target, alone.reason) == (None, Reason.MAINTENANCE)


def test_nothing_is_reopened_during_maintenance() -> None:
    """An incident that was resolved a moment ago stays resolved."""
    (first,) = place([ALERT], (), Policy(), minutes(1))
    ended = an_incident(
        status=Status.RESOLVED,
        group_key="service=checkout\x1fenvironment=",
        milestones={
            **an_incident().milestones,
            Milestone.RESOLVED: Stamp(minutes(4), "system"),
        },
    )
    assert first.rule.id == ended.rule
    (back,) = place([ALERT], (ended,), Policy(), minutes(6))
    assert back.reason is Reason.REOPENED
    (kept,) = place([ALERT], (ended,), Policy(windows=(replace(WINDOW, effect=Effect.JOIN),)), minutes(6))
    assert kept.reason is Reason.MAINTENANCE
