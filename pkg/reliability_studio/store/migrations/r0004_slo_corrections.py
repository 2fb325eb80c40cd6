"""0004: time that does not count against the budgets of SLOs."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0004"
TITLE = "corrections of service level objectives"


def upgrade(op: "Operations") -> None:
    """Create the table."""
    op.create_table(
        "slo_corrections",
        sa.Column("id", Name(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_slo_corrections_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slo_corrections")),
    )
    op.create_index("ix_slo_corrections_org_id", "slo_corrections", ["org_id"], unique=False)
