"""0009: comments that may be shown outside."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0009"
TITLE = "public comments"


def upgrade(op: "Operations") -> None:
    """Add the mark; everything that was written so far stays internal."""
    op.add_column(
        "timeline_entries", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false())
    )
