"""Messages live and die with their change, are sent once, and come back when a target was away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.incidents.model import Incident, Milestone, Origin, Severity, Stamp, Status
from reliability_studio.domain.incidents.notices import Kind, Notice, Target
from reliability_studio.domain.incidents.status_names import Name, Stage
from reliability_studio.errors import SourceRejected, SourceUnavailable
from reliability_studio.flows.notify import WAITS_S, Notifier, retry_at
from reliability_studio.flows.status_names import StatusNaming
from reliability_studio.sources.outgoing import mail, webhook
from reliability_studio.store import deliveries, incidents
from reliability_studio.store.engine import Database

START = datetime(2026, 1, 1, 3, tzinfo=UTC)


class Away:
    """A target that fails as often as it is told."""

    def __init__(self, *failures: Exception):
        self.failures = list(failures)
        self.got: list[Notice] = []

    async def send(self, notice: Notice) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.got.append(notice)

    async def aclose(self) -> None:
        pass


def _incident() -> Incident:
    stamp = Stamp(START, "system")
    return Incident(
        id=0,
        org_id=1,
        number=1,
        version=1,
        title="checkout fails",
        severity=Severity.HIGH,
        status=Status.OPEN,
        service="checkout",
        origin=Origin.ALERT,
        milestones=dict.fromkeys((Milestone.STARTED, Milestone.DETECTED, Milestone.DECLARED), stamp),
        created_at=START,
        created_by="system",
        updated_at=START,
        updated_by="system",
    )


@pytest.fixture
async def database(tmp_path: Path):
    opened = await Database.open(f"sqlite:///{tmp_path / 'studio.sqlite'}")
    yield opened
    await opened.aclose()


@pytest.fixture
def clock():
    return ManualClock(START)


def _notifier(database: Database, clock: ManualClock, sender: Away | None, **target) -> Notifier:
    return Notifier(
        database,
        1,
        targets=(Target("chat", Kind.SLACK, **target),),
        senders={} if sender is None else {"chat": sender},
        incident_url="https://grafana.example.org/a/reliability-studio-app/incidents/",
        clock=clock,
    )


async def _open(database: Database, notifier: Notifier) -> tuple[str, ...]:
    async with database.writing() as connection:
        stored = await incidents.insert(connection, _incident())
        return await notifier.enqueue(connection, None, stored, at=START, by="alertmanager")


async def test_a_change_is_told_once_with_a_link_to_read_on(database, clock):
    sender = Away()
    notifier = _notifier(database, clock, sender)
    assert await _open(database, notifier) == ("chat",)
    assert await notifier.deliver(START) == 1
    assert await notifier.deliver(START) == 0
    (got,) = sender.got
    assert got.url == "https://grafana.example.org/a/reliability-studio-app/incidents/INC-1"
    assert (got.number, got.severity, got.at) == ("INC-1", Severity.HIGH, START)


async def test_a_message_says_what_the_organisation_calls_the_state(database, clock):
    """Row 21: for people the name, for programs the built-in word."""
    sender = Away()
    notifier = _notifier(database, clock, sender)
    await StatusNaming(database).put(1, [(Status.OPEN, Name("Neu"))], (), by="ada", now=START)
    await _open(database, notifier)
    await notifier.deliver(START)
    (got,) = sender.got
    assert (got.stage, got.status) == ("Neu", Status.OPEN)
    assert "Status: Neu" in mail(got, "studio@example.org", ("ops@example.org",)).get_content()
    assert b'"status":"open","statusName":"Neu"' in msgspec.json.encode(webhook(got))


async def test_a_message_says_the_own_state_in_which_an_incident_is(database, clock):
    """Row 21: also one that began by itself."""
    sender = Away()
    notifier = _notifier(database, clock, sender)
    stages = (Stage("triage", Status.OPEN, "Triage"),)
    await StatusNaming(database).put(1, [], stages, by="ada", now=START)
    async with database.writing() as connection:
        stored = await incidents.insert(connection, replace(_incident(), stage="triage"))
        await notifier.enqueue(connection, None, stored, at=START, by="alertmanager")
    await notifier.deliver(START)
    (got,) = sender.got
    assert (got.stage, got.status) == ("Triage", Status.OPEN)


async def test_a_change_that_is_rolled_back_is_never_told(database, clock):
    sender = Away()
    notifier = _notifier(database, clock, sender)

    async def crash() -> None:
        async with database.writing() as connection:
            stored = await incidents.insert(connection, _incident())
            await notifier.enqueue(connection, None, stored, at=START, by="alertmanager")
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        await crash()
    assert await notifier.deliver(START) == 0


async def test_the_same_change_twice_is_one_message(database, clock):
    notifier = _notifier(database, clock, Away())
    async with database.writing() as connection:
        stored = await incidents.insert(connection, _incident())
        assert await notifier.enqueue(connection, None, stored, at=START, by="a") == ("chat",)
        assert await notifier.enqueue(connection, None, stored, at=START, by="a") == ()


async def test_a_target_that_was_away_hears_it_later(database, clock):
    sender = Away(SourceUnavailable("down", source="notification"))
    notifier = _notifier(database, clock, sender)
    await _open(database, notifier)
    assert await notifier.deliver(START) == 0
    assert await notifier.deliver(START + timedelta(seconds=WAITS_S[0] - 1)) == 0
    assert await notifier.deliver(START + timedelta(seconds=WAITS_S[0])) == 1
    async with database.reading() as connection:
        (logged,) = (await deliveries.page(connection, 1, cursor=None, limit=10)).items
    assert (logged.state, logged.attempts, logged.problem) == ("sent", 2, "")


async def test_a_target_that_refuses_is_not_asked_again_and_the_log_says_why(database, clock):
    notifier = _notifier(database, clock, Away(SourceRejected("answers 404", source="notification")))
    await _open(database, notifier)
    await notifier.deliver(START)
    assert await notifier.deliver(START + timedelta(days=2)) == 0
    async with database.reading() as connection:
        (logged,) = (await deliveries.page(connection, 1, cursor=None, limit=10)).items
    assert (logged.state, logged.problem) == ("failed", "answers 404")


async def test_a_message_that_cannot_be_sent_holds_up_no_other(database, clock):
    """What nobody foresaw is a failed try of that message, with an end; its text is in our log only."""
    notifier = _notifier(database, clock, Away(*[ValueError("s3cret")] * (len(WAITS_S) + 1)))
    await _open(database, notifier)
    async with database.writing() as connection:
        await deliveries.enqueue(
            connection, 1, incident_id=1, target="chat", dedupe_key="x", message={"news": "?"}, at=START
        )
    assert await notifier.deliver(START) == 0
    for wait in WAITS_S:
        clock.advance(wait)
        await notifier.deliver(clock.now())
    async with database.reading() as connection:
        logged = (await deliveries.page(connection, 1, cursor=None, limit=10)).items
    assert {(one.state, one.attempts) for one in logged} == {("failed", len(WAITS_S) + 1)}
    assert {one.problem for one in logged} == {"the plugin failed to send it; its log says why"}


async def test_a_target_that_was_taken_out_of_the_settings_is_given_up(database, clock):
    await _open(database, _notifier(database, clock, Away()))
    assert await _notifier(database, clock, None).deliver(START) == 0
    async with database.reading() as connection:
        (logged,) = (await deliveries.page(connection, 1, cursor=None, limit=10)).items
    assert logged.state == "failed"
    assert "no longer configured" in logged.problem


async def test_what_a_target_does_not_want_is_not_even_written(database, clock):
    notifier = _notifier(database, clock, Away(), least=Severity.CRITICAL)
    assert await _open(database, notifier) == ()


def test_tries_get_rarer_and_end_after_about_a_day():
    moments = [retry_at(n, START, retryable=True) for n in range(1, len(WAITS_S) + 2)]
    assert moments[-1] is None
    waits = [(m - START).total_seconds() for m in moments[:-1]]
    assert waits == sorted(waits)
    assert 24 * 3600 < sum(waits) < 30 * 3600
    assert retry_at(1, START, retryable=False) is None


async def test_a_resolved_incident_says_how_long_it_took(database, clock):
    sender = Away()
    notifier = _notifier(database, clock, sender)
    async with database.writing() as connection:
        stored = await incidents.insert(connection, _incident())
        stamps = {**stored.milestones, Milestone.RESOLVED: Stamp(START + timedelta(minutes=5), "anna")}
        resolved = replace(stored, status=Status.RESOLVED, milestones=stamps)
        await notifier.enqueue(connection, stored, resolved, at=START, by="anna")
    await notifier.deliver(START)
    assert sender.got[0].minutes == 5
