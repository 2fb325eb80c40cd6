"""What alerts do to an incident: pure, one incident at a time, with the timeline entries that tell it.

    opened(org_id, draft, news, now, policy)           a new incident out of its first alerts
    settle(incident, news, alerts, policy, now)        what the news change: severity, onset, the end
    release(incident, alerts, policy, now)             the end of flap damping

`news` are the episodes of this delivery, `alerts` all episodes of the incident, both after merging, or as
many as are enough (`enough`). Nothing here looks at the order of delivery.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.catalog import service_of
from reliability_studio.domain.incidents.candidates import Draft
from reliability_studio.domain.incidents.entries import MAX_TITLE, severity_entry, status_entry
from reliability_studio.domain.incidents.grouping import Reason
from reliability_studio.domain.incidents.ladder import Ladder
from reliability_studio.domain.incidents.lifecycle import SYSTEM, advance, begun, reopened
from reliability_studio.domain.incidents.model import (
    Grade,
    Incident,
    Link,
    Milestone,
    Origin,
    Stamp,
    Status,
)
from reliability_studio.domain.incidents.news import News, alert_entries
from reliability_studio.domain.incidents.policy import AutoResolve, Policy, Rule, grade_of
from reliability_studio.domain.incidents.status_names import StatusNames
from reliability_studio.domain.timeline import Entry

MAX_SERVICES = 200
MAX_LABELS = 100


class Outcome(StrEnum):
    """What happened to an incident; several at once may."""

    OPENED = "opened"
    REOPENED = "reopened"
    JOINED = "joined"
    ESCALATED = "escalated"
    HELD = "held"
    """All alerts are over; flap damping keeps it open."""
    RESOLVED = "resolved"


class Ending(StrEnum):
    """Why an incident ended by itself, or why it did not."""

    ALL_RESOLVED = "all_resolved"
    FIRST_RESOLVED = "first_resolved"
    LAST_RESOLVED = "last_resolved"
    HOLD_OVER = "hold_over"
    HELD = "held"
    STILL_FIRING = "still_firing"
    NEVER = "never"
    ENDED_ALREADY = "ended_already"
    BY_HAND = "by_hand"
    """People opened it, people end it."""
    NO_ALERTS = "no_alerts"


_ENDING_TEXT = {
    Ending.ALL_RESOLVED: "all its alerts are over",
    Ending.FIRST_RESOLVED: "the first of its alerts is over",
    Ending.LAST_RESOLVED: "the alert that began last is over",
    Ending.HOLD_OVER: "all its alerts are over and none came back while it was held open",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """The incident afterwards, what to tell about it, and what happened; equal to before when nothing did."""

    incident: Incident
    entries: tuple[Entry, ...]
    outcomes: frozenset[Outcome]
    ending: Ending


def opened(
    org_id: int,
    draft: Draft,
    news: Sequence[News],
    now: datetime,
    policy: Policy,
) -> Incident:
    """The incident that a draft becomes, with its number still to be taken."""
    loud = [one for one in news if not one.quiet] or news
    graded = [(grade_of(one.event.labels, draft.rule, policy.ladder), one.event) for one in loud]
    grade, event = min(graded, key=lambda one: (one[0].rank, *_order(one[1])))
    shared = _shared_labels(news)
    return Incident(
        id=0,
        org_id=org_id,
        number=0,
        version=1,
        title=_title(event),
        severity=grade.severity,
        level=grade.level,
        step=grade.step,
        status=Status.OPEN,
        stage=policy.names.first(Status.OPEN),
        service=draft.service,
        origin=Origin.SLO if event.source is AlertSource.SLO else Origin.ALERT,
        milestones=begun(draft.started, now, SYSTEM),
        created_at=now,
        created_by=SYSTEM,
        updated_at=now,
        updated_by=SYSTEM,
        summary=event.annotations.get("description") or event.annotations.get("summary", ""),
        environment=draft.environment,
        labels=shared,
        links=_links(event, draft.service, policy.runbooks.get(draft.service, "")),
        drill=draft.rule.drill or shared.get("drill") == "true",
        rule=draft.rule.id,
        group_key=draft.group_key,
    )


def settle(
    incident: Incident, news: Sequence[News], alerts: Sequence[AlertEvent], policy: Policy, now: datetime
) -> Settled:
    """What the news of one delivery do to an incident."""
    rule = policy.rule_named(incident.rule)
    ordered = sorted(news, key=lambda one: _order(one.event))
    entries = [entry for one in ordered for entry in alert_entries(one, rule, now, policy.ladder)]
    outcomes: set[Outcome] = {Outcome.JOINED} if any(one.fresh for one in news) else set()
    changed = _gathered(incident, ordered)
    returning = [one.event.starts_at for one in ordered if one.reason is Reason.REOPENED]
    if returning and not changed.status.active:
        names = policy.names
        changed = reopened(changed, Status.OPEN, by=SYSTEM, now=now, at=min(returning), names=names)
        entries.append(status_entry(incident, changed, SYSTEM, now, "its alerts are back", names))
        outcomes.add(Outcome.REOPENED)
    louder = _louder(changed, ordered, alerts, rule, policy.ladder)
    if louder is not None:
        entries.append(
            severity_entry(changed, louder, SYSTEM, now, "a more severe alert joined", policy.ladder)
        )
        changed = changed.graded(louder)
        outcomes.add(Outcome.ESCALATED)
    ending = _end(changed, ordered, alerts, rule, now)
    return _finish(incident, changed, entries, outcomes, ending, now, policy.names)


def enough(incident: Incident, news: Sequence[News], others: Sequence[AlertEvent], policy: Policy) -> bool:
    """Whether `settle` says the same on these episodes as on all of the incident.

    It does while one of them still fires, unless the rule asks which began last, or an alert joins that is
    more urgent than the incident: then what the earlier ones were decides.
    """
    rule = policy.rule_named(incident.rule)
    if rule.auto_resolve is AutoResolve.LAST_RESOLVED:
        return False
    ladder, rank = policy.ladder, incident.grade.rank
    if any(grade_of(event.labels, rule, ladder).rank < rank for event in _loud(news)):
        return False
    return any(event.ends_at is None for event in (*(one.event for one in news), *others))


def release(incident: Incident, alerts: Sequence[AlertEvent], policy: Policy, now: datetime) -> Settled:
    """End an incident whose flap damping is over and whose alerts stayed away."""
    rule = policy.rule_named(incident.rule)
    ending = _end(incident, (), alerts, rule, now)
    if ending[0] is Ending.ALL_RESOLVED:
        ending = (Ending.HOLD_OVER, ending[1])
    return _finish(incident, incident, [], set(), ending, now, policy.names)


def _finish(
    before: Incident,
    changed: Incident,
    entries: list[Entry],
    outcomes: set[Outcome],
    ending: tuple[Ending, datetime | None],
    now: datetime,
    names: StatusNames,
) -> Settled:
    why, at = ending
    if why in _ENDING_TEXT:
        step = advance(changed, Status.RESOLVED, by=SYSTEM, now=now, at=at, force=True, names=names)
        entries.append(status_entry(changed, step.incident, SYSTEM, now, _ENDING_TEXT[why], names))
        changed = step.incident
        outcomes.add(Outcome.RESOLVED)
    elif why is Ending.HELD:
        if changed.hold_until is None:
            outcomes.add(Outcome.HELD)
        changed = replace(changed, hold_until=at)
    elif changed.hold_until is not None:
        # It fires again, or alerts cannot end it: nothing is waited for.
        changed = replace(changed, hold_until=None)
    if changed != before:
        changed = replace(changed, updated_at=now, updated_by=SYSTEM)
    return Settled(changed, tuple(entries), frozenset(outcomes), why)


def _end(
    incident: Incident, news: Sequence[News], alerts: Sequence[AlertEvent], rule: Rule, now: datetime
) -> tuple[Ending, datetime | None]:
    """Whether the incident ends now, and when it ended (or until when it is held open)."""
    never = _never(incident, alerts, rule)
    if never is not None:
        return never, None
    if rule.auto_resolve is AutoResolve.FIRST_RESOLVED:
        ended = [one.event.ends_at for one in news if one.event.ends_at is not None]
        return (Ending.FIRST_RESOLVED, min(ended)) if ended else (Ending.STILL_FIRING, None)
    if rule.auto_resolve is AutoResolve.LAST_RESOLVED:
        last = max(alerts, key=_order)
        return (Ending.STILL_FIRING, None) if last.ends_at is None else (Ending.LAST_RESOLVED, last.ends_at)
    over = [event.ends_at for event in alerts if event.ends_at is not None]
    if len(over) < len(alerts):
        return Ending.STILL_FIRING, None
    return _after_hold(incident, max(over), rule.hold, now)


def _never(incident: Incident, alerts: Sequence[AlertEvent], rule: Rule) -> Ending | None:
    """Why alerts cannot end this incident at all."""
    if not incident.status.active:
        return Ending.ENDED_ALREADY
    if incident.origin is Origin.MANUAL:
        return Ending.BY_HAND
    if not alerts:
        return Ending.NO_ALERTS
    return Ending.NEVER if rule.auto_resolve is AutoResolve.NEVER else None


def _after_hold(
    incident: Incident, ended: datetime, hold: timedelta, now: datetime
) -> tuple[Ending, datetime | None]:
    until = incident.hold_until or min(ended, now) + hold
    return (Ending.HELD, until) if until > now else (Ending.ALL_RESOLVED, ended)


def _gathered(incident: Incident, news: Sequence[News]) -> Incident:
    """With the services that the news name, and the earliest onset that the system itself knows of."""
    named = {service_of(one.event.labels) for one in news} - {"", incident.service}
    services = tuple(sorted({*incident.services, *named}))[:MAX_SERVICES]
    started = incident.milestones[Milestone.STARTED]
    fresh = [one.event.starts_at for one in news if one.earlier]
    floor = incident.episodes[-1].resolved if incident.episodes else None
    if fresh and started.by == SYSTEM and incident.status.active and incident.origin is not Origin.MANUAL:
        onset = min(started.at, *fresh)
        started = Stamp(onset if floor is None else max(onset, floor), SYSTEM)
    if services == incident.services and started == incident.milestones[Milestone.STARTED]:
        return incident
    return replace(
        incident, services=services, milestones={**incident.milestones, Milestone.STARTED: started}
    )


def _louder(
    incident: Incident, news: Sequence[News], alerts: Sequence[AlertEvent], rule: Rule, ladder: Ladder
) -> Grade | None:
    """A higher severity, if a new alert is more urgent than the incident and than every alert before it.

    So a severity that a person lowered stays, until something worse than what they knew comes.
    """
    fresh = _loud(news)
    if not fresh:
        return None
    new = {event.episode for event in fresh}
    earlier = [grade_of(event.labels, rule, ladder) for event in alerts if event.episode not in new]
    earlier += [grade_of(one.before.labels, rule, ladder) for one in news if one.before is not None]
    worst = min((grade_of(event.labels, rule, ladder) for event in fresh), key=lambda one: one.rank)
    known = [incident.grade, *earlier]
    return worst if all(worst.rank < one.rank for one in known) else None


def _loud(news: Sequence[News]) -> list[AlertEvent]:
    """Alerts that can make an incident more severe."""
    return [one.event for one in news if one.louder and not one.event.resolved and not one.quiet]


def _title(event: AlertEvent) -> str:
    service = service_of(event.labels)
    name = event.name if not service or service in event.name else f"{event.name}: {service}"
    return name.strip()[:MAX_TITLE] or "unnamed alert"


def _shared_labels(news: Sequence[News]) -> dict[str, str]:
    """Labels that all first alerts have in common, without Grafana's private ones."""
    shared = set.intersection(*(set(one.event.labels.items()) for one in news))
    public = sorted((name, value) for name, value in shared if name and not name.startswith("__"))
    return dict(public[:MAX_LABELS])


_LINKS = (("runbook_url", "Runbook"), ("dashboard_url", "Dashboard"), ("panel_url", "Panel"))


def _links(event: AlertEvent, service: str, runbook: str) -> tuple[Link, ...]:
    """Where to look: as the alert names it, and the runbook of its service if that is another one."""
    named = [(title, event.annotations.get(key, "")) for key, title in _LINKS]
    if runbook not in {url for _, url in named}:
        named.insert(1, (f"Runbook of {service}", runbook))
    named.append(("Alert source", event.generator_url))
    return tuple(Link(title, url) for title, url in named if url.startswith(("http://", "https://")))


def _order(event: AlertEvent) -> tuple[datetime, str]:
    return event.starts_at, event.fingerprint
