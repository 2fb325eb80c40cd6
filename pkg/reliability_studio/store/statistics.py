"""What SQLite's planner believes about our tables: fixed figures instead of counting again and again.

Without figures SQLite takes any index that begins with the organisation, although most databases hold one
organisation only, and reads all of it. PostgreSQL counts by itself. The figures describe a full database; in
an empty one every plan is quick. They are written after each migration: plans are the same everywhere.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, UniqueConstraint, text

ROWS = 100_000

_DISTINCT = {
    "org_id": 1,
    "done": 2,
    "enabled": 2,
    "state": 3,
    "kind": 4,
    "severity": 4,
    "status": 100,
    "type": 10,
    "tier": 10,
    "assignee": 100,
    "target": 100,
    "name": 500,
    "service": 500,
    "route": 20,
    "confidence": 100,
    "incident_id": 10_000,
    "investigation_id": 20_000,
    "entry_id": 20_000,
    "alert_id": 30_000,
    "slo_id": 1_000,
    "subject": 10_000,
    "fingerprint": 20_000,
}
"""How many values a column has; others are taken as different in every row.

A status has few, but people ask for the active ones, which are few among all.
"""


def seed(connection: Connection, tables: Sequence[Table]) -> None:
    """Write the figures of these tables' indexes; others stay without."""
    connection.execute(text("ANALYZE"))
    connection.execute(text("DELETE FROM sqlite_stat1"))
    adding = text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)")
    rows = [
        {"tbl": table.name, "idx": index, "stat": stat}
        for table in tables
        for index, stat in _figures(connection, table)
    ]
    connection.execute(adding, rows)


def _figures(connection: Connection, table: Table) -> Iterator[tuple[str, str]]:
    """For each index: rows in all, then rows for each further column that is given."""
    unique = {tuple(c.name for c in table.primary_key.columns)} | {
        tuple(column.name for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    }
    listed = text("SELECT name, partial FROM pragma_index_list(:table)")
    for name, partial in connection.execute(listed, {"table": table.name}).all():
        described = text("SELECT name FROM pragma_index_info(:index) ORDER BY seqno")
        columns = tuple(connection.scalars(described, {"index": name}))
        rows = ROWS // 100 if partial else ROWS
        figures, left = [rows], rows
        for column in columns:
            left = max(1, left // _DISTINCT.get(column, ROWS))
            figures.append(left)
        if columns in unique:
            figures[-1] = 1
        yield name, " ".join(map(str, figures))
