"""A hundred thousand rows in seconds: the database multiplies one row of each table by itself."""

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store import alerts, correlations, incidents, joins, timeline
from reliability_studio.store.correlations import Signal
from reliability_studio.store.engine import Database
from reliability_studio.store.tables.alerts import alerts as alert_table
from reliability_studio.store.tables.evidence import correlations as correlation_table
from reliability_studio.store.tables.incidents import incident_services
from reliability_studio.store.tables.incidents import incidents as incident_table
from reliability_studio.store.tables.timeline import timeline_entries
from tests.support.records import NOON, an_alert, an_entry, an_incident

RARE = 1_000
"""One row in so many has the rare status, severity, assignee, word."""


async def multiply(database: Database, count: int) -> None:
    """`count` incidents, each with one alert, signal and service; a thousand have a hundred entries each."""
    sqlite = database.dialect == "sqlite"
    minute = "{0} - n.i * 60000000" if sqlite else "{0} - n.i * interval '1 minute'"
    rare = f"CASE WHEN n.i % {RARE} = 0 THEN '{{}}' ELSE '{{}}' END"
    started = {"started_at": minute.format("started_at"), "updated_at": minute.format("updated_at")}
    async with database.writing() as connection:
        first = await incidents.insert(connection, an_incident(title="Checkout answers slowly"))
        [alert] = await alerts.put(connection, 1, [an_alert()])
        await joins.place(connection, [alert.id], first.id, "opened", "", at=NOON)
        await timeline.add(connection, 1, first.id, [an_entry(description="somebody wrote this")])
        await correlations.record(
            connection, 1, first.id, correlations.Version(0, NOON), {}, [Signal("t", "s", "i", "x", 0.5)]
        )
        number = {"id": "n.i", "number": "n.i"}
        words = {
            "status": rare.format("open", "closed"),
            "severity": rare.format("critical", "low"),
            "assignee": rare.format("ada", "grace"),
            "title": "CASE WHEN n.i % 1000 = 0 THEN 'timeout number ' ELSE 'slowness ' END || n.i",
            "service": "'svc' || (n.i % 500)",
        }
        await _copies(connection, incident_table, count, {**number, **started, **words})
        await connection.execute(
            text(
                "INSERT INTO incident_services (incident_id, name, org_id)"
                " SELECT id, service, org_id FROM incidents WHERE id > 1"
            )
        )
        ended = rare.format("firing", "over").replace("'firing'", "NULL").replace("'over'", "starts_at")
        alert_columns = {
            "id": "n.i",
            "incident_id": "n.i",
            "fingerprint": "'f' || n.i",
            "starts_at": minute.format("starts_at"),
            "ends_at": ended,
        }
        await _copies(connection, alert_table, count, alert_columns)
        entry = {
            "id": "n.i",
            "incident_id": "n.i / 100 + 1",
            "source_key": "'k' || n.i",
            "occurred_at": minute.format("occurred_at"),
        }
        await _copies(connection, timeline_entries, count, entry)
        await _copies(connection, correlation_table, count, {"id": "n.i", "incident_id": "n.i"})
        if not sqlite:
            # As autovacuum does after a while; SQLite plans without statistics.
            for table in (
                incident_table,
                incident_services,
                alert_table,
                timeline_entries,
                correlation_table,
            ):
                await connection.execute(text(f"ANALYZE {table.name}"))


async def _copies(connection: AsyncConnection, table: Table, count: int, changed: dict[str, str]) -> None:
    """Rows 2 to `count` of a table, equal to row 1 but for these expressions over `n.i`."""
    columns = [column.name for column in table.columns]
    values = ", ".join(changed.get(name, f"o.{name}") for name in columns)
    # Unqualified names in the expressions are columns of the one row that is copied.
    await connection.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            f" INSERT INTO {table.name} ({', '.join(columns)})"
            f" SELECT {values} FROM (SELECT * FROM {table.name} WHERE id = 1) o CROSS JOIN n"
        )
    )
