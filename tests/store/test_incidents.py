"""Incidents in the store, on both databases."""

from dataclasses import replace
from datetime import timedelta, timezone

import polars as pl
import pytest

from reliability_studio.domain.incidents.model import (
    Episode,
    Link,
    Milestone,
    Severity,
    Stamp,
    Status,
)
from reliability_studio.errors import BadRequest, NotFound, StaleWrite, StoreError
from reliability_studio.store import incident_lists, incidents, timeline
from reliability_studio.store.incident_lists import Filter, Sort
from tests.support.records import NOON, an_entry, an_incident, minutes


async def test_a_whole_record_comes_back_as_it_went_in(database):
    """Every field survives, with its type."""
    full = an_incident(
        42,
        summary="s",
        root_cause="r",
        environment="prod",
        services=("cart", "web"),
        labels={"team": "pay"},
        fields={"customers": 3, "impact": ["a"], "vip": True},
        roles={"commander": "ada"},
        assignee="grace",
        links=(Link("runbook", "https://example.com/r"),),
        drill=True,
        rule="rule-1",
        group_key="checkout",
        episodes=(Episode(NOON, minutes(5), "ada"),),
        hold_until=minutes(9),
        merged_into=7,
        milestones={m: Stamp(minutes(i), f"user{i}") for i, m in enumerate(Milestone)},
    )
    async with database.writing() as connection:
        stored = await incidents.insert(connection, full)
    async with database.reading() as connection:
        assert await incidents.get(connection, 1, 42) == stored == replace(full, id=stored.id)
        assert await incidents.get(connection, 2, 42) is None


async def test_times_with_any_offset_come_back_as_the_same_moment_in_utc(database):
    """D16: 12:00+05:30 is 06:30Z."""
    india = timezone(timedelta(hours=5, minutes=30))
    async with database.writing() as connection:
        await incidents.insert(connection, an_incident(started=NOON.replace(tzinfo=india)))
        found = await incidents.get(connection, 1, 1)
    assert found.started_at.isoformat() == "2026-03-01T06:30:00+00:00"


async def test_a_moment_without_a_zone_is_refused(database):
    """Nobody knows when it is."""
    with pytest.raises((ValueError, StoreError)):
        async with database.writing() as connection:
            await incidents.insert(connection, an_incident(started=NOON.replace(tzinfo=None)))


async def test_text_that_no_database_can_hold_is_mended(database):
    """NUL and lone surrogates become U+FFFD, in columns and inside JSON."""
    async with database.writing() as connection:
        await incidents.insert(
            connection,
            an_incident(title="a\x00b\ud800c", labels={"k\x00": "v\x00"}, fields={"f": ["\ud800"]}),
        )
        found = await incidents.get(connection, 1, 1)
    assert (found.title, found.labels, found.fields) == (
        "a\ufffdb\ufffdc",
        {"k\ufffd": "v\ufffd"},
        {"f": ["\ufffd"]},
    )


async def test_names_of_any_length_can_be_stored_and_found(database):
    """A label that became a service name may have thousands of characters."""
    endless = "s" * 10_000
    async with database.writing() as connection:
        await incidents.insert(connection, an_incident(service=endless, assignee=endless))
        page = await incident_lists.search(
            connection, 1, Filter(services=(endless,), assignees=(endless,)), cursor=None, limit=5
        )
    assert page.total == 1


async def test_numbers_count_per_organisation_and_never_come_twice(database):
    """Deleting the newest incident does not free its number."""
    async with database.writing() as connection:
        assert [await incidents.take_number(connection, org) for org in (1, 1, 2)] == [1, 2, 1]
        await incidents.insert(connection, an_incident(2))
        assert await incidents.delete(connection, 1, 2)
        assert not await incidents.delete(connection, 1, 2)
        assert await incidents.take_number(connection, 1) == 3


async def test_the_second_of_two_changes_is_refused(database):
    """It names the version that is there now; a deleted incident is not found."""
    async with database.writing() as connection:
        read = await incidents.insert(connection, an_incident())
        saved = await incidents.save(connection, replace(read, title="first"))
        assert saved.version == 2
        with pytest.raises(StaleWrite) as stale:
            await incidents.save(connection, replace(read, title="second"))
        assert stale.value.current == 2
        assert (await incidents.get(connection, 1, 1)).title == "first"
        await incidents.delete(connection, 1, 1)
        with pytest.raises(NotFound):
            await incidents.save(connection, saved)


async def test_active_are_those_that_an_alert_may_still_belong_to(database):
    """Active ones and those resolved lately; not merged ones, not another organisation's."""

    def ended(number, minute):
        resolved = {**an_incident().milestones, Milestone.RESOLVED: Stamp(minutes(minute), "ada")}
        return an_incident(number, status=Status.RESOLVED, milestones=resolved)

    async with database.writing() as connection:
        for incident in (
            an_incident(1),
            ended(2, 10),
            ended(3, 30),
            an_incident(4, merged_into=1),
            an_incident(5, status=Status.MITIGATED),
            an_incident(6, org_id=2),
        ):
            await incidents.insert(connection, incident)
        found = await incidents.active(connection, 1, resolved_since=minutes(30))
    assert [incident.number for incident in found] == [1, 3, 5]


@pytest.fixture
async def many(database):
    """Twelve incidents that differ in everything that a filter asks for."""
    severities, statuses = list(Severity), [Status.OPEN, Status.INVESTIGATING, Status.RESOLVED]
    async with database.writing() as connection:
        for i in range(12):
            await incidents.insert(
                connection,
                an_incident(
                    i + 1,
                    started=minutes(i // 2),
                    severity=severities[i % 4],
                    status=statuses[i % 3],
                    service=f"svc{i % 2}",
                    services=("shared",) if i == 0 else (),
                    assignee="ada" if i < 3 else "",
                    drill=i == 11,
                    merged_into=1 if i == 10 else None,
                ),
            )
    return database


async def numbers(database, sought, limit=50):
    async with database.reading() as connection:
        page = await incident_lists.search(connection, 1, sought, cursor=None, limit=limit)
        assert page.total == len(page.items)
    return {incident.number for incident in page.items}


async def test_filters_exclude_and_several_values_are_alternatives(many):
    """Each filter alone, and two together. Merged incidents show only when asked for."""
    everything = set(range(1, 13)) - {11}
    assert await numbers(many, Filter()) == everything
    assert await numbers(many, Filter(merged=None)) == everything | {11}
    assert await numbers(many, Filter(merged=True)) == {11}
    assert await numbers(many, Filter(severities=(Severity.CRITICAL, Severity.LOW))) == {1, 4, 5, 8, 9, 12}
    assert await numbers(many, Filter(statuses=(Status.RESOLVED,))) == {3, 6, 9, 12}
    assert await numbers(many, Filter(services=("shared", "nowhere"))) == {1}
    assert await numbers(many, Filter(assignees=("ada",), services=("svc1",))) == {2}
    assert await numbers(many, Filter(assignees=("",))) == everything - {1, 2, 3}
    assert await numbers(many, Filter(drill=True)) == {12}
    assert await numbers(many, Filter(drill=False)) == everything - {12}
    assert await numbers(many, Filter(started_from=minutes(1), started_to=minutes(2))) == {3, 4}


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_show_every_incident_once_in_order(many, sort):
    """Whatever the order and however many ties, and although rows come in between."""
    shown, cursor = [], None
    while True:
        async with many.reading() as connection:
            page = await incident_lists.search(connection, 1, Filter(sort=sort), cursor=cursor, limit=4)
        shown += page.items
        cursor = page.cursor
        if cursor is None:
            break
    async with many.reading() as connection:
        whole = await incident_lists.search(connection, 1, Filter(sort=sort), cursor=None, limit=50)
    assert shown == list(whole.items)
    assert len({incident.id for incident in shown}) == 11
    keys = [
        {
            "started_at": incident.started_at,
            "updated_at": incident.updated_at,
            "severity_rank": incident.severity.rank,
            "status_rank": incident.status.order,
            "number": incident.number,
        }[sort.column]
        for incident in shown
    ]
    assert keys == sorted(keys, reverse=sort.descending)


async def test_a_foreign_cursor_is_refused(many):
    """One of another filter, of another organisation, a damaged one: a 400 that says to start again."""
    async with many.reading() as connection:
        page = await incident_lists.search(connection, 1, Filter(), cursor=None, limit=2)
        for org, sought, cursor in (
            (1, Filter(sort=Sort.OLDEST), page.cursor),
            (2, Filter(), page.cursor),
            (1, Filter(), page.cursor[:-5]),
            (1, Filter(), "!"),
            (1, Filter(), "é"),
            (1, Filter(), ""),
            (1, Filter(), "A" * 5000),
        ):
            with pytest.raises(BadRequest, match="cursor"):
                await incident_lists.search(connection, org, sought, cursor=cursor, limit=2)


async def test_facets_count_what_each_choice_would_show(many):
    """Row 36. A facet ignores its own filter, so that the alternatives stay visible."""
    async with many.reading() as connection:
        found = await incident_lists.facets(connection, 1, Filter(severities=(Severity.CRITICAL,)))
    assert found["severity"] == {"critical": 3, "high": 3, "low": 3, "medium": 2}
    assert found["status"] == {"open": 1, "investigating": 1, "resolved": 1}
    assert found["service"] == {"svc0": 3, "shared": 1}
    assert found["assignee"] == {"": 2, "ada": 1}


async def test_labels_narrow_a_list_and_are_counted(database):
    """Incident-features 36: values of one label are alternatives, each label must fit; any text is a name."""
    odd = """a'b"c.d$[0]"""
    labelled = [
        {"team": "shop", "tier": "1"},
        {"team": "shop", "tier": "2", odd: "é"},
        {"team": "core"},
        {},
    ]
    async with database.writing() as connection:
        for number, labels in enumerate(labelled, 1):
            await incidents.insert(connection, an_incident(number, labels=labels))
    async with database.reading() as connection:

        async def numbers(*labels: tuple[str, str]) -> set[int]:
            page = await incident_lists.search(connection, 1, Filter(labels=labels), cursor=None, limit=9)
            return {one.number for one in page.items}

        assert await numbers(("team", "shop")) == {1, 2}
        assert await numbers(("team", "shop"), ("team", "core")) == {1, 2, 3}
        assert await numbers(("team", "shop"), ("tier", "2")) == {2}
        assert await numbers((odd, "é")) == {2}
        assert await numbers(("team", "")) == set()
        counted = await incident_lists.label_counts(connection, 1, Filter())
        assert counted == {"team": {"shop": 2, "core": 1}, "tier": {"1": 1, "2": 1}, odd: {"é": 1}}
        narrowed = await incident_lists.label_counts(connection, 1, Filter(labels=(("team", "core"),)))
        assert narrowed == {"team": {"core": 1}}
        assert await incident_lists.label_counts(connection, 2, Filter()) == {}


async def test_columns_have_the_same_types_with_and_without_rows(many):
    """What a frame is built from."""
    async with many.reading() as connection:
        full = await incident_lists.columns(connection, 1, Filter(sort=Sort.NUMBER), 5)
        empty = await incident_lists.columns(connection, 3, Filter(), 5)
    assert full.schema == empty.schema
    assert full["number"].to_list() == [1, 2, 3, 4, 5]
    assert full["services"].to_list()[0] == ["shared"]
    assert full["started_at"].dtype == pl.Datetime("us", "UTC")


SEARCHES = [
    ("timeout", {1}),
    ("TIMEOUT checkout", {1}),
    ("time", {1}),
    ("gateway", {2}),
    ("example", {2}),
    ("pool exhausted", {3}),
    ("INC-2", {2}),
    ("2", {2}),
    ("timeout gateway", set()),
    ("nothing-here", set()),
    ("%_*\"'() OR -", set()),
    ("'", set()),
    ("réseau", {3}),
]


@pytest.mark.parametrize(("text", "expected"), SEARCHES)
async def test_search_finds_words_of_incidents_and_their_timelines(database, text, expected):
    """D8: all words, any order, beginnings of words; special characters are not syntax."""
    async with database.writing() as connection:
        first = await incidents.insert(connection, an_incident(1, title="Timeouts in checkout"))
        await incidents.insert(
            connection, an_incident(2, title="api-gateway is down", summary="db.example.com", service="web")
        )
        third = await incidents.insert(connection, an_incident(3, title="Cart", service="cart"))
        await timeline.add(
            connection, 1, third.id, [an_entry(description="connection_pool: exhausted, réseau")]
        )
        [gone] = await timeline.add(connection, 1, first.id, [an_entry(description="nothing-here")])
        await timeline.change(connection, replace(gone, deleted=True), "ada", NOON)
    assert await numbers(database, Filter(text=text)) == expected


async def test_search_follows_changes_and_deletions(database):
    """The index is never behind."""
    async with database.writing() as connection:
        stored = await incidents.insert(connection, an_incident(title="alpha"))
        await incidents.save(connection, replace(stored, title="beta"))
    assert await numbers(database, Filter(text="alpha")) == set()
    assert await numbers(database, Filter(text="beta")) == {1}
    async with database.writing() as connection:
        await incidents.delete(connection, 1, 1)
        await incidents.insert(connection, an_incident(2, title="gamma"))
    assert await numbers(database, Filter(text="beta")) == set()
    assert await numbers(database, Filter(text="gamma")) == {2}
