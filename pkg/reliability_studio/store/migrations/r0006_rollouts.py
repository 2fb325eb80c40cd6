"""0006: rollouts that were seen, and what was thought of them."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0006"
TITLE = "rollouts"


def upgrade(op: "Operations") -> None:
    """Create the table."""
    op.create_table(
        "rollouts",
        sa.Column("id", Id, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("service", Name(), nullable=False),
        sa.Column("namespace", Name(), nullable=False),
        sa.Column("version", Name(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("summary", Words(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("numbers", Json(), nullable=False),
        sa.Column("judged_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollouts")),
        sa.UniqueConstraint(
            "org_id", "namespace", "version", name=op.f("uq_rollouts_org_id_namespace_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_rollouts_started", "rollouts", ["org_id", sa.text("started_at DESC"), "id"], unique=False
    )
