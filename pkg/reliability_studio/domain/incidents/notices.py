"""Who is told about a change of an incident, and what: one message per change and target, or why not.

Quiet by default: a target hears of openings, raised severities, reopenings and resolutions, from a severity
on, for the services it asked for. Drills are silent unless a target wants them. What is told is decided here
from the incident before and after; how it is worded for a chat or a mail is the sender's matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from reliability_studio.domain.incidents.model import Incident, Milestone, Severity, Status


class News(StrEnum):
    """What a change means to somebody outside, most important first."""

    OPENED = "opened"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    ESCALATED = "escalated"
    """The severity was raised."""
    MITIGATED = "mitigated"
    ACKNOWLEDGED = "acknowledged"
    REMINDER = "reminder"
    """Nothing changed although something should have; only where an organisation asks for reminders."""


QUIET = frozenset({News.OPENED, News.REOPENED, News.RESOLVED, News.ESCALATED, News.REMINDER})
"""What a target hears of unless it says otherwise."""


class Kind(StrEnum):
    """How a target is reached."""

    WEBHOOK = "webhook"
    SLACK = "slack"
    TEAMS = "teams"
    EMAIL = "email"
    ANNOTATION = "annotation"
    """A mark on Grafana's graphs."""


class Choice(StrEnum):
    """Why a target is told or not."""

    TOLD = "told"
    NO_NEWS = "no_news"
    """The change means nothing to anybody outside."""
    UNWANTED = "unwanted_news"
    LOW_SEVERITY = "low_severity"
    OTHER_SERVICE = "other_service"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to tell, and what they want to hear."""

    name: str
    kind: Kind
    least: Severity = Severity.LOW
    """The lowest severity that is told."""
    services: frozenset[str] = frozenset()
    """Empty: all."""
    news: frozenset[News] = QUIET
    drills: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One message, free of any form."""

    key: str
    """The same change has the same key, however often it is told."""
    news: News
    number: str
    title: str
    severity: Severity
    """What its level counts as."""
    status: Status
    service: str
    services: tuple[str, ...]
    environment: str
    at: datetime
    by: str
    url: str = ""
    """Deep link; empty when Grafana's address is not known."""
    root_cause: str = ""
    minutes: float | None = None
    """From start to resolution, once resolved."""
    labels: Mapping[str, str] = field(default_factory=dict)
    started: datetime | None = None
    ended: datetime | None = None
    """When the incident began, and when it was resolved."""
    reason: str = ""
    """What a reminder is about."""
    stage: str = ""
    """What people call its status; empty: the built-in word."""
    level: str = ""
    """What people call its severity; empty: the severity's word."""

    @property
    def called(self) -> str:
        """How urgent it is, as people say it."""
        return self.level or self.severity.value

    @property
    def headline(self) -> str:
        """One line: what happened to which incident."""
        own = self.news in _REACHED and self.stage not in {"", self.status.value}
        words = "is now “{stage}”" if own else _WORDS[self.news]
        what = words.format(severity=self.called, reason=self.reason, stage=self.stage)
        return f"{self.number} {what}: {self.title}"


_WORDS = {
    News.OPENED: "opened ({severity})",
    News.REOPENED: "reopened ({severity})",
    News.RESOLVED: "resolved",
    News.ESCALATED: "is now {severity}",
    News.MITIGATED: "mitigated",
    News.ACKNOWLEDGED: "acknowledged",
    News.REMINDER: "waits: {reason}",
}

_REACHED = frozenset({News.ACKNOWLEDGED, News.MITIGATED, News.RESOLVED})
"""News of a state that was reached: said by its own name where it has one."""


def news(before: Incident | None, after: Incident) -> News | None:
    """The most important thing that a change means; None when it means nothing outside."""
    if after.merged_into is not None:
        return None
    if before is None:
        return News.OPENED if after.status.active else None
    found = {*_of_status(before.status, after.status)}
    if after.grade.rank < before.grade.rank and after.status.active:
        found.add(News.ESCALATED)
    return next((each for each in News if each in found), None)


def _of_status(before: Status, after: Status) -> Sequence[News]:
    if after.order < before.order:
        return () if before.active else (News.REOPENED,)
    if before.active and not after.active:
        return (News.RESOLVED,)
    reached = {Status.ACKNOWLEDGED: News.ACKNOWLEDGED, Status.MITIGATED: News.MITIGATED}
    return [told for status, told in reached.items() if before.order < status.order <= after.order]


def choose(target: Target, incident: Incident, what: News | None) -> Choice:
    """Whether this target is told, and why."""
    if what is None:
        return Choice.NO_NEWS
    if incident.drill and not target.drills:
        return Choice.DRILL
    if what not in target.news:
        return Choice.UNWANTED
    if incident.severity.rank > target.least.rank:
        return Choice.LOW_SEVERITY
    if target.services and not target.services & {incident.service, *incident.services}:
        return Choice.OTHER_SERVICE
    return Choice.TOLD


def notice(before: Incident | None, after: Incident, *, link: str, at: datetime, by: str) -> Notice | None:
    """The message of a change; None when it means nothing outside.

    Args:
        before: None for a new incident.
        after: as it was stored; its version makes the key.
        link: where people read on.
        at: when the change was made.
        by: who made it.
    """
    what = news(before, after)
    if what is None:
        return None
    return _notice(what, after, f"{after.key}:{what}:{after.version}", link=link, at=at, by=by)


def reminder(incident: Incident, reason: str, key: str, *, link: str, at: datetime, by: str) -> Notice:
    """The message that something still waits.

    Args:
        incident: as it stands.
        reason: what waits, since when.
        key: names this reminder of it among all of this incident.
        link: where people read on.
        at: now.
        by: what reminds.
    """
    made = _notice(News.REMINDER, incident, f"{incident.key}:{key}", link=link, at=at, by=by)
    return replace(made, reason=reason)


def _notice(what: News, after: Incident, key: str, *, link: str, at: datetime, by: str) -> Notice:
    resolved = after.at(Milestone.RESOLVED)
    minutes = None if resolved is None else (resolved - after.started_at).total_seconds() / 60
    return Notice(
        key=key,
        news=what,
        number=after.key,
        title=after.title,
        severity=after.severity,
        status=after.status,
        service=after.service,
        services=after.services,
        environment=after.environment,
        at=at,
        by=by,
        url=link,
        root_cause=after.root_cause,
        minutes=minutes,
        labels=after.labels,
        started=after.started_at,
        ended=resolved,
    )
