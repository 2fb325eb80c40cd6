"""The status page: how each service stands and stood, as its readers may know it.

    compose(setup, audience, services, told, windows, period)

Drills and what was merged into another incident never count. For readers outside, only incidents count that
somebody told them of, by a public comment: nothing becomes known by an alert alone. Maintenance shows where
nothing is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.incidents.impairment import Course, Impairment, Period, ServiceState, course
from reliability_studio.domain.incidents.maintenance import Window
from reliability_studio.domain.incidents.model import Incident, Milestone
from reliability_studio.domain.incidents.public import Bulletin

MAX_TITLE = 100
MAX_INTRODUCTION = 2_000
MAX_SERVICES = 200
AHEAD = timedelta(days=14)
"""How far planned maintenance is announced."""
PAST = timedelta(days=14)
"""How long an incident that is over is told of."""


class Audience(StrEnum):
    """Who reads."""

    INTERNAL = "internal"
    """Whoever is signed in: every incident counts."""
    PUBLIC = "public"
    """Outside: only incidents that have a public comment."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What an organisation decides about its page."""

    title: str = "Service status"
    introduction: str = ""
    services: tuple[str, ...] = ()
    """Those that are shown, in this order; empty: every declared one, by name."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A service that the page shows."""

    name: str
    description: str
    since: datetime | None
    """When it became known; None: nobody knows it yet."""


@dataclass(frozen=True, slots=True)
class Told:
    """An incident and what may be said of it."""

    incident: Incident
    bulletin: Bulletin

    @property
    def published(self) -> bool:
        """Whether anybody outside was told of it."""
        return bool(self.bulletin.notes)


@dataclass(frozen=True, slots=True)
class Component:
    """One service on the page."""

    name: str
    description: str
    state: ServiceState
    course: Course


@dataclass(frozen=True, slots=True)
class Planned:
    """A run of a maintenance window that is on or comes."""

    title: str
    services: tuple[str, ...]
    """Of those on the page; empty: all."""
    start: datetime
    end: datetime
    on: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The whole page at one moment."""

    title: str
    introduction: str
    audience: Audience
    period: Period
    state: ServiceState
    """The worst of its services."""
    components: tuple[Component, ...]
    current: tuple[Told, ...]
    """Incidents that are not over, the most urgent first."""
    maintenance: tuple[Planned, ...]
    """The next first."""
    past: tuple[Told, ...]
    """Over within `PAST`, the newest first."""


def compose(
    setup: Setup,
    audience: Audience,
    services: Sequence[Shown],
    told: Iterable[Told],
    windows: Iterable[Window],
    period: Period,
) -> Page:
    """The page.

    Args:
        setup: what is shown.
        audience: who reads.
        services: those of the setup, in its order.
        told: incidents that were under way at any moment of the period.
        windows: maintenance that is switched on.
        period: the days.
    """
    names = {one.name for one in services}
    counted = [one for one in told if _counts(one, audience) and names & _touched(one.incident)]
    planned = tuple(_planned(windows, names, period.now))
    components = tuple(_component(one, counted, planned, period) for one in services)
    states = [one.state for one in components if one.state is not ServiceState.UNKNOWN]
    now = [one for one in counted if one.incident.status.active]
    over = [(at, one) for one in counted if (at := _over(one.incident)) and at >= period.now - PAST]
    return Page(
        setup.title,
        setup.introduction,
        audience,
        period,
        max(states, key=lambda state: state.order, default=ServiceState.UNKNOWN),
        components,
        tuple(sorted(now, key=lambda one: (one.incident.grade.rank, one.incident.number))),
        planned,
        tuple(one for _, one in sorted(over, key=lambda pair: pair[0], reverse=True)),
    )


def _counts(one: Told, audience: Audience) -> bool:
    incident = one.incident
    real = not incident.drill and incident.merged_into is None
    return real and (one.published or audience is Audience.INTERNAL)


def _touched(incident: Incident) -> frozenset[str]:
    return frozenset((incident.service, *incident.services))


def _over(incident: Incident) -> datetime | None:
    return None if incident.status.active else incident.at(Milestone.RESOLVED)


def _planned(windows: Iterable[Window], names: set[str], now: datetime) -> Iterator[Planned]:
    found: list[Planned] = []
    for window in windows:
        run = window.next_run(now)
        mine = tuple(name for name in window.services if name in names)
        elsewhere = bool(window.services) and not mine
        if run is None or elsewhere or window.matchers or run.start > now + AHEAD:
            continue  # A window with matchers is about some alerts, not about whole services.
        found.append(Planned(window.title, mine, run.start, run.end, run.start <= now))
    yield from sorted(found, key=lambda one: (one.start, one.title))


def _component(
    service: Shown, counted: Sequence[Told], planned: Sequence[Planned], period: Period
) -> Component:
    mine = [one.incident for one in counted if service.name in _touched(one.incident)]
    impairment = Impairment.of(mine)
    state = impairment.at(period.now)
    if state is ServiceState.OPERATIONAL and any(
        one.on and (not one.services or service.name in one.services) for one in planned
    ):
        state = ServiceState.MAINTENANCE
    if state is ServiceState.OPERATIONAL and service.since is None:
        state = ServiceState.UNKNOWN
    return Component(service.name, service.description, state, course(impairment, service.since, period))
