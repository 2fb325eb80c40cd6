"""Row 120: the catalogue as a file says it: taken over, guarded, given back; and how services stand."""

from pathlib import Path

import pytest

from reliability_studio.domain.catalog import Service
from reliability_studio.errors import Conflict, SettingsError
from reliability_studio.flows.catalog import Catalog, Provisioned, ServiceChange
from reliability_studio.flows.provisioning import Provisioning
from reliability_studio.store import audit
from reliability_studio.store.engine import Database
from tests.support.records import NOON, minutes

ONE = "apiVersion: 1\nservices:\n  - {name: checkout, ownerTeam: shop, dependsOn: [payments]}\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The operator's file."""
    file = tmp_path / "services.yaml"
    write(file, ONE)
    return file


def write(path: Path, text: str) -> None:
    """The operator edits the file."""
    path.write_text(text)


@pytest.fixture
def catalog(database: Database) -> Catalog:
    """The catalogue."""
    return Catalog(database)


async def names(catalog: Catalog) -> dict[str, Service]:
    """The services by name."""
    return {one.service.name: one.service for one in await catalog.listing(1, NOON)}


async def test_the_file_is_taken_over_when_it_changes(
    database: Database, catalog: Catalog, path: Path
) -> None:
    """Once; what is in it no more is forgotten, and the audit log says who did it."""
    job = Provisioning(catalog, 1, path)
    assert await job.run(NOON) == Provisioned(written=1)
    assert await job.run(minutes(1)) == Provisioned()
    write(path, ONE.replace("shop", "store") + "  - {name: cart}\n")
    assert await job.run(minutes(2)) == Provisioned(written=2)
    found = await names(catalog)
    assert (found["checkout"].owner_team, found["checkout"].provisioned) == ("store", True)
    write(path, "apiVersion: 1\nservices: [{name: cart}]\n")
    assert await job.run(minutes(3)) == Provisioned(forgotten=1)
    assert set(await names(catalog)) == {"cart"}
    async with database.reading() as connection:
        page = await audit.page(connection, 1, subject="service:checkout", cursor=None, limit=9)
    assert [(one.actor, one.action) for one in page.items] == [
        ("provisioning", "service.delete"),
        ("provisioning", "service.update"),
        ("provisioning", "service.create"),
    ]
    assert await Provisioning(catalog, 1, None).run(minutes(4)) == Provisioned(forgotten=1)


async def test_a_file_with_a_mistake_changes_nothing_and_is_told(catalog: Catalog, path: Path) -> None:
    """Health shows it until it is mended."""
    job = Provisioning(catalog, 1, path)
    await job.run(NOON)
    write(path, ONE + "  - {nome: cart}\n")
    with pytest.raises(SettingsError):
        await job.run(minutes(1))
    assert "services.yaml" in job.problem
    assert "$.services[1]" in job.problem
    assert set(await names(catalog)) == {"checkout"}
    write(path, ONE)
    await job.run(minutes(2))
    assert job.problem == ""


async def test_what_the_file_declares_cannot_be_edited_elsewhere(catalog: Catalog, path: Path) -> None:
    """409 says where; what people declared before gives way to the file."""
    await catalog.declare(1, Service("checkout", owner_team="mine"), by="ada", now=NOON)
    await Provisioning(catalog, 1, path).run(NOON)
    assert (await names(catalog))["checkout"].owner_team == "shop"
    with pytest.raises(Conflict, match="operator's file"):
        await catalog.change(1, "checkout", ServiceChange(tier="1"), by="ada", now=NOON)
    with pytest.raises(Conflict, match="operator's file"):
        await catalog.delete(1, "checkout", by="ada", now=NOON)
    with pytest.raises(Conflict, match="operator's file"):
        await catalog.declare(1, Service("checkout"), by="ada", now=NOON)


async def test_discovered_calls_stay_apart_and_outlive_the_file(catalog: Catalog, path: Path) -> None:
    """Discovery adds edges; it neither edits the file's words nor is edited by them."""
    job = Provisioning(catalog, 1, path)
    await job.run(NOON)
    assert await catalog.discovered(1, [Service("checkout", discovered=("cart",))], NOON) == 1
    assert await catalog.discovered(1, [Service("checkout", discovered=("cart",))], NOON) == 0
    assert await job.run(minutes(1)) == Provisioned()
    found = (await names(catalog))["checkout"]
    assert (found.depends_on, found.discovered, found.calls) == (
        ("payments",),
        ("cart",),
        ("cart", "payments"),
    )
    write(path, "apiVersion: 1\nservices: []\n")
    await job.run(minutes(2))
    left = (await names(catalog))["checkout"]
    assert (left.declared, left.provisioned, left.discovered) == (False, False, ("cart",))
