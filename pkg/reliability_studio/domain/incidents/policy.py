"""Rules as data: which alerts belong together, how urgent they are, when an incident ends by itself.

Rules are tried in the order of their position and the first that matches decides; without any the defaults
work: one incident per service and environment, joined by direct neighbours whose onset lies close, resolved
when all its alerts are over. Maintenance windows come before the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.catalog import Neighbours
from reliability_studio.domain.incidents.enrichment import PER_ALERT, Enrichment
from reliability_studio.domain.incidents.identity import IdentityRule
from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.domain.incidents.model import Grade, Severity
from reliability_studio.domain.incidents.status_names import BUILT_IN_NAMES, StatusNames

WINDOW = timedelta(minutes=15)
"""How close onsets lie that belong together, and how soon a return is the same incident again."""

MONITORING_ALERTS = frozenset({"DatasourceNoData", "DatasourceError"})
"""Alerts about the monitoring itself: they say nothing about a service."""
HEARTBEATS = frozenset({"Watchdog", "DeadMansSwitch", "InfoInhibitor"})
"""Alerts that always fire, to show that alerting works."""


class AutoResolve(StrEnum):
    """When an incident ends by itself."""

    ALL_RESOLVED = "all_resolved"
    FIRST_RESOLVED = "first_resolved"
    LAST_RESOLVED = "last_resolved"
    """When the alert that began last is over."""
    NEVER = "never"


class Action(StrEnum):
    """What a rule does with the alerts that it matches."""

    INCIDENT = "incident"
    SET_ASIDE = "set_aside"
    """Keep the alert, open nothing."""
    CANDIDATE = "candidate"
    """Join an open incident; where none fits, keep the alert for a person, who declares one or does not."""
    SUPPRESS = "suppress"
    """Keep the alert while a parent has an open incident; without one, it opens or joins as usual."""


class History(StrEnum):
    """Whose memory of alerts a rule is tried on."""

    STORED = "stored"
    """The alerts that came in."""
    PROMETHEUS = "prometheus"
    """What Prometheus has in its series `ALERTS`, without annotations: also from before we were there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `id` is stable; the position decides between rules that match the same alert."""

    id: str
    name: str
    matchers: tuple[Matcher, ...] = ()
    """All must hold; none means every alert."""
    position: int = 0
    enabled: bool = True
    action: Action = Action.INCIDENT
    group_by: tuple[str, ...] = ()
    """Labels whose values alerts must share; empty means service and environment."""
    window: timedelta = WINDOW
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Meanings of the label `severity` that differ from the ladder's."""
    levels: Mapping[str, str] = field(default_factory=dict)
    """The level of the ladder that is meant, by the same words; one that is gone gives way to them."""
    auto_resolve: AutoResolve = AutoResolve.ALL_RESOLVED
    hold: timedelta = timedelta()
    """Flap damping: how long an incident stays open after its last alert ended."""
    drill: bool = False
    parents: tuple[str, ...] = ()
    """Services whose open incident suppresses; none means what the alert's own is declared to depend on."""
    version: int = 1

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether all its matchers hold."""
        return all(matcher.matches(labels) for matcher in self.matchers)


DEFAULT_RULE = Rule(id="", name="defaults")
"""What applies to alerts that no rule matches."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that decides about alerts of one organisation."""

    rules: tuple[Rule, ...] = ()
    """Enabled ones and others, in order."""
    neighbours: Neighbours = field(default_factory=dict)
    """Direct neighbours of services in the dependency graph."""
    depends_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """What each service was declared to depend on directly."""
    runbooks: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the services' runbooks in the catalogue; of those that have one."""
    windows: tuple[Window, ...] = ()
    """Maintenance windows, the over ones too."""
    ladder: Ladder = BUILT_IN
    names: StatusNames = BUILT_IN_NAMES
    identities: tuple[IdentityRule, ...] = ()
    """Which alerts are one: enabled rules, in order."""
    enrichments: tuple[Enrichment, ...] = ()
    """What is asked when an alert comes in: enabled rules, in order."""

    def identity_for(self, event: AlertEvent) -> IdentityRule | None:
        """The rule that says what this alert is; None when its source does."""
        return next((rule for rule in self.identities if rule.covers(event)), None)

    def enrichments_of(self, event: AlertEvent) -> tuple[Enrichment, ...]:
        """The rules that have something asked about this alert, as many as are asked at most."""
        return tuple(islice((rule for rule in self.enrichments if rule.covers(event)), PER_ALERT))

    def urgency(self, labels: Mapping[str, str]) -> int:
        """How urgent an alert is; the smaller, the more urgent."""
        return grade_of(labels, self.rule_for(labels), self.ladder).rank

    def window_for(self, labels: Mapping[str, str], now: datetime) -> Window | None:
        """The maintenance window that an alert with these labels falls into now."""
        return next((one for one in self.windows if one.covers(labels, now)), None)

    def rule_for(self, labels: Mapping[str, str]) -> Rule:
        """The first enabled rule that matches, else the defaults."""
        return next((rule for rule in self.rules if rule.enabled and rule.matches(labels)), DEFAULT_RULE)

    def rule_named(self, rule_id: str) -> Rule:
        """The rule of that id; the defaults when it is gone."""
        return next((rule for rule in self.rules if rule.id == rule_id), DEFAULT_RULE)

    @property
    def memory(self) -> timedelta:
        """How long after its resolution an incident may still be reopened by an alert."""
        return max((rule.window for rule in (*self.rules, DEFAULT_RULE)), default=WINDOW)


def grade_of(labels: Mapping[str, str], rule: Rule = DEFAULT_RULE, ladder: Ladder = BUILT_IN) -> Grade:
    """How urgent an alert is: by the rule's meanings first, then by the ladder's."""
    word = labels.get("severity", "").strip().lower()
    told = next((name for name in rule.severities if name.lower() == word), None)
    if told is None:
        return ladder.meant(word)
    return ladder.kept(rule.severities[told], rule.levels.get(told, ""))
