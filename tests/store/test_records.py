"""Tasks, audit, idempotency, catalogue, directory, reports, evidence, documents, messages."""

import math
from dataclasses import replace

import pytest
from sqlalchemy import text, update

from reliability_studio.domain.catalog import Contact, Service, ServiceLink
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from reliability_studio.errors import BadRequest, Conflict, NotFound, StaleWrite, StoreError
from reliability_studio.store import (
    audit,
    catalog,
    correlations,
    deliveries,
    directory,
    documents,
    grades,
    idempotency,
    incidents,
    reports,
    tasks,
)
from reliability_studio.store.correlations import Investigation, Signal, Version
from reliability_studio.store.deliveries import State
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.grades import Grade, Precision
from reliability_studio.store.reports import Report
from reliability_studio.store.tables.operations import audit as audit_table
from tests.support.records import NOON, an_incident, minutes


@pytest.fixture
async def incident(database):
    """A stored incident."""
    async with database.writing() as connection:
        return await incidents.insert(connection, an_incident())


async def test_tasks_come_and_go_with_their_incident(database, incident):
    """Added, ticked off, listed, deleted; a task of another incident is not found."""
    task = Task(0, 1, incident.id, TaskKind.TASK, "Roll back", NOON, "ada", due_at=minutes(30))
    async with database.writing() as connection:
        stored = await tasks.add(connection, task)
        later = await tasks.add(connection, replace(task, kind=TaskKind.FOLLOWUP, title="Alert earlier"))
        done = await tasks.save(connection, replace(stored, done=True, done_at=minutes(5), assignee="grace"))
        assert await tasks.of_incident(connection, incident.id) == (done, later)
        assert await tasks.get(connection, incident.id, stored.id) == done
        assert await tasks.get(connection, incident.id + 1, stored.id) is None
        assert await tasks.unfinished(connection, 1, TaskKind.FOLLOWUP) == (later,)
        assert await tasks.unfinished(connection, 1, TaskKind.TASK) == ()
        assert await tasks.delete(connection, incident.id, stored.id)
        assert not await tasks.delete(connection, incident.id, stored.id)
        with pytest.raises(NotFound):
            await tasks.save(connection, done)


async def test_the_audit_log_can_be_read_but_not_rewritten(database):
    """X12: newest first, with before and after; the database itself refuses an update."""
    async with database.writing() as connection:
        for number in range(1, 6):
            subject = f"INC-{number % 2}"
            await audit.append(
                connection, 1, minutes(number), "ada", "incident.update", subject, {"v": number}, None
            )
        await audit.append(connection, 2, NOON, "eve", "slo.delete", "slo:x")
        shown, cursor = [], None
        while True:
            page = await audit.page(connection, 1, cursor=cursor, limit=2)
            shown += page.items
            if (cursor := page.cursor) is None:
                break
        about = await audit.page(connection, 1, cursor=None, limit=10, subject="INC-1")
        with pytest.raises(BadRequest):
            await audit.page(connection, 1, cursor="abc", limit=2)
    assert [deed.at for deed in shown] == [minutes(n) for n in (5, 4, 3, 2, 1)]
    assert (shown[0].before, shown[0].after) == ({"v": 5}, None)
    assert about.total == 3
    with pytest.raises(StoreError):
        async with database.writing() as connection:
            await connection.execute(update(audit_table).values(actor="nobody"))


async def test_an_answer_is_remembered_under_its_key_and_route(database):
    """Per organisation; the first stays; old ones are forgotten."""
    async with database.writing() as connection:
        assert await idempotency.remember(connection, 1, "k", "incidents", b"\x00one", NOON)
        assert not await idempotency.remember(connection, 1, "k", "incidents", b"two", NOON)
        assert await idempotency.recall(connection, 1, "k", "incidents") == b"\x00one"
        assert await idempotency.recall(connection, 2, "k", "incidents") is None
        assert await idempotency.recall(connection, 1, "k", "slos") is None
        assert await idempotency.prune(connection, NOON) == 0
        assert await idempotency.prune(connection, minutes(1)) == 1


async def test_services_round_trip_with_every_field(database):
    """D2: each column comes back; a second upsert replaces."""
    full = Service(
        "checkout",
        "takes money",
        "payments",
        "1",
        {"k": "v"},
        (ServiceLink("wiki", "https://example.com"),),
        "https://example.com/run",
        (Contact("slack", "#pay"),),
        ("cart", "db"),
        declared=True,
    )
    async with database.writing() as connection:
        await catalog.upsert(connection, 1, [Service("cart"), full, Service("cart", "twice")], NOON)
        assert await catalog.get(connection, 1, "checkout") == full
        await catalog.upsert(connection, 1, [Service("cart", "again")], minutes(1))
        assert await catalog.listing(connection, 1) == (Service("cart", "again"), full)
        assert await catalog.listing(connection, 2) == ()
        assert await catalog.delete(connection, 1, "cart")
        assert not await catalog.delete(connection, 1, "cart")
        assert await catalog.get(connection, 1, "cart") is None


async def test_people_are_listed_once_with_what_was_seen_last(database):
    """A26: no hashes; a uid stays known; an older call changes nothing."""
    ada = {"name": "Ada", "email": "ada@example.com", "role": "Admin"}
    async with database.writing() as connection:
        await directory.seen(connection, 1, login="ada", uid="u1", at=NOON, **ada)
        await directory.seen(connection, 1, login="ada", uid="", at=minutes(5), **{**ada, "role": "Editor"})
        await directory.seen(connection, 1, login="ada", uid="", at=minutes(1), **{**ada, "name": "Old"})
        for login in ("grace", "edsger"):
            await directory.seen(
                connection, 1, login=login, name="", email="", role="Viewer", uid="", at=NOON
            )
        first = await directory.page(connection, 1, cursor=None, limit=2)
        second = await directory.page(connection, 1, cursor=first.cursor, limit=2)
        assert await directory.known(connection, 1, ["ada", "nobody"]) == {"ada"}
        assert await directory.known(connection, 2, ["ada"]) == frozenset()
    assert [person.login for person in (*first.items, *second.items)] == ["ada", "edsger", "grace"]
    assert (first.total, second.cursor) == (3, None)
    [person] = [person for person in first.items if person.login == "ada"]
    assert (person.name, person.role, person.uid) == ("Ada", "Editor", "u1")
    assert (person.first_seen_at, person.last_seen_at) == (NOON, minutes(5))


async def test_a_report_is_written_over_the_version_that_was_read(database, incident):
    """The second of two writers is told."""
    draft = Report("one", 0, NOON, "ada")
    async with database.writing() as connection:
        assert await reports.get(connection, incident.id) is None
        first = await reports.put(connection, 1, incident.id, draft, replaces=0)
        with pytest.raises(StaleWrite):
            await reports.put(connection, 1, incident.id, draft, replaces=0)
        second = await reports.put(connection, 1, incident.id, replace(first, text="two"), replaces=1)
        with pytest.raises(StaleWrite) as stale:
            await reports.put(connection, 1, incident.id, draft, replaces=1)
        third = await reports.put(connection, 1, incident.id, replace(second, text="three"))
        assert await reports.get(connection, incident.id) == third
    assert (stale.value.current, third.version) == (2, 3)


async def test_runs_are_frozen_and_the_newest_counts(database, incident):
    """D6: type, source, confidence, details; the most probable first."""
    weak = Signal("log_pattern", "loki", "q1", "timeouts", 0.6, {"count": 7})
    strong = Signal("pod_crash", "kubernetes", "web-1", "OOMKilled", 0.95, {"restarts": [1, 2]})
    async with database.writing() as connection:
        assert await correlations.latest(connection, incident.id) is None
        assert await correlations.of_incident(connection, incident.id) == ()
        early = Version(0, NOON, "opened", headline="nothing yet")
        late = Version(0, minutes(1), "alerts", "system", 2, "it is web", "likely", "web", 0.9)
        first = await correlations.record(connection, 1, incident.id, early, {"causes": []}, [])
        second = await correlations.record(
            connection, 1, incident.id, late, {"causes": ["x"]}, [weak, strong]
        )
        found = await correlations.of_incident(connection, incident.id)
        runs = await correlations.versions(connection, incident.id, limit=10)
        marks = await correlations.marks(connection, [incident.id, incident.id + 1])
        old = await correlations.run(connection, incident.id, first)
        newest = await correlations.latest(connection, incident.id)
        strange = await correlations.run(connection, incident.id + 1, first)
    assert [replace(signal, id=0) for signal in found] == [strong, weak]
    assert runs == (replace(late, id=second), replace(early, id=first))
    assert marks == {incident.id: runs[0]}
    assert (old, newest) == (
        Investigation(runs[1], {"causes": []}),
        Investigation(runs[0], {"causes": ["x"]}),
    )
    assert strange is None


async def test_c14_grades_are_counted_per_check(database, incident):
    """C14, row 85: a later word replaces an earlier one; precision is right among all."""
    grade = Grade(incident.id, 7, right=True, named=True, confidence=0.9, service="web", by="ada", at=NOON)
    async with database.writing() as connection:
        assert await grades.get(connection, incident.id) is None
        assert await grades.precision(connection, 1) == {}
        other = await incidents.insert(connection, an_incident(2))
        await grades.put(connection, 1, replace(grade, checks={"cpu-usage": False}))
        await grades.put(connection, 1, replace(grade, checks={"cpu-usage": True, "latency": False}))
        await grades.put(connection, 1, replace(grade, incident_id=other.id, checks={"cpu-usage": False}))
        counted = await grades.precision(connection, 1)
        kept = await grades.get(connection, incident.id)
        elsewhere = await grades.precision(connection, 2)
    assert counted == {"cpu-usage": Precision(1, 2), "latency": Precision(0, 1)}
    assert counted["cpu-usage"].share == 0.5
    assert kept == replace(grade, checks={"cpu-usage": True, "latency": False})
    assert elsewhere == {}


@pytest.mark.parametrize("confidence", [-0.01, 1.01, math.nan, math.inf])
async def test_a_confidence_outside_0_to_1_is_refused(database, incident, confidence):
    """D6: by the database itself; nothing of the run is left."""
    bad = Signal("pod_crash", "kubernetes", "web-1", "OOMKilled", confidence)
    with pytest.raises(StoreError):
        async with database.writing() as connection:
            await correlations.record(connection, 1, incident.id, Version(0, NOON), {}, [bad])
    async with database.reading() as connection:
        assert await correlations.latest(connection, incident.id) is None


async def test_documents_keep_their_order_and_refuse_lost_updates(database):
    """Rules and the like: by position, with a version."""
    rule = Document(Kind.RULE, "b", {"matchers": [1]}, NOON, "ada", position=1)
    async with database.writing() as connection:
        stored = await documents.add(connection, 1, rule)
        await documents.add(connection, 1, replace(rule, name="a", position=2, enabled=False))
        await documents.add(connection, 1, replace(rule, kind=Kind.FIELD))
        with pytest.raises(Conflict):
            await documents.add(connection, 1, rule)
        changed = await documents.save(connection, 1, replace(stored, body={"matchers": []}))
        with pytest.raises(StaleWrite) as stale:
            await documents.save(connection, 1, stored)
        assert [d.name for d in await documents.listing(connection, 1, Kind.RULE)] == ["b", "a"]
        assert await documents.listing(connection, 1, Kind.RULE, enabled=True) == (changed,)
        assert await documents.get(connection, 1, Kind.RULE, "b") == changed
        assert await documents.delete(connection, 1, Kind.RULE, "b")
        assert not await documents.delete(connection, 1, Kind.RULE, "b")
        with pytest.raises(NotFound):
            await documents.save(connection, 1, changed)
    assert (changed.version, stale.value.current) == (2, 2)


async def test_a_message_is_due_until_it_is_sent_or_given_up(database, incident):
    """The same key to the same target is one message; the log shows what became of each."""
    async with database.writing() as connection:

        async def enqueue(key, target="slack", of=None):
            return await deliveries.enqueue(
                connection, 1, target=target, dedupe_key=key, message={"t": key}, at=NOON, incident_id=of
            )

        first, second = await enqueue("k1", of=incident.id), await enqueue("k2")
        assert await enqueue("k1") is None
        third = await enqueue("k1", "mail")
        await deliveries.sent(connection, first, minutes(1))
        await deliveries.failed(connection, second, minutes(1), "HTTP 500", retry_at=minutes(3))
        await deliveries.failed(connection, third, minutes(1), "no such address", retry_at=None)
        assert await deliveries.due(connection, 1, minutes(2), limit=10) == ()
        [waiting] = await deliveries.due(connection, 1, minutes(3), limit=10)
        page = await deliveries.page(connection, 1, cursor=None, limit=2)
        rest = await deliveries.page(connection, 1, cursor=page.cursor, limit=2)
        mine = await deliveries.page(connection, 1, cursor=None, limit=2, number=incident.number)
    assert (waiting.id, waiting.attempts, waiting.problem) == (second, 1, "HTTP 500")
    assert [(d.state, d.attempts) for d in (*page.items, *rest.items)] == [
        (State.FAILED, 1),
        (State.WAITING, 1),
        (State.SENT, 1),
    ]
    assert [d.id for d in mine.items] == [first]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents SET status = 'nonsense'",
        "UPDATE incidents SET severity = 'nonsense'",
        "UPDATE incidents SET version = 0",
        "UPDATE incidents SET merged_into = number",
        "INSERT INTO incident_services (incident_id, name, org_id) VALUES (999, 'x', 1)",
        "UPDATE incidents SET title = NULL",
    ],
)
async def test_the_database_itself_refuses_what_makes_no_sense(database, incident, statement):
    """D14: check constraints, foreign keys and NOT NULL hold whoever writes."""
    with pytest.raises(StoreError):
        async with database.writing() as connection:
            await connection.execute(text(statement))
    async with database.reading() as connection:
        assert await incidents.get(connection, 1, 1) == incident
