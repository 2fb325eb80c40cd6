"""JSON of rollouts."""

from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.correlation.rollout import RolloutState


class DifferenceShape(Shape):
    """One field of a pod template that changed; empty text where a version does not have it."""

    field: str
    before: str
    after: str
    """Values that may be secret are never told: `changed, value not shown`."""


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
    differences: list[DifferenceShape]
    """From the version before, field by field."""


class RolloutListShape(Shape):
    """Rollouts, newest first."""

    items: list[RolloutShape]
