"""Issue 4, point 7, and row 83: what is in doubt is counted anew every hour and after a restart."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability_studio.domain.slo.goals import Objective
from reliability_studio.domain.slo.spec import MissingData, Timeslices
from reliability_studio.domain.slo.tail import Doubt
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


async def window_of(world, view):
    """The whole window as it stands."""
    return (await world.slos.get(view.slo.id)).standing.measurement.window


async def by_minute(world, view, start, end):
    """(bad, total) of each minute as the store has it."""
    _, course = await world.slos.history(
        view.slo.id, datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC), 5000
    )
    return {point.at: (point.bad, point.total) for point in course.points}


async def test_a_quarter_of_an_hour_that_came_late_is_counted_in_the_next_hour(world):
    """Longer than the tail: the events were shifted and the minutes a gap, until the hourly look."""
    world.server.bad = lambda t: t // 60 % 7
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    begin = world.now() // 60 * 60 - 120
    world.server.late = world.now() - 45
    await world.minutes(15)
    world.server.late = None
    await world.minutes(10)
    assert (await window_of(world, view)).coverage < 1.0
    await world.minutes(60)
    found = await window_of(world, view)
    assert found.coverage == 1.0
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)
    end = begin + 30 * 60
    minutes = await by_minute(world, view, begin, end)
    assert minutes == {at: world.server.truth(at - 60, at) for at in range(begin + 60, end + 1, 60)}
    assert (await world.slos.get(view.slo.id)).standing.doubt is None
    world.restart()
    assert await by_minute(world, view, begin, end) == minutes


async def test_the_late_tail_survives_a_restart(world):
    """The process ends while minutes look late; the next one counts them as soon as it runs."""
    world.server.bad = lambda t: t // 60 % 7
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    begin = world.now() // 60 * 60 - 120
    world.server.late = world.now() - 45
    await world.minutes(2)
    world.clock.advance(30)
    world.restart()
    world.server.late = None
    world.clock.advance(30)
    await world.refresh.run()
    found = await window_of(world, view)
    assert found.coverage == 1.0
    end = world.now() // 60 * 60 - 60
    minutes = await by_minute(world, view, begin, end)
    assert minutes == {at: world.server.truth(at - 60, at) for at in range(begin + 60, end + 1, 60)}


async def test_a_gap_is_tried_again_every_hour_and_given_up_after_six(world):
    """One range query an hour, and none once the gap is out of reach; nothing is ever filled in."""
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    world.server.gaps.append((world.now() - 60, world.now() + 240))
    await world.minutes(12)
    world.server.asked.clear()
    await world.minutes(8 * 60)
    ranges = [form for form in world.server.asked if "start" in form]
    assert 6 <= len(ranges) <= 7
    found = await window_of(world, view)
    assert found.coverage < 1.0
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)
    assert (await world.slos.get(view.slo.id)).standing.doubt is None


async def test_what_the_server_has_lost_since_is_not_taken_away(world):
    """Prometheus comes back without its last hours: what was counted stays counted."""
    view = await world.slos.create(definition(), "ann")
    await world.minutes(30)
    measured_until = world.now() // 60 * 60 - 60
    world.server.gaps.append((world.now() - 60, world.now() + 540))
    await world.minutes(12)
    world.server.gaps.append((measured_until - 20 * 60, measured_until - 5 * 60))
    before = await by_minute(world, view, measured_until - 1500, measured_until)
    await world.minutes(70)
    assert await by_minute(world, view, measured_until - 1500, measured_until) == before
    standing = (await world.slos.get(view.slo.id)).standing
    assert standing.doubt is not None
    found = standing.measurement.window
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)


async def test_a_look_that_fails_is_taken_again_an_hour_later(world):
    """The numbers stay fresh meanwhile; it is a warning in the log."""
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    world.server.late = world.now() - 45
    await world.minutes(15)
    world.server.late = None
    await world.minutes(10)
    world.server.most_days = 0
    await world.minutes(60)
    standing = (await world.slos.get(view.slo.id)).standing
    assert standing.doubt.looked_at is not None
    assert standing.failed_at is None
    assert standing.measurement.window.coverage < 1.0
    world.server.most_days = 1000
    await world.minutes(60)
    assert (await window_of(world, view)).coverage == 1.0


@pytest.mark.parametrize("missing", [MissingData.IGNORE, MissingData.LAST])
async def test_slices_are_judged_anew_an_hour_later(world, missing):
    """A slice that was a gap, or stood in for one, is good or bad by its own events."""
    world.server.bad = lambda t: 50 if t >= START + 600 else 0
    slices = Timeslices(60, Objective.percent("99"))
    what = definition(objective="90", budgeting=slices, missing=missing)
    view = await world.slos.create(what, "ann")
    await world.minutes(3)
    world.server.late = world.now() - 45
    await world.minutes(15)
    world.server.late = None
    await world.minutes(75)
    found = (await world.slos.get(view.slo.id)).standing.measurement
    assert found.window.coverage == 1.0
    assert found.window.counts.bad == (found.as_of - START - 600) // 60


async def test_a_wide_selection_is_looked_at_less_far_back(world, monkeypatch):
    """What one query may bring has a bound; what does not fit at all is no longer in doubt."""
    monkeypatch.setattr("reliability_studio.flows.slo_recount.VALUES", 2)
    view = await world.slos.create(definition(), "ann")
    await world.minutes(3)
    world.server.gaps.append((world.now() - 60, world.now() + 240))
    await world.minutes(12)
    world.server.asked.clear()
    await world.minutes(62)
    assert not [form for form in world.server.asked if "start" in form]
    assert (await world.slos.get(view.slo.id)).standing.doubt is None


async def test_only_so_many_are_looked_at_in_one_minute(world, monkeypatch):
    """After an outage every SLO is in doubt at the same time."""
    monkeypatch.setattr("reliability_studio.flows.slo_turn.MOST", 1)
    views = [await world.slos.create(definition(f"s{n}"), "ann") for n in range(3)]
    await world.minutes(3)
    world.server.late = world.now() - 45
    await world.minutes(15)
    world.server.late = None
    await world.minutes(75)
    for view in views:
        assert (await window_of(world, view)).coverage == 1.0


def test_when_to_look_again():
    """An hour after the doubt or the last look; at once by a process that began after it."""
    doubt = Doubt(1000)
    assert not doubt.due(4599, 900)
    assert doubt.due(4600, 900)
    assert doubt.due(1060, 1001)
    looked = replace(doubt, looked_at=5000)
    assert not looked.due(8599, 4000)
    assert looked.due(8600, 4000)
    assert looked.due(5060, 5001)
