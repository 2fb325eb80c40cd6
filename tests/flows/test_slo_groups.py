"""Rows 13 and 49: a grouped SLO, its exact whole, its instances with counts and alerts of their own."""

from dataclasses import replace

import pytest

from reliability_studio.domain.slo.faults import BadSpec
from reliability_studio.domain.slo.goals import Goal, Objective, Rolling
from reliability_studio.domain.slo.indicators import Part, QueryIndicator, ShareIndicator
from reliability_studio.domain.slo.measure import Status
from reliability_studio.domain.slo.remarks import Doubt
from reliability_studio.domain.slo.spec import GroupBy, RatioTimeslices, Timeslices
from reliability_studio.errors import Conflict
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    made = World(database)
    made.server.routes = {
        "/pay": (lambda _m: 5, lambda _m: 50),
        "/list": (lambda _m: 0, lambda _m: 500),
        "/rare": (lambda _m: 1, lambda _m: 2),
    }
    yield made
    await database.aclose()


def grouped(most=2, **more):
    return definition(objective="99", group_by=GroupBy(("route",), most), **more)


def counts(view):
    found = view.standing.measurement.window
    return found.counts.bad, found.counts.total


async def test_row_13_groups_have_their_own_counts_and_the_whole_is_exact(world):
    """Two of three routes fit; the third is told, and is part of the whole."""
    view = await world.slos.create(grouped(), "ann")
    await world.minutes(3)
    whole = await world.slos.get(view.slo.id)
    one, two = await world.slos.groups(view.slo.id)
    assert [each.slo.group for each in (one, two)] == [{"route": "/pay"}, {"route": "/list"}]
    minutes = counts(two)[1] // 500
    assert counts(one) == (5 * minutes, 50 * minutes)
    assert counts(two) == (0, 500 * minutes)
    bad, total = counts(whole)
    assert (bad, total) == (6 * (total // 552), 552 * (total // 552))
    assert (whole.instances, whole.standing.groups_left_out) == (2, 1)
    assert total > counts(one)[1] + counts(two)[1]
    assert (one.verdict.status, two.verdict.status) == (Status.BREACHED, Status.HEALTHY)
    assert [each.slo.id for each in await world.slos.every()] == [view.slo.id]
    assert len(await world.slos.every(groups=True)) == 3


async def test_all_groups_are_counted_from_one_query(world):
    """The snapshot of the whole has every series: a group costs no query of its own."""
    await world.slos.create(grouped(), "ann")
    await world.minutes(2)
    world.server.asked.clear()
    done = await world.minutes()
    assert (done.calculated, done.queries) == (3, 1)


async def test_row_49_each_group_alerts_for_itself(world):
    """The route that burns fires; the one that does not is silent, and so is the whole."""
    world.server.routes = {
        "/pay": (lambda _m: 25, lambda _m: 50),
        "/list": (lambda _m: 0, lambda _m: 50_000),
    }
    strict = Goal(Objective.percent("99.9"), Rolling(1), alerting=True)
    await world.slos.create(grouped(further=(strict,)), "ann")
    await world.minutes(2)
    fired = [e.labels for e in world.door.events if e.ends_at is None and e.labels.get("route")]
    assert {each["slo"] for each in fired} == {"availability [route=/pay]"}
    assert [each["objective"] for each in fired] == ["99%, rolling 1d", strict.text]


async def test_groups_follow_the_slo_and_go_with_it(world):
    """An edit of the whole is an edit of all; a group alone cannot be changed; alerts end with it."""
    view = await world.slos.create(grouped(), "ann")
    await world.minutes(2)
    first = (await world.slos.groups(view.slo.id))[0]
    with pytest.raises(Conflict, match="one group"):
        await world.slos.edit(first.slo.id, None, lambda old: old, "ann")
    with pytest.raises(Conflict, match="one group"):
        await world.slos.delete(first.slo.id, "ann")
    await world.slos.edit(view.slo.id, None, lambda old: replace(old, owner="core"), "ann")
    after = {each.slo.id: each for each in await world.slos.groups(view.slo.id)}
    assert {each.slo.definition.owner for each in after.values()} == {"core"}
    assert after[first.slo.id].slo.generation == 1
    world.door.events.clear()
    await world.slos.delete(view.slo.id, "ann")
    assert await world.slos.every(groups=True) == ()
    ended = {event.labels["slo_id"] for event in world.door.events if event.ends_at}
    assert first.slo.id in ended


async def test_a_group_whose_series_are_gone_for_a_window_gives_its_place_up(world):
    """A route that is no more, and one that came."""
    view = await world.slos.create(grouped(most=2), "ann")
    await world.minutes(2)
    del world.server.routes["/pay"]
    await world.minutes(2)
    routes = {each.slo.group["route"] for each in await world.slos.groups(view.slo.id)}
    assert routes == {"/pay", "/list"}
    world.clock.advance(26 * 3600)
    await world.minutes(3)
    routes = {each.slo.group["route"] for each in await world.slos.groups(view.slo.id)}
    assert routes == {"/list", "/rare"}


async def test_other_labels_make_other_groups(world):
    """And none at all takes them away."""
    view = await world.slos.create(grouped(), "ann")
    await world.minutes(1)
    change = GroupBy(("route", "code"), 10)
    await world.slos.edit(view.slo.id, None, lambda old: replace(old, group_by=change), "ann")
    await world.minutes(1)
    assert {tuple(each.slo.group) for each in await world.slos.groups(view.slo.id)} == {("code", "route")}
    await world.slos.edit(view.slo.id, None, lambda old: replace(old, group_by=None), "ann")
    assert await world.slos.groups(view.slo.id) == ()


async def test_groups_survive_a_restart(world):
    """Their counts go on where they were."""
    view = await world.slos.create(grouped(), "ann")
    await world.minutes(3)
    world.restart()
    await world.minutes(2)
    for each in await world.slos.groups(view.slo.id):
        assert each.standing.measurement.as_of == world.now() // 60 * 60 - 60
        assert each.standing.measurement.window.coverage == 1.0


def counted_by(part, total, **more):
    """An SLO of two queries of somebody's own."""
    asked = [f'{each} (increase(http_requests_total{{job="api"%s}}[$window]))' for each in (total, part)]
    indicator = QueryIndicator(asked[0] % "", asked[1] % ',code=~"5.."', Part.BAD)
    return grouped(3, indicator=indicator, **more)


async def test_queries_of_ones_own_are_grouped_by_the_labels_of_their_answers(world):
    """Row 13: nothing is put into the query; each group is its part of the same answers, exactly."""
    view = await world.slos.create(counted_by("sum by (route)", "sum by (route)"), "ann")
    await world.minutes(2)
    world.server.asked.clear()
    done = await world.minutes()
    assert (done.calculated, done.failed) == (4, 0)
    assert len({form["query"] for form in world.server.asked}) == 2
    assert done.queries == 2
    whole = await world.slos.get(view.slo.id)
    found = {each.slo.group["route"]: counts(each) for each in await world.slos.groups(view.slo.id)}
    minutes = counts(whole)[1] // 552
    assert counts(whole) == (6 * minutes, 552 * minutes)
    assert found == {
        "/pay": (5 * minutes, 50 * minutes),
        "/list": (0, 500 * minutes),
        "/rare": (minutes, 2 * minutes),
    }
    world.restart()
    await world.minutes(2)
    again = {each.slo.group["route"]: counts(each) for each in await world.slos.groups(view.slo.id)}
    assert again["/pay"][0] * 100 == again["/list"][1]
    assert again["/rare"][0] * 2 == again["/rare"][1]


async def test_answers_without_the_label_have_no_groups_and_never_look_free_of_errors(world):
    """A part that is one sum would be no errors of every group: nothing is told apart, and that is told."""
    for part, total in (("sum", "sum"), ("sum", "sum by (route)")):
        what = replace(counted_by(part, total), name=f"{part} of {total}")
        view = await world.slos.create(what, "ann")
        await world.minutes(2)
        whole = await world.slos.get(view.slo.id)
        assert (whole.instances, counts(whole)[0] > 0) == (0, True)
        tried = await world.slos.preview(what, 10)
        [remark] = [each for each in tried.remarks if each.doubt is Doubt.NO_GROUPS]
        assert remark.text.startswith("the answers have no label route")
    what = counted_by("sum by (route)", "sum by (route)")
    view = await world.slos.create(what, "ann")
    await world.minutes(2)
    await world.slos.edit(
        view.slo.id, None, lambda _: counted_by("sum", "sum by (route)"), "ann", at_once=False
    )
    done = await world.minutes()
    assert done.failed == 3
    one = (await world.slos.groups(view.slo.id))[0]
    assert "has no label route: keep it with `by`" in one.stale_reason


def share(by, target="95", **more):
    """An SLO of a precomputed ratio in slices of five minutes."""
    part, total = (
        f'{by} (increase(http_requests_total{{job="api"{code}}}[$window]))' for code in (',code=~"5.."', "")
    )
    sliced = Timeslices(300, Objective.percent(target))
    return grouped(
        3, **{"indicator": ShareIndicator(f"{part} / {total}", Part.BAD), "budgeting": sliced, **more}
    )


async def test_row_13_a_slice_of_shares_is_good_when_it_is_good_in_every_group(world):
    """2.2: bad slices of one group and other ones of another are all bad in the whole; one query for them."""
    first, second = (lambda t: 5 if t // 300 % 10 == 0 else 0), (lambda t: 40 if t // 300 % 10 == 5 else 0)
    world.server.routes["/pay"], world.server.routes["/list"] = (first, lambda _: 50), (second, lambda _: 500)
    world.server.routes["/rare"] = (lambda _: 0, lambda _: 0)
    view = await world.slos.create(share("sum by (route)"), "ann")
    await world.minutes(10)
    world.server.asked.clear()
    done = await world.minutes(5)
    assert done.failed == 0
    assert len({form["query"] for form in world.server.asked}) <= 2
    whole = await world.slos.get(view.slo.id)
    found = {each.slo.group["route"]: counts(each) for each in await world.slos.groups(view.slo.id)}
    bad, total = counts(whole)
    assert total == 288
    assert bad == found["/pay"][0] + found["/list"][0] == pytest.approx(57.6, abs=1)
    assert found["/pay"][1] == found["/list"][1] == total
    assert found["/rare"] == (0, 0)
    assert whole.standing.measurement.window.coverage == 1.0
    assert whole.standing.measurement.window.sli == 1 - bad / total


async def test_a_group_with_several_shares_is_no_group_and_one_without_a_label_none(world):
    """Without counts nothing says how to put two shares together: that is told, and nothing is counted."""
    by = GroupBy(("job",))
    view = await world.slos.create(replace(share("sum by (route)"), name="twice", group_by=by), "ann")
    assert (await world.slos.get(view.slo.id)).standing.measurement is None
    assert "several series of the answer have job=: bring them together" in view.stale_reason
    one = await world.slos.create(replace(share("sum"), name="one"), "ann")
    await world.minutes(5)
    assert (one.instances, (await world.slos.groups(one.slo.id))) == (0, ())
    tried = await world.slos.preview(share("sum"), 10)
    [remark] = [each for each in tried.remarks if each.doubt is Doubt.NO_GROUPS]
    assert remark.text.startswith("the answers have no label route")


def test_a_mean_of_shares_is_not_grouped_and_says_why():
    """Without counts the shares of groups do not say that of the whole."""
    with pytest.raises(BadSpec, match="do not say what the share of the whole is; with timeslices") as found:
        share("sum", budgeting=RatioTimeslices(300))
    assert found.value.path == "$.groupBy"
