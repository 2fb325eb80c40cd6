"""What one delivery tells of an episode, and what the timeline says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reliability_studio.domain.alerts import AlertEvent, AlertSource
from reliability_studio.domain.incidents.entries import MAX_TITLE
from reliability_studio.domain.incidents.grouping import Reason
from reliability_studio.domain.incidents.ladder import BUILT_IN, Ladder
from reliability_studio.domain.incidents.policy import Rule, grade_of
from reliability_studio.domain.timeline import Entry, EntryType


@dataclass(frozen=True, slots=True)
class News:
    """One episode of this delivery: as it is now, as it was known before, and why it is here."""

    event: AlertEvent
    before: AlertEvent | None
    reason: Reason
    text: str
    quiet: bool = False
    """It came during maintenance: nothing gets louder by it."""

    @property
    def fresh(self) -> bool:
        """Whether nobody had heard of the episode."""
        return self.before is None

    @property
    def louder(self) -> bool:
        """Whether it may make the incident more severe: it is new, or another member speaks for it."""
        was = self.before
        if was is None:
            return True
        said = was.labels.get("severity") != self.event.labels.get("severity")
        return self.event.identity is not None and said

    @property
    def earlier(self) -> bool:
        """Whether it began earlier than was known: it is new, or has a new member."""
        return self.before is None or self.event.starts_at < self.before.starts_at


def alert_entries(news: News, rule: Rule, now: datetime, ladder: Ladder = BUILT_IN) -> tuple[Entry, ...]:
    """What the timeline says about an episode; each half is told once, whatever is delivered again."""
    event = news.event
    key = f"alert:{_told_as(event)}"
    told: dict[str, object] = {
        "alertname": event.name,
        "fingerprint": event.fingerprint,
        "labels": dict(event.labels),
        "annotations": dict(event.annotations),
        "generatorUrl": event.generator_url,
        "reason": news.reason.value,
        "reasonText": news.text,
    }
    description = event.annotations.get("summary") or event.annotations.get("description", "")
    severity = grade_of(event.labels, rule, ladder).severity.value
    began = Entry(
        type=EntryType.SLO_BURN if event.source is AlertSource.SLO else EntryType.ALERT,
        occurred_at=min(event.starts_at, now),
        recorded_at=now,
        title=f"{event.name} fires"[:MAX_TITLE],
        source=event.source.value,
        source_key=f"{key}:fires",
        description=description,
        severity=severity,
        metadata={**told, "state": "firing"},
    )
    if event.ends_at is None:
        return (began,)
    over = replace(
        began,
        occurred_at=min(max(event.ends_at, event.starts_at), now),
        title=f"{event.name} is over"[:MAX_TITLE],
        source_key=f"{key}:over" if event.identity is None else f"{key}:over:{event.ends_at.isoformat()}",
        metadata={**told, "state": "resolved"},
    )
    return (began, over)


def united_entry(event: AlertEvent, parts: Sequence[AlertEvent], now: datetime) -> Entry:
    """What the timeline says when a late message makes one of episodes that were told apart.

    Args:
        event: the episode that they are now.
        parts: the episodes as they were told, the earliest first.
        now: when the message came.
    """
    spans = [f"{_minute(one.starts_at)} to {_minute(one.ends_at)}" for one in parts]
    return Entry(
        type=EntryType.EVIDENCE,
        occurred_at=now,
        recorded_at=now,
        title=f"{event.name}: {len(parts)} episodes are one"[:MAX_TITLE],
        source=event.source.value,
        source_key=":".join(["alert", *sorted(_told_as(one) for one in parts), "one"]),
        description="A message that came late tells of firing that touches them all; they were told as "
        f"{', '.join(spans)}.",
        metadata={
            "alertname": event.name,
            "fingerprint": event.fingerprint,
            "episodes": [{"startsAt": one.starts_at, "endsAt": one.ends_at} for one in parts],
        },
    )


def apart_entry(event: AlertEvent, other: AlertEvent, incident: str, now: datetime) -> Entry:
    """What an incident's timeline says when a late message shows that its alert went on in another incident.

    Args:
        event: the episode of this incident.
        other: the one of the other incident.
        incident: number of the other incident, as people know it.
        now: when the message came.
    """
    return Entry(
        type=EntryType.EVIDENCE,
        occurred_at=now,
        recorded_at=now,
        title=f"{event.name} did not stop between this incident and {incident}"[:MAX_TITLE],
        source=event.source.value,
        source_key=":".join(["alert", *sorted((_told_as(event), _told_as(other))), "apart"]),
        description="A message that came late tells of firing that touches the alerts of both. Each was told "
        "in an incident of its own, so they stay two: merge the incidents if they are one trouble.",
        metadata={"alertname": event.name, "fingerprint": event.fingerprint, "incident": incident},
    )


def _minute(at: datetime | None) -> str:
    return "now" if at is None else f"{at.astimezone(UTC):%H:%M:%S} UTC"


def _told_as(event: AlertEvent) -> str:
    """The name of an episode in timelines; of several alerts that are one the start may still move."""
    if event.identity is not None:
        return event.identity.key
    return f"{event.fingerprint}:{event.starts_at.isoformat()}"
