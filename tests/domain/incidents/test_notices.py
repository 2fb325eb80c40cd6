"""Who is told what: one message per change, quiet by default, a reason for every silence."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.incidents.model import Incident, Milestone, Origin, Severity, Stamp, Status
from reliability_studio.domain.incidents.notices import (
    QUIET,
    Choice,
    Kind,
    News,
    Target,
    choose,
    news,
    notice,
    reminder,
)

START = datetime(2026, 1, 1, 3, tzinfo=UTC)
TARGET = Target("on-call", Kind.SLACK)


def _incident(status: Status = Status.OPEN, severity: Severity = Severity.HIGH, **more) -> Incident:
    stamp = Stamp(START, "system")
    return Incident(
        id=7,
        org_id=1,
        number=42,
        version=3,
        title="checkout fails",
        severity=severity,
        status=status,
        service="checkout",
        origin=Origin.ALERT,
        milestones=dict.fromkeys((Milestone.STARTED, Milestone.DETECTED, Milestone.DECLARED), stamp),
        created_at=START,
        created_by="system",
        updated_at=START,
        updated_by="anna",
        **more,
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (None, Status.OPEN, News.OPENED),
        (None, Status.RESOLVED, None),
        (Status.OPEN, Status.OPEN, None),
        (Status.OPEN, Status.ACKNOWLEDGED, News.ACKNOWLEDGED),
        (Status.OPEN, Status.INVESTIGATING, News.ACKNOWLEDGED),
        (Status.OPEN, Status.MITIGATED, News.MITIGATED),
        (Status.MITIGATED, Status.RESOLVED, News.RESOLVED),
        (Status.OPEN, Status.CLOSED, News.RESOLVED),
        (Status.RESOLVED, Status.CLOSED, None),
        (Status.RESOLVED, Status.INVESTIGATING, News.REOPENED),
        (Status.CLOSED, Status.OPEN, News.REOPENED),
    ],
)
def test_what_a_change_of_status_means(before: Status | None, after: Status, told: News | None):
    assert news(None if before is None else _incident(before), _incident(after)) is told


def test_only_a_raised_severity_is_news():
    low, high = _incident(severity=Severity.LOW), _incident(severity=Severity.HIGH)
    assert news(low, high) is News.ESCALATED
    assert news(high, low) is None
    assert news(low, replace(high, status=Status.RESOLVED)) is News.RESOLVED


def test_a_merged_incident_is_told_as_part_of_the_one_that_took_it():
    assert news(_incident(), _incident(Status.CLOSED, merged_into=41)) is None


@pytest.mark.parametrize(
    ("target", "incident", "what", "choice"),
    [
        (TARGET, _incident(), News.OPENED, Choice.TOLD),
        (TARGET, _incident(), None, Choice.NO_NEWS),
        (TARGET, _incident(), News.ACKNOWLEDGED, Choice.UNWANTED),
        (TARGET, _incident(drill=True), News.OPENED, Choice.DRILL),
        (replace(TARGET, drills=True), _incident(drill=True), News.OPENED, Choice.TOLD),
        (replace(TARGET, least=Severity.CRITICAL), _incident(), News.OPENED, Choice.LOW_SEVERITY),
        (replace(TARGET, least=Severity.HIGH), _incident(), News.OPENED, Choice.TOLD),
        (replace(TARGET, services=frozenset({"users"})), _incident(), News.OPENED, Choice.OTHER_SERVICE),
        (
            replace(TARGET, services=frozenset({"users"})),
            _incident(services=("users",)),
            News.OPENED,
            Choice.TOLD,
        ),
    ],
)
def test_every_silence_has_its_reason(target: Target, incident: Incident, what: News | None, choice: Choice):
    assert choose(target, incident, what) is choice


def test_the_message_says_how_long_it_took_and_has_the_key_of_its_change():
    resolved = _incident(
        Status.RESOLVED,
        root_cause="rollout of v2",
    )
    stamps = {**resolved.milestones, Milestone.RESOLVED: Stamp(START + timedelta(minutes=42), "anna")}
    resolved = replace(resolved, milestones=stamps)
    told = notice(_incident(), resolved, link="http://grafana/a/app/incidents/INC-42", at=START, by="anna")
    assert told is not None
    assert (told.key, told.minutes, told.root_cause) == ("INC-42:resolved:3", 42.0, "rollout of v2")
    assert told.headline == "INC-42 resolved: checkout fails"
    assert replace(told, stage="resolved").headline == told.headline
    assert replace(told, stage="Stable").headline == "INC-42 is now “Stable”: checkout fails"


statuses, severities = st.sampled_from(Status), st.sampled_from(Severity)


@given(before=st.tuples(statuses, severities) | st.none(), after=st.tuples(statuses, severities))
def test_a_change_is_told_at_most_once_and_an_unchanged_incident_never(before, after):
    old = None if before is None else _incident(*before)
    new = _incident(*after)
    told = news(old, new)
    if old is not None and (old.status, old.severity) == (new.status, new.severity):
        assert told is None
    message = notice(old, new, link="", at=START, by="anna")
    assert (message is None) == (told is None)
    assert message is None or message.headline.startswith("INC-42 ")
    assert told is None or told in QUIET or told in {News.MITIGATED, News.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (_incident(severity=Severity.LOW), _incident(severity=Severity.HIGH), News.ESCALATED),
        (_incident(severity=Severity.HIGH), _incident(severity=Severity.LOW), None),
        (
            _incident(Status.RESOLVED, Severity.LOW),
            _incident(Status.RESOLVED, Severity.HIGH),
            None,
        ),
        (_incident(Status.RESOLVED, Severity.LOW), _incident(Status.CLOSED, Severity.HIGH), None),
        (_incident(Status.MITIGATED), _incident(Status.OPEN), None),
        (_incident(Status.CLOSED), _incident(Status.OPEN), News.REOPENED),
    ],
)
def test_only_what_still_goes_on_becomes_more_severe_and_only_what_had_ended_comes_back(before, after, told):
    """Afterwards somebody corrects a record; that wakes nobody."""
    assert news(before, after) is told


@pytest.mark.parametrize(
    ("what", "stage", "words"),
    [
        (News.RESOLVED, "Fixed", "INC-42 is now “Fixed”: checkout fails"),
        (News.RESOLVED, "resolved", "INC-42 resolved: checkout fails"),
        (News.RESOLVED, "", "INC-42 resolved: checkout fails"),
        (News.OPENED, "Triage", "INC-42 opened (P1): checkout fails"),
        (News.REMINDER, "Triage", "INC-42 waits: for you: checkout fails"),
    ],
)
def test_a_headline_says_own_words_where_a_state_was_reached(what, stage, words):
    """And how urgent it is by the organisation's ladder."""
    told = notice(None, _incident(), link="", at=START, by="ada")
    assert told is not None
    assert told.called == "high"
    said = replace(told, news=what, status=Status.RESOLVED, stage=stage, level="P1", reason="for you")
    assert said.headline == words


def test_a_reminder_says_what_waits_and_a_message_holds_nothing_that_nobody_said():
    told = reminder(_incident(), "not acknowledged for 15 min", "k", link="", at=START, by="reminder")
    assert (told.reason, told.key) == ("not acknowledged for 15 min", "INC-42:k")
    plain = notice(None, _incident(), link="", at=START, by="ada")
    assert plain is not None
    assert (plain.url, plain.root_cause, plain.reason, plain.stage, plain.level) == ("", "", "", "", "")
