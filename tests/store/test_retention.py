"""Retention deletes what is over its time, in bounded batches, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from reliability_studio.domain.incidents.model import Milestone, Stamp, Status
from reliability_studio.store import (
    alerts,
    attachments,
    audit,
    deliveries,
    idempotency,
    incident_lists,
    incidents,
    joins,
    retention,
    timeline,
)
from reliability_studio.store.attachments import Attachment
from reliability_studio.store.retention import Horizon
from reliability_studio.store.tables.timeline import attachments as files
from reliability_studio.store.tables.timeline import timeline_entries
from tests.support.records import NOON, an_alert, an_entry, an_incident, minutes


def resolved(number, minute, **changes):
    stamps = {**an_incident().milestones, Milestone.RESOLVED: Stamp(minutes(minute), "ada")}
    return an_incident(number, status=Status.CLOSED, milestones=stamps, **changes)


@pytest.fixture
async def old(database):
    """Ten incidents resolved in minutes 1 to 10, one open, one of another organisation; their company."""
    async with database.writing() as connection:
        for number in range(1, 11):
            stored = await incidents.insert(connection, resolved(number, number))
            told = await timeline.add(connection, 1, stored.id, [an_entry("a"), an_entry("b")])
            file = Attachment(f"f{number}", told[0].id, "x", "text/plain", 1, "", NOON, "ada")
            await attachments.add(connection, 1, file, b"x")
            event = an_alert(f"a{number}", started=NOON, ends_at=minutes(number))
            [alert] = await alerts.put(connection, 1, [event])
            await joins.place(connection, [alert.id], stored.id, "opened", "", at=NOON)
        await incidents.insert(connection, an_incident(11))
        await incidents.insert(connection, resolved(1, 1, org_id=2))
        await alerts.put(connection, 1, [an_alert("firing")])
        for minute in (1, 9):
            await audit.append(connection, 1, minutes(minute), "ada", "x", "y")
            await idempotency.remember(connection, 1, f"k{minute}", "r", b"", minutes(minute))
            id_ = await deliveries.enqueue(
                connection, 1, target="t", dedupe_key=str(minute), message=1, at=NOON
            )
            await deliveries.sent(connection, id_, minutes(minute))
    return database


async def test_what_is_over_its_time_goes_with_everything_that_belongs_to_it(old):
    """Row 135. Open incidents, firing alerts and other organisations stay; so does what is younger."""
    moment = minutes(6)
    gone = await retention.sweep(old, 1, Horizon(moment, moment, moment, moment, moment), batch=2)
    kinds = ("incidents", "attachments", "alerts", "audit", "deliveries", "idempotency")
    assert gone == dict(zip(kinds, (5, 5, 5, 1, 1, 1), strict=True))
    async with old.reading() as connection:
        page = await incident_lists.search(connection, 1, incident_lists.Filter(), cursor=None, limit=50)
        assert {incident.number for incident in page.items} == {6, 7, 8, 9, 10, 11}
        assert await incidents.get(connection, 2, 1) is not None
        assert await connection.scalar(select(func.count()).select_from(timeline_entries)) == 10
        assert await connection.scalar(select(func.count()).select_from(files)) == 5
        assert (await alerts.search(connection, 1, firing=None, cursor=None, limit=1)).total == 6


async def test_one_pass_is_bounded(old):
    """At most so many rows of each kind; the caller sees that there is more."""
    async with old.writing() as connection:
        gone = await retention.prune(connection, 1, Horizon(incidents=minutes(60)), batch=3)
    assert gone == {"incidents": 3, "attachments": 3}


async def test_an_alert_is_kept_as_long_as_its_incident(old):
    """Only those in no incident go by themselves."""
    gone = await retention.sweep(old, 1, Horizon(alerts=minutes(60)))
    assert gone == {"alerts": 0}


async def test_nothing_goes_without_a_horizon(old):
    """None keeps for ever."""
    assert await retention.sweep(old, 1, Horizon()) == {}


async def test_merged_incidents_go_by_their_last_change(old):
    """They were never resolved themselves."""
    async with old.writing() as connection:
        merged = await incidents.get(connection, 1, 11)
        await incidents.save(connection, replace(merged, merged_into=10, updated_at=minutes(1)))
    gone = await retention.sweep(old, 1, Horizon(incidents=minutes(1.5)))
    assert gone == {"incidents": 2, "attachments": 1}
