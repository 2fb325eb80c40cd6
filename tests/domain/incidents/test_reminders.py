"""Row 95: who waits is reminded of, once per interval, a few times, and never before the time is over."""

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
