"""Issue 5, point 4: budgets that burn and rollouts that were judged answer their checks; both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reliability_studio.domain.correlation.evidence import Outcome
from reliability_studio.domain.correlation.rollout import (
    Compared,
    Measure,
    RolloutBasis,
    RolloutMeasure,
    Shift,
    Side,
)
from reliability_studio.domain.slo.alerting import AlertState
from reliability_studio.domain.slo.watching import Watch
from reliability_studio.flows.own_record import ROLLOUT_VERDICT, SLO_BURN, _fired, own_record
from reliability_studio.flows.telemetry import Signals
from reliability_studio.store import rollouts
from reliability_studio.store.rollouts import Rollout
from tests.flows.slo_world import START, World, definition
from tests.flows.test_investigate import FakePrometheus, cluster, investigated, prometheus
from tests.flows.test_investigation_rows import everything
from tests.sources.test_kubernetes import kubernetes, replica_set
from tests.support.records import minutes


async def keep(database, **changes):
    values = {
        "service": "checkout",
        "namespace": "shop",
        "version": "web-2",
        "revision": 2,
        "started_at": minutes(-4),
        "state": "worse",
        "summary": "web revision 2: web:1 to web:2",
        "judged_at": minutes(9),
        "reasons": ("failed requests from 0.10% to 20.00%",),
    }
    async with database.writing() as connection:
        await rollouts.put(connection, 1, Rollout(**{**values, **changes}))


def allowed():
    """A cluster whose versions may be listed; there are none."""
    server = cluster()
    base = "/apis/apps/v1/namespaces/shop"
    server.lists |= {f"{base}/replicasets": [], f"{base}/controllerrevisions": []}
    return Signals(prometheus(FakePrometheus(20, 4.775)), None, None, kubernetes(server))


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, Outcome.FOUND),
        ({"state": "stuck", "reasons": ()}, Outcome.FOUND),
        ({"state": "no_difference"}, Outcome.CLEAN),
        ({"state": "in_progress"}, Outcome.NO_DATA),
        ({"started_at": minutes(-60 * 5)}, Outcome.NO_DATA),
        ({"service": "mail"}, Outcome.NO_DATA),
    ],
)
async def test_a_rollout_that_was_judged_worse_is_found_with_its_numbers(database, change, outcome):
    """The new version against the old one; nothing is said of strangers, and nothing before a verdict."""
    await keep(database, **change)
    _, _, answer = await investigated(database, allowed())
    [told] = [each for each in answer.checks if each.check == ROLLOUT_VERDICT]
    assert told.outcome is outcome
    if outcome is Outcome.FOUND:
        assert told.services == ("checkout",)
        assert "web revision 2: web:1 to web:2" in told.summary
        assert told.fix
    if not change:
        assert told.summary.endswith("failed requests from 0.10% to 20.00%")


async def test_row_60_a_judged_rollout_says_which_pods_were_compared(database):
    """With the windows, the requests on either side and the query of the new pods."""
    old = Side(minutes(-3), minutes(7), 900, 1)
    compared = Compared(RolloutBasis.SIDE_BY_SIDE, old, replace(old, requests=800, queries=("new", "more")))
    await keep(database, compared=compared)
    _, _, answer = await investigated(database, everything())
    [told] = [each for each in answer.checks if each.check == ROLLOUT_VERDICT]
    assert told.summary.endswith(
        "(new pods beside old pods, 11:57:00 to 12:07:00 UTC, 800 against 900 requests)"
    )
    assert (told.query, told.samples) == ("new", 800)


WORSE = (Measure(RolloutMeasure.ERRORS, Shift.HIGHER, 0.1, 20.0, 15.0, 25.0, 900, 800),)


@pytest.mark.parametrize(
    ("basis", "measures", "worse"),
    [
        (RolloutBasis.SIDE_BY_SIDE, WORSE, {("checkout", "web-2")}),
        (RolloutBasis.PODS, WORSE, set()),
        (RolloutBasis.SIDE_BY_SIDE, (replace(WORSE[0], shift=Shift.ALIKE),), set()),
        (RolloutBasis.SIDE_BY_SIDE, (replace(WORSE[0], what=RolloutMeasure.MEMORY),), set()),
    ],
)
async def test_only_requests_of_pods_beside_pods_speak_against_a_change(database, basis, measures, worse):
    """Neither restarts, nor memory, nor a before and after: a callee that fails looks the same there."""
    side = Side(minutes(-3), minutes(7), 900, 1)
    await keep(database, compared=Compared(basis, side, side), measures=measures)
    assert (await own_record(database, 1, minutes(-60), minutes(10))).worse == worse


async def test_row_60_a_version_that_is_worse_beside_the_old_one_is_named_for_it(database):
    """The cause says what ties it to the rollout: its new pods, measured at the same time as the old."""
    base = "/apis/apps/v1/namespaces/shop"
    server = cluster()
    versions = [
        replica_set("web-1", minutes(-900), 1, "web:1"),
        replica_set("web-2", minutes(-4), 2, "web:2"),
    ]
    for each in versions:
        each["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": "checkout"}]
    server.lists[f"{base}/replicasets"] = versions
    server.lists["/apis/events.k8s.io/v1/namespaces/shop/events"] = []
    signals = Signals(prometheus(FakePrometheus(20, 4.775)), None, None, kubernetes(server))
    side = Side(minutes(-3), minutes(7), 900, 1)
    await keep(database, compared=Compared(RolloutBasis.SIDE_BY_SIDE, side, side), measures=WORSE)
    _, _, answer = await investigated(database, signals)
    cause = answer.verdict.causes[0]
    because = {term.because for term in cause.terms if term.name == "change"}
    assert because == {"rollout: its pods do worse than the old ones beside them"}
    assert cause.summary.startswith(f"rollout of {cause.service} at 11:56 UTC, worse in its new pods: ")
    assert cause.changes[0].worse_beside


async def test_without_an_slo_nobody_says_that_its_budget_is_well(database):
    """No data, and not clean."""
    _, _, answer = await investigated(
        database, Signals(prometheus(FakePrometheus(20, 4.775)), None, None, None)
    )
    assert {each.check: each.outcome for each in answer.checks}[SLO_BURN] is Outcome.NO_DATA


@pytest.mark.parametrize(("bad", "fired"), [(60, True), (0, False)])
async def test_an_objective_that_burns_is_a_fact_of_its_service(database, bad, fired):
    """With its condition, its start, what is left and its query; one that does not burn is clean."""
    world = World(database)
    world.server.bad = lambda t: bad if t >= START else 0
    await world.slos.create(definition(objective="99"), "ann")
    await world.minutes(8)
    now = world.clock.now()
    began = datetime.fromtimestamp(START, UTC)
    seen = await own_record(database, 1, began, now)
    assert seen.known[SLO_BURN] == {"api"}
    assert len(seen.facts) == int(fired)
    if fired:
        [fact] = seen.facts
        assert fact.service == "api"
        assert fact.text.startswith("api: availability burns its budget (page-quick) since ")
        assert "% left" in fact.text
        assert "http_requests_total" in fact.query
        assert (await own_record(database, 1, minutes(0), minutes(1))).facts == ()


@pytest.mark.parametrize(
    ("since", "ended", "counts"),
    [(None, None, False), (50, None, True), (50, 99, False), (50, 100, True), (201, None, False)],
)
def test_an_alert_counts_when_it_fired_within_the_time(since, ended, counts):
    """From 100 to 200 seconds; both ends belong to it."""
    watch = Watch(alert=AlertState(since=since, ended=ended))
    window = (datetime.fromtimestamp(100, UTC), datetime.fromtimestamp(200, UTC))
    assert _fired(watch, *window) is counts
