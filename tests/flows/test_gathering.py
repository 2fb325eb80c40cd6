"""Row 5 on a real store: alerts that a rule takes for one are one episode, with their members kept."""

import itertools
import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from reliability_studio.clock import ManualClock
from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.incidents.identity import IdentityRule, Sameness
from reliability_studio.domain.incidents.matchers import Matcher, Operator
from reliability_studio.domain.incidents.members import grouped
from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Status
from reliability_studio.domain.timeline import EntryType
from reliability_studio.flows.hub import Hub
from reliability_studio.flows.identities import Identities
from reliability_studio.flows.ingest import Intake
from reliability_studio.flows.integrations import Integrations
from reliability_studio.flows.reconcile import poll
from reliability_studio.flows.shelf import Held
from reliability_studio.sources.alertmanager import Listed
from reliability_studio.store import alerts, incidents, joins, members, retention, timeline
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.engine import Database
from tests.support.faults import faults_of
from tests.support.records import NOON, an_alert, minutes

ORG = 1
IGNORES_POD = IdentityRule("Pods are one", ("pod",))


def pod(name: str, at: float = 0, end: float | None = None, **more: str) -> AlertEvent:
    """A report about one pod."""
    labels = {"alertname": "Slow", "service": "checkout", "pod": name, **more}
    return an_alert(
        started=minutes(at),
        ends_at=None if end is None else minutes(end),
        labels=labels,
        fingerprint=fingerprint(labels),
        received_at=minutes(at if end is None else end),
    )


@pytest.fixture
def intake(database: Database) -> Intake:
    """The door."""
    return Intake(database, Hub(), ManualClock(NOON))


async def ruled(database: Database, rule: IdentityRule = IGNORES_POD) -> str:
    """Write a rule; its id."""
    held = await Identities(database).add(ORG, Held("", rule), by="ada", now=NOON)
    return held.name


async def stored(database: Database) -> list[tuple[StoredAlert, tuple[AlertEvent, ...]]]:
    """All episodes with their members, oldest first."""
    async with database.reading() as connection:
        page = await alerts.search(connection, ORG, firing=None, cursor=None, limit=100)
        found = sorted(page.items, key=lambda one: one.event.starts_at)
        of = await members.of_alerts(connection, ORG, [one.id for one in found])
    return [(one, of[one.id]) for one in found]


async def incident(database: Database, number: int = 1) -> Incident:
    """A stored incident."""
    async with database.reading() as connection:
        found = await incidents.get(connection, ORG, number)
    assert found is not None
    return found


async def test_row_5_two_pods_are_one_episode_until_the_last_is_over(
    database: Database, intake: Intake
) -> None:
    """The incident ends with it, and the episode says which rule made it one."""
    rule = await ruled(database)
    await intake.apply(ORG, [pod("a")], minutes(1))
    await intake.apply(ORG, [pod("b", 2)], minutes(3))
    [(one, of)] = await stored(database)
    assert [member.labels["pod"] for member in of] == ["a", "b"]
    assert one.event.labels == {"alertname": "Slow", "service": "checkout"}
    assert one.event.identity is not None
    assert one.event.identity.rule == rule
    assert "'Pods are one'" in one.event.identity.text
    first = await intake.apply(ORG, [pod("a", end=5)], minutes(6))
    assert (first.resolved, (await incident(database)).status) == ((), Status.OPEN)
    last = await intake.apply(ORG, [pod("b", 2, 8)], minutes(9))
    assert last.resolved == ("INC-1",)
    assert (await incident(database)).at(Milestone.RESOLVED) == minutes(8)


async def test_row_5_any_order_of_delivery_gives_the_same_episode(database: Database, intake: Intake) -> None:
    """Six reports of three pods, each delivered alone, some twice, resolved before firing too."""
    await ruled(database)
    reports = [pod("a"), pod("b", 3), pod("c", 5), pod("a", end=10), pod("b", 3, 12), pod("c", 5, 20)]
    orders = list(itertools.permutations(reports))
    chance = random.Random(5)  # noqa: S311 - an order of delivery
    for number, order in enumerate(chance.sample(orders, 12)):
        for report in (*order, chance.choice(order)):
            moved = timedelta(days=number)
            ends = None if report.ends_at is None else report.ends_at + moved
            event = replace(report, starts_at=report.starts_at + moved, ends_at=ends)
            await intake.apply(ORG, [event], NOON + moved + timedelta(minutes=30))
        found = (await stored(database))[number:]
        assert [(one.event.starts_at, one.event.ends_at, len(of)) for one, of in found] == [
            (NOON + moved, minutes(20) + moved, 3)
        ]


async def told(database: Database, number: int) -> list[str]:
    """Titles of what an incident's timeline says beside its alerts and states."""
    found = await incident(database, number)
    async with database.reading() as connection:
        page = await timeline.page(connection, found.id, types=(EntryType.EVIDENCE,), limit=100)
    return [one.entry.title for one in page.items]


async def test_row_5_a_late_report_makes_two_told_episodes_one(database: Database, intake: Intake) -> None:
    """The earlier stays, with the members and decisions of both; the timeline says so once."""
    await ruled(database, IdentityRule("Any severity", ("pod", "severity")))
    await intake.apply(ORG, [pod("a", severity="warning")], minutes(1))
    await intake.apply(ORG, [pod("a", end=5, severity="warning")], minutes(6))
    await intake.apply(ORG, [pod("b", 8, severity="critical")], minutes(9))
    [(first, _), (second, _)] = await stored(database)
    late = pod("c", 4, 8.5, severity="info")
    for _ in range(2):
        await intake.apply(ORG, [late], minutes(20))
    [(one, of)] = await stored(database)
    assert (one.id, one.event.starts_at, one.event.ends_at) == (first.id, minutes(0), None)
    assert [member.labels["pod"] for member in of] == ["a", "c", "b"]
    assert one.event.labels["severity"] == "critical"
    assert one.reason_text == f"{first.reason_text}; a message that came late made one of several episodes"
    assert await told(database, 1) == ["Slow: 2 episodes are one"]
    async with database.reading() as connection:
        decided = [each.reason for each in await joins.decisions(connection, ORG, one.id)]
    assert decided == [first.reason, second.reason, first.reason]
    found = await incident(database)
    # It went on all the time, so nothing is reopened by it or made louder a second time.
    assert (found.status, len(found.episodes), found.severity) == (Status.OPEN, 1, Severity.CRITICAL)
    await intake.apply(ORG, [pod("b", 8, 12, severity="critical")], minutes(13))
    assert (await incident(database)).at(Milestone.RESOLVED) == minutes(12)


async def test_row_5_an_episode_without_a_place_takes_that_of_the_one_that_it_is(
    database: Database, intake: Intake
) -> None:
    """What was over before anybody heard of it and what opened an incident: one, in that incident."""
    await ruled(database)
    assert (await intake.apply(ORG, [pod("a", end=5)], minutes(6))).set_aside == 1
    assert (await intake.apply(ORG, [pod("b", 8)], minutes(9))).opened == ("INC-1",)
    await intake.apply(ORG, [pod("c", 4, 9)], minutes(10))
    [(one, of)] = await stored(database)
    assert (one.incident_number, one.event.starts_at, len(of)) == (1, minutes(0), 3)
    assert (await incident(database)).started_at == minutes(0)
    assert await told(database, 1) == ["Slow: 2 episodes are one"]


async def test_row_5_episodes_that_were_told_in_two_incidents_stay_two_and_say_so(
    database: Database, intake: Intake
) -> None:
    """What people read is not taken back: the late report belongs to what fires, and both timelines tell."""
    await ruled(database)
    await intake.apply(ORG, [pod("a")], minutes(1))
    await intake.apply(ORG, [pod("a", end=5)], minutes(6))
    assert (await intake.apply(ORG, [pod("b", 60)], minutes(61))).opened == ("INC-2",)
    for _ in range(2):
        await intake.apply(ORG, [pod("c", 4, 61)], minutes(62))
    found = await stored(database)
    assert [(one.incident_number, len(of)) for one, of in found] == [(1, 1), (2, 2)]
    assert await told(database, 1) == ["Slow did not stop between this incident and INC-2"]
    assert await told(database, 2) == ["Slow did not stop between this incident and INC-1"]
    assert (await incident(database)).status is Status.RESOLVED
    await intake.apply(ORG, [pod("c2", 4, 61)], minutes(63))
    assert len(await told(database, 1)) == 1


async def test_row_5_one_delivery_joins_what_it_tells_of_itself(database: Database, intake: Intake) -> None:
    """A report that touches what is stored and what only just came leaves none of them over."""
    await ruled(database)
    await intake.apply(ORG, [pod("b", 5)], minutes(6))
    await intake.apply(ORG, [pod("a", 0, 2), pod("c", 1, 6)], minutes(7))
    [(one, of)] = await stored(database)
    assert (one.event.starts_at, len(of)) == (minutes(0), 3)
    assert await told(database, 1) == []


@pytest.mark.parametrize("seed", range(12))
async def test_row_5_any_order_of_firings_leaves_the_episodes_that_they_are(
    database: Database, intake: Intake, seed: int
) -> None:
    """Alone or several in a delivery, some twice: as if all had come in time."""
    await ruled(database)
    chance = random.Random(seed)  # noqa: S311 - an order of delivery
    spans = [(chance.randint(0, 40), chance.randint(-1, 8)) for _ in range(8)]
    reports = [pod(f"p{number}", at, at + length) for number, (at, length) in enumerate(spans)]
    again = [one for one in reports for _ in range(chance.randint(1, 2))]
    chance.shuffle(again)
    while again:
        count = chance.randint(1, 3)
        await intake.apply(ORG, again[:count], minutes(60))
        del again[:count]
    expected = [
        (group.began, group.end, {one.labels["pod"] for one in group.members.values()})
        for group in grouped(reports, IGNORES_POD)
    ]
    found = [
        (one.event.starts_at, one.event.ends_at, {each.labels["pod"] for each in of})
        for one, of in await stored(database)
    ]
    assert found == expected


async def test_row_5_without_a_rule_nothing_changes_and_costs_no_more_per_alert(
    database: Database, intake: Intake
) -> None:
    """One look at an empty table for a delivery with something new; none for repeats."""
    with faults_of(database) as statements:
        statements.arm(0)
        await intake.apply(ORG, [pod("a")], minutes(1))
        of_one = len(statements.steps)
        statements.arm(0)
        await intake.apply(ORG, [pod(f"p{n}", 1) for n in range(50)], minutes(2))
        of_fifty = len(statements.steps)
    assert of_fifty <= of_one
    found = await stored(database)
    assert len(found) == 51
    assert all(one.event.identity is None and not of for one, of in found)


async def test_row_5_a_rule_is_for_new_episodes_only(database: Database, intake: Intake) -> None:
    """What has its place keeps it when a rule comes, changes or goes; ends find their way all the same."""
    await intake.apply(ORG, [pod("old")], minutes(1))
    rule = await ruled(database)
    await intake.apply(ORG, [pod("old"), pod("a", 2), pod("b", 2)], minutes(3))
    assert [len(of) for _, of in await stored(database)] == [0, 2]
    await Identities(database).delete(ORG, rule, by="ada", now=minutes(4))
    await intake.apply(ORG, [pod("a", 2, 5), pod("c", 5)], minutes(6))
    assert [len(of) for _, of in await stored(database)] == [0, 2, 0]
    await intake.apply(ORG, [pod("b", 2, 7), pod("c", 5, 7), pod("old", end=7)], minutes(8))
    assert all(one.event.ends_at == minutes(7) for one, _ in await stored(database))
    assert (await incident(database)).status is Status.RESOLVED


async def test_row_5_a_late_member_lets_a_resolved_episode_and_its_incident_go_on(
    database: Database, intake: Intake
) -> None:
    """Its firing overlaps, so it was one all the time."""
    await ruled(database)
    await intake.apply(ORG, [pod("a")], minutes(1))
    await intake.apply(ORG, [pod("a", end=5)], minutes(6))
    assert (await incident(database)).status is Status.RESOLVED
    await intake.apply(ORG, [pod("b", 4)], minutes(7))
    [(one, of)] = await stored(database)
    assert (one.event.ends_at, len(of)) == (None, 2)
    again = await incident(database)
    assert (again.status, len(again.episodes)) == (Status.OPEN, 1)
    await intake.apply(ORG, [pod("b", 4, 9)], minutes(10))
    assert (await incident(database)).status is Status.RESOLVED


async def test_row_5_what_was_over_before_anybody_heard_opens_when_a_member_fires(
    database: Database, intake: Intake
) -> None:
    """An episode in no incident gets its place once it fires."""
    await ruled(database)
    assert (await intake.apply(ORG, [pod("a", end=5)], minutes(6))).set_aside == 1
    assert (await intake.apply(ORG, [pod("b", 4)], minutes(7))).opened == ("INC-1",)
    assert (await incident(database)).started_at == minutes(0)


async def test_row_5_a_worse_member_raises_the_severity_and_an_earlier_one_the_onset(
    database: Database, intake: Intake
) -> None:
    """Told once each; the episode's first line is not told again."""
    rule = IdentityRule("By name", ("alertname", "service"), Sameness.IDENTIFY_BY)
    await ruled(database, rule)
    await intake.apply(ORG, [pod("a", 3, severity="warning")], minutes(4))
    await intake.apply(ORG, [pod("b", 1, severity="critical")], minutes(5))
    found = await incident(database)
    assert (found.severity, found.started_at) == (Severity.CRITICAL, minutes(1))
    async with database.reading() as connection:
        page = await timeline.page(connection, found.id, limit=100)
    told = [one.entry.title for one in page.items if one.entry.type is EntryType.ALERT]
    assert told == ["Slow fires"]


class Source:
    """A source that lists what it is told to."""

    def __init__(self, *listed: AlertEvent) -> None:
        self.listed = listed

    async def alerts(self, now: datetime) -> Listed:  # noqa: ARG002
        """The list."""
        present = frozenset(one.episode for one in self.listed)
        return Listed(AlertSource.ALERTMANAGER, self.listed, present)


async def test_row_5_polling_knows_the_members_and_ends_those_that_are_gone(
    database: Database, intake: Intake
) -> None:
    """Listed members are no news, an unlisted one is over, and the episode with the last of them."""
    await ruled(database)
    both = Source(pod("a"), pod("b"))
    opened = await poll(database, intake, both, ORG, minutes(1))
    assert opened.taken.opened == ("INC-1",)
    again = await poll(database, intake, both, ORG, minutes(4))
    assert (again.taken.received, again.ended) == (0, 0)
    one_gone = await poll(database, intake, Source(pod("b")), ORG, minutes(5))
    assert (one_gone.ended, (await incident(database)).status) == (1, Status.OPEN)
    gone = await poll(database, intake, Source(), ORG, minutes(6))
    assert (gone.ended, gone.taken.resolved) == (1, ("INC-1",))


async def test_row_5_a_generic_sender_without_times_ends_the_member_that_fires(
    database: Database, intake: Intake
) -> None:
    """Its end is dated by the start of the member, not of the episode."""
    await ruled(database)
    first = replace(pod("a"), source=AlertSource.GENERIC)
    await intake.apply(ORG, [first, replace(pod("b", 1), source=AlertSource.GENERIC)], minutes(1))
    over = replace(pod("b"), source=AlertSource.GENERIC, starts_at=minutes(5), received_at=minutes(5))
    [dated] = await Integrations(database).dated(ORG, [replace(over, ends_at=minutes(5))])
    assert dated.starts_at == minutes(1)
    await intake.apply(ORG, [dated], minutes(5))
    [(one, of)] = await stored(database)
    assert (one.event.ends_at, [member.ends_at for member in of]) == (None, [None, minutes(5)])


async def test_row_5_matchers_choose_and_alerts_elsewhere_are_untouched(
    database: Database, intake: Intake
) -> None:
    """The first rule that covers an alert decides."""
    matcher = Matcher("service", Operator.EQUAL, "cart")
    await ruled(database, replace(IGNORES_POD, matchers=(matcher,)))
    await intake.apply(
        ORG,
        [pod("a"), pod("b"), pod("a", service="cart"), pod("b", service="cart")],
        minutes(1),
    )
    assert sorted(len(of) for _, of in await stored(database)) == [0, 0, 2]


async def test_row_5_members_go_with_their_episode(database: Database, intake: Intake) -> None:
    """Retention knows episodes only."""
    await ruled(database)
    await intake.apply(ORG, [pod("a", end=2), pod("b", end=3)], minutes(4))
    await retention.sweep(database, ORG, retention.Horizon(alerts=minutes(60)))
    assert await stored(database) == []
    async with database.reading() as connection:
        assert not await members.there_are(connection, ORG)


async def test_row_5_six_hundred_members_of_one_delivery(database: Database, intake: Intake) -> None:
    """What finds no room any more stands for itself; nothing is lost."""
    await ruled(database)
    burst = [pod(f"p{n}", n / 1000) for n in range(600)]
    await intake.apply(ORG, burst, minutes(3))
    async with database.reading() as connection:
        firing = await alerts.firing(connection, ORG)
        of = await members.firing(connection, ORG)
    assert (len(of), len(firing)) == (500, 101)
