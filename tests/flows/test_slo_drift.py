"""3.8: in operation a few SLOs an hour are compared with PromQL, and the difference is a metric."""

from dataclasses import replace

import pytest

from reliability_studio.domain.slo.spec import RatioTimeslices
from reliability_studio.flows.slo_drift import DriftMeter, Drifts, sample
from reliability_studio.observability.metrics import Metrics
from reliability_studio.store.engine import Database
from tests.domain.slo.world import slo
from tests.flows.slo_world import World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


def drifts(world):
    metrics = Metrics()
    return Drifts(1, world.database, world.prometheus, DriftMeter(metrics)), metrics


async def test_a_counted_day_is_what_promql_says_and_the_metric_says_so(world):
    """Nothing was counted twice, nothing is missing."""
    await world.slos.create(definition(), "ann")
    checker, metrics = drifts(world)
    [found] = await checker.run(world.clock.now())
    assert found.counted == round(found.estimated) == 24 * 60 * 100
    assert b"slo_promql_drift_ratio 0.0" in metrics.text()


async def test_a_large_difference_is_told_with_both_numbers(world, caplog):
    """In the log by its SLO, and as a number for an alert."""
    await world.slos.create(definition(), "ann")
    world.server.estimates = 1.25
    checker, metrics = drifts(world)
    [found] = await checker.run(world.clock.now())
    assert found.ratio == pytest.approx(0.2)
    assert "counted events differ from PromQL" in caplog.text
    exported = metrics.registry.get_sample_value("reliability_studio_slo_promql_drift_ratio")
    assert exported == found.ratio


async def test_what_cannot_be_compared_is_left_out(world):
    """A day with gaps, a service without traffic, a server that is down, slices, no server at all."""
    await world.slos.create(definition(), "ann")
    checker, metrics = drifts(world)
    world.server.down.add("http_requests_total")
    world.server.gaps.append((world.now(), world.now() + 3600))
    await world.minutes(1)
    world.server.down.clear()
    await world.minutes(60)
    assert await checker.run(world.clock.now()) == []
    assert b"slo_promql_drift_ratio 0.0" in metrics.text()
    assert await Drifts(1, world.database, None, DriftMeter(Metrics())).run(world.clock.now()) == ()


def test_each_hour_other_slos_are_taken_one_of_a_hundred():
    """All of them have their turn; slices are never compared."""
    every = [replace(slo(), id=f"{number:03}") for number in range(300)]
    sliced = replace(slo(budgeting=RatioTimeslices(60)), id="sliced")
    hours = [sample([*every, sliced], hour) for hour in range(1500)]
    assert {len(each) for each in hours} == {3}
    assert len({one.id for each in hours for one in each}) == 300
    assert sample([sliced], 1) == []
    assert sample(every[:5], 1) == sample(every[:5], 1)
    assert len(sample(every[:5], 1)) == 1
