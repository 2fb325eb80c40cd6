"""0019: what the verdict of a rollout rests on."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Json

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0019"
TITLE = "sides of rollouts"


def upgrade(op: "Operations") -> None:
    """Add the columns; rollouts that were judged before keep their verdict and say nothing of it."""
    op.add_column("rollouts", sa.Column("compared", Json(), nullable=True))
    op.add_column("rollouts", sa.Column("measures", Json(), nullable=False, server_default="[]"))
