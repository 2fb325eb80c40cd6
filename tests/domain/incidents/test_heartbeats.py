"""Expected signals: when one is late, when it is missing, and what the alert about it says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.heartbeats import (
    Heartbeat,
    Pulse,
    due_at,
    ended,
    identity,
    missing,
    pulse,
)
from reliability_studio.domain.incidents.ladder import Colour, Ladder, Level
from reliability_studio.domain.incidents.model import Severity
from tests.support.records import NOON, minutes

BACKUP = Heartbeat("nightly backup", timedelta(minutes=10), NOON, grace=timedelta(minutes=2), service="db")


@pytest.mark.parametrize(
    ("last", "now", "wanted"),
    [
        (None, 9, Pulse.WAITING),
        (None, 12, Pulse.WAITING),
        (None, 12.1, Pulse.MISSING),
        (5, 15, Pulse.BEATING),
        (5, 16, Pulse.LATE),
        (5, 17, Pulse.LATE),
        (5, 17.1, Pulse.MISSING),
        (-500, 9, Pulse.BEATING),
    ],
)
def test_how_it_stands_follows_from_the_last_signal(last: float | None, now: float, wanted: Pulse) -> None:
    """A signal from before it was expected counts as one at that moment."""
    assert pulse(BACKUP, None if last is None else minutes(last), minutes(now)) is wanted


def test_the_alert_says_what_is_missing_since_when() -> None:
    """It began when the signal was due, whenever that was found out: one absence is one episode."""
    early, late = (missing("backup", BACKUP, minutes(5), minutes(at)) for at in (18, 60))
    assert early.episode == late.episode == (identity("backup"), minutes(15))
    assert early.source is AlertSource.HEARTBEAT
    assert early.labels == {
        "alertname": "HeartbeatMissing",
        "heartbeat": "backup",
        "severity": "high",
        "service": "db",
    }
    assert "every 600 s" in early.annotations["summary"]
    assert "12:05:00" in early.annotations["summary"]
    assert "never heard" in missing("backup", BACKUP, None, minutes(60)).annotations["summary"]


def test_own_labels_cannot_pretend_to_be_another_heartbeat() -> None:
    """What names it comes from its definition."""
    sly = replace(BACKUP, labels={"heartbeat": "other", "team": "db"})
    told = missing("backup", sly, None, minutes(60)).labels
    assert (told["heartbeat"], told["team"]) == ("backup", "db")


@given(st.integers(-100, 100), st.integers(0, 200))
def test_an_absence_ends_after_it_began(last: int, now: int) -> None:
    """Whatever the signal's moment."""
    event = missing("backup", BACKUP, minutes(last), minutes(now))
    over = ended(event, minutes(now), minutes(now) if now else minutes(1))
    assert over.ends_at is not None
    assert over.episode == event.episode
    assert due_at(BACKUP, minutes(last)) == event.starts_at


@pytest.mark.parametrize(
    ("last", "end"),
    [(None, 40), (5, 40), (15, 40), (15.1, 15.1), (39, 39)],
    ids=["never heard", "before it was due", "when it was due", "just after", "later"],
)
def test_an_absence_ends_with_the_signal_else_when_that_is_noticed(last: float | None, end: float) -> None:
    """A signal that does not lie after the begin says nothing about the end: it is noticed now."""
    event = missing("backup", BACKUP, minutes(5), minutes(20))
    over = ended(event, None if last is None else minutes(last), minutes(40))
    assert (over.starts_at, over.ends_at, over.received_at) == (minutes(15), minutes(end), minutes(40))


def test_the_alert_has_what_its_definition_says_and_nothing_else() -> None:
    """No service, no comment: no label and no annotation of that name; a level of the ladder by its id."""
    bare = Heartbeat("ping", timedelta(minutes=1), NOON)
    event = missing("ping", bare, None, minutes(9))
    assert set(event.labels) == {"alertname", "heartbeat", "severity"}
    assert set(event.annotations) == {"summary"}
    said = missing("ping", replace(bare, comment="see the runbook"), None, minutes(9))
    assert said.annotations["description"] == "see the runbook"
    ladder = Ladder(tuple(Level(name, name, Severity.HIGH, Colour.RED) for name in ("p1", "p2")))
    own = missing("ping", replace(bare, level="p2"), None, minutes(9), ladder)
    assert (own.labels["severity"], event.labels["severity"]) == ("p2", "high")
    gone = missing("ping", replace(bare, level="p9"), None, minutes(9), ladder)
    assert gone.labels["severity"] == "high"


def test_a_minute_of_grace_unless_somebody_says_otherwise() -> None:
    """And nothing that nobody gave."""
    bare = Heartbeat("ping", timedelta(minutes=1), NOON)
    assert pulse(bare, NOON, minutes(2)) is Pulse.LATE
    assert pulse(bare, NOON, minutes(2.1)) is Pulse.MISSING
    assert (bare.service, bare.level, bare.comment) == ("", "", "")
