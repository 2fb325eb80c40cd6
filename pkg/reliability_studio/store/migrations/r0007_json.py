"""0007: on PostgreSQL, JSON is the value itself and no longer one JSON string that holds its text."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0007"
TITLE = "JSON as values on PostgreSQL"

_COLUMNS = {
    "audit": ("before", "after"),
    "check_settings": ("body",),
    "documents": ("body",),
    "incidents": ("services", "labels", "fields", "roles", "links", "episodes", "stamped_by"),
    "rollouts": ("reasons", "numbers"),
    "services": ("labels", "links", "contacts", "depends_on"),
    "slo_corrections": ("body",),
    "slos": ("definition",),
    "alerts": ("labels", "annotations"),
    "deliveries": ("message",),
    "investigations": ("answer",),
    "slo_states": ("standing",),
    "timeline_entries": ("metadata",),
    "verdict_grades": ("checks",),
    "correlations": ("details",),
}


def upgrade(op: "Operations") -> None:
    """Unwrap every value that was written so far; nothing to do on SQLite.

    What an earlier program wrote is one string for every value, so a string is unwrapped once. What a column
    held by default (`services.discovered`) is a list already.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    # Its trigger refuses changes; what a record says stays the same.
    op.execute("ALTER TABLE audit DISABLE TRIGGER USER")
    for table, columns in (*_COLUMNS.items(), ("services", ("discovered",))):
        for column in columns:
            op.execute(
                sa.text(
                    f"UPDATE {table} SET {column} = ({column} #>> '{{}}')::jsonb"
                    f" WHERE jsonb_typeof({column}) = 'string'"
                )
            )
    op.execute("ALTER TABLE audit ENABLE TRIGGER USER")
