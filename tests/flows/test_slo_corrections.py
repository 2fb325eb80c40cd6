"""Rows 79, 80: corrections through a life: made, counted live, over a restart, changed, taken back."""

from dataclasses import replace

import pytest

from reliability_studio.domain.slo.corrections import Category, Correction, Scope
from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.recurrence import parse_recurrence
from reliability_studio.domain.slo.spec import Timeslices
from reliability_studio.errors import NotFound, StaleWrite
from reliability_studio.flows.slo_corrections import SloCorrections
from reliability_studio.store import audit
from reliability_studio.store.engine import Database
from tests.flows.slo_world import START, World, definition

DAY = 86_400
HOUR = 3600


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


def corrections(world):
    return SloCorrections(1, world.database, world.refresh, world.clock)


def draft(start, length_s, slo_id=None, **more):
    scope = Scope(frozenset({slo_id})) if slo_id else Scope(services=frozenset({"api"}))
    return Correction("", 0, 0, scope, start, length_s, Category.MAINTENANCE, "upgrade", **more)


def outages(*spans):
    return lambda t: 50 if any(start <= t < end for start, end in spans) else 0


async def window(world, view):
    return (await world.slos.get(view.slo.id)).standing.measurement


async def check(world, view, *gone):
    """The window is the truth without the excluded stretches; the raw numbers stand beside it."""
    found = await window(world, view)
    bad, total = world.server.truth(found.window.start, found.window.end)
    for start, end in gone:
        part = world.server.truth(start, end)
        bad, total = bad - part[0], total - part[1]
    assert (found.window.counts.bad, found.window.counts.total) == (bad, total)
    raw = found.uncorrected.counts
    assert (raw.bad, raw.total) == world.server.truth(found.window.start, found.window.end)
    assert found.window.coverage == 1.0


OLD = (START - 5 * DAY + 1500, START - 5 * DAY + 1500 + 40 * 60)
"""Not on the hour: by the hour alone this could not be cut out."""


@pytest.mark.parametrize("days", [1, 7])
async def test_excluded_time_leaves_the_numbers_at_once_over_restarts_and_comes_back(world, days):
    """Rows 79, 33: applied when read; an old one, a fresh one, and one that is under way."""
    fresh = (START - 2 * HOUR + 600, START - HOUR)
    world.server.bad = outages(OLD, fresh)
    view = await world.slos.create(definition(window=Rolling(days)), "ann")
    before = await window(world, view)
    assert before.uncorrected is None
    book = corrections(world)
    gone = [fresh] + ([OLD] if days == 7 else [])
    made = [await book.create(draft(s, e - s, view.slo.id), "ann") for s, e in (OLD, fresh)]
    await check(world, view, *gone)
    world.restart()
    await world.minutes(2)
    await check(world, view, *gone)
    running = (START + 600, START + 1800)
    await corrections(world).create(draft(running[0], 1200), "ann")
    world.server.bad = outages(OLD, fresh, running)
    await world.minutes(40)
    await check(world, view, *gone, running)
    world.restart()
    await world.minutes(1)
    await check(world, view, *gone, running)
    for each in await corrections(world).every():
        await corrections(world).delete(each.id, "bob")
    await world.minutes(1)
    found = await window(world, view)
    assert (found.window.counts.bad, found.window.counts.total) == world.server.truth(
        found.window.start, found.window.end
    )
    assert found.uncorrected is None
    assert len(made) == 2


async def test_history_and_forecast_leave_it_out_as_well(world):
    """The course, fine and coarse, and what the window of each point held."""
    world.server.bad = outages(OLD)
    view = await world.slos.create(definition(window=Rolling(7)), "ann")
    await corrections(world).create(draft(OLD[0], OLD[1] - OLD[0], view.slo.id), "ann")
    end = world.clock.now()
    for points in (50, 2000):
        _, course = await world.slos.history(view.slo.id, end.replace(day=end.day - 6), end, points)
        assert sum(p.bad for p in course.points) == 0
        assert {p.remaining for p in course.points if p.remaining is not None} == {1.0}
    assert (await world.slos.forecast(view.slo.id)).outlooks[0].fate.value == "lasts"


async def test_maintenance_does_not_alert(world):
    """A burn within excluded time fires nothing; the same burn afterwards does."""
    world.server.bad = outages((START, START + HOUR))
    view = await world.slos.create(definition(window=Rolling(30)), "ann")
    await corrections(world).create(draft(START, 1800, view.slo.id), "ann")
    await world.minutes(30)
    assert world.door.events == []
    await world.minutes(12)
    assert world.door.events[0].labels["condition"] == "page-quick"


async def test_every_night_of_slices_counts_as_good(world):
    """Row 80: a recurring exclusion; slices keep their number."""
    nights = outages(*[(START - n * DAY - 7 * HOUR, START - n * DAY - 6 * HOUR) for n in range(8)])
    world.server.bad = nights
    sliced = Timeslices(300, Objective.percent("95"))
    view = await world.slos.create(definition(window=Rolling(5), budgeting=sliced), "ann")
    assert (await window(world, view)).window.counts.bad == 5 * 12
    rule = parse_recurrence("FREQ=DAILY", "$")
    night = draft(START - 8 * DAY - 7 * HOUR, HOUR, view.slo.id, recurrence=rule)
    await corrections(world).create(night, "ann")
    found = (await window(world, view)).window
    assert (found.counts.bad, found.counts.total) == (0, 5 * 288)


async def test_changes_are_conditional_and_audited(world):
    """Optimistic concurrency and the trail: who, before, after."""
    book = corrections(world)
    made = await book.create(draft(START, 600), "ann")
    changed = await book.edit(made.id, 1, replace(made, reason="longer", length_s=1200), "bob")
    assert (changed.version, changed.reason, changed.updated_by) == (2, "longer", "bob")
    with pytest.raises(StaleWrite):
        await book.edit(made.id, 1, made, "bob")
    await book.delete(made.id, "bob")
    for call in (book.delete(made.id, "bob"), book.edit(made.id, None, made, "bob")):
        with pytest.raises(NotFound):
            await call
    async with world.database.reading() as connection:
        page = await audit.page(connection, 1, cursor=None, limit=10)
    assert [row.action for row in page.items] == [
        "slo_correction.delete",
        "slo_correction.edit",
        "slo_correction.create",
    ]
