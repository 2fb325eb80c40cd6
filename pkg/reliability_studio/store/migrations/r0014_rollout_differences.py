"""0014: what differs between a rollout's version and the one before."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Json

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0014"
TITLE = "differences of rollouts"


def upgrade(op: "Operations") -> None:
    """Add the column; of rollouts that were seen before, nothing is known."""
    op.add_column("rollouts", sa.Column("differences", Json(), nullable=False, server_default="[]"))
