"""The service catalogue: what people declare, joined with what incidents name and how they stand.

Discovery (Kubernetes, traces, metrics) calls `discovered`; a declaration always wins over it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.alerts import AlertEvent
from reliability_studio.domain.catalog import Contact, Service, ServiceLink, combine
from reliability_studio.domain.slo.spec import Slo
from reliability_studio.domain.slo.standing import Standing as SloState
from reliability_studio.errors import Conflict, HasSlos, NotFound
from reliability_studio.flows.slo_alerts import Report, end_alerts
from reliability_studio.flows.slo_groups import remove
from reliability_studio.flows.standing import Standing, standing_of, standings
from reliability_studio.store import audit, catalog, slos
from reliability_studio.store.engine import Database, lock_organisation
from reliability_studio.store.slo_document import to_document

PROVISIONING = "provisioning"
"""Who changes what a file declares, in the audit log."""


@dataclass(frozen=True, slots=True)
class Provisioned:
    """What a file changed in the catalogue."""

    written: int = 0
    forgotten: int = 0


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


class SloFate(StrEnum):
    """What becomes of the SLOs of a service that is forgotten."""

    DELETE = "delete"
    """They go with it, with their history."""
    KEEP = "keep"
    """They stay and go on counting; they name the service as before."""


async def _untold(_org_id: int, _events: Sequence[AlertEvent]) -> None:
    """For catalogues that forget nobody's SLOs."""


class Catalog:
    """The services of one database. `report` is the door for alerts: those of SLOs that go are over."""

    def __init__(self, database: Database, report: Report = _untold) -> None:
        self._database = database
        self._report = report

    async def listing(self, org_id: int, now: datetime) -> tuple[Standing, ...]:
        """Every service, by name: declared and discovered ones, and those that open incidents name."""
        async with self._database.reading() as connection:
            return await standings(connection, org_id, now)

    async def get(self, org_id: int, name: str, now: datetime) -> Standing:
        """One service.

        Raises:
            NotFound: nobody declared it and no open incident names it.
        """
        async with self._database.reading() as connection:
            return await standing_of(connection, org_id, name, now)

    async def declare(self, org_id: int, service: Service, *, by: str, now: datetime) -> Standing:
        """Add a service; what was discovered of it fills the gaps. It comes back as it stands.

        Raises:
            Conflict: it is declared already.
        """
        wanted = replace(service, declared=True, depends_on=_names(service.depends_on, service.name))
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            held = await catalog.get(connection, org_id, wanted.name)
            _editable(held)
            if held is not None and held.declared:
                raise Conflict(f"the service '{wanted.name[:100]}' is declared already: change it instead")
            stored = wanted if held is None else combine(wanted, held)
            await catalog.upsert(connection, org_id, [stored], now)
            await _log(connection, org_id, now, by, "service.create", held, stored)
            # Read back before the commit: an answer that fails is a change that did not take place.
            return await standing_of(connection, org_id, wanted.name, now)

    async def change(
        self, org_id: int, name: str, change: ServiceChange, *, by: str, now: datetime
    ) -> Standing:
        """Change a service; it counts as declared from then on. It comes back as it stands.

        Raises:
            NotFound: there is no such service.
        """
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            held = await _existing(connection, org_id, name)
            _editable(held)
            given = {
                field: value
                for field in ServiceChange.__dataclass_fields__
                if (value := getattr(change, field)) is not None
            }
            stored = replace(held, **given, declared=True)
            stored = replace(stored, depends_on=_names(stored.depends_on, name))
            await catalog.upsert(connection, org_id, [stored], now)
            await _log(connection, org_id, now, by, "service.update", held, stored)
            return await standing_of(connection, org_id, name, now)

    async def delete(
        self, org_id: int, name: str, *, by: str, now: datetime, slos_: SloFate | None = None
    ) -> None:
        """Forget a service; discovery may bring it back. Its SLOs are lost only when that is said.

        Args:
            org_id: whose.
            name: of the service.
            by: who forgets it.
            now: when.
            slos_: what becomes of the SLOs that name it.

        Raises:
            NotFound: there is no such service.
            HasSlos: SLOs name it, and nothing says what becomes of them.
            Conflict: a file declares it, or one of the SLOs that are to go.
        """
        gone: list[tuple[Slo, SloState | None]] = []
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            held = await _existing(connection, org_id, name)
            _editable(held)
            named = [
                one
                for one in await slos.every(connection, org_id, groups=True)
                if one.definition.service == name
            ]
            _decided(name, named, slos_)
            if slos_ is SloFate.DELETE:
                gone += await self._without(connection, org_id, named, by, now)
            await catalog.delete(connection, org_id, name)
            await _log(connection, org_id, now, by, "service.delete", held, None)
        for slo, standing in gone:
            if standing is not None:
                await end_alerts(self._report, slo, standing, int(now.timestamp()))

    async def _without(
        self, connection: AsyncConnection, org_id: int, named: Sequence[Slo], by: str, now: datetime
    ) -> Sequence[tuple[Slo, SloState | None]]:
        """Delete SLOs with their history, each with its own entry in the audit log; where they stood."""
        for one in named:
            if not one.whole_id:  # Instances of a grouped SLO go with it and are no work of people.
                before = to_document(one.definition)
                await audit.append(connection, org_id, now, by, "slo.delete", f"slo:{one.id}", before, None)
        return await remove(connection, named)

    async def provision(self, org_id: int, declared: Sequence[Service], now: datetime) -> Provisioned:
        """Make the provisioned part of the catalogue what a file says.

        What the file declares replaces what people declared; what it declares no more is forgotten, unless
        telemetry knows it too. Nothing is written when nothing differs.
        """
        async with self._database.reading() as connection:
            if not _differs(await catalog.listing(connection, org_id), declared):
                return Provisioned()
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            known = {one.name: one for one in await catalog.listing(connection, org_id)}
            wanted = {one.name: one for one in declared}
            written = 0
            for name, one in wanted.items():
                held = known.get(name)
                stored = replace(one, discovered=() if held is None else held.discovered)
                if stored != held:
                    await catalog.upsert(connection, org_id, [stored], now)
                    action = "service.create" if held is None else "service.update"
                    await _log(connection, org_id, now, PROVISIONING, action, held, stored)
                    written += 1
            gone = [one for one in known.values() if one.provisioned and one.name not in wanted]
            for one in gone:
                await self._forget(connection, org_id, one, now)
        return Provisioned(written, len(gone))

    async def _forget(self, connection: AsyncConnection, org_id: int, one: Service, now: datetime) -> None:
        """A service that the file declares no more."""
        left = Service(one.name, discovered=one.discovered) if one.discovered else None
        if left is None:
            await catalog.delete(connection, org_id, one.name)
        else:
            await catalog.upsert(connection, org_id, [left], now)
        await _log(connection, org_id, now, PROVISIONING, "service.delete", one, left)

    async def discovered(self, org_id: int, found: Sequence[Service], now: datetime) -> int:
        """Take in what telemetry showed, calls too; how many services were new or changed."""
        async with self._database.writing() as connection:
            await lock_organisation(connection, org_id)
            known = {one.name: one for one in await catalog.listing(connection, org_id)}
            changed: list[Service] = []
            for service in found:
                held = known.get(service.name, Service(service.name))
                # Nobody declared it: what is seen now is newer than what was seen before.
                merged = combine(held, service) if held.declared else combine(service, held)
                if merged != known.get(service.name):
                    changed.append(merged)
            if changed:
                await catalog.upsert(connection, org_id, changed, now)
        return len(changed)


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


def _differs(known: Sequence[Service], declared: Sequence[Service]) -> bool:
    held = {one.name: replace(one, discovered=()) for one in known if one.provisioned}
    return held != {one.name: one for one in declared}


def _editable(held: Service | None) -> None:
    if held is not None and held.provisioned:
        raise Conflict(f"the service '{held.name[:100]}' is declared by the operator's file: change it there")


def _decided(name: str, named: Sequence[Slo], fate: SloFate | None) -> None:
    wholes = [one for one in named if not one.whole_id]
    if wholes and fate is None:
        told = ", ".join(one.definition.name for one in wholes[:10])
        more = f" and {len(wholes) - 10} others" if len(wholes) > 10 else ""  # noqa: PLR2004 - readable
        raise HasSlos(
            f"SLOs name the service '{name[:100]}': {told}{more}. Say slos=delete to delete them with their "
            "history, or slos=keep to leave them as they are"
        )
    provisioned = [one for one in wholes if one.origin]
    if provisioned and fate is SloFate.DELETE:
        first = provisioned[0]
        raise Conflict(
            f"the SLO '{first.definition.name}' is provisioned from {first.origin}: remove it there, or say "
            "slos=keep"
        )


def _names(depends_on: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(sorted({one.strip() for one in depends_on} - {"", name}))
