"""JSON of rollouts."""

from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.correlation.rollout import RolloutState


class RolloutShape(Shape):
    """One rollout and what became of it."""

    service: str
    namespace: str
    version: str
    """Name of the replica set."""
    revision: int
    started_at: datetime
    state: RolloutState
    summary: str
    reasons: list[str]
    numbers: dict[str, float | None]
    """`requestsBefore`, `requestsAfter`, `errorPercentBefore`, … ; empty while it is in progress."""
    judged_at: datetime


class RolloutListShape(Shape):
    """Rollouts, newest first."""

    items: list[RolloutShape]
