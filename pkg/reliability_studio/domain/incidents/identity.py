"""Rules that say which alerts are one: what identifies them, or what does not tell them apart.

Without a rule an alert is what its source says it is, by the source's fingerprint. Rules are tried in their
order and the first that covers an alert decides. Ours (burn rates, heartbeats, the detector) are left alone:
who makes them looks for them by their own fingerprint.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent, AlertSource, Identity, fingerprint
from reliability_studio.domain.incidents.matchers import Matcher

SOURCES = (AlertSource.ALERTMANAGER, AlertSource.GRAFANA, AlertSource.GENERIC, AlertSource.PROMETHEUS)
"""Whose alerts rules may take for one."""


class Sameness(StrEnum):
    """How a rule says that alerts are the same."""

    IDENTIFY_BY = "identify_by"
    """Alerts are one when these labels are alike, whatever the others say."""
    IGNORE = "ignore"
    """Alerts are one when all labels but these are alike."""


@dataclass(frozen=True, slots=True)
class IdentityRule:
    """One rule. `id` is stable; the order of rules decides between those that cover the same alert."""

    title: str
    labels: tuple[str, ...]
    how: Sameness = Sameness.IGNORE
    matchers: tuple[Matcher, ...] = ()
    """All must hold; none means every alert."""
    source: AlertSource | None = None
    """Only alerts that came through this door; None means every sender's."""
    integration: str = ""
    """Only alerts of the generic sender with this key; empty means each that comes through the door."""
    id: str = ""

    def covers(self, event: AlertEvent) -> bool:
        """Whether it decides about this alert."""
        if event.source not in SOURCES or self.source not in {None, event.source}:
            return False
        if self.integration not in {"", event.integration}:
            return False
        return bool(self.chosen(event.labels)) and all(one.matches(event.labels) for one in self.matchers)

    def chosen(self, labels: Mapping[str, str]) -> Mapping[str, str]:
        """The labels that identify an alert; empty when it has none of them, so that it stays its own."""
        if self.how is Sameness.IGNORE:
            return {name: value for name, value in labels.items() if name not in self.labels}
        found = {name: labels.get(name, "") for name in self.labels}
        return found if any(found.values()) else {}

    def fingerprint(self, labels: Mapping[str, str]) -> str:
        """What alerts have in common that are one by this rule; no two rules share one."""
        return fingerprint({"\x02rule": self.id, **self.chosen(labels)})

    def identity(self, event: AlertEvent) -> Identity:
        """Why an episode that begins with this alert may become several."""
        key = f"{self.fingerprint(event.labels)}:{event.starts_at.isoformat()}"
        return Identity(self.id, self.text, key)

    @property
    def text(self) -> str:
        """What it does, for a person."""
        named = ", ".join(self.labels)
        if self.how is Sameness.IGNORE:
            return f"alerts that differ in nothing but {named} are one, by the rule '{self.title}'"
        return f"alerts that are alike in {named} are one, by the rule '{self.title}'"
