"""0012: a severity ladder of one's own."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.migrations.widening import allow
from reliability_studio.store.tables.base import Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0012"
TITLE = "severity ladder"

_KINDS = ("rule", "integration", "field", "template", "maintenance", "heartbeat", "route", "preference")


def upgrade(op: "Operations") -> None:
    """Let incidents name their level; until there is an own ladder, none has to."""
    allow(op, "documents", "kind", _KINDS, ("ladder",))
    op.add_column("incidents", sa.Column("level", Words(), server_default="", nullable=False))
    op.add_column("incidents", sa.Column("step", sa.SmallInteger(), server_default="0", nullable=False))
