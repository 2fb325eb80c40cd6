"""0011: incidents that are part of another."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0011"
TITLE = "parents of incidents"


def upgrade(op: "Operations") -> None:
    """Add the number of the parent, and the way from a parent to its children."""
    op.add_column("incidents", sa.Column("parent", sa.BigInteger(), nullable=True))
    op.create_index("ix_incidents_parent", "incidents", ["org_id", "parent"], unique=False)
