"""Timelines in the store, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from reliability_studio.domain.timeline import EntryType
from reliability_studio.errors import BadRequest
from reliability_studio.store import incidents, timeline
from tests.support.records import NOON, an_entry, an_incident, minutes


@pytest.fixture
async def incident(database):
    """A stored incident."""
    async with database.writing() as connection:
        return await incidents.insert(connection, an_incident())


async def test_the_same_key_is_told_once(database, incident):
    """T-rows: idempotent by source key, also within one call; only new entries come back."""
    first = an_entry("a", metadata={"pod": "web-1", "restarts": 3})
    async with database.writing() as connection:
        [stored] = await timeline.add(connection, 1, incident.id, [first, replace(first, title="again")])
        assert await timeline.add(connection, 1, incident.id, [replace(first, title="later")]) == ()
        [other] = await timeline.add(connection, 1, incident.id, [first, an_entry("b")])
        page = await timeline.page(connection, incident.id, limit=10)
    assert stored.entry == first
    assert [entry.entry.source_key for entry in page.items] == ["a", "b"]
    assert other.entry.source_key == "b"


async def test_a_timeline_is_in_the_order_of_what_happened(database, incident):
    """By moment, then by id; typed pages; each entry once."""
    entries = [an_entry(f"k{i}", at=minutes(-(i // 2))) for i in range(7)]
    entries.append(an_entry("alert", at=minutes(1), type=EntryType.ALERT))
    async with database.writing() as connection:
        await timeline.add(connection, 1, incident.id, entries)
        shown, cursor = [], None
        while True:
            page = await timeline.page(connection, incident.id, cursor=cursor, limit=3)
            assert page.total == 8
            shown += page.items
            if (cursor := page.cursor) is None:
                break
            with pytest.raises(BadRequest):
                await timeline.page(connection, incident.id, types=[EntryType.ALERT], cursor=cursor, limit=3)
        only = await timeline.page(connection, incident.id, types=[EntryType.ALERT], limit=3)
    keys = [(stored.entry.occurred_at, stored.id) for stored in shown]
    assert keys == sorted(keys)
    assert len(keys) == 8
    assert [stored.entry.source_key for stored in only.items] == ["alert"]


async def test_a_change_keeps_what_was_said_before(database, incident):
    """Text, moment and marks; a pin alone is no edit; deletion keeps the row and its key."""
    async with database.writing() as connection:
        [stored] = await timeline.add(connection, 1, incident.id, [an_entry(description="one")])
        pinned = await timeline.change(connection, replace(stored, pinned=True), "ada", minutes(1))
        assert (pinned.pinned, pinned.edited) == (True, False)
        moved = replace(pinned.entry, description="two", occurred_at=minutes(-5))
        edited = await timeline.change(connection, replace(pinned, entry=moved), "grace", minutes(2))
        assert (edited.entry, edited.edited) == (moved, True)
        assert await timeline.change(connection, edited, "ada", minutes(3)) == edited
        deleted = await timeline.change(connection, replace(edited, deleted=True), "ada", minutes(4))
        assert await timeline.get(connection, incident.id, stored.id) == deleted
        assert await timeline.add(connection, 1, incident.id, [an_entry(description="again")]) == ()
        assert await timeline.change(connection, replace(stored, id=999), "ada", NOON) is None
        told = await timeline.history(connection, stored.id)
    assert [(was.description, was.changed_by, was.changed_at) for was in told] == [
        ("one", "ada", minutes(1)),
        ("one", "grace", minutes(2)),
        ("two", "ada", minutes(4)),
    ]


async def test_merging_moves_what_the_other_does_not_tell_and_can_be_undone(database, incident):
    """The ids of what went are the way back."""
    async with database.writing() as connection:
        other = await incidents.insert(connection, an_incident(2))
        await timeline.add(connection, 1, incident.id, [an_entry("same"), an_entry("mine")])
        await timeline.add(connection, 1, other.id, [an_entry("same"), an_entry("theirs")])
        went = await timeline.move(connection, other.id, incident.id)
        merged = await timeline.page(connection, incident.id, limit=10)
        assert {e.entry.source_key for e in merged.items} == {"same", "mine", "theirs"}
        assert await timeline.move(connection, incident.id, other.id, entry_ids=went) == went
        back = await timeline.page(connection, other.id, limit=10)
    assert {e.entry.source_key for e in back.items} == {"same", "theirs"}


async def test_a_timeline_goes_with_its_incident(database, incident):
    """And an entry of an incident that does not exist is refused."""
    async with database.writing() as connection:
        [stored] = await timeline.add(connection, 1, incident.id, [an_entry()])
        await timeline.change(connection, replace(stored, pinned=True), "ada", NOON)
        await incidents.delete(connection, 1, incident.number)
        assert await timeline.get(connection, incident.id, stored.id) is None
        assert await timeline.history(connection, stored.id) == ()


async def test_what_an_entry_carries_is_json_that_the_database_can_be_asked_about(database):
    """D5: metadata are no opaque text."""
    async with database.writing() as connection:
        incident = await incidents.insert(connection, an_incident())
        told = an_entry("a", metadata={"from": "open", "to": {"status": "resolved"}})
        await timeline.add(connection, 1, incident.id, [told])
        asked = {
            "sqlite": "SELECT json_extract(metadata, '$.to.status') FROM timeline_entries",
            "postgresql": "SELECT metadata #>> '{to,status}' FROM timeline_entries",
        }
        assert await connection.scalar(text(asked[database.dialect])) == "resolved"
