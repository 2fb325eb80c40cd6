"""0022: from where a change was made, as it was reported."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0022"
TITLE = "reported addresses in the audit log"


def upgrade(op: "Operations") -> None:
    """Of earlier changes nobody wrote it down."""
    op.add_column("audit", sa.Column("reported_address", Words(), server_default="", nullable=False))
