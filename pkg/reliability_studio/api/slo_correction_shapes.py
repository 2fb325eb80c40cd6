"""JSON of corrections: time that does not count."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.domain.slo.corrections import Category, Treatment


class SloCorrectionInput(InputShape):
    """Time that does not count for some SLOs, once or again and again."""

    start: datetime
    end: datetime
    """Of the first time, if it recurs."""
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=2000, pattern=r"\S")]
    category: Category = Category.MAINTENANCE
    slo_ids: Annotated[list[str], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    services: Annotated[list[str], msgspec.Meta(max_length=1000)] = msgspec.field(default_factory=list)
    labels: dict[str, str] = msgspec.field(default_factory=dict)
    everything: bool = False
    """All SLOs of the organisation, and nothing else given."""
    recurrence: Annotated[str, msgspec.Meta(max_length=500)] = ""
    """`FREQ=WEEKLY;BYDAY=SA,SU`; empty: once."""
    zone: Annotated[str, msgspec.Meta(max_length=100)] = "UTC"
    """Whose clock recurrence goes by."""
    treatment: Treatment | None = None
    """`drop`: neither good nor bad; `good`: every slice is good; null: as is usual for the SLO."""
    version: int | None = None
    """For changes: only if it is still at this version."""


class SloCorrectionShape(Shape):
    """One correction."""

    id: str
    version: int
    start: datetime
    end: datetime
    reason: str
    category: Category
    slo_ids: list[str]
    services: list[str]
    labels: dict[str, str]
    everything: bool
    recurrence: str
    zone: str
    treatment: Treatment | None
    updated_at: datetime
    updated_by: str


class SloCorrectionsShape(Shape):
    """All corrections, the latest first."""

    items: list[SloCorrectionShape]
