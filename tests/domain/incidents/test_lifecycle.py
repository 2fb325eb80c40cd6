"""The status machine: forward, reopen, refusals with reasons; durations that are never negative."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.lifecycle import (
    MAX_EPISODES,
    Counting,
    Move,
    advance,
    begun,
    corrected,
    durations,
)
from reliability_studio.domain.incidents.model import Episode, Incident, Milestone, Status, parse_number
from tests.support.records import NOON, an_incident, minutes


def to(incident: Incident, status: Status, now: float, **more: object) -> Incident:
    """The incident moved, which must be allowed."""
    step = advance(incident, status, by="ada", now=minutes(now), **more)  # type: ignore[arg-type]
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


WAS = "which was at"


@pytest.mark.parametrize(
    ("given", "named", "text"),
    [
        (
            {Milestone.MITIGATED: minutes(12)},
            Milestone.MITIGATED,
            f"lies after resolved, which was at {minutes(10)}",
        ),
        (
            {Milestone.RESOLVED: minutes(4)},
            Milestone.RESOLVED,
            f"lies before mitigated, which was at {minutes(5)}",
        ),
        (
            {Milestone.MITIGATED: minutes(12), Milestone.RESOLVED: minutes(11)},
            Milestone.RESOLVED,
            f"lies before mitigated, which was at {minutes(12)}",
        ),
        ({Milestone.STARTED: minutes(1)}, Milestone.STARTED, f"lies after detected, which was at {NOON}"),
        ({Milestone.RESOLVED: minutes(21)}, Milestone.RESOLVED, "lies in the future"),
    ],
)
def test_a_correction_that_cannot_be_says_before_or_after_what_it_lies(
    given: dict[Milestone, datetime], named: Milestone, text: str
) -> None:
    """Of two that are given, the later one is named."""
    resolved = to(to(an_incident(), Status.MITIGATED, 5), Status.RESOLVED, 10)
    same, problems = corrected(resolved, given, by="bo", now=minutes(20))
    assert (same, problems) == (resolved, {named: text})


def test_what_was_reached_keeps_its_moment_when_the_incident_moves_on() -> None:
    """Only what was skipped is stamped with the same moment; who moved it last is known."""
    mitigated = to(to(an_incident(), Status.ACKNOWLEDGED, 3), Status.MITIGATED, 5)
    step = advance(mitigated, Status.RESOLVED, by="bo", now=minutes(10))
    stamps = {name: (one.at, one.by) for name, one in step.incident.milestones.items()}
    assert stamps[Milestone.ACKNOWLEDGED] == (minutes(3), "ada")
    assert stamps[Milestone.MITIGATED] == (minutes(5), "ada")
    assert stamps[Milestone.RESOLVED] == (minutes(10), "bo")
    assert (step.incident.updated_at, step.incident.updated_by) == (minutes(10), "bo")


@pytest.mark.parametrize(
    ("status", "at", "reached"),
    [(Status.MITIGATED, 4, 4), (Status.MITIGATED, -9, 0), (Status.RESOLVED, 4, 8), (Status.RESOLVED, 12, 10)],
)
def test_a_moment_that_is_told_counts_from_what_must_lie_before_it(
    status: Status, at: float, reached: float
) -> None:
    """Mitigated may lie before somebody acknowledged; resolved may not, and nothing lies in the future."""
    taken = to(an_incident(), Status.ACKNOWLEDGED, 8)
    moved = to(taken, status, 10, at=minutes(at))
    milestone = Milestone.MITIGATED if status is Status.MITIGATED else Milestone.RESOLVED
    assert moved.at(milestone) == minutes(reached)


def test_a_resolved_incident_is_closed_although_its_source_fires() -> None:
    """Row 12. Who resolved it was asked already."""
    resolved = to(an_incident(), Status.RESOLVED, 10, firing=1, force=True)
    assert advance(resolved, Status.CLOSED, by="ada", now=minutes(11), firing=1).move is Move.FORWARD
    closing = advance(an_incident(), Status.CLOSED, by="ada", now=minutes(11), firing=1)
    assert closing.move is Move.STILL_FIRING


def test_a_move_ends_that_the_incident_is_held_open() -> None:
    """Somebody decided; flap damping has nothing more to say."""
    held = an_incident(hold_until=minutes(30))
    assert to(held, Status.ACKNOWLEDGED, 1).hold_until is None
    back = advance(to(held, Status.RESOLVED, 2), Status.OPEN, by="bo", now=minutes(3), reopen=True)
    assert back.incident.hold_until is None


def test_the_run_that_ended_is_kept_as_it_was() -> None:
    """It ended at its milestone by whoever set that, not when or by whom the incident was changed last."""
    ended = to(an_incident(), Status.RESOLVED, 10, at=minutes(8))
    touched = replace(ended, updated_at=minutes(50), updated_by="eve")
    again = advance(touched, Status.OPEN, by="bo", now=minutes(60), reopen=True).incident
    assert again.episodes == (Episode(NOON, minutes(8), "ada"),)
    assert (again.started_at, again.status) == (minutes(60), Status.OPEN)
    early = advance(ended, Status.OPEN, by="bo", now=minutes(5), reopen=True).incident
    assert early.started_at == minutes(8), "a clock that is behind begins no run before the end of the last"


def test_a_run_whose_end_nobody_knows_ended_with_the_last_change() -> None:
    """As in a record that was restored from elsewhere."""
    bare = an_incident(status=Status.CLOSED, updated_at=minutes(7), updated_by="eve")
    again = advance(bare, Status.OPEN, by="bo", now=minutes(60), reopen=True).incident
    assert again.episodes == (Episode(NOON, minutes(7), "eve"),)


def test_of_many_runs_the_newest_hundred_are_kept() -> None:
    """So that nobody makes an incident too large by resolving and reopening it."""
    incident = an_incident()
    for number in range(MAX_EPISODES + 1):
        ended = to(incident, Status.RESOLVED, 2 * number + 1)
        incident = to(ended, Status.OPEN, 2 * number + 2, reopen=True)
    assert MAX_EPISODES == 100
    assert [one.resolved for one in incident.episodes] == [minutes(2 * n + 1) for n in range(1, 101)]


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
    _, problems = corrected(again, earlier, by="bo", now=minutes(40))
    assert problems == {Milestone.STARTED: "lies before the end of the earlier run"}


def test_numbers_are_read_as_people_write_them() -> None:
    """A7: anything else is no number."""
    assert [parse_number(text) for text in ("INC-42", "inc-42", "42")] == [42, 42, 42]
    assert [parse_number(text) for text in ("0", "INC-", "x", "-1", "4.2", "9" * 30)] == [None] * 6
