"""JSON of rules about which alerts are one, of their dry run, and of the alerts that make an episode."""

from datetime import datetime
from typing import Annotated

import msgspec

from reliability_studio.api.admin_shapes import LabelName, MatcherShape
from reliability_studio.api.codec import InputShape, Shape
from reliability_studio.api.texts import Title, Word
from reliability_studio.domain.alerts import AlertSource
from reliability_studio.domain.incidents.identity import Sameness


class IdentityRuleInput(InputShape):
    """A rule about which alerts are one, new or whole in place of the earlier one; for new episodes only."""

    title: Title
    labels: Annotated[list[LabelName], msgspec.Meta(min_length=1, max_length=50)]
    how: Sameness = Sameness.IGNORE
    """Whether alerts must be alike in these labels only, or in all but these."""
    matchers: Annotated[list[MatcherShape], msgspec.Meta(max_length=50)] = msgspec.field(default_factory=list)
    """All must hold; none means every alert."""
    source: AlertSource | None = None
    """Only alerts that came through this door; null means every sender's."""
    integration: Word = ""
    """Only alerts of the integration with this key, with the source `generic`; empty means of each."""
    position: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    enabled: bool = True
    version: int | None = None
    """Makes a change conditional."""


class IdentityRuleShape(Shape):
    """One rule about which alerts are one."""

    id: str
    title: str
    labels: list[str]
    how: Sameness
    matchers: list[MatcherShape]
    source: AlertSource | None
    integration: str
    """Key of the one generic sender that it is about; empty: it is about none in particular."""
    position: int
    enabled: bool
    version: int
    updated_at: datetime | None
    updated_by: str


class IdentityRuleListShape(Shape):
    """Rules in the order in which they are tried; the first that covers an alert decides."""

    items: list[IdentityRuleShape]


class IdentityDryRunInput(InputShape):
    """A rule to try on the alerts of the last days, among the rules that exist."""

    rule: IdentityRuleInput
    id: Word = ""
    """The rule that it would replace; empty for a new one."""
    days: Annotated[int, msgspec.Meta(ge=1, le=90)] = 30


class IdentityGroupShape(Shape):
    """Several alerts that would have been one."""

    name: str
    labels: dict[str, str]
    """What they share; name and severity are those of the most urgent one."""
    alerts: int
    starts_at: datetime
    ends_at: datetime | None


class IdentityDryRunShape(Shape):
    """What a rule would have done."""

    alerts: int
    """Those that it would have decided about."""
    episodes: int
    """How many they would have been."""
    groups: list[IdentityGroupShape]
    """Those of several alerts, the largest first; a hundred at most."""
    truncated: bool
    """There were more alerts than a dry run looks at."""


class AlertMemberShape(Shape):
    """One alert of a source, that a rule takes for one with others."""

    source: AlertSource
    integration: str
    """Key of the integration that told it, of a generic sender; empty for every other."""
    fingerprint: str
    """As its source tells it."""
    firing: bool
    starts_at: datetime
    ends_at: datetime | None
    received_at: datetime | None
    """When its last report came."""
    labels: dict[str, str]
    annotations: dict[str, str]
    generator_url: str


class AlertMemberListShape(Shape):
    """The alerts that make an episode, oldest first; none where its source says what it is."""

    items: list[AlertMemberShape]
