"""When jobs run: spread over the interval, never twice in it, later and later while they fail."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.jobs.schedule import LONGEST_WAIT_S, Cause, History, Job, next_turn
from reliability_studio.jobs.table import JOBS

NOW = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
MINUTELY = Job("minutely", every_s=60, timeout_s=50)

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001


def test_a_job_for_the_start_runs_at_once_and_others_wait_for_their_place():
    eager = Job("eager", every_s=60, timeout_s=50, at_start=True)
    assert next_turn(eager, History(), 1, NOW) == next_turn(eager, History(), 2, NOW)
    assert next_turn(eager, History(), 1, NOW).cause is Cause.AT_START
    assert next_turn(MINUTELY, History(), 1, NOW).cause is Cause.PLACE


def test_organisations_have_different_places():
    places = {next_turn(MINUTELY, History(), org, NOW).at for org in range(50)}
    assert len(places) == 50
    assert max(places) - min(places) > timedelta(seconds=45)


@given(now=moments, org=st.integers(1, 10**6), every=st.floats(1, 86_400))
def test_the_next_place_is_never_past_and_at_most_one_interval_away(now: datetime, org: int, every: float):
    turn = next_turn(Job("any", every, 1), History(), org, now)
    assert now <= turn.at <= now + timedelta(seconds=every + 0.001)


@given(now=moments, org=st.integers(1, 10**6))
def test_runs_follow_each_other_by_one_interval(now: datetime, org: int):
    first = next_turn(MINUTELY, History(), org, now).at
    second = next_turn(MINUTELY, History().ended(first, good=True), org, first + timedelta(seconds=3)).at
    assert abs((second - first).total_seconds() - 60) < 0.001


def test_turns_that_were_missed_are_not_made_up_for():
    long_ago = History(NOW - timedelta(hours=5))
    assert next_turn(MINUTELY, long_ago, 1, NOW).at <= NOW + timedelta(seconds=60)


def test_a_failing_job_waits_longer_each_time_up_to_a_bound():
    waits = [
        (next_turn(MINUTELY, History(NOW, failures), 1, NOW).at - NOW).total_seconds()
        for failures in range(1, 8)
    ]
    assert waits == [60, 120, 240, 300, 300, 300, 300]
    hourly = Job("hourly", every_s=3600, timeout_s=10)
    assert (next_turn(hourly, History(NOW, 9), 1, NOW).at - NOW).total_seconds() == 3600 > LONGEST_WAIT_S


def test_a_success_forgets_the_failures():
    assert History(NOW, 5).ended(NOW, good=True) == History(NOW, 0)
    assert History(NOW, 5).ended(NOW, good=False) == History(NOW, 6)


@pytest.mark.parametrize(("every", "timeout"), [(0, 1), (1, 0), (-1, 1)])
def test_an_interval_or_timeout_that_makes_no_sense_is_refused(every: float, timeout: float):
    with pytest.raises(ValueError, match="positive"):
        Job("odd", every, timeout)


def test_every_job_of_the_table_ends_before_its_next_turn_or_is_bounded():
    """S7: a run that hangs is cancelled, so the job of the next minute still comes."""
    assert len({job.name for job in JOBS}) == len(JOBS)
    by_name = {job.name: job for job in JOBS}
    assert by_name["slo_refresh"].every_s == 60
    assert by_name["slo_refresh"].timeout_s < 60
