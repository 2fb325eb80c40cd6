"""0015: alerts that a rule takes for one, and what rules have asked when an alert comes in."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.migrations.widening import allow
from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0015"
TITLE = "alerts that are one, and questions about alerts"

_KINDS = (
    "rule",
    "integration",
    "field",
    "template",
    "maintenance",
    "heartbeat",
    "route",
    "preference",
    "ladder",
)
_SOURCES = "'alertmanager', 'grafana', 'generic', 'prometheus', 'slo', 'heartbeat', 'detector'"
_STATES = "'due', 'done', 'no_data', 'failed', 'not_run'"


def upgrade(op: "Operations") -> None:
    """Every episode so far is what its source says."""
    allow(op, "documents", "kind", _KINDS, ("identity", "enrichment"))
    op.add_column("alerts", sa.Column("identity", Json(), nullable=True))
    op.create_table(
        "alert_members",
        sa.Column("id", Id, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", Id, nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("fingerprint", Name(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("labels", Json(), nullable=False),
        sa.Column("annotations", Json(), nullable=False),
        sa.Column("generator_url", Words(), nullable=False),
        sa.Column("received_at", Moment(), nullable=True),
        sa.CheckConstraint(f"source IN ({_SOURCES})", name=op.f("ck_alert_members_source")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_members_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_members")),
        sa.UniqueConstraint(
            "org_id", "fingerprint", "starts_at", name=op.f("uq_alert_members_org_id_fingerprint_starts_at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_members_alert", "alert_members", ["alert_id", "starts_at"], unique=False)
    op.create_index(
        "ix_alert_members_firing",
        "alert_members",
        ["org_id", "source"],
        unique=False,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "alert_questions",
        sa.Column("id", Id, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("alert_id", Id, nullable=False),
        sa.Column("rule", Name(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("query", Words(), nullable=False),
        sa.Column("window_s", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("answer", Json(), nullable=False),
        sa.Column("samples", sa.Integer(), nullable=False),
        sa.Column("ran_at", Moment(), nullable=True),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_alert_questions_state")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_questions_alert_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_questions")),
        sa.UniqueConstraint("alert_id", "rule", name=op.f("uq_alert_questions_alert_id_rule")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alert_questions_due",
        "alert_questions",
        ["org_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'due'"),
        postgresql_where=sa.text("state = 'due'"),
    )
