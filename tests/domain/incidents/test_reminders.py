"""Row 95: who waits is reminded of, once per interval, a few times, and never before the time is over."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Stamp, Status
from reliability_studio.domain.incidents.reminders import (
    Facts,
    Lapse,
    Late,
    Patience,
    Policy,
    Turn,
    overdue,
    turn,
)
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from tests.support.records import NOON, an_incident, minutes

ALL = Patience(acknowledge_minutes=15, update_minutes=60, followup_days=0, report_days=5)
POLICY = Policy({Severity.HIGH: ALL}, repeat_minutes=30, repeat_days=1, most=3)


def _followup(**more) -> Task:
    given = {"due_at": NOON, **more}
    return Task(4, 1, 7, TaskKind.FOLLOWUP, "raise the limit", NOON, "ada", **given)


def _resolved() -> Incident:
    incident = an_incident(status=Status.RESOLVED)
    stamps = {**incident.milestones, Milestone.RESOLVED: Stamp(minutes(10), "ada")}
    return an_incident(status=Status.RESOLVED, milestones=stamps)


def _lapses(facts: Facts, after: timedelta, policy: Policy = POLICY) -> list[Lapse]:
    return [late.lapse for late in overdue(facts, policy, NOON + after)]


@pytest.mark.parametrize(
    ("facts", "after", "lapses"),
    [
        (Facts(an_incident()), timedelta(minutes=14, seconds=59), []),
        (Facts(an_incident()), timedelta(minutes=15), [Lapse.UNACKNOWLEDGED]),
        # What nobody took has no updates either: people hear of one of the two.
        (Facts(an_incident()), timedelta(hours=9), [Lapse.UNACKNOWLEDGED]),
        (Facts(an_incident(status=Status.INVESTIGATING)), timedelta(minutes=60), [Lapse.NO_UPDATE]),
        (Facts(an_incident(status=Status.INVESTIGATING), minutes(30)), timedelta(minutes=60), []),
        (
            Facts(an_incident(status=Status.INVESTIGATING), minutes(30)),
            timedelta(minutes=90),
            [Lapse.NO_UPDATE],
        ),
        (Facts(an_incident(hold_until=minutes(20))), timedelta(hours=1), []),
        (Facts(an_incident(merged_into=2)), timedelta(hours=1), []),
        (Facts(an_incident(severity=Severity.LOW)), timedelta(hours=1), []),
        (Facts(_resolved()), timedelta(days=5, minutes=9), []),
        (Facts(_resolved()), timedelta(days=5, minutes=10), [Lapse.REPORT]),
        (Facts(_resolved(), reported=True), timedelta(days=9), []),
        (Facts(_resolved(), followups=(_followup(),)), timedelta(days=1), [Lapse.FOLLOWUP]),
        (Facts(_resolved(), followups=(_followup(due_at=None),)), timedelta(days=1), []),
        (Facts(_resolved(), followups=(_followup(due_at=minutes(5000)),)), timedelta(days=1), []),
    ],
)
def test_what_waits_too_long(facts: Facts, after: timedelta, lapses: list[Lapse]):
    assert _lapses(facts, after) == lapses


def test_nobody_is_reminded_until_somebody_sets_a_time():
    assert _lapses(Facts(an_incident()), timedelta(days=99), Policy()) == []
    assert _lapses(Facts(an_incident()), timedelta(days=99), Policy({Severity.HIGH: Patience()})) == []


def test_the_words_say_what_waits_and_since_when():
    (late,) = overdue(Facts(an_incident()), POLICY, minutes(20))
    assert late.words(minutes(20)) == "not acknowledged for 20 min"
    (late,) = overdue(Facts(_resolved(), followups=(_followup(assignee="bo"),)), POLICY, minutes(2 * 1440))
    assert late.words(minutes(2 * 1440)) == "follow-up of bo overdue for 2 d (raise the limit)"
    (late,) = overdue(Facts(_resolved()), POLICY, minutes(6 * 1440 + 10))
    assert late.words(minutes(6 * 1440 + 10)) == "no report 6 d after it was resolved"


def test_waiting_that_begins_anew_is_another_lapse():
    working = an_incident(status=Status.INVESTIGATING)
    first, second = (
        overdue(Facts(working, minutes(since)), POLICY, minutes(since + 60))[0].key for since in (0, 90)
    )
    assert first != second


@given(
    looks=st.lists(st.integers(0, 6 * 60), max_size=80),
    patience=st.integers(1, 120),
    repeat=st.integers(5, 180),
    most=st.integers(1, 5),
)
def test_however_often_the_job_looks_nobody_is_told_too_often(looks, patience, repeat, most):
    """Never before the time is over, never twice within an interval, never more than the bound."""
    policy = Policy({Severity.HIGH: Patience(acknowledge_minutes=patience)}, repeat_minutes=repeat, most=most)
    sent = []
    for look in sorted(looks):
        for late in overdue(Facts(an_incident()), policy, minutes(look)):
            if turn(late, sent, policy, minutes(look)) is Turn.DUE:
                sent.append(minutes(look))
    assert len(sent) <= most
    assert all(at >= minutes(patience) for at in sent)
    assert all(later - earlier >= timedelta(minutes=repeat) for earlier, later in pairwise(sent))
    if any(look >= patience for look in looks):
        assert sent


def test_the_reason_for_silence_is_told():
    late = Late(Lapse.UNACKNOWLEDGED, NOON, minutes(15))
    assert turn(late, [], POLICY, minutes(15)) is Turn.DUE
    assert turn(late, [minutes(15)], POLICY, minutes(44)) is Turn.WAITING
    assert turn(late, [minutes(15), minutes(45), minutes(75)], POLICY, minutes(999)) is Turn.ENOUGH


@pytest.mark.parametrize(
    ("lapse", "wait"),
    [
        (Lapse.UNACKNOWLEDGED, timedelta(minutes=30)),
        (Lapse.NO_UPDATE, timedelta(minutes=30)),
        (Lapse.FOLLOWUP, timedelta(days=2)),
        (Lapse.REPORT, timedelta(days=2)),
    ],
)
def test_what_is_left_afterwards_comes_again_in_days_the_rest_in_minutes(lapse: Lapse, wait: timedelta):
    policy = Policy({}, repeat_minutes=30, repeat_days=2)
    late, last = Late(lapse, NOON, NOON), minutes(7)
    assert policy.repeat(lapse) == wait
    assert turn(late, [NOON, last], policy, last + wait) is Turn.DUE
    assert turn(late, [NOON, last], policy, last + wait - timedelta(seconds=1)) is Turn.WAITING
    assert turn(late, [last, NOON], policy, last + wait - timedelta(seconds=1)) is Turn.WAITING


def test_nobody_who_sets_only_a_time_is_reminded_often():
    assert (Policy().repeat_minutes, Policy().repeat_days, Policy().most) == (30, 1, 3)


def test_the_longest_patience_says_how_far_back_to_look():
    some = Policy(
        {
            Severity.HIGH: Patience(followup_days=2, report_days=9),
            Severity.LOW: Patience(followup_days=5),
            Severity.MEDIUM: Patience(followup_days=3, report_days=4),
        }
    )
    assert (some.longest_days(Lapse.FOLLOWUP), some.longest_days(Lapse.REPORT)) == (5, 9)
    assert Policy({Severity.HIGH: Patience()}).longest_days(Lapse.REPORT) is None


def test_each_follow_up_is_a_lapse_of_its_own_and_a_done_one_is_none():
    two = (_followup(), replace(_followup(), id=5), replace(_followup(), id=6, done=True))
    late = overdue(Facts(_resolved(), followups=two), POLICY, minutes(1440))
    assert [one.key for one in late] == [f"reminder:followup_overdue:{n}:{NOON.isoformat()}" for n in (4, 5)]
    (nobody,) = overdue(Facts(an_incident()), POLICY, minutes(20))
    assert nobody.key == f"reminder:unacknowledged::{NOON.isoformat()}"


@pytest.mark.parametrize(("days", "found"), [(1, []), (2, [Lapse.FOLLOWUP])])
def test_patience_with_a_follow_up_begins_when_it_is_due(days: int, found: list[Lapse]):
    policy = Policy({Severity.HIGH: Patience(followup_days=2)})
    assert _lapses(Facts(_resolved(), followups=(_followup(),)), timedelta(days=days), policy) == found


def test_each_patience_is_for_itself():
    """Who wants to be reminded of one thing only is reminded of nothing else."""
    working = an_incident(status=Status.INVESTIGATING)
    everything = (
        Facts(an_incident()),
        Facts(working, followups=(_followup(),)),
        Facts(_resolved(), followups=(_followup(),)),
    )
    for name, lapse in (
        ("acknowledge_minutes", Lapse.UNACKNOWLEDGED),
        ("update_minutes", Lapse.NO_UPDATE),
        ("followup_days", Lapse.FOLLOWUP),
        ("report_days", Lapse.REPORT),
    ):
        only = Policy({Severity.HIGH: Patience(**{name: 0})})
        found = [each for facts in everything for each in _lapses(facts, timedelta(days=9), only)]
        assert set(found) == {lapse}


def test_a_report_is_missed_only_of_what_has_ended():
    """A reopened incident is not over, whatever milestones it has; a closed one still has no report."""
    reopened = replace(_resolved(), status=Status.INVESTIGATING)
    assert Lapse.REPORT not in _lapses(Facts(reopened), timedelta(days=9))
    assert _lapses(Facts(replace(_resolved(), status=Status.CLOSED)), timedelta(days=9)) == [Lapse.REPORT]
    no_end = an_incident(status=Status.RESOLVED)
    assert _lapses(Facts(no_end), timedelta(days=9)) == []


def test_waiting_begins_when_the_incident_was_declared():
    later = replace(
        an_incident(), milestones={**an_incident().milestones, Milestone.DECLARED: Stamp(minutes(30), "ada")}
    )
    (late,) = overdue(Facts(later), POLICY, minutes(60))
    assert (late.since, late.due) == (minutes(30), minutes(45))


def test_words_that_people_wrote_are_cut_and_nobody_is_named_who_is_not_there():
    long = replace(_followup(), title="x" * 400)
    (late,) = overdue(Facts(_resolved(), followups=(long,)), POLICY, minutes(1440))
    words = late.words(minutes(1440))
    assert words.startswith("follow-up overdue for 1 d (xxx")
    assert len(words) == 300
