"""A child's alerts wait while a known parent has an open incident: one trouble, one incident.

Only a rule with `action: suppress` does it. It names the parents, or leaves that to the catalogue: then they
are what the alert's own service depends on, at any distance, as somebody declared it. What telemetry merely
saw suppresses nothing. A parent that began long after the child explains nothing either.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.catalog import environment_of, service_of
from reliability_studio.domain.incidents.model import Incident, Milestone, Status
from reliability_studio.domain.incidents.policy import Action, Rule

AFTERWARDS = timedelta(minutes=2)
"""How long a parent's end still counts as the child's reason: children recover a little later."""

Dependencies = Mapping[str, frozenset[str]]
"""For each service, what it was declared to depend on directly."""


@dataclass(frozen=True, slots=True)
class Parent:
    """An incident that may be the reason of somebody else's alerts."""

    service: str
    environment: str
    started: datetime
    ended: datetime | None
    """None while it is open."""
    name: str
    """As people are told."""

    @classmethod
    def of(cls, incident: Incident) -> "Parent | None":
        """What an incident is to others; None when it is over for good."""
        if incident.status.active:
            ended = None
        elif incident.status is Status.RESOLVED:
            ended = incident.at(Milestone.RESOLVED) or incident.updated_at
        else:
            return None
        return cls(incident.service, incident.environment, incident.started_at, ended, incident.key)


def suppressor(
    event: AlertEvent,
    rule: Rule,
    parents: Sequence[Parent],
    declared: Dependencies,
    now: datetime,
) -> tuple[Parent, str] | None:
    """The incident that an alert waits for, and why in words; None when it has to speak for itself."""
    if rule.action is not Action.SUPPRESS:
        return None
    child, environment = service_of(event.labels), environment_of(event.labels)
    named = frozenset(rule.parents)
    above = named or _everything_below(child, declared)
    for one in parents:
        same_place = not environment or not one.environment or environment == one.environment
        explains = one.started - event.starts_at <= rule.window
        goes_on = one.ended is None or now - one.ended < AFTERWARDS
        if one.service in above and one.service != child and same_place and explains and goes_on:
            how = f"the rule '{rule.name}' names it" if named else f"{child} depends on it"
            state = "is open" if one.ended is None else "has just ended"
            return one, f"suppressed because {one.name} about {one.service} {state}, and {how}"
    return None


def _everything_below(service: str, declared: Dependencies) -> frozenset[str]:
    found: set[str] = set()
    todo: Collection[str] = declared.get(service, frozenset())
    while todo:
        found |= set(todo)
        todo = {each for name in todo for each in declared.get(name, frozenset())} - found
    return frozenset(found)
