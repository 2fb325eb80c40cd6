"""Sorting alerts into incidents by hand: what is left over ends like everything else (row 29)."""

import pytest

from reliability_studio.domain.incidents.fold import AutoResolve
from reliability_studio.domain.incidents.model import Status
from reliability_studio.domain.incidents.policy import Rule
from reliability_studio.flows.desk import Desk
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.merging import Merging
from reliability_studio.flows.rules import Rules
from reliability_studio.store import alerts
from reliability_studio.store.engine import Database
from tests.flows.test_ingest import ORG, alert, hub, incident, intake, story
from tests.support.records import NOON, minutes

__all__ = ["hub", "intake"]


@pytest.fixture
def merging(database: Database, hub: Hub) -> Merging:
    """What is tried."""
    return Merging(Desk(database, hub))


async def of_incident(database: Database, number: int = 1) -> dict[str, int]:
    """Ids of the alerts of an incident by their names."""
    one = await incident(database, number)
    async with database.reading() as connection:
        found = await alerts.of_incidents(connection, ORG, [one.id])
    return {each.event.name: each.id for each in found[one.id]}


async def test_an_incident_ends_when_what_still_fired_was_split_off(
    database: Database, intake: Intake, merging: Merging
) -> None:
    """No alert of it is ever delivered again; five minutes are left for people who go on sorting."""
    await intake.apply(ORG, [alert("Slow"), alert("Disk")], minutes(1))
    await intake.apply(ORG, [alert("Slow", end=2)], minutes(2))
    ids = await of_incident(database)
    new = await merging.split(ORG, 1, [ids["Disk"]], by="ada", now=minutes(3))
    assert (await incident(database)).hold_until == minutes(8)
    assert (new.status, new.hold_until) == (Status.OPEN, None)
    assert await intake.sweep(ORG, minutes(7)) == ()
    assert await intake.sweep(ORG, minutes(8)) == ("INC-1",)
    assert (await incident(database)).status is Status.RESOLVED
    assert (await incident(database, new.number)).status is Status.OPEN
    [ended] = [each for each in await story(database) if each.title == "open → resolved"]
    assert ended.occurred_at == minutes(2)


async def test_what_is_over_already_when_it_is_split_off_ends_by_itself(
    database: Database, intake: Intake, merging: Merging
) -> None:
    await intake.apply(ORG, [alert("Slow"), alert("Disk")], minutes(1))
    await intake.apply(ORG, [alert("Slow", end=2)], minutes(2))
    ids = await of_incident(database)
    new = await merging.split(ORG, 1, [ids["Slow"]], by="ada", now=minutes(3))
    assert new.hold_until == minutes(8)
    assert (await incident(database)).hold_until is None
    assert await intake.sweep(ORG, minutes(9)) == (new.key,)


async def test_an_incident_that_comes_back_from_a_merge_ends_when_its_alerts_are_over(
    database: Database, intake: Intake, merging: Merging
) -> None:
    """They ended while it was part of another."""
    await intake.apply(ORG, [alert("Slow")], minutes(1))
    await intake.apply(ORG, [alert("Full", service="disk")], minutes(1))
    await merging.merge(ORG, 1, [2], by="ada", now=minutes(2))
    await intake.apply(ORG, [alert("Full", service="disk", end=3)], minutes(3))
    back = await merging.undo(ORG, 1, 2, by="ada", now=minutes(4))
    assert back.hold_until == minutes(9)
    assert (await incident(database)).hold_until is None
    assert await intake.sweep(ORG, minutes(9)) == ("INC-2",)


async def test_where_alerts_end_nothing_the_wait_is_over_and_the_incident_stays_open(
    database: Database, intake: Intake, merging: Merging
) -> None:
    rule = Rule("", "by hand", auto_resolve=AutoResolve.NEVER)
    await Rules(database).add(ORG, rule, by="ada", now=NOON)
    await intake.apply(ORG, [alert("Slow"), alert("Disk")], minutes(1))
    await intake.apply(ORG, [alert("Slow", end=2)], minutes(2))
    ids = await of_incident(database)
    await merging.split(ORG, 1, [ids["Disk"]], by="ada", now=minutes(3))
    assert await intake.sweep(ORG, minutes(9)) == ()
    left = await incident(database)
    assert (left.status, left.hold_until) == (Status.OPEN, None)
