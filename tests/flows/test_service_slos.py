"""D3: a service that is forgotten takes its SLOs along only when that is said, and then wholly."""

from dataclasses import replace

import pytest

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.api.catalog import service_routes
from reliability_studio.api.router import Router
from reliability_studio.domain.catalog import Service
from reliability_studio.domain.slo.groups import GroupBy
from reliability_studio.errors import Conflict, HasSlos, NotFound
from reliability_studio.flows.catalog import Catalog, SloFate
from reliability_studio.store import audit, slos
from tests.flows.slo_world import World, definition
from tests.support.desk import BO, VERA


@pytest.fixture
async def world(database):
    made = World(database)
    made.catalog = Catalog(database, made.door)
    for name in ("api", "users"):
        await made.catalog.declare(1, Service(name), by="ann", now=made.clock.now())
    return made


async def named(world):
    async with world.database.reading() as connection:
        return [each.definition.name for each in await slos.every(connection, 1, groups=True)]


async def actions(world):
    async with world.database.reading() as connection:
        page = await audit.page(connection, 1, limit=100, cursor=None)
    return [(each.action, each.subject) for each in page.items]


async def delete(world, fate=None, name="api"):
    await world.catalog.delete(1, name, by="bob", now=world.clock.now(), slos_=fate)


async def test_d3_nothing_is_lost_by_accident(world):
    """D3: SLOs that name the service are listed, and neither they nor the service go."""
    await world.slos.create(definition("availability"), "ann")
    await world.slos.create(definition("latency", metric="other_total"), "ann")
    before = await actions(world)
    with pytest.raises(HasSlos, match=r"availability, latency.*slos=delete.*slos=keep"):
        await delete(world)
    assert await named(world) == ["availability", "latency"]
    assert (await world.catalog.get(1, "api", world.clock.now())).service.declared
    assert await actions(world) == before


async def test_d3_delete_service_and_its_slos_go(world):
    """D3: with their history, their alerts over, each in the audit log; those of others stay."""
    world.server.bad = lambda _: 60
    gone = await world.slos.create(definition("availability"), "ann")
    assert gone.standing.main.alert.firing
    group = definition("by route", objective="99", group_by=GroupBy(("route",), 2))
    await world.slos.create(group, "ann")
    other = await world.slos.create(replace(definition("theirs"), service="users"), "ann")
    await delete(world, SloFate.DELETE)
    assert await named(world) == ["theirs"]
    assert (await world.slos.get(other.slo.id)).slo.definition.service == "users"
    with pytest.raises(NotFound):
        await world.slos.get(gone.slo.id)
    async with world.database.reading() as connection:
        assert set(await slos.standings(connection, 1)) == {other.slo.id}
    ended = [each for each in world.door.events if each.resolved]
    assert ended
    told = await actions(world)
    assert sorted(action for action, _ in told[:3]) == ["service.delete", "slo.delete", "slo.delete"]
    assert ("slo.delete", f"slo:{gone.slo.id}") in told
    with pytest.raises(NotFound):
        await world.catalog.get(1, "api", world.clock.now())
    assert await world.minutes() is not None


async def test_d3_slos_may_stay_and_go_on_counting(world):
    """Said on purpose: the service is forgotten and its SLOs measure on."""
    kept = await world.slos.create(definition("availability"), "ann")
    await delete(world, SloFate.KEEP)
    await world.minutes(2)
    assert (await world.slos.get(kept.slo.id)).standing.measurement is not None
    assert [action for action, _ in await actions(world)].count("slo.delete") == 0


async def test_slos_of_a_file_are_not_deleted_by_hand(world):
    """What the operator's files say goes with the file; nothing of the service goes before that."""
    await world.slos.create(definition("availability"), "ann")
    await world.slos.create(definition("filed", metric="other_total"), "file", origin="a.yaml")
    with pytest.raises(Conflict, match=r"'filed' is provisioned from a\.yaml"):
        await delete(world, SloFate.DELETE)
    assert await named(world) == ["availability", "filed"]
    await delete(world, name="users")


@pytest.mark.parametrize(
    ("query", "caller", "status", "code"),
    [
        ({}, BO, 409, "has_slos"),
        ({"slos": ("perhaps",)}, BO, 422, "invalid"),
        ({"slos": ("delete",)}, VERA, 403, "forbidden"),
        ({"slos": ("delete",)}, BO, 204, ""),
        ({"slos": ("keep",)}, BO, 204, ""),
    ],
)
async def test_the_route_says_what_becomes_of_the_slos(world, query, caller, status, code):
    """D3: 409 with the list until told; a word that is none of the two is named."""
    await world.slos.create(definition("availability"), "ann")
    router = Router(service_routes(world.catalog, world.clock))
    answer = await router.answer(ResourceRequest(caller, "DELETE", "services/api", query, {}, b""))
    assert answer.status == status
    assert code.encode() in answer.body
