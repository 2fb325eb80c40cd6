"""JSON of the checks that investigations make: as they ship, tuned, and of an organisation's own."""

from typing import Annotated

import msgspec

from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Name, Word
from reliability_studio.domain.checks.check import Op, Statistic
from reliability_studio.domain.correlation.kinds import Kind, Type
from reliability_studio.domain.correlation.telemetry import Source


class PrecisionShape(Shape):
    """How often a check that found something was about the true cause, among graded incidents."""

    right: int
    total: int
    share: float


class CheckShape(Shape):
    """One check as this organisation has it."""

    id: str
    title: str
    source: Source
    type: Type
    kind: Kind
    statistic: Statistic
    query: str
    by: list[str]
    unit: str
    op: Op | None
    threshold: float | None
    points: int | None
    fix: str
    enabled: bool
    custom: bool
    tuned: bool
    precision: PrecisionShape | None
    """Null while no incident was graded in which it found something."""


class CheckListShape(Shape):
    """Every check, those that ship first."""

    items: list[CheckShape]


class CheckTuningInput(InputShape):
    """What to change about a check that ships; what is absent stays as it ships."""

    enabled: bool | None = None
    threshold: float | None = None
    points: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None


class CustomCheckInput(InputShape):
    """A check of your own: a query, and when its answer is bad."""

    title: Name
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=5000)]
    """PromQL; `$namespace`, `$service`, `$services` and `$range` are filled in."""
    op: Op | None = None
    """Without it the answer is judged by its own noise alone."""
    threshold: float = 0.0
    points: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 2
    by: Annotated[list[Word], msgspec.Meta(max_length=5)] = msgspec.field(default_factory=list)
    """Labels of the answer that name the service, pod or workload."""
    kind: Kind = Kind.GENERIC
    unit: Annotated[str, msgspec.Meta(max_length=30)] = ""
    fix: Annotated[str, msgspec.Meta(max_length=500)] = ""
    enabled: bool = True
