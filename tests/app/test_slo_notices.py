"""S8: the job that counts SLOs tells the live hub, and so every page that is open."""

import asyncio
import json

import pytest

from reliability_studio.api.kept import Kept
from reliability_studio.api.live import INCIDENTS, LiveChannels
from reliability_studio.api.router import RouteMeter
from reliability_studio.app.ground import Ground
from reliability_studio.app.runtime_app import AppRuntime
from reliability_studio.clock import ManualClock
from reliability_studio.flows.hub import Hub
from reliability_studio.jobs import table
from reliability_studio.observability.metrics import Metrics
from reliability_studio.settings.organisation import Settings
from reliability_studio.sources.meter import SourceMeter
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition


async def heard(hub, work):
    """What a listener of the organisation gets while `work` runs."""
    packets = []

    async def listen():
        async for packet in LiveChannels(1, hub).run(INCIDENTS):
            packets.append(json.loads(packet))  # noqa: PERF401 - it never ends by itself

    async with asyncio.TaskGroup() as group:
        listener = group.create_task(listen())
        await asyncio.sleep(0)
        await work
        await asyncio.sleep(0.01)
        listener.cancel()
    return [(each["kind"], each["number"], each["change"]) for each in packets]


@pytest.fixture
async def database(tmp_path):
    opened = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield opened
    await opened.aclose()


async def test_s8_a_refresh_is_one_notice_however_many_slos_there_are(database):
    """Pages ask for what they show; a run that counted nothing says nothing."""
    hub = Hub()
    world = World(database, tell=lambda notice: hub.publish(1, notice))
    await world.slos.create(definition("one"), "ann")
    await world.slos.create(definition("two"), "ann")
    assert await heard(hub, world.minutes(1)) == [("slo", "", "calculated")]
    assert await heard(hub, world.refresh.run()) == []
    world.server.down.add("http_requests_total")
    assert await heard(hub, world.minutes(1)) == [("slo", "", "calculated")]


async def test_s8_the_job_of_the_app_tells_the_live_channel(database):
    """As it is put together for an organisation: the job by its name, the channel by its path."""
    hub, clock, metrics = Hub(), ManualClock(World(database).clock.now()), Metrics()
    await World(database).slos.create(definition(), "ann")
    ground = Ground(
        org_id=1,
        database=database,
        hub=hub,
        clock=clock,
        meter=SourceMeter(metrics, ()),
        kept=Kept(metrics),
        routes=RouteMeter(metrics, clock),
        holder="test",
        warnings=(),
    )
    runtime = await AppRuntime.open(ground, Settings())
    clock.advance(60)
    assert await heard(hub, runtime.work(table.SLO_REFRESH.name, clock.now())) == [("slo", "", "calculated")]
    await runtime.aclose()
