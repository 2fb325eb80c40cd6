"""0003: attachments, signals of heartbeats, Grafana's annotations, and where a service is known from."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0003"
TITLE = "attachments, heartbeats, annotations, provisioned services"

_SOURCES = "'alertmanager', 'grafana', 'generic', 'prometheus', 'slo'"


def upgrade(op: "Operations") -> None:
    """Create three tables, let alerts come from heartbeats, and tell provisioned services apart."""
    _attachments(op)
    _signals(op)
    _annotations(op)
    op.add_column(
        "services", sa.Column("provisioned", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("services", sa.Column("discovered", Json(), nullable=False, server_default="[]"))
    _sources(op)


def _attachments(op: "Operations") -> None:
    op.create_table(
        "attachments",
        sa.Column("id", Name(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("entry_id", Id, nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("content_type", Words(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", Words(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Words(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachments_size")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["timeline_entries.id"],
            name=op.f("fk_attachments_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_entry", "attachments", ["entry_id"], unique=False)


def _signals(op: "Operations") -> None:
    op.create_table(
        "heartbeat_signals",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", Name(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "name", name=op.f("pk_heartbeat_signals")),
    )


def _annotations(op: "Operations") -> None:
    op.create_table(
        "grafana_annotations",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", Name(), nullable=False),
        sa.Column("annotation_id", sa.BigInteger(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "key", name=op.f("pk_grafana_annotations")),
    )
    op.create_index("ix_grafana_annotations_written", "grafana_annotations", ["written_at"], unique=False)


def _sources(op: "Operations") -> None:
    """Alerts may come from a heartbeat.

    SQLite cannot change a constraint, and making the table anew would delete what refers to it. A check that
    allows more than before needs no look at the rows, so its text is changed in the schema, as SQLite's own
    documentation of ALTER TABLE describes.
    """
    was, is_ = f"IN ({_SOURCES})", f"IN ({_SOURCES}, 'heartbeat')"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_alerts_source"), "alerts", type_="check")
        op.create_check_constraint(op.f("ck_alerts_source"), "alerts", f"source {is_}")
        return
    connection = op.get_bind()
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :was, :is) WHERE type = 'table' AND name = 'alerts'"
        ),
        {"was": was, "is": is_},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {int(version or 0) + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))
