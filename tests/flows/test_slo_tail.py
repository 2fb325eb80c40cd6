"""Row 83: buckets whose samples come late are counted anew for a while; when none is, nothing is asked."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability_studio.domain.slo.goals import Objective
from reliability_studio.domain.slo.spec import GroupBy, Timeslices
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


async def by_minute(world, view, start, end):
    """(bad, total) of each minute as the store has it."""
    _, course = await world.slos.history(
        view.slo.id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), 5000
    )
    return {point.at: (point.bad, point.total) for point in course.points}


async def test_row_83_late_minutes_are_put_right_to_the_minute(world):
    """Samples of three minutes came late: no gap is left, and each event is in its minute."""
    world.server.bad = lambda t: t // 60 % 7
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    begin = world.now() // 60 * 60 - 120
    world.server.late = world.now() - 45
    await world.minutes(3)
    late = (await world.slos.get(view.slo.id)).standing.measurement.window
    world.server.late = None
    await world.minutes(2)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert late.coverage < 1.0
    assert found.coverage == 1.0
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)
    end = world.now() // 60 * 60 - 60
    minutes = await by_minute(world, view, begin, end)
    assert minutes == {at: world.server.truth(at - 60, at) for at in range(begin + 60, end + 1, 60)}
    world.restart()
    assert await by_minute(world, view, begin, end) == minutes


async def test_row_83_a_calm_that_is_only_late_is_no_calm(world):
    """The counters stood still because their samples were on the way: the minutes get their events."""
    view = await world.slos.create(definition(), "ann")
    await world.minutes(20)
    world.server.late = world.now() - 45
    await world.minutes(1)
    world.server.late = None
    await world.minutes(1)
    end = world.now() // 60 * 60 - 60
    minutes = await by_minute(world, view, end - 300, end)
    assert set(minutes.values()) == {(1, 100)}


async def test_row_83_when_nothing_is_late_nothing_is_asked_twice(world):
    """One instant query a minute, as ever."""
    await world.slos.create(definition(), "ann")
    await world.minutes(5)
    world.server.asked.clear()
    await world.minutes(10)
    assert len(world.server.asked) == 10
    assert all("time" in form for form in world.server.asked)


async def test_row_83_what_never_comes_stays_a_gap_and_is_asked_for_only_a_while(world):
    """A real gap costs a few wider queries, and then none."""
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    world.server.gaps.append((world.now() - 60, world.now() + 240))
    await world.minutes(12)
    world.server.asked.clear()
    await world.minutes(3)
    assert all("time" in form for form in world.server.asked)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert found.coverage < 1.0
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)


async def test_row_83_slices_are_judged_anew(world):
    """A late slice was a gap; it is good or bad as soon as its samples are there."""
    world.server.bad = lambda t: 50 if t >= START + 240 else 0
    slices = Timeslices(60, Objective.percent("99"))
    view = await world.slos.create(definition(objective="90", budgeting=slices), "ann")
    await world.minutes(2)
    world.server.late = world.now() - 45
    await world.minutes(3)
    world.server.late = None
    await world.minutes(1)
    found = (await world.slos.get(view.slo.id)).standing.measurement
    assert found.window.coverage == 1.0
    assert found.window.counts.bad == (found.as_of - START - 240) // 60


async def test_row_83_a_group_is_counted_anew_by_itself(world):
    """What is late in one group is asked for by its own query; the sums stay right."""
    world.server.routes = {"/a": (lambda _m: 1, lambda _m: 10), "/b": (lambda _m: 0, lambda _m: 90)}
    what = replace(definition(objective="90"), group_by=GroupBy(("route",), 5))
    view = await world.slos.create(what, "ann")
    await world.minutes(3)
    world.server.late = world.now() - 45
    await world.minutes(2)
    world.server.late = None
    await world.minutes(2)
    for each in (await world.slos.get(view.slo.id), *await world.slos.groups(view.slo.id)):
        window = each.standing.measurement.window
        per_minute = {"/a": (1, 10), "/b": (0, 90)}.get(each.slo.group.get("route"), (1, 100))
        minutes = (window.end - window.start) // 60
        assert (window.counts.bad, window.counts.total) == tuple(n * minutes for n in per_minute)
