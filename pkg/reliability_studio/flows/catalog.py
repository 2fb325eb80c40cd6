"""The service catalogue: what people declare, joined with what incidents name and how they stand.

Discovery (Kubernetes, traces, metrics) calls `discovered`; a declaration always wins over it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.catalog import Contact, Service, ServiceLink, combine
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Severity
from reliability_studio.errors import Conflict, NotFound
from reliability_studio.store import audit, catalog, incidents
from reliability_studio.store.engine import Database, lock_organisation


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


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """What to change about a service; None stays as it is."""

    description: str | None = None
    owner_team: str | None = None
    tier: str | None = None
    labels: Mapping[str, str] | None = None
    links: tuple[ServiceLink, ...] | None = None
    runbook_url: str | None = None
    contacts: tuple[Contact, ...] | None = None
    depends_on: tuple[str, ...] | None = None


_URGENT = frozenset({Severity.CRITICAL, Severity.HIGH})


class Catalog:
    """The services of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def listing(self, org_id: int, now: datetime) -> tuple[Standing, ...]:
        """Every service, by name: declared and discovered ones, and those that open incidents name."""
        async with self._database.reading() as connection:
            known = await catalog.listing(connection, org_id)
            open_ = await _open(connection, org_id, now)
        named = {service.name: service for service in known}
        for incident in open_:
            for name in (incident.service, *incident.services):
                if name != UNASSIGNED:
                    named.setdefault(name, Service(name))
        return tuple(_standing(named[name], named.values(), open_) for name in sorted(named))

    async def get(self, org_id: int, name: str, now: datetime) -> Standing:
        """One service.

        Raises:
            NotFound: nobody declared it and no open incident names it.
        """
        for one in await self.listing(org_id, now):
            if one.service.name == name:
                return one
        raise NotFound(f"there is no service '{name[:100]}'")

    async def declare(self, org_id: int, service: Service, *, by: str, now: datetime) -> None:
        """Add a service; what was discovered of it fills the gaps.

        Raises:
            Conflict: it is declared already.
        """
        wanted = replace(service, declared=True, depends_on=_names(service.depends_on, service.name))
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            held = await catalog.get(connection, org_id, wanted.name)
            if held is not None and held.declared:
                raise Conflict(f"the service '{wanted.name[:100]}' is declared already: change it instead")
            stored = wanted if held is None else combine(wanted, held)
            await catalog.upsert(connection, org_id, [stored], now)
            await _log(connection, org_id, now, by, "service.create", held, stored)

    async def change(self, org_id: int, name: str, change: ServiceChange, *, by: str, now: datetime) -> None:
        """Change a service; it counts as declared from then on.

        Raises:
            NotFound: there is no such service.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            held = await _existing(connection, org_id, name)
            given = {
                field: value
                for field in ServiceChange.__dataclass_fields__
                if (value := getattr(change, field)) is not None
            }
            stored = replace(held, **given, declared=True)
            stored = replace(stored, depends_on=_names(stored.depends_on, name))
            await catalog.upsert(connection, org_id, [stored], now)
            await _log(connection, org_id, now, by, "service.update", held, stored)

    async def delete(self, org_id: int, name: str, *, by: str, now: datetime) -> None:
        """Forget a service; discovery may bring it back.

        Raises:
            NotFound: there is no such service.
        """
        async with self._database.writing() as connection:
            held = await _existing(connection, org_id, name)
            await catalog.delete(connection, org_id, name)
            await _log(connection, org_id, now, by, "service.delete", held, None)

    async def discovered(self, org_id: int, found: Sequence[Service], now: datetime) -> int:
        """Take in what telemetry showed, calls too; how many services were new or changed."""
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            known = {one.name: one for one in await catalog.listing(connection, org_id)}
            changed: list[Service] = []
            for service in found:
                held = known.get(service.name, Service(service.name))
                merged = combine(held, service)
                if merged != known.get(service.name):
                    changed.append(merged)
            if changed:
                await catalog.upsert(connection, org_id, changed, now)
        return len(changed)


async def _open(connection: AsyncConnection, org_id: int, now: datetime) -> tuple[Incident, ...]:
    found = await incidents.active(connection, org_id, resolved_since=now)
    return tuple(one for one in found if one.status.active)


async def _existing(connection: AsyncConnection, org_id: int, name: str) -> Service:
    found = await catalog.get(connection, org_id, name)
    if found is None:
        raise NotFound(f"there is no service '{name[:100]}'")
    return found


async def _log(
    connection: AsyncConnection,
    org_id: int,
    now: datetime,
    by: str,
    action: str,
    before: Service | None,
    after: Service | None,
) -> None:
    plain = [None if one is None else asdict(one) for one in (before, after)]
    name = (after or before or Service("")).name
    await audit.append(connection, org_id, now, by, action, f"service:{name}", plain[0], plain[1])


def _standing(service: Service, all_: Collection[Service], open_: Sequence[Incident]) -> Standing:
    mine = tuple(one for one in open_ if service.name in (one.service, *one.services))
    real = [one.severity for one in mine if not one.drill]
    health = Health.HEALTHY if not real else Health.WARNING
    if _URGENT & set(real):
        health = Health.CRITICAL
    dependents = tuple(sorted(one.name for one in all_ if service.name in one.calls))
    return Standing(service, dependents, mine, health)


def _names(depends_on: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(sorted({one.strip() for one in depends_on} - {"", name}))
