"""Alert episodes in the store, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.enrichment import EnrichmentSource, QuestionState, Reading
from reliability_studio.errors import BadRequest
from reliability_studio.store import alerts, incidents, joins, members, questions
from reliability_studio.store.members import Member
from reliability_studio.store.questions import Question
from tests.support.records import NOON, an_alert, an_incident, minutes


def asked(alert_id: int, rule: str) -> Question:
    """A question about an alert that nobody has asked yet."""
    reading = Reading(QuestionState.DUE, "")
    return Question(
        alert_id, rule, "Up?", EnrichmentSource.PROMETHEUS, "up", timedelta(minutes=5), NOON, reading
    )


async def test_an_episode_is_stored_once_and_overwritten_by_its_merged_event(database):
    """Its first reception stays; its place stays."""
    firing = an_alert()
    resolved = replace(firing, ends_at=minutes(5), received_at=minutes(6))
    async with database.writing() as connection:
        [first] = await alerts.put(connection, 1, [firing])
        await joins.place(connection, [first.id], None, "no_rule", "no rule fits", at=NOON)
        [second] = await alerts.put(connection, 1, [resolved])
        known = await alerts.known(connection, 1, [firing.episode, ("other", NOON)])
    assert second.id == first.id
    assert second.event == resolved
    assert (second.first_received_at, second.reason) == (NOON, "no_rule")
    assert known == {firing.episode: second}


async def test_two_events_of_one_episode_in_one_call_are_merged(database):
    """PostgreSQL would refuse to touch a row twice; order does not matter."""
    firing = an_alert()
    resolved = replace(firing, ends_at=minutes(5), received_at=minutes(6))
    async with database.writing() as connection:
        [stored] = await alerts.put(connection, 1, [resolved, firing])
    assert stored.event.ends_at == minutes(5)


async def test_a_refire_and_another_organisation_are_other_episodes(database):
    """`starts_at` is part of the identity, to the microsecond."""
    late = an_alert(started=NOON.replace(microsecond=1))
    async with database.writing() as connection:
        await alerts.put(connection, 1, [an_alert(), late])
        await alerts.put(connection, 2, [an_alert()])
        page = await alerts.search(connection, 1, firing=None, cursor=None, limit=10)
    assert [stored.event for stored in page.items] == [late, an_alert()]


async def test_any_fingerprint_is_known_again(database):
    """A generic source may send a thousand characters."""
    endless = an_alert(fingerprint="f" * 5000)
    async with database.writing() as connection:
        [stored] = await alerts.put(connection, 1, [endless])
        assert await alerts.known(connection, 1, [endless.episode]) == {endless.episode: stored}


async def test_row_5_what_becomes_part_of_another_episode_leaves_all_that_is_known_of_it(database):
    """Members, decisions and questions go along; what was asked about both is kept once."""
    first, second = an_alert(), an_alert(started=minutes(8))
    async with database.writing() as connection:
        stays, goes = await alerts.put(connection, 1, [first, second])
        await members.put(connection, 1, [Member(goes.id, replace(second, fingerprint="m"))])
        await joins.place(connection, [goes.id], None, "no_rule", "no rule fits", at=NOON)
        await questions.ask(
            connection, 1, [asked(stays.id, "r1"), asked(goes.id, "r1"), asked(goes.id, "r2")]
        )
        await alerts.absorb(connection, 1, stays.id, [goes.id])
        assert await alerts.get(connection, 1, goes.id) is None
        of = await members.of_alerts(connection, 1, [stays.id])
        decided = await joins.decisions(connection, 1, stays.id)
        kept = await questions.of_alert(connection, 1, stays.id)
    assert [member.fingerprint for member in of[stays.id]] == ["m"]
    assert [each.reason for each in decided] == ["no_rule"]
    assert [each.rule for each in kept] == ["r1", "r2"]


async def test_every_decision_is_remembered(database):
    """Where an alert is now, and each place before with its reason."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident(7))
        [stored] = await alerts.put(connection, 1, [an_alert()])
        await joins.place(connection, [stored.id], incident.id, "opened", "it opened the incident", at=NOON)
        await joins.place(connection, [stored.id], None, "split", "taken out by ada", at=minutes(1))
        history = await joins.decisions(connection, 1, stored.id)
        now = await alerts.get(connection, 1, stored.id)
        assert await joins.decisions(connection, 2, stored.id) == ()
    assert [(d.incident_id, d.reason, d.at) for d in history] == [
        (incident.id, "opened", NOON),
        (None, "split", minutes(1)),
    ]
    assert (now.incident_id, now.incident_number, now.reason) == (None, None, "split")


async def test_alerts_outlive_their_incident(database):
    """Deleting an incident sets its alerts free."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident(7))
        [stored] = await alerts.put(connection, 1, [an_alert()])
        await joins.place(connection, [stored.id], incident.id, "opened", "", at=NOON)
        [held] = (await alerts.of_incidents(connection, 1, [incident.id]))[incident.id]
        assert held.incident_number == 7
        await incidents.delete(connection, 1, 7)
        assert (await alerts.get(connection, 1, stored.id)).incident_id is None


async def test_firing_are_those_without_an_end(database):
    """By source, oldest first."""
    async with database.writing() as connection:
        await alerts.put(
            connection,
            1,
            [
                an_alert("b", started=minutes(2)),
                an_alert("a", started=minutes(1), source=AlertSource.GRAFANA),
                an_alert("over", ends_at=minutes(3)),
            ],
        )
        everything = await alerts.firing(connection, 1, source=None)
        grafana = await alerts.firing(connection, 1, source=AlertSource.GRAFANA)
    assert [stored.event.name for stored in everything] == ["a", "b"]
    assert [stored.event.name for stored in grafana] == ["a"]


async def test_pages_of_alerts_show_each_once(database):
    """Also with equal start times; a cursor fits its own list only."""
    events = [an_alert(f"a{i}", started=minutes(i // 3)) for i in range(10)]
    async with database.writing() as connection:
        await alerts.put(connection, 1, events)
        shown, cursor = [], None
        while True:
            page = await alerts.search(connection, 1, firing=True, cursor=cursor, limit=3)
            assert page.total == 10
            shown += page.items
            if (cursor := page.cursor) is None:
                break
            with pytest.raises(BadRequest):
                await alerts.search(connection, 1, firing=False, cursor=cursor, limit=3)
    assert len({stored.id for stored in shown}) == 10
    times = [stored.event.starts_at for stored in shown]
    assert times == sorted(times, reverse=True)


async def test_thousands_of_alerts_go_in_at_once(database):
    """More rows than one statement can hold."""
    events = [an_alert(f"a{i}") for i in range(2_500)]
    async with database.writing() as connection:
        stored = await alerts.put(connection, 1, events)
        await joins.place(connection, [s.id for s in stored], None, "r", "t", at=NOON)
        firing = await alerts.firing(connection, 1)
    assert [s.event for s in stored] == events
    assert len(firing) == 2_500
