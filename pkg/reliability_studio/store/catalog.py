"""Services of the catalogue."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy import delete as deleting
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.catalog import Contact, Service, ServiceLink
from reliability_studio.store.statements import chunks, inserting
from reliability_studio.store.tables.base import name as stored_name
from reliability_studio.store.tables.catalog import services

MAX_SERVICES = 10_000
"""Bound on a list; an organisation with more reads them by name."""

_WRITTEN = (
    "description",
    "owner_team",
    "tier",
    "labels",
    "links",
    "runbook_url",
    "contacts",
    "depends_on",
    "declared",
    "provisioned",
    "discovered",
    "updated_at",
)


async def upsert(connection: AsyncConnection, org_id: int, wanted: Sequence[Service], at: datetime) -> None:
    """Store services whole; one of the same name is replaced (combining is the caller's decision)."""
    by_name = {stored_name(service.name): service for service in wanted}
    for part in chunks(list(by_name.values())):
        adding = inserting(connection, services).values([_row(org_id, service, at) for service in part])
        await connection.execute(
            adding.on_conflict_do_update(
                index_elements=["org_id", "name"],
                set_={column: getattr(adding.excluded, column) for column in _WRITTEN},
            )
        )


async def get(connection: AsyncConnection, org_id: int, name: str) -> Service | None:
    """The service of this name."""
    chosen = select(services).where(services.c.org_id == org_id, services.c.name == name)
    row = (await connection.execute(chosen)).first()
    return None if row is None else _service(row)


async def listing(connection: AsyncConnection, org_id: int) -> tuple[Service, ...]:
    """All services, by name."""
    chosen = select(services).where(services.c.org_id == org_id).order_by(services.c.name)
    return tuple(map(_service, await connection.execute(chosen.limit(MAX_SERVICES))))


async def delete(connection: AsyncConnection, org_id: int, name: str) -> bool:
    """Forget a service; False when there is no such."""
    gone = await connection.execute(
        deleting(services).where(services.c.org_id == org_id, services.c.name == name)
    )
    return gone.rowcount > 0


def _row(org_id: int, service: Service, at: datetime) -> dict[str, Any]:
    return {
        "org_id": org_id,
        "name": service.name,
        "description": service.description,
        "owner_team": service.owner_team,
        "tier": service.tier,
        "labels": dict(service.labels),
        "links": [asdict(link) for link in service.links],
        "runbook_url": service.runbook_url,
        "contacts": [asdict(contact) for contact in service.contacts],
        "depends_on": list(service.depends_on),
        "declared": service.declared,
        "provisioned": service.provisioned,
        "discovered": list(service.discovered),
        "created_at": at,
        "updated_at": at,
    }


def _service(row: Row[Any]) -> Service:
    return Service(
        name=row.name,
        description=row.description,
        owner_team=row.owner_team,
        tier=row.tier,
        labels=row.labels,
        links=tuple(msgspec.convert(row.links, list[ServiceLink])),
        runbook_url=row.runbook_url,
        contacts=tuple(msgspec.convert(row.contacts, list[Contact])),
        depends_on=tuple(row.depends_on),
        declared=row.declared,
        provisioned=row.provisioned,
        discovered=tuple(row.discovered),
    )
