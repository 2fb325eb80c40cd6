"""L13: what an incident cost each SLO of its services, from the buckets that the SLO itself is made of."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability_studio.domain.catalog import Service
from reliability_studio.domain.incidents.model import Milestone, Stamp
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.slo_impact import Impacts
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World, definition
from tests.support.records import an_incident


@pytest.fixture
async def world(tmp_path):
    opened = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(opened)
    await opened.aclose()


def _incident(minutes: int, **changes):
    began = datetime.fromtimestamp(START, UTC) - timedelta(minutes=60)
    incident = an_incident(started=began, service="api", **changes)
    resolved = Stamp(began + timedelta(minutes=minutes), "ann")
    return replace(incident, milestones={**incident.milestones, Milestone.RESOLVED: resolved})


async def _impact(world: World, incident):
    async with world.database.reading() as connection:
        return await Impacts(world.clock)(connection, incident)


async def test_the_bad_events_of_its_time_and_their_share_of_the_budget(world: World):
    view = await world.slos.create(definition("availability", objective="99"), "ann")
    whole = view.standing.measurement.window.counts
    (cost,) = await _impact(world, _incident(30))
    assert (cost.slo_id, cost.bad, cost.total) == (view.slo.id, 30, 3000)
    assert cost.budget_share == pytest.approx(30 / (whole.total / 100))


async def test_shares_of_disjoint_incidents_add_up(world: World):
    """Slo-features 72, 2.1: what each of them spent, exactly."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    (half,) = await _impact(world, _incident(30))
    (all_of_it,) = await _impact(world, _incident(60))
    later = _incident(60)
    began = Stamp(later.started_at + timedelta(minutes=30), "system")
    (rest,) = await _impact(world, replace(later, milestones={**later.milestones, Milestone.STARTED: began}))
    assert half.bad + rest.bad == all_of_it.bad
    assert half.budget_share + rest.budget_share == pytest.approx(all_of_it.budget_share)


async def test_a_minute_that_was_begun_is_charged_whole(world: World):
    """What happened within it is in its bucket; nothing of an incident is left out."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    began = _incident(30)
    late = Stamp(began.started_at + timedelta(seconds=30), "system")
    over = Stamp(began.started_at + timedelta(minutes=29, seconds=30), "ann")
    stamps = {**began.milestones, Milestone.STARTED: late, Milestone.RESOLVED: over}
    (cost,) = await _impact(world, replace(began, milestones=stamps))
    assert (cost.bad, cost.total) == (30, 3000)


async def test_without_events_the_share_is_not_known_rather_than_none(world: World):
    """Its first minute is not counted yet: that costs nothing and is no zero either."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    began = Stamp(world.clock.now(), "system")
    young = replace(_incident(30), milestones={Milestone.STARTED: began})
    (cost,) = await _impact(world, young)
    assert (cost.bad, cost.total, cost.budget_share) == (0, 0, None)


async def test_slos_of_other_services_and_unmeasured_ones_are_left_out(world: World):
    await world.slos.create(definition("availability", objective="99"), "ann")
    assert await _impact(world, replace(_incident(30), service="users")) == []
    affected = replace(_incident(30), service="users", services=("api",))
    assert len(await _impact(world, affected)) == 1
    world.server.down.add("other_total")
    await world.slos.create(definition("broken", metric="other_total"), "ann")
    assert len(await _impact(world, _incident(30))) == 1


async def test_a_service_shows_where_its_slos_stand(world: World):
    """V5: by name and status, with what is left of the budget; one in trouble takes from the score."""
    view = await world.slos.create(definition("availability", objective="99.99"), "ann")
    await Catalog(world.database).declare(1, Service("api"), by="ann", now=world.clock.now())
    shown = await Catalog(world.database).get(1, "api", world.clock.now())
    (slo,) = shown.slos
    assert (slo.id, slo.name, slo.status) == (view.slo.id, "availability", "breached")
    assert slo.remaining == view.standing.measurement.remaining
    assert [(part.kind, part.name) for part in shown.score.parts] == [("slo", view.slo.id)]
