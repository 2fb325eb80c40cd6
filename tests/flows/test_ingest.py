"""The door for alerts, on a real store: one transaction, reasons, repeats, ends, notices after the commit."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.alerts import AlertEvent, fingerprint
from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Status
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.ingest import Intake
from reliability_studio.store import alerts, incident_lists, incidents, joins, timeline
from reliability_studio.store.engine import Database
from tests.support.faults import faults_of
from tests.support.records import NOON, an_alert, minutes

ORG = 1


def alert(name: str = "Slow", at: float = 0, end: float | None = None, **labels: str) -> AlertEvent:
    """An alert of the service `checkout` unless the labels say otherwise."""
    given: Mapping[str, str] = {"alertname": name, "service": "checkout", **labels}
    return an_alert(
        started=minutes(at),
        labels=given,
        fingerprint=fingerprint(given),
        ends_at=None if end is None else minutes(end),
    )


@pytest.fixture
def hub() -> Hub:
    """Where notices go."""
    return Hub()


@pytest.fixture
def intake(database: Database, hub: Hub) -> Intake:
    """The door."""
    return Intake(database, hub, ManualClock(NOON))


async def incident(database: Database, number: int = 1) -> Incident:
    """A stored incident."""
    async with database.reading() as connection:
        found = await incidents.get(connection, ORG, number)
    assert found is not None
    return found


async def story(database: Database, number: int = 1) -> tuple[Entry, ...]:
    """The timeline of an incident."""
    async with database.reading() as connection:
        found = await incidents.get(connection, ORG, number)
        assert found is not None
        page = await timeline.page(connection, found.id, limit=100)
    return tuple(stored.entry for stored in page.items)


async def count(database: Database) -> int:
    """How many incidents there are."""
    async with database.reading() as connection:
        return (
            await incident_lists.search(connection, ORG, incident_lists.Filter(), cursor=None, limit=1)
        ).total


async def test_an_alert_opens_one_incident_and_its_repeat_none(database: Database, intake: Intake) -> None:
    """Row 4. L1: the same fingerprint again is still one incident."""
    first = await intake.apply(ORG, [alert()], minutes(1))
    again = await intake.apply(ORG, [alert()], minutes(2))
    assert (first.opened, first.received) == (("INC-1",), 1)
    assert (again.opened, again.joined, again.repeated) == ((), (), 1)
    assert await count(database) == 1
    opened = await incident(database)
    assert (opened.title, opened.service, opened.status) == ("Slow: checkout", "checkout", Status.OPEN)


async def test_the_timeline_tells_of_the_alert_with_its_labels(database: Database, intake: Intake) -> None:
    """Row 40. T1: type `alert`, told once."""
    await intake.apply(ORG, [alert()], minutes(1))
    await intake.apply(ORG, [alert()], minutes(2))
    told = [entry for entry in await story(database) if entry.type is EntryType.ALERT]
    assert len(told) == 1
    assert told[0].metadata["labels"] == alert().labels
    assert told[0].occurred_at == NOON


async def test_the_whole_life_of_an_incident_from_alerts_alone(database: Database, intake: Intake) -> None:
    """V3: opened, joined, escalated, resolved; the time to resolve is that of the alerts."""
    await intake.apply(ORG, [alert()], minutes(1))
    joined = await intake.apply(ORG, [alert("Down", 3, severity="critical")], minutes(4))
    assert joined.joined == ("INC-1",)
    assert (await incident(database)).severity is Severity.CRITICAL
    done = await intake.apply(ORG, [alert(end=8), alert("Down", 3, end=10, severity="critical")], minutes(11))
    assert done.resolved == ("INC-1",)
    resolved = await incident(database)
    assert (resolved.status, resolved.at(Milestone.RESOLVED)) == (Status.RESOLVED, minutes(10))
    titles = [entry.title for entry in await story(database)]
    assert sorted(titles) == sorted(
        [
            "opened as medium",
            "Slow fires",
            "Down fires",
            "medium → critical",
            "Slow is over",
            "Down is over",
            "open → resolved",
        ]
    )


async def test_every_alert_has_a_reason_and_its_history(database: Database, intake: Intake) -> None:
    """Those that open nothing too."""
    await intake.apply(ORG, [alert(), alert("DatasourceNoData"), alert("Errors", 1)], minutes(2))
    async with database.reading() as connection:
        page = await alerts.search(connection, ORG, firing=None, cursor=None, limit=10)
        history = await joins.decisions(connection, ORG, page.items[0].id)
    reasons = {one.event.name: (one.incident_number, one.reason) for one in page.items}
    assert reasons == {
        "Slow": (1, "opened"),
        "Errors": (1, "joined_group"),
        "DatasourceNoData": (None, "monitoring"),
    }
    assert all(one.reason_text for one in page.items)
    assert len(history) == 1


async def test_a_return_within_15_minutes_reopens_and_later_opens_anew(
    database: Database, intake: Intake
) -> None:
    """D7: both runs are kept."""
    await intake.apply(ORG, [alert()], minutes(1))
    await intake.apply(ORG, [alert(end=5)], minutes(6))
    await intake.apply(ORG, [alert(at=10)], minutes(10))
    again = await incident(database)
    assert (again.status, len(again.episodes), again.at(Milestone.RESOLVED)) == (Status.OPEN, 1, None)
    await intake.apply(ORG, [alert(at=10, end=12)], minutes(12))
    later = await intake.apply(ORG, [alert(at=40)], minutes(40))
    assert later.opened == ("INC-2",)


async def test_times_with_an_offset_are_stored_as_the_same_moment(database: Database, intake: Intake) -> None:
    """D16: 12:00+05:30 is 06:30Z."""
    india = datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    await intake.apply(ORG, [replace(alert(), starts_at=india)], minutes(1))
    assert (await incident(database)).started_at.isoformat() == "2026-03-01T06:30:00+00:00"


async def test_fifty_deliveries_at_once_open_one_incident(database: Database, intake: Intake) -> None:
    """T10: no lost alert, no second incident, no error."""
    async with asyncio.TaskGroup() as group:
        for position in range(50):
            group.create_task(intake.apply(ORG, [alert(f"A{position}", position / 60)], minutes(2)))
    assert await count(database) == 1
    async with database.reading() as connection:
        found = await incidents.get(connection, ORG, 1)
        assert found is not None
        page = await alerts.of_incidents(connection, ORG, [found.id])
    assert len(page[found.id]) == 50
    assert len([entry for entry in await story(database) if entry.type is EntryType.ALERT]) == 50


async def test_organisations_do_not_see_each_other(intake: Intake) -> None:
    """The same alert opens an incident in each; numbers count per organisation."""
    assert (await intake.apply(1, [alert()], minutes(1))).opened == ("INC-1",)
    assert (await intake.apply(2, [alert()], minutes(1))).opened == ("INC-1",)


async def test_notices_come_after_the_commit_and_hold_nothing_that_people_wrote(
    database: Database, intake: Intake, hub: Hub
) -> None:
    """A listener that reads at once finds the incident."""
    async with hub.subscribe(ORG) as notices:
        await intake.apply(ORG, [alert()], minutes(1))
        notice = await anext(notices)
    assert notice == Notice("incident", "INC-1", 1, "opened", minutes(1))
    assert (await incident(database)).version == 1


async def test_a_message_is_written_with_the_change_or_not_at_all(database: Database, hub: Hub) -> None:
    """When telling fails, nothing is stored and nobody is notified."""

    async def fail(*_: object, **__: object) -> object:
        raise RuntimeError("no room for the message")

    broken = Intake(database, hub, ManualClock(NOON), tell=fail)
    async with hub.subscribe(ORG):
        with pytest.raises(RuntimeError):
            await broken.apply(ORG, [alert()], minutes(1))
    assert await count(database) == 0
    async with database.reading() as connection:
        assert not (await alerts.search(connection, ORG, firing=None, cursor=None, limit=1)).items


async def test_ten_incidents_are_opened_with_as_many_statements_as_one(
    database: Database, intake: Intake
) -> None:
    """What a delivery costs hangs on what happens, not on how often it happens."""
    await intake.apply(ORG, [alert("Warm", service="warm")], minutes(0))
    with faults_of(database) as statements:
        statements.arm(0)
        one = await intake.apply(ORG, [alert(service="only")], minutes(1))
        of_one = len(statements.steps)
        statements.arm(0)
        ten = await intake.apply(ORG, [alert(service=f"s{n}") for n in range(10)], minutes(2))
        of_ten = len(statements.steps)
    assert (len(one.opened), len(ten.opened)) == (1, 10)
    assert of_ten == of_one > 0
    opened = {(await incident(database, number)).service for number in range(3, 13)}
    assert opened == {f"s{n}" for n in range(10)}
    told = [entry for entry in await story(database, 12) if entry.type is EntryType.ALERT]
    assert [each.metadata["labels"]["service"] for each in told] == [(await incident(database, 12)).service]


async def test_a_burst_of_2000_alerts_is_one_transaction(intake: Intake) -> None:
    """Twenty services, a hundred alerts each: twenty incidents."""
    burst = [alert(f"A{n}", n / 100, service=f"s{n % 20}") for n in range(2000)]
    taken = await intake.apply(ORG, burst, minutes(30))
    assert (len(taken.opened), taken.received) == (20, 2000)
    again = await intake.apply(ORG, burst, minutes(31))
    assert again.repeated == 2000
