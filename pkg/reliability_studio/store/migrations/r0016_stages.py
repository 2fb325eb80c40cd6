"""0016: own states of incidents within the built-in ones."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0016"
TITLE = "own states"


def upgrade(op: "Operations") -> None:
    """Let incidents name their own state; until an organisation has some, none has to."""
    op.add_column("incidents", sa.Column("stage", Words(), server_default="", nullable=False))
