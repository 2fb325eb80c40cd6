"""Slo-features rows 14 and 15: composites follow their members, alert like others and ask for nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from reliability_studio.domain.slo.goals import Objective, Rolling
from reliability_studio.domain.slo.indicators import (
    Combine,
    CompositeIndicator,
    MemberSlo,
    Part,
    RatioIndicator,
)
from reliability_studio.domain.slo.measure import Reason, Status
from reliability_studio.domain.slo.spec import Timeslices
from reliability_studio.errors import Invalid
from reliability_studio.sources.promql_text import parse_selector
from tests.flows.slo_world import World, definition


@pytest.fixture
def world(database):
    return World(database)


def composite(*members, combine=Combine.MEAN, **more):
    indicator = CompositeIndicator(tuple(MemberSlo(each, Decimal(w)) for each, w in members), combine)
    return replace(definition("shop"), indicator=indicator, **more)


async def two(world):
    """Two SLOs over the same counters: one per cent of the events are bad."""
    first = await world.slos.create(definition("first"), "ann")
    second = await world.slos.create(definition("second", objective="90"), "ann")
    return first.slo, second.slo


async def test_a_composite_stands_on_the_counts_of_its_members(world):
    """The counts of both are the truth of the server, so their mean and their sum are known."""
    first, second = await two(world)
    asked = len(world.server.asked)
    made = await world.slos.create(composite((first.id, 1), (second.id, 3)), "ann")
    assert len(world.server.asked) == asked
    found = made.standing.measurement
    assert found.window.sli == pytest.approx(0.99)
    assert found.window.coverage == 1.0
    assert made.standing.queries == ()
    shares = [each.share for each in made.standing.members]
    assert [(each.name, each.weight) for each in shares] == [("first", 0.25), ("second", 0.75)]
    assert made.standing.members[0].verdict.status is Status.BREACHED
    pooled = await world.slos.create(
        replace(composite((first.id, 1), (second.id, 1), combine=Combine.POOLED), name="pooled"), "ann"
    )
    window = pooled.standing.measurement.window
    bad, total = world.server.truth(window.start, window.end)
    assert (window.counts.bad, window.counts.total) == (2 * bad, 2 * total)


async def test_the_worst_of_its_members_decides(world):
    """Whatever the others reach; what it is made of says which one that is."""
    first, second = await two(world)
    sliced = await world.slos.create(
        replace(definition("sliced"), budgeting=Timeslices(60, Objective.percent("99.5"))), "ann"
    )
    members = ((first.id, 1), (second.id, 1), (sliced.slo.id, 1))
    made = await world.slos.create(composite(*members, combine=Combine.WORST), "ann")
    found = made.standing.measurement
    assert (found.window.sli, found.window.coverage) == (0.0, 1.0)
    assert [each.share.weight for each in made.standing.members] == [0, 0, 1]
    assert [each.share.spent for each in made.standing.members] == [0, 0, 1]
    events = await world.slos.create(
        replace(composite(*members[:2], combine=Combine.WORST), name="of events"), "ann"
    )
    assert events.standing.measurement.window.sli == pytest.approx(0.99)
    assert await world.slos.forecast(events.slo.id) is not None


async def test_a_composite_goes_on_with_its_members_and_alerts(world):
    """Every minute, after them; a burst of errors fires its alert, and it is one alert of its own."""
    first, second = await two(world)
    made = await world.slos.create(
        composite((first.id, 1), (second.id, 1), objective=Objective.percent("99")), "ann"
    )
    before = made.standing.measurement.as_of
    world.server.bad = lambda _minute: 80
    await world.minutes(10)
    seen = await world.slos.get(made.slo.id)
    assert seen.standing.measurement.as_of == before + 600
    assert seen.standing.main.alert.firing
    told = [each for each in world.door.events if each.labels["slo_id"] == made.slo.id]
    assert len({each.episode for each in told}) == 1
    assert len({each.labels["condition"] for each in told}) == len(told)
    one = next(each for each in seen.standing.measurement.burns if each.length_s == 300)
    assert one.sli == pytest.approx(0.2)


async def test_history_forecast_and_reports_read_the_members(world):
    """The course at any moment is that of the members; nothing of it is stored."""
    first, second = await two(world)
    made = await world.slos.create(composite((first.id, 1), (second.id, 1)), "ann")
    now = world.clock.now()
    _, course = await world.slos.history(made.slo.id, now.replace(hour=0), now, 20)
    assert course.points
    assert all(point.sli == pytest.approx(0.99) for point in course.points if point.sli is not None)
    assert await world.slos.forecast(made.slo.id) is not None
    tried = await world.slos.what_if(
        made.slo.id, lambda old: replace(old, objective=Objective.percent("95")), 20
    )
    assert tried.standing.measurement.remaining == pytest.approx(0.8)
    preview = await world.slos.preview(composite((first.id, 1)), 20)
    assert preview.standing.measurement.window.sli == pytest.approx(0.99)


async def test_members_are_checked_and_the_one_that_is_wrong_is_named(world):
    """Unknown ones, composites (so no cycle is possible), and slices that cannot be added to events."""
    first, second = await two(world)
    made = await world.slos.create(composite((first.id, 1), (second.id, 1)), "ann")
    sliced = await world.slos.create(
        replace(definition("sliced"), budgeting=Timeslices(60, Objective.percent("95"))), "ann"
    )
    for wrong, combine, said in (
        ("nobody", Combine.MEAN, "there is no SLO"),
        (made.slo.id, Combine.MEAN, "is a composite itself"),
        (sliced.slo.id, Combine.POOLED, "counts slices"),
    ):
        with pytest.raises(Invalid, match=said) as refused:
            await world.slos.create(
                replace(composite((first.id, 1), (wrong, 1), combine=combine), name="x"), "ann"
            )
        assert refused.value.problems[0].path == "$.indicator.members[1].sloId"
    with pytest.raises(Invalid, match="is a composite itself"):
        await world.slos.edit(made.slo.id, None, lambda _: composite((made.slo.id, 1)), "ann")


async def test_a_member_that_is_gone_or_silent_leaves_the_last_numbers_and_the_reason(world):
    """Never silently dropped."""
    first, _ = await two(world)
    made = await world.slos.create(composite((first.id, 1)), "ann")
    world.server.down.add("http_requests_total")
    await world.minutes(1)
    seen = await world.slos.get(made.slo.id)
    assert seen.verdict.reason is Reason.STALE
    assert "'first' has no new numbers" in seen.stale_reason
    assert seen.standing.measurement is not None
    world.server.down.clear()
    await world.minutes(1)
    assert (await world.slos.get(made.slo.id)).verdict.reason is not Reason.STALE
    await world.slos.delete(first.id, "ann")
    await world.minutes(1)
    seen = await world.slos.get(made.slo.id)
    assert (seen.verdict.reason, seen.stale_reason) == (Reason.STALE, f"its member '{first.id}' was deleted")


async def test_a_member_that_was_never_measured_leaves_no_data_and_is_named(world):
    """Row 69: what the others reach is not what all of them do, so there is no number at all."""
    first, _ = await two(world)
    total, bad = (
        parse_selector(f'http_requests_total{{job="none",code=~"{code}"}}', "$") for code in (".*", "5..")
    )
    ghost = await world.slos.create(
        definition("ghost", indicator=RatioIndicator(total, bad, Part.BAD)), "ann"
    )
    for combine in Combine:
        made = await world.slos.create(
            replace(composite((first.id, 1), (ghost.slo.id, 1), combine=combine), name=combine), "ann"
        )
        assert made.verdict.reason is Reason.NEVER_MEASURED
        assert made.verdict.text == "'ghost': nothing was measured yet"
        assert made.standing.measurement.window.sli is None
        assert not made.standing.main.alert.firing


async def test_members_that_count_seldom_do_not_make_it_stale(world):
    """A member of hourly slices is up to an hour behind, and that is how it should be."""
    first, _ = await two(world)
    hourly = await world.slos.create(
        replace(definition("hourly", window=Rolling(2)), budgeting=Timeslices(3600, Objective.percent("95"))),
        "ann",
    )
    made = await world.slos.create(composite((first.id, 1), (hourly.slo.id, 1)), "ann")
    await world.minutes(30)
    assert (await world.slos.get(made.slo.id)).stale_reason == ""
