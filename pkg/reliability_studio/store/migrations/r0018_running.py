"""0018: investigations that run, known to every process."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Id, Json, Moment, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0018"
TITLE = "running investigations"


def upgrade(op: "Operations") -> None:
    """Create the table."""
    op.create_table(
        "running_investigations",
        sa.Column("incident_id", Id, autoincrement=False, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("run", Words(), nullable=False),
        sa.Column("began_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("waiting", Json(), nullable=False),
        sa.Column("answer", Json(), nullable=True),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_running_investigations_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_running_investigations")),
    )
