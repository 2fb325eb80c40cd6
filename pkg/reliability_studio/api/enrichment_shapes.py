"""JSON of rules that have a question asked when an alert comes in, and of what came of it."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.admin_shapes import MatcherShape
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Labels, Title
from reliability_studio.domain.incidents.enrichment import EnrichmentSource, QuestionState


class EnrichmentInput(InputShape):
    """A rule, new or whole in place of the earlier one."""

    title: Title
    query: Annotated[str, msgspec.Meta(min_length=1, max_length=10_000)]
    """PromQL or LogQL; `$labels.name` is the value of the alert's label, as a whole quoted literal."""
    source: EnrichmentSource = EnrichmentSource.PROMETHEUS
    matchers: Annotated[list[MatcherShape], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    """All must hold; none means every alert."""
    window_seconds: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 300
    """How far back lines are looked for."""
    position: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    enabled: bool = True
    version: int | None = None
    """Makes a change conditional."""


class EnrichmentShape(Shape):
    """One rule."""

    id: str
    title: str
    query: str
    source: EnrichmentSource
    matchers: list[MatcherShape]
    window_seconds: int
    position: int
    enabled: bool
    version: int
    updated_at: datetime | None
    updated_by: str


class EnrichmentListShape(Shape):
    """Rules in their order; of one alert the first five that cover it are asked."""

    items: list[EnrichmentShape]


class MeasuredShape(Shape):
    """One value; null where it is no number."""

    labels: dict[str, str]
    value: float | None


class NotedShape(Shape):
    """One line."""

    at: datetime
    text: str


class ReadingShape(Shape):
    """What came of a question."""

    state: QuestionState
    text: str
    """In words: how many there were, what is missing, or why there is nothing."""
    query: str
    """As it is sent, with the alert's labels filled in."""
    values: list[MeasuredShape]
    """At most twenty, the largest first."""
    lines: list[NotedShape]
    """At most twenty, the newest first."""
    samples: int
    """Values or lines that came back; of lines at most one more than are kept."""


class QuestionShape(Shape):
    """What a rule has asked about an alert when it came in."""

    id: int
    rule: str
    """Id of the rule; it may be gone by now."""
    title: str
    source: EnrichmentSource
    about: datetime
    """The moment that the answer is about: when the alert came in."""
    ran_at: datetime | None
    """When it was asked; null while it is due, and when it was not run."""
    reading: ReadingShape


class QuestionListShape(Shape):
    """Questions about an alert, in the order of their rules."""

    items: list[QuestionShape]


class EnrichmentTrialInput(InputShape):
    """A rule to try on labels, as an alert might have them. Matchers are not looked at."""

    rule: EnrichmentInput
    labels: Labels = msgspec.field(default_factory=dict)
