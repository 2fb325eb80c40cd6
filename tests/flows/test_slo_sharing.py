"""Snapshots of one metric family share a query; each SLO still has its own answer and its own trouble."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability_studio.domain.slo.indicators import Part, RatioIndicator
from reliability_studio.flows.slo_questions import wanted
from reliability_studio.flows.slo_sharing import MOST, MOST_SERIES, Need, shared
from reliability_studio.sources.literals import quote
from reliability_studio.sources.promql_text import parse_selector
from reliability_studio.store.engine import Database
from tests.flows.slo_world import World, definition


@pytest.fixture
async def world(tmp_path):
    database = await Database.open(f"sqlite:///{tmp_path}/studio.sqlite")
    yield World(database)
    await database.aclose()


def need(text, *, at=600, series=0, first=None):
    """A snapshot of one selection."""
    selector = parse_selector(text, "$")
    what = definition(indicator=RatioIndicator(selector, selector, Part.BAD))
    return Need(wanted(what, 60)[0], at if first is None else first, at, 60, series)


def of_route(route, name="availability"):
    """An SLO over one route."""
    base = f'http_requests_total{{job="api",route={quote(route)}'
    total, bad = parse_selector(f"{base}}}", "$"), parse_selector(f'{base},code=~"5.."}}', "$")
    return definition(name, indicator=RatioIndicator(total, bad, Part.BAD), objective="90")


def test_selections_that_differ_in_one_value_are_one_query():
    """The label with the most values tells them apart; what stands alone stays alone."""
    needs = [need(f'x{{job="a",service="{name}"}}') for name in ("p", "q.r", "s")]
    other = need('x{job="b",service="p"}')
    alone = need('y{job="a",service="p"}')
    together, left = shared([*needs, other, alone])
    assert len(together) == 1
    assert together[0].label == "service"
    assert together[0].parts == dict(zip(("p", "q.r", "s"), needs, strict=True))
    assert together[0].query == r'last_over_time(x{job="a",service=~"p|q\\.r|s"}[2m])'
    assert set(left) == {other, alone}


def test_what_is_no_plain_snapshot_of_one_moment_is_asked_for_by_itself():
    """Another moment, a range, an empty value, a pattern, another age: none of them fits."""
    one = need('x{service="p"}')
    others = [
        need('x{service="q"}', at=660),
        need('x{service="q"}', first=300),
        need('x{service=""}'),
        need('x{service=~"q|r"}'),
        replace(need('x{service="q"}'), wanted=replace(one.wanted, selector=None)),
        replace(need('x{service="q"}'), wanted=replace(need('x{service="q"}').wanted, range_s=300)),
    ]
    together, left = shared([one, *others])
    assert together == []
    assert set(left) == {one, *others}


def test_one_query_stays_within_bounds():
    """Neither too many selections nor too many series."""
    many = [need(f'x{{service="s{n}"}}') for n in range(MOST + 2)]
    together, left = shared(many)
    assert sorted(len(each.parts) for each in together) == [2, MOST]
    assert not left
    wide = [need(f'x{{service="s{n}"}}', series=MOST_SERIES // 2) for n in range(5)]
    together, left = shared(wide)
    assert sorted(len(each.parts) for each in together) == [2, 2]
    assert len(left) == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("pqrs.*")), unique=True, max_size=18))
def test_every_need_is_asked_for_exactly_once(pairs):
    """Whatever the families: nobody is forgotten and nobody is asked for twice."""
    needs = [need(f'x{{job="{job}",service="{service}"}}') for job, service in pairs]
    together, left = shared(needs)
    asked_for = [*left, *(each for part in together for each in part.parts.values())]
    assert len(asked_for) == len(set(asked_for)) == len(needs)
    assert set(asked_for) == set(needs)


async def test_routes_of_one_service_share_a_query_and_keep_their_counts(world):
    """One instant query a minute for three SLOs; names that are patterns elsewhere are only names."""
    routes = {"/a": (1, 10), "/b.*": (2, 20), "/b+|c": (3, 30)}
    world.server.routes = {
        name: (lambda _m, bad=bad: bad, lambda _m, total=total: total)
        for name, (bad, total) in routes.items()
    }
    views = {route: await world.slos.create(of_route(route, route), "ann") for route in routes}
    await world.minutes(2)
    world.server.asked.clear()
    await world.minutes(5)
    assert len(world.server.asked) == 5
    for route, view in views.items():
        window = (await world.slos.get(view.slo.id)).standing.measurement.window
        minutes = (window.end - window.start) // 60
        assert (window.counts.bad, window.counts.total) == tuple(n * minutes for n in routes[route])


async def test_a_shared_query_that_is_refused_is_asked_in_its_parts(world):
    """The server takes one route at a time: all are counted nevertheless."""
    world.server.routes = {name: (lambda _m: 1, lambda _m: 10) for name in ("/a", "/b")}
    views = [await world.slos.create(of_route(route, route), "ann") for route in ("/a", "/b")]
    await world.minutes(2)
    world.server.no_patterns_of = "route"
    done = await world.minutes(1)
    assert (done.calculated, done.failed, done.queries) == (2, 0, 3)
    assert len({view.slo.id for view in views}) == 2


async def test_an_overload_of_a_shared_query_is_no_reason_for_more_of_them(world):
    """S7: the SLOs of the query are stale with the reason, and go on in the next minute."""
    world.server.routes = {name: (lambda _m: 1, lambda _m: 10) for name in ("/a", "/b")}
    view = await world.slos.create(of_route("/a", "/a"), "ann")
    await world.slos.create(of_route("/b", "/b"), "ann")
    await world.minutes(2)
    world.server.overloaded = True
    done = await world.minutes(1)
    assert (done.calculated, done.failed, done.queries) == (0, 2, 1)
    assert "503" in (await world.slos.get(view.slo.id)).standing.failure
    world.server.overloaded = False
    done = await world.minutes(1)
    assert (done.calculated, done.failed) == (2, 0)
    found = (await world.slos.get(view.slo.id)).standing.measurement.window
    assert found.coverage == 1.0
