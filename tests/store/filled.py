"""A database with some of everything in it."""

from reliability_studio.domain.catalog import Service
from reliability_studio.domain.incidents.tasks import Task, TaskKind
from reliability_studio.store import (
    alerts,
    annotations,
    attachments,
    audit,
    catalog,
    correlations,
    deliveries,
    directory,
    documents,
    heartbeats,
    idempotency,
    incidents,
    joins,
    lease,
    reports,
    settings,
    tasks,
    timeline,
)
from reliability_studio.store.attachments import Attachment
from reliability_studio.store.correlations import Signal
from reliability_studio.store.documents import Document, Kind
from reliability_studio.store.engine import Database
from reliability_studio.store.reports import Report
from tests.support.records import NOON, an_alert, an_entry, an_incident, minutes


async def fill(database: Database, count: int = 3) -> None:
    """`count` incidents with alerts, timelines, tasks, evidence; and what the plugin needs to run."""
    async with database.writing() as connection:
        for i in range(count):
            number = await incidents.take_number(connection, 1)
            labels = {"é": "ü", "n": str(i)}
            fields = {"big": 1e17, "tiny": 1e-9, "whole": 7.0, "list": [1, None, True]}
            incident = await incidents.insert(
                connection,
                an_incident(number, started=minutes(i), services=("cart",), labels=labels, fields=fields),
            )
            events = [an_alert(f"a{i}-{k}", started=minutes(i)) for k in range(3)]
            stored = await alerts.put(connection, 1, events)
            await joins.place(connection, [s.id for s in stored[:2]], incident.id, "opened", "why", at=NOON)
            told = await timeline.add(connection, 1, incident.id, [an_entry(f"k{k}") for k in range(4)])
            file = Attachment(f"f{i}", told[0].id, "é.txt", "text/plain", 2, "00", NOON, "ada")
            await attachments.add(connection, 1, file, b"\x00\xff")
            await tasks.add(connection, Task(0, 1, incident.id, TaskKind.TASK, "do", NOON, "ada"))
            await reports.put(connection, 1, incident.id, Report("text", 0, NOON, "ada"))
            signal = Signal(
                "pod_crash", "kubernetes", "web-1", "OOM", 0.1 + 0.2 * (i % 3), {"r": 0.30000000000000004}
            )
            run = correlations.Version(0, NOON)
            await correlations.record(connection, 1, incident.id, run, {"causes": [i]}, [signal])
            await audit.append(connection, 1, NOON, "ada", "incident.create", f"INC-{number}", None, {"n": 1})
            await deliveries.enqueue(connection, 1, target="t", dedupe_key=str(i), message={}, at=NOON)
        await catalog.upsert(
            connection, 1, [Service("cart"), Service("Checkout", discovered=("cart",))], NOON
        )
        await directory.seen(connection, 1, login="ada", name="", email="", role="Admin", uid="u", at=NOON)
        await documents.add(connection, 1, Document(Kind.RULE, "r", {"x": 1}, NOON, "ada"))
        await idempotency.remember(connection, 1, "k", "r", b"\x00\xff", NOON)
        await heartbeats.heard(connection, 1, "backup", NOON)
        await annotations.put(connection, 1, "incident:INC-1", 7, NOON)
        await lease.acquire(connection, "jobs", "a", NOON, 9)
        await settings.save(connection, 1, b"\x01sealed", 1, NOON)
