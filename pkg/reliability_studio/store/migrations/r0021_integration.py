"""0021: through which integration an alert came."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Name

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0021"
TITLE = "integrations of alerts"


def upgrade(op: "Operations") -> None:
    """Of alerts that came before, nobody wrote down the integration."""
    for table in ("alerts", "alert_members"):
        op.add_column(table, sa.Column("integration", Name(), server_default="", nullable=False))
