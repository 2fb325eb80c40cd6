"""JSON of rollouts."""

from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.domain.correlation.rollout import (
    KnownBy,
    RolloutBasis,
    RolloutMeasure,
    RolloutState,
    Shift,
)


class DifferenceShape(Shape):
    """One field of a pod template that changed; empty text where a version does not have it."""

    field: str
    before: str
    after: str
    """Values that may be secret are never told: `changed, value not shown`."""


class RolloutSideShape(Shape):
    """One version's pods, or the service, over one window."""

    start: datetime
    end: datetime
    requests: float | None
    pods: int
    """Pods whose containers were measured."""
    queries: list[str]
    """What was asked, at the moment `end`."""


class MeasureShape(Shape):
    """How one measure of the new version stands to the old one's."""

    what: RolloutMeasure
    shift: Shift
    old: float | None
    new: float | None
    low: float | None
    """Lower limit of new minus old, with 99 % certainty; of pods, the distance of their ranges."""
    high: float | None
    samples_old: int
    """Requests, or pods."""
    samples_new: int


class ComparedShape(Shape):
    """What a verdict rests on."""

    basis: RolloutBasis
    why: str
    """Why no closer comparison was made; empty when there is none."""
    told: str
    old: RolloutSideShape
    new: RolloutSideShape
    measures: list[MeasureShape]


class RolloutShape(Shape):
    """One rollout and what became of it."""

    service: str
    namespace: str
    version: str
    """Name of the replica set."""
    revision: int
    started_at: datetime
    known_by: KnownBy
    """What tells when it began; `later_step`, `first_pod` and `progress` say that it was then or before."""
    back_to: int | None
    """Of a rollback, the revision that the version had before, 0 where unknown; null of a new version."""
    state: RolloutState
    summary: str
    reasons: list[str]
    numbers: dict[str, float | None]
    """`requestsBefore`, `requestsAfter`, `errorPercentBefore`, … ; empty while it is in progress."""
    judged_at: datetime
    compared: ComparedShape | None
    """Null when nothing was compared: too new, stuck, or nothing could be asked."""
    differences: list[DifferenceShape]
    """From the version before, field by field."""


class RolloutListShape(Shape):
    """Rollouts, newest first."""

    items: list[RolloutShape]
