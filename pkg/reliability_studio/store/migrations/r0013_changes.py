"""0013: changes that pipelines, flag services and people told of."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Id, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0013"
TITLE = "reported changes"


def upgrade(op: "Operations") -> None:
    """Create the table."""
    op.create_table(
        "reported_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("key", Name(), nullable=False),
        sa.Column("service", Name(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("version", Words(), nullable=False),
        sa.Column("url", Words(), nullable=False),
        sa.Column("author", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reported_at", Moment(), nullable=False),
        sa.Column("reported_by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reported_changes")),
        sa.UniqueConstraint("org_id", "key", name=op.f("uq_reported_changes_org_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_reported_changes_at", "reported_changes", ["org_id", sa.text("at DESC"), "id"], unique=False
    )
