"""Where an alert belongs: in an open incident, in a new one, or in none; and why.

`place` decides for a whole batch at once, in the order of onset, so that the order of delivery within a
batch does not matter. Every alert gets a reason in words, those that join nothing too.

    set aside    about monitoring itself, a heartbeat, a rule says so, or maintenance is on
    suppressed   a parent has an open incident, and a rule says that the alert waits for it
    candidate    the detector found it, or a rule says so: it waits for a person
    repeated     its episode has its place already
    joins        same group · same service · a direct neighbour with an onset close by
    reopens      the same group, resolved a short while ago
    opens        otherwise
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.catalog import environment_of, service_of
from reliability_studio.domain.incidents.candidates import Candidate, Candidates, Draft, onset, rule_id
from reliability_studio.domain.incidents.maintenance import Effect, Window
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Milestone
from reliability_studio.domain.incidents.policy import (
    HEARTBEATS,
    MONITORING_ALERTS,
    Action,
    Policy,
    Rule,
)
from reliability_studio.domain.incidents.suppression import Parent, suppressor


class Reason(StrEnum):
    """Why an alert is where it is; part of the API."""

    OPENED = "opened"
    JOINED_GROUP = "joined_group"
    JOINED_SERVICE = "joined_service"
    JOINED_NEIGHBOUR = "joined_neighbour"
    REOPENED = "reopened"
    RESOLVED_UNKNOWN = "resolved_unknown"
    MONITORING = "monitoring"
    HEARTBEAT = "heartbeat"
    SET_ASIDE = "set_aside"
    MAINTENANCE = "maintenance"
    """Expected: it is looked at again when the maintenance window is over."""
    SUPPRESSED = "suppressed"
    """A parent has an open incident: it is looked at again when that is over."""
    CANDIDATE = "candidate"
    """The detector found it, or a rule says so: a person declares an incident, or does not."""
    MOVED = "moved"
    """A person put it there by merge or split."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one alert goes. `target` is None when it joins nothing."""

    event: AlertEvent
    target: Candidate | None
    reason: Reason
    text: str
    rule: Rule
    quiet: bool = False
    """It joined during maintenance and makes nothing louder."""


def place(
    events: Sequence[AlertEvent], incidents: Sequence[Incident], policy: Policy, now: datetime
) -> tuple[Placement, ...]:
    """Decide about episodes that have no place yet.

    Args:
        events: one merged event per episode.
        incidents: those that are active, or were resolved not longer ago than the policy remembers.
        policy: the rules and the service graph.
        now: the moment of the decision.
    """
    candidates = Candidates(incidents)
    placed: list[Placement] = []
    for event in sorted(events, key=lambda one: (one.starts_at, one.fingerprint)):
        one = _place(event, candidates, policy, now)
        placed.append(one)
        if isinstance(one.target, Draft) and one.reason is Reason.OPENED:
            candidates.add(one.target)
    return tuple(placed)


def group_key(event: AlertEvent, rule: Rule) -> str:
    """What alerts share that belong together under a rule."""
    if rule.group_by:
        return "\x1f".join(f"{name}={event.labels.get(name, '')}" for name in sorted(rule.group_by))
    service = service_of(event.labels)
    if not service:
        return f"alert={event.name}"  # unrelated alerts without a service do not pile up in one incident
    return f"service={service}\x1fenvironment={environment_of(event.labels)}"


def _place(event: AlertEvent, candidates: Candidates, policy: Policy, now: datetime) -> Placement:
    rule = policy.rule_for(event.labels)
    aside = _set_aside(event, rule)
    if aside is not None:
        return Placement(event, None, *aside, rule)
    key = group_key(event, rule)
    waits = _waits(event, key, rule, candidates, policy, now)
    if waits is not None:
        return waits
    found = _candidate(event, key, rule, candidates, policy, now)
    if found is not None:
        return Placement(event, *found, rule)
    if event.resolved:
        text = "it was over before anybody heard of it, and no open incident fits"
        return Placement(event, None, Reason.RESOLVED_UNKNOWN, text, rule)
    if rule.action is Action.CANDIDATE:
        text = f"the rule '{rule.name}' leaves it to a person: declare an incident if it matters"
        return Placement(event, None, Reason.CANDIDATE, text, rule)
    draft = Draft(
        key=candidates.drafts,
        service=service_of(event.labels) or UNASSIGNED,
        environment=environment_of(event.labels),
        started=event.starts_at,
        rule=rule,
        group_key=key,
    )
    return Placement(event, draft, Reason.OPENED, _opened(draft, rule), rule)


def _waits(
    event: AlertEvent,
    key: str,
    rule: Rule,
    candidates: Candidates,
    policy: Policy,
    now: datetime,
) -> Placement | None:
    """An alert that waits: for a person, or for the end of maintenance or of a parent's incident."""
    window = policy.window_for(event.labels, now)
    if event.source is AlertSource.DETECTOR:
        return _candidature(event, rule, window)
    if window is not None:
        return _maintained(event, key, rule, window, candidates, policy)
    if rule.action is not Action.SUPPRESS:
        return None
    parent = suppressor(event, rule, _parents(candidates), policy.depends_on, now)
    if parent is None or _own(event, key, rule, candidates) is not None:
        return None
    return Placement(event, None, Reason.SUPPRESSED, parent[1], rule)


def _candidature(event: AlertEvent, rule: Rule, window: Window | None) -> Placement:
    """What the detector found waits for a person; during maintenance it is expected."""
    if window is not None:
        text = f"the maintenance '{window.title}' is on"
        return Placement(event, None, Reason.MAINTENANCE, text, rule)
    text = "no alert rule says so, the detector does: declare an incident if it matters"
    return Placement(event, None, Reason.CANDIDATE, text, rule)


def _maintained(
    event: AlertEvent,
    key: str,
    rule: Rule,
    window: Window,
    candidates: Candidates,
    policy: Policy,
) -> Placement:
    """Where an alert goes while maintenance is on: into an open incident at most."""
    found = _open(event, key, rule, candidates, policy) if window.effect is Effect.JOIN else None
    during = f"the maintenance '{window.title}' is on"
    if found is None:
        return Placement(event, None, Reason.MAINTENANCE, during, rule)
    target, reason, text = found
    return Placement(event, target, reason, f"{text}; silently, since {during}", rule, quiet=True)


def _set_aside(event: AlertEvent, rule: Rule) -> tuple[Reason, str] | None:
    if event.name in MONITORING_ALERTS:
        return Reason.MONITORING, f"{event.name} says that monitoring fails, not that a service does"
    if event.name in HEARTBEATS:
        return Reason.HEARTBEAT, f"{event.name} always fires, to show that alerting works"
    if rule.action is Action.SET_ASIDE:
        return Reason.SET_ASIDE, f"the rule '{rule.name}' keeps such alerts without an incident"
    return None


def _candidate(
    event: AlertEvent,
    key: str,
    rule: Rule,
    candidates: Candidates,
    policy: Policy,
    now: datetime,
) -> tuple[Candidate, Reason, str] | None:
    """The incident that an alert belongs to: an open one, else one that was resolved a short while ago."""
    found = _open(event, key, rule, candidates, policy)
    if found is not None or event.resolved or rule.action is Action.CANDIDATE:
        return found
    return _ended(key, rule, candidates, now)


def _open(
    event: AlertEvent, key: str, rule: Rule, candidates: Candidates, policy: Policy
) -> tuple[Candidate, Reason, str] | None:
    """The open incident that fits best: same group first, then the same service, then a neighbour."""
    found = _own(event, key, rule, candidates)
    if found is not None or rule.group_by:
        return found
    return _by_neighbour(event, rule, candidates, policy)


def _own(
    event: AlertEvent, key: str, rule: Rule, candidates: Candidates
) -> tuple[Candidate, Reason, str] | None:
    """The open incident of the same group, or else of the same service."""
    found = candidates.of_group(rule, key)
    if found is not None:
        return found, Reason.JOINED_GROUP, f"it shares {_shared(key)} and the incident is open"
    return None if rule.group_by else _by_service(event, rule, candidates)


def _parents(candidates: Candidates) -> Sequence[Parent]:
    """Incidents that others' alerts may wait for, those that are about to be opened among them."""
    found = [
        Parent(one.service, one.environment, one.started, None, "a new incident")
        if isinstance(one, Draft)
        else Parent.of(one)
        for one in candidates.every()
    ]
    return [one for one in found if one is not None]


def _by_service(
    event: AlertEvent, rule: Rule, candidates: Candidates
) -> tuple[Candidate, Reason, str] | None:
    """An open incident of the same service that no key ties: made by hand, or by another rule."""
    service, environment = service_of(event.labels), environment_of(event.labels)
    if not service:
        return None
    for one in candidates.affecting(service):
        same_place = not environment or not one.environment or environment == one.environment
        if same_place and not _grouped_otherwise(one, rule):
            return one, Reason.JOINED_SERVICE, f"the incident about {service} is open"
    return None


def _by_neighbour(
    event: AlertEvent, rule: Rule, candidates: Candidates, policy: Policy
) -> tuple[Candidate, Reason, str] | None:
    service, environment = service_of(event.labels), environment_of(event.labels)
    for one in candidates.about(policy.neighbours.get(service, frozenset())):
        apart = abs(onset(one) - event.starts_at)
        if one.environment == environment and apart <= rule.window:
            minutes = round(apart.total_seconds() / 60)
            began = f"began {minutes} min apart" if minutes else "began within a minute of it"
            text = f"{service} is a direct neighbour of {one.service} and {began}"
            return one, Reason.JOINED_NEIGHBOUR, text
    return None


def _ended(
    key: str, rule: Rule, candidates: Candidates, now: datetime
) -> tuple[Candidate, Reason, str] | None:
    """The same trouble, resolved a short while ago: it is back."""
    for one in candidates.ended(rule, key):
        resolved = one.at(Milestone.RESOLVED) or one.updated_at
        if now - resolved <= rule.window:
            minutes = round((now - resolved).total_seconds() / 60)
            return (
                one,
                Reason.REOPENED,
                f"it shares {_shared(key)} with an incident that was resolved {minutes} min ago",
            )
    return None


def _opened(draft: Draft, rule: Rule) -> str:
    by = f"the rule '{rule.name}'" if rule.id else "the defaults"
    return f"no open incident shares {_shared(draft.group_key)}; opened by {by}"


def _shared(key: str) -> str:
    """A group key for people."""
    return ", ".join(part for part in key.split("\x1f") if not part.endswith("=")) or "the same group"


def _grouped_otherwise(one: Candidate, rule: Rule) -> bool:
    """Whether another rule keeps that incident for its own group."""
    return bool(rule_id(one)) and rule_id(one) != rule.id
