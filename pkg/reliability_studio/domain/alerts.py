"""One alert as any source reports it, its identity, and how two reports of it combine.

An *episode* is one continuous firing: `fingerprint` + `starts_at`. Delivery is at least once, from
several senders, in any order; `merge` is the only place that says what two reports of one episode mean
together, and it is order-independent and idempotent (property-tested). What several alerts mean together that
a rule of the organisation takes for one is said in `incidents/members`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class AlertSource(StrEnum):
    """Through which door an alert came."""

    ALERTMANAGER = "alertmanager"
    GRAFANA = "grafana"
    GENERIC = "generic"
    PROMETHEUS = "prometheus"
    SLO = "slo"
    HEARTBEAT = "heartbeat"
    """Ours: an expected signal is missing."""
    DETECTOR = "detector"
    """Ours: a service misbehaves that no alert rule watches; a candidate, never an incident by itself."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Why an episode is several alerts of its sources: the rule that took them for one."""

    rule: str
    """Id of the rule."""
    text: str
    """What the rule said when the episode began, for a person."""
    key: str
    """Name of the episode in timelines. Its start may still move, so it is not part of the name."""


@dataclass(frozen=True, slots=True)
class AlertEvent:
    """One report of one alert episode."""

    source: AlertSource
    fingerprint: str
    """Stable hash of the labels."""
    starts_at: datetime
    ends_at: datetime | None
    """None while it fires."""
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    generator_url: str = ""
    received_at: datetime | None = None
    integration: str = ""
    """Key of the integration through which a generic sender told it; empty for every other."""
    identity: Identity | None = None
    """None for what one source reports as one alert, which is what most episodes are."""

    @property
    def resolved(self) -> bool:
        """Whether this report says that the episode is over."""
        return self.ends_at is not None

    @property
    def episode(self) -> tuple[str, datetime]:
        """Identity of the episode."""
        return (self.fingerprint, self.starts_at)

    @property
    def name(self) -> str:
        """The alert's name, as people know it."""
        return self.labels.get("alertname") or self.annotations.get("summary") or "unnamed alert"


def fingerprint(labels: Mapping[str, str]) -> str:
    """Hash of a label set, for sources that give none: 16 hex digits, independent of order."""
    text = "\x00".join(f"{name}\x01{labels[name]}" for name in sorted(labels))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def merge(one: AlertEvent, other: AlertEvent) -> AlertEvent:
    """What two reports of one episode say together.

    Resolved wins over firing (a resolved message may be followed by a late firing duplicate of an HA
    pair; a re-fire has a new `starts_at` and is another episode). Of two ends the earlier is the true
    one: later ones are repeats. Annotations and links come from the report received last.

    Raises:
        ValueError: the reports are of two different episodes.
    """
    if one.episode != other.episode:
        message = "only reports of the same episode merge"
        raise ValueError(message)
    ends = [e.ends_at for e in (one, other) if e.ends_at is not None]
    latest = max(one, other, key=recency)
    first = [e.received_at for e in (one, other) if e.received_at is not None]
    return replace(
        latest,
        ends_at=min(ends) if ends else None,
        received_at=max(first) if first else None,
    )


def recency(event: AlertEvent) -> tuple[float, str, str, str, str, str]:
    """A total order: reception time first, then content, so that ties do not depend on the order."""
    received = event.received_at.timestamp() if event.received_at else float("-inf")
    return (
        received,
        event.source.value,
        event.integration,
        repr(sorted(event.labels.items())),
        repr(sorted(event.annotations.items())),
        event.generator_url,
    )
