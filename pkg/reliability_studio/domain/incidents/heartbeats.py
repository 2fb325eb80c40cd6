"""Expected signals: a backup that reports its end, an alert that always fires to show that alerting works.

When one is late by more than its grace, that is an alert like any other; the next signal ends it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.alerts import AlertEvent, AlertSource, fingerprint
from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.matchers import Matcher
from reliability_studio.domain.incidents.model import Severity

ALERT = "HeartbeatMissing"
"""Name of the alert about a signal that did not come."""


class Pulse(StrEnum):
    """How a heartbeat stands."""

    WAITING = "waiting"
    """Never heard; its first signal is not late yet."""
    BEATING = "beating"
    LATE = "late"
    """Due, within its grace."""
    MISSING = "missing"
    OFF = "off"
    """Switched off by a person."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One expected signal. It comes as a call, or as any firing alert that the matchers fit."""

    title: str
    interval: timedelta
    since: datetime
    """From when on it is expected: when it was declared or switched on again."""
    grace: timedelta = timedelta(minutes=1)
    service: str = ""
    severity: Severity = Severity.HIGH
    """What the level counts as."""
    level: str = ""
    """Id of a level of the ladder; empty: the one that is called like the severity."""
    labels: Mapping[str, str] = field(default_factory=dict)
    matchers: tuple[Matcher, ...] = ()
    """All must hold for an alert to be the signal; none means that only calls count."""
    comment: str = ""


def due_at(heartbeat: Heartbeat, last: datetime | None) -> datetime:
    """When the next signal is due."""
    return max(heartbeat.since, last or heartbeat.since) + heartbeat.interval


def pulse(heartbeat: Heartbeat, last: datetime | None, now: datetime) -> Pulse:
    """How it stands at a moment, by the last signal that was heard."""
    due = due_at(heartbeat, last)
    if now > due + heartbeat.grace:
        return Pulse.MISSING
    if last is None:
        return Pulse.WAITING
    return Pulse.BEATING if now <= due else Pulse.LATE


def identity(name: str) -> str:
    """The fingerprint of the alert about a heartbeat."""
    return fingerprint({"heartbeat": name})


def missing(
    name: str, heartbeat: Heartbeat, last: datetime | None, now: datetime, ladder: Ladder = BUILT_IN
) -> AlertEvent:
    """The alert about a signal that did not come; it began when the signal was due."""
    grade = ladder.named(heartbeat.level)
    urgency = heartbeat.severity.value if grade is None else grade.name
    own = {"alertname": ALERT, "heartbeat": name, "severity": urgency}
    if heartbeat.service:
        own["service"] = heartbeat.service
    heard = "it was never heard" if last is None else f"it was heard last at {last:%Y-%m-%d %H:%M:%S} UTC"
    every = round(heartbeat.interval.total_seconds())
    text = f"'{heartbeat.title}' is expected every {every} s; {heard}"
    return AlertEvent(
        source=AlertSource.HEARTBEAT,
        fingerprint=identity(name),
        starts_at=due_at(heartbeat, last),
        ends_at=None,
        labels={**heartbeat.labels, **own},
        annotations={"summary": text, **({"description": heartbeat.comment} if heartbeat.comment else {})},
        received_at=now,
    )


def ended(event: AlertEvent, last: datetime | None, now: datetime) -> AlertEvent:
    """The end of that alert: with the signal that came, else now."""
    at = last if last is not None and last > event.starts_at else now
    return replace(event, ends_at=at, received_at=now)
