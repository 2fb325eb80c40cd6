"""When users of a service felt its incidents, and what that makes of each day.

An incident makes its services degraded (medium, low) or out (critical, high) from its start until it was
mitigated, or resolved where nobody mitigated it; so did each of its earlier runs. Incidents at the same time
count once, and what is out is not degraded as well. A day before a service was known is unknown: it is not a
good day.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from reliability_studio.domain.incidents.health import urgent
from reliability_studio.domain.incidents.model import Incident, Milestone

MAX_DAYS = 90

Span = tuple[datetime, datetime]
"""Start and end; the end does not belong to it."""


class ServiceState(StrEnum):
    """How a service stands, the best first."""

    UNKNOWN = "unknown"
    """It was not known then."""
    OPERATIONAL = "operational"
    MAINTENANCE = "maintenance"
    DEGRADED = "degraded"
    OUTAGE = "outage"

    @property
    def order(self) -> int:
        """Higher is worse."""
        return _ORDER[self]


_OPEN = datetime.max.replace(tzinfo=UTC)
"""The end of what has not ended."""

_ORDER = {state: position for position, state in enumerate(ServiceState)}


@dataclass(frozen=True, slots=True)
class Period:
    """The days until a moment, as a time zone counts them."""

    now: datetime
    zone: str = "UTC"
    days: int = MAX_DAYS

    def each(self) -> Iterator[tuple[date, datetime, datetime]]:
        """Each day with its start and end, oldest first; the end of today is now."""
        zone = ZoneInfo(self.zone)
        today = self.now.astimezone(zone).date()
        for back in reversed(range(self.days)):
            day = today - timedelta(days=back)
            yield day, _midnight(day, zone), min(self.now, _midnight(day + timedelta(days=1), zone))

    @property
    def start(self) -> datetime:
        """When its first day began."""
        return next(self.each())[1]


@dataclass(frozen=True, slots=True)
class Impairment:
    """Stretches of time in order, each kind without overlap among itself."""

    outage: tuple[Span, ...]
    degraded: tuple[Span, ...]

    @classmethod
    def of(cls, incidents: Iterable[Incident]) -> "Impairment":
        """What these incidents did to a service that they have in common."""
        spans: dict[bool, list[Span]] = {True: [], False: []}
        for incident in incidents:
            spans[urgent([incident])].extend(_felt(incident))
        return cls(_merged(spans[True]), _merged(spans[False]))

    def at(self, now: datetime) -> ServiceState:
        """How the service stands at a moment."""
        if _at(self.outage, now):
            return ServiceState.OUTAGE
        return ServiceState.DEGRADED if _at(self.degraded, now) else ServiceState.OPERATIONAL


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a service."""

    date: date
    state: ServiceState
    """The worst of the day."""
    outage: timedelta
    degraded: timedelta


@dataclass(frozen=True, slots=True)
class Course:
    """The days of a service, oldest first; the last one is today, as far as it has come."""

    days: tuple[Day, ...]
    known: timedelta
    """How much of them the service was known."""

    @property
    def outage(self) -> timedelta:
        """Time out in all of them."""
        return sum((day.outage for day in self.days), timedelta())

    @property
    def degraded(self) -> timedelta:
        """Time degraded in all of them."""
        return sum((day.degraded for day in self.days), timedelta())

    @property
    def up(self) -> float | None:
        """Share of the known time without an outage, 0 to 1; None when nothing is known."""
        return 1 - self.outage / self.known if self.known else None


def course(impairment: Impairment, since: datetime | None, period: Period) -> Course:
    """The days of a service that is known since a moment; None: it is not known yet."""
    days: list[Day] = []
    known = timedelta()
    either = _merged([*impairment.outage, *impairment.degraded])
    for day, start, end in period.each():
        begins = end if since is None else max(start, since)
        if begins >= end:
            days.append(Day(day, ServiceState.UNKNOWN, timedelta(), timedelta()))
            continue
        known += end - begins
        outage, impaired = _within(impairment.outage, begins, end), _within(either, begins, end)
        # What began this very moment has no length yet.
        states = [impairment.at(end) if end == period.now else ServiceState.OPERATIONAL]
        states += [ServiceState.OUTAGE] if outage else [ServiceState.DEGRADED] if impaired else []
        days.append(Day(day, max(states, key=lambda state: state.order), outage, impaired - outage))
    return Course(tuple(days), known)


def _felt(incident: Incident) -> Iterator[Span]:
    yield from ((one.started, one.resolved) for one in incident.episodes)
    ended = incident.at(Milestone.MITIGATED) or incident.at(Milestone.RESOLVED)
    yield incident.started_at, _OPEN if ended is None else ended


def _merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same time without overlaps, in order; empty stretches are gone."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def _at(spans: Sequence[Span], now: datetime) -> bool:
    return any(start <= now < end for start, end in spans)


def _within(spans: Sequence[Span], start: datetime, end: datetime) -> timedelta:
    """How much of a stretch they cover."""
    parts = (min(end, to) - max(start, since) for since, to in spans)
    return sum((part for part in parts if part > timedelta()), timedelta())


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
