"""The status machine: forward, reopen, refusals with reasons; durations that are never negative."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.lifecycle import (
    Counting,
    Move,
    advance,
    begun,
    corrected,
    durations,
)
from reliability_studio.domain.incidents.model import Incident, Milestone, Status, parse_number
from tests.support.records import NOON, an_incident, minutes


def to(incident: Incident, status: Status, at: float, **more: object) -> Incident:
    """The incident moved, which must be allowed."""
    step = advance(incident, status, by="ada", now=minutes(at), **more)  # type: ignore[arg-type]
    assert not step.move.refused
    return step.incident


def test_resolved_600_seconds_after_its_start_took_600_seconds() -> None:
    """L12: the time to resolve is known as soon as it is resolved, and what was skipped is stamped."""
    resolved = to(an_incident(), Status.RESOLVED, 10)
    took = durations(resolved)
    assert took.resolve == timedelta(seconds=600)
    assert None not in (took.detect, took.acknowledge, took.mitigate)
    assert set(resolved.milestones) == set(Milestone)


def test_the_only_way_back_is_to_reopen() -> None:
    """And only from the end."""
    mitigated = to(an_incident(), Status.MITIGATED, 5)
    back = advance(mitigated, Status.OPEN, by="ada", now=minutes(6))
    assert (back.move, back.incident) == (Move.BACKWARDS, mitigated)
    assert advance(mitigated, Status.OPEN, by="ada", now=minutes(6), reopen=True).move is Move.NOT_ENDED
    closed = to(mitigated, Status.CLOSED, 7)
    assert advance(closed, Status.RESOLVED, by="ada", now=minutes(8), reopen=True).move is Move.NOT_ENDED
    assert advance(closed, Status.CLOSED, by="ada", now=minutes(8)).move is Move.UNCHANGED


def test_resolving_while_the_source_fires_needs_force() -> None:
    """Row 12. The refusal says why."""
    assert (
        advance(an_incident(), Status.RESOLVED, by="ada", now=minutes(1), firing=2).move is Move.STILL_FIRING
    )
    assert (
        advance(an_incident(), Status.ACKNOWLEDGED, by="ada", now=minutes(1), firing=2).move is Move.FORWARD
    )
    to(an_incident(), Status.RESOLVED, 1, firing=2, force=True)


def test_reopening_keeps_both_runs_and_the_policy_says_what_counts() -> None:
    """D7: resolve, reopen, resolve."""
    first = to(an_incident(), Status.RESOLVED, 10)
    again = to(first, Status.INVESTIGATING, 30, reopen=True)
    assert again.at(Milestone.RESOLVED) is None
    assert again.at(Milestone.ACKNOWLEDGED) == minutes(30)
    assert (again.episodes[0].started, again.episodes[0].resolved) == (NOON, minutes(10))
    done = to(again, Status.RESOLVED, 35)
    counted = {policy: durations(done, policy).resolve for policy in Counting}
    assert counted == {
        Counting.LAST: timedelta(minutes=5),
        Counting.SUM: timedelta(minutes=15),
        Counting.WHOLE: timedelta(minutes=35),
    }


def test_a_merged_incident_does_not_move() -> None:
    """Work on the one that took it in."""
    merged = replace(an_incident(), merged_into=7)
    assert advance(merged, Status.RESOLVED, by="ada", now=minutes(1)).move is Move.MERGED


def test_a_start_in_the_future_counts_as_now() -> None:
    """The clock of a sender may be ahead."""
    assert begun(minutes(5), NOON, "system")[Milestone.STARTED].at == NOON


def test_milestones_are_corrected_only_in_their_order() -> None:
    """Each problem names the milestone that was given."""
    resolved = to(an_incident(started=minutes(5)), Status.RESOLVED, 10)
    fine, problems = corrected(resolved, {Milestone.STARTED: NOON}, by="bo", now=minutes(20))
    assert (problems, fine.started_at, fine.milestones[Milestone.STARTED].by) == ({}, NOON, "bo")
    wrong = {Milestone.STARTED: minutes(12), Milestone.MITIGATED: minutes(99)}
    same, problems = corrected(resolved, wrong, by="bo", now=minutes(20))
    assert same is resolved
    assert set(problems) == {Milestone.STARTED, Milestone.MITIGATED}
    _, problems = corrected(an_incident(), {Milestone.RESOLVED: minutes(1)}, by="bo", now=minutes(20))
    assert "change the status" in problems[Milestone.RESOLVED]
    this_moment, problems = corrected(resolved, {Milestone.RESOLVED: minutes(20)}, by="bo", now=minutes(20))
    assert (this_moment.at(Milestone.RESOLVED), problems) == (minutes(20), {})


MOVES = st.tuples(
    st.sampled_from(Status),
    st.integers(-30, 30),
    st.none() | st.integers(-60, 60),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(MOVES, max_size=12))
def test_no_order_of_moves_makes_a_duration_negative_or_an_end_unknown(
    moves: list[tuple[Status, int, int | None, bool, bool]],
) -> None:
    """Clocks may jump back and people may say anything; after the end every duration is known."""
    incident, now = an_incident(), NOON
    for status, passed, at, force, reopen in moves:
        now += timedelta(minutes=passed)
        reached: datetime | None = None if at is None else minutes(at)
        step = advance(incident, status, by="x", now=now, at=reached, firing=1, force=force, reopen=reopen)
        if step.move.refused:
            assert step.incident == incident
        if step.incident.status.order < incident.status.order:
            assert step.move is Move.REOPENED
            assert len(step.incident.episodes) == len(incident.episodes) + 1
        incident = step.incident
        for policy in Counting:
            took = durations(incident, policy)
            known = (took.detect, took.acknowledge, took.mitigate, took.resolve)
            assert all(one is None or one >= timedelta() for one in known)
            assert incident.status.active or None not in known


def test_a_run_begins_when_the_one_before_ended_at_the_earliest() -> None:
    """Exactly then is allowed, a second earlier is not."""
    ended = to(an_incident(), Status.RESOLVED, 10)
    again = advance(ended, Status.OPEN, by="bo", now=minutes(30), reopen=True).incident
    fine, problems = corrected(again, {Milestone.STARTED: minutes(10)}, by="bo", now=minutes(40))
    assert (fine.started_at, problems) == (minutes(10), {})
    earlier = {Milestone.STARTED: minutes(10) - timedelta(seconds=1)}
    assert set(corrected(again, earlier, by="bo", now=minutes(40))[1]) == {Milestone.STARTED}


def test_numbers_are_read_as_people_write_them() -> None:
    """A7: anything else is no number."""
    assert [parse_number(text) for text in ("INC-42", "inc-42", "42")] == [42, 42, 42]
    assert [parse_number(text) for text in ("0", "INC-", "x", "-1", "4.2", "9" * 30)] == [None] * 6
