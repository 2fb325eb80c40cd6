"""0008: alerts may come from the detector."""

from typing import TYPE_CHECKING

from reliability_studio.store.migrations.widening import allow

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0008"
TITLE = "alerts of the detector"

_SOURCES = ("alertmanager", "grafana", "generic", "prometheus", "slo", "heartbeat")


def upgrade(op: "Operations") -> None:
    """Add the word."""
    allow(op, "alerts", "source", _SOURCES, ("detector",))
