"""How services stand: what is declared and discovered of them, joined with open incidents and SLOs.

    standings(connection, org_id, now)            every service, by name
    standing_of(connection, org_id, name, now)    one of them

It reads in the caller's transaction, so that who changes a service can read it back before the commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.catalog import Service
from reliability_studio.domain.incidents.health import Score, SloStanding, score, urgent
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident
from reliability_studio.domain.slo.standing import Standing as SloState
from reliability_studio.errors import NotFound
from reliability_studio.store import catalog, incidents, ladder, slos, status_names

NEVER = SloState()
"""An SLO that was never looked at."""


class Health(StrEnum):
    """How a service stands, from its open incidents alone; drills do not count."""

    HEALTHY = "healthy"
    WARNING = "warning"
    """Something medium or low is open."""
    CRITICAL = "critical"
    """Something critical or high is open."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A service with what is wrong with it now."""

    service: Service
    dependents: tuple[str, ...]
    incidents: tuple[Incident, ...]
    health: Health
    slos: tuple[SloStanding, ...]
    score: Score


async def standings(connection: AsyncConnection, org_id: int, now: datetime) -> tuple[Standing, ...]:
    """Every service, by name: declared and discovered ones, and those that open incidents name."""
    known = await catalog.listing(connection, org_id)
    open_ = await _open(connection, org_id, now)
    objectives = await _slos(connection, org_id, now)
    named = {service.name: service for service in known}
    for incident in open_:
        for name in (incident.service, *incident.services):
            if name != UNASSIGNED:
                named.setdefault(name, Service(name))
    of = _by_service(open_)
    callers = _callers(named.values())
    troubled = frozenset(name for name, mine in of.items() if urgent(mine))
    levels, names = await ladder.read(connection, org_id), await status_names.read(connection, org_id)
    found: list[Standing] = []
    for name in sorted(named):
        service, mine, slos_ = named[name], of.get(name, ()), objectives.get(name, ())
        judged = score(mine, slos_, [other for other in service.calls if other in troubled], levels, names)
        health = _health(mine, urgent_=name in troubled)
        found.append(
            Standing(service, tuple(callers.get(name, ())), tuple(mine), health, tuple(slos_), judged)
        )
    return tuple(found)


async def standing_of(connection: AsyncConnection, org_id: int, name: str, now: datetime) -> Standing:
    """One service.

    Raises:
        NotFound: nobody declared it and no open incident names it.
    """
    for one in await standings(connection, org_id, now):
        if one.service.name == name:
            return one
    raise NotFound(f"there is no service '{name[:100]}'")


async def _open(connection: AsyncConnection, org_id: int, now: datetime) -> tuple[Incident, ...]:
    found = await incidents.active(connection, org_id, resolved_since=now)
    return tuple(one for one in found if one.status.active)


def _by_service(open_: Sequence[Incident]) -> Mapping[str, Sequence[Incident]]:
    """The incidents of each service, its own and those that affect it."""
    found: dict[str, list[Incident]] = {}
    for incident in open_:
        for name in {incident.service, *incident.services}:
            found.setdefault(name, []).append(incident)
    return found


def _callers(services: Iterable[Service]) -> Mapping[str, Sequence[str]]:
    """Who calls each service, sorted."""
    found: dict[str, set[str]] = {}
    for service in services:
        for called in service.calls:
            found.setdefault(called, set()).add(service.name)
    return {name: sorted(callers) for name, callers in found.items()}


def _health(mine: Sequence[Incident], *, urgent_: bool) -> Health:
    if urgent_:
        return Health.CRITICAL
    return Health.HEALTHY if all(one.drill for one in mine) else Health.WARNING


async def _slos(
    connection: AsyncConnection, org_id: int, now: datetime
) -> Mapping[str, Sequence[SloStanding]]:
    """Where the SLOs of each service stand."""
    kept = await slos.standings(connection, org_id)
    found: dict[str, list[SloStanding]] = {}
    for slo in await slos.every(connection, org_id):
        held = kept.get(slo.id)
        standing = NEVER if held is None else held.standing
        status = standing.verdict_at(slo.definition, int(now.timestamp())).status
        left = None if standing.measurement is None else standing.measurement.remaining
        one = SloStanding(slo.id, slo.definition.name, status.value, left)
        found.setdefault(slo.definition.service, []).append(one)
    return found
