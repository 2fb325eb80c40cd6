"""How hard Prometheus is pressed: less when it gives way, more while it is well, and the reason is told."""

import asyncio

import pytest

from reliability_studio.domain.slo.goals import Rolling
from reliability_studio.errors import SourceMalformed, SourceRejected, SourceTimeout, SourceUnavailable
from reliability_studio.flows.slo_pace import MOST, MOST_DAYS, Pace, presses
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition

OVERLOADED = SourceUnavailable("503: too busy", source="prometheus")


async def once(pace, error=None, **more):
    try:
        async with pace.query(**more):
            if error is not None:
                raise error
    except type(error or OVERLOADED):
        pass


async def test_a_refusal_halves_and_answers_bring_it_back():
    """Never below one, never above what is usual; the reason goes when all is well again."""
    pace = Pace()
    assert (pace.at_once, pace.reason) == (MOST, "")
    for _ in range(9):
        await once(pace, OVERLOADED)
    assert pace.at_once == 1
    assert "1 instead of 8 queries" in pace.reason
    assert "too busy" in pace.reason
    answers = 0
    while pace.reason:
        await once(pace)
        answers += 1
    assert 20 < answers < 60


async def test_no_more_are_under_way_than_the_pace_allows():
    """Those that wait go on as places become free."""
    pace, at_once, most = Pace(2), 0, 0

    async def ask():
        nonlocal at_once, most
        async with pace.query():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            at_once -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(ask())
    assert most == 2


@pytest.mark.parametrize(
    ("error", "less"),
    [
        (OVERLOADED, True),
        (SourceTimeout("too slow", source="p"), True),
        (
            SourceRejected("execution: query processing would load too many samples into memory", source="p"),
            True,
        ),
        (SourceRejected("bad_data: exceeded maximum resolution of 11,000 points", source="p"), True),
        (SourceRejected("bad_data: invalid parameter query: parse error", source="p"), False),
        (SourceMalformed("not JSON", source="p"), False),
    ],
)
def test_only_what_is_about_load_or_size_sets_the_pace(error, less):
    """A query that is wrong in itself says nothing about the server."""
    assert presses(error) is less


async def test_only_history_changes_how_much_history_is_asked_for():
    """Half of what was refused, a day more with every answer."""
    pace = Pace()
    await once(pace, OVERLOADED)
    assert pace.days == MOST_DAYS
    await once(pace, OVERLOADED, days=7)
    assert pace.days == 3
    await once(pace, days=3)
    assert pace.days == 4
    await once(pace)
    assert pace.days == 4


async def test_history_that_is_too_much_at_once_is_fetched_in_smaller_pieces(tmp_path):
    """The server refuses more than two days; the window is filled all the same, and the truth is in it."""
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    world = World(database)
    world.server.most_days = 2
    view = await world.slos.create(definition(window=Rolling(7)), "ann")
    for _ in range(5):
        await world.minutes(1)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert found.coverage == 1.0
    assert (found.counts.bad, found.counts.total) == world.server.truth(found.start, found.end)
    assert world.server.refused > 0
    await database.aclose()
