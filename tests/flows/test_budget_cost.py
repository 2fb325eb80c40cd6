"""What the incidents of a period cost error budgets (product section 9, Insights)."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability_studio.api.budget_costs import budget_cost_routes
from reliability_studio.api.calls import Caller, ResourceRequest, Role
from reliability_studio.api.router import Router
from reliability_studio.domain.incidents.model import Milestone, Stamp
from reliability_studio.flows.budget_cost import Costs
from reliability_studio.store import incidents
from tests.flows.slo_world import START, World, definition
from tests.store.bulk import multiply
from tests.support.records import an_incident

NOW = datetime.fromtimestamp(START, UTC)
DAY = timedelta(days=1)
TOTAL = 100 * 24 * 60
"""Events of a day: 100 each minute, one of them bad."""


@pytest.fixture
def world(database):
    return World(database)


async def _happened(world: World, number: int, ago: int, minutes: int | None, **changes) -> None:
    """An incident that began `ago` minutes before now and took so long; None: it goes on."""
    began = NOW - timedelta(minutes=ago)
    incident = an_incident(started=began, number=number, **{"service": "api", **changes})
    if minutes is not None:
        resolved = Stamp(began + timedelta(minutes=minutes), "ann")
        incident = replace(incident, milestones={**incident.milestones, Milestone.RESOLVED: resolved})
    async with world.database.writing() as connection:
        await incidents.insert(connection, incident)


async def _costs(world: World, start=NOW - DAY, end=NOW):
    return await Costs(1, world.database, world.clock).of(start, end)


async def test_the_bad_events_of_incidents_against_the_budget_of_the_period(world: World):
    """With what was asked, and how much was counted: at 99 %, the day may have 1,440 bad events."""
    view = await world.slos.create(definition("availability", objective="99"), "ann")
    await _happened(world, 1, ago=120, minutes=30)
    (one,) = (await _costs(world)).items
    assert (one.slo.id, one.incidents, one.cost.incident_s) == (view.slo.id, 1, 1800)
    assert (one.cost.during.bad, one.cost.during.total, one.cost.counts.total) == (30, 3000, TOTAL)
    assert one.cost.spent == pytest.approx(30 / 1440)
    assert one.cost.consumed == pytest.approx(1.0)
    assert one.cost.coverage == 1.0
    assert (one.cost.taken.start, one.cost.taken.end) == (START - 86_400, START)
    assert one.queries == view.standing.queries


async def test_incidents_that_overlap_are_charged_once(world: World):
    """Two of one hour that share half of it cost an hour and a half."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    await _happened(world, 1, ago=120, minutes=60)
    await _happened(world, 2, ago=90, minutes=60)
    (one,) = (await _costs(world)).items
    assert (one.incidents, one.cost.during.bad, one.cost.incident_s) == (2, 90, 90 * 60)


async def test_only_the_time_within_the_period_costs(world: World):
    """What began before reaches in, what goes on lasts until now, and a drill costs nothing."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    await _happened(world, 1, ago=24 * 60 + 30, minutes=60)
    await _happened(world, 2, ago=10, minutes=None)
    await _happened(world, 3, ago=300, minutes=60, drill=True)
    await _happened(world, 4, ago=30 * 60, minutes=60)
    (one,) = (await _costs(world)).items
    assert (one.incidents, one.cost.during.bad) == (2, 40)


async def test_services_without_incidents_and_slos_that_nothing_counted_are_left_out(world: World):
    """A service that an incident names besides its own is charged too."""
    await world.slos.create(definition("availability", objective="99"), "ann")
    await _happened(world, 1, ago=120, minutes=30, service="users")
    found = await _costs(world)
    assert (found.items, found.looked_at, found.left_out) == ((), 0, 0)
    await _happened(world, 2, ago=120, minutes=30, service="users", services=("api",))
    assert len((await _costs(world)).items) == 1
    long_ago = await _costs(world, NOW - 400 * DAY, NOW - 399 * DAY)
    assert long_ago.items == ()


async def test_ten_thousand_incidents_take_no_minute(world: World):
    """They are read once, and so are the buckets of each SLO that they concern."""
    await multiply(world.database, 10_000)
    await world.slos.create(replace(definition("availability", objective="99"), service="svc1"), "ann")
    began = time.perf_counter()
    found = await _costs(world, NOW - 9 * DAY, NOW)
    assert time.perf_counter() - began < 5
    (one,) = found.items
    assert (one.incidents, found.left_out) == (19, 0)


async def test_the_route_says_it_to_viewers(world: World):
    """A period must be one; the answer has shares, counts, queries and what was counted."""
    view = await world.slos.create(definition("availability", objective="99"), "ann")
    await _happened(world, 1, ago=120, minutes=30)
    router = Router(budget_cost_routes(Costs(1, world.database, world.clock), world.clock))

    async def ask(**query: str):
        values = {name: (value,) for name, value in query.items()}
        caller = Caller(1, "vera", role=Role.VIEWER)
        answer = await router.answer(ResourceRequest(caller, "GET", "insights/budget", values, {}, b""))
        return answer.status, json.loads(answer.body)

    status, found = await ask(**{"from": str((START - 86_400) * 1000), "to": str(START * 1000)})
    assert status == 200
    assert (found["lookedAt"], found["leftOut"]) == (1, 0)
    (one,) = found["items"]
    assert (one["service"], one["sloId"], one["name"]) == ("api", view.slo.id, "availability")
    assert one["events"]
    assert (one["bad"], one["total"], one["periodTotal"], one["incidentSeconds"]) == (30, 3000, TOTAL, 1800)
    assert one["countedTo"] == NOW.isoformat().replace("+00:00", "Z")
    assert one["queries"] == list(view.standing.queries)
    assert (await ask(**{"from": "2026-03-02T00:00:00Z", "to": "2026-03-01T00:00:00Z"}))[0] == 422
