"""Every rollout is noted, judged, judged again and marked, without any pipeline."""

import json

import httpx
import pytest

from reliability_studio.api.calls import ResourceRequest
from reliability_studio.api.rollouts import rollout_routes
from reliability_studio.api.router import Router
from reliability_studio.clock import ManualClock
from reliability_studio.domain.correlation.rollout import KnownBy, RolloutBasis
from reliability_studio.errors import SourceUnavailable
from reliability_studio.flows.annotate import Marks
from reliability_studio.flows.rollout_log import RolloutLog
from reliability_studio.flows.rollouts import Rollouts, marking
from reliability_studio.flows.telemetry import Signals
from tests.flows.test_investigate import FakePrometheus, prometheus
from tests.sources.test_kubernetes import iso, kubernetes, replica_set
from tests.support.desk import VERA
from tests.support.fake_sources import FakeKubernetes
from tests.support.records import minutes


def cluster(*, problem=""):
    condition = {"type": "Progressing", "status": "False" if problem else "True", "reason": problem}
    deployment = {
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "checkout"}},
        "spec": {"template": {"spec": {"containers": []}}},
        "status": {"conditions": [condition]},
    }
    versions = [replica_set("web-1", minutes(-900), 1, "web:1"), replica_set("web-2", minutes(0), 2, "web:2")]
    return FakeKubernetes(
        {
            "/api/v1/pods": [],
            "/apis/events.k8s.io/v1/events": [],
            "/apis/apps/v1/deployments": [deployment],
            "/apis/apps/v1/replicasets": versions,
        }
    )


class Graphs:
    """Marks that were put, by key; `down` refuses them."""

    def __init__(self, *, down=False):
        self.marks, self.down = {}, down

    async def put(self, key, mark):
        if self.down:
            raise SourceUnavailable("grafana cannot be reached", source="grafana")
        self.marks[key] = mark


def rollouts(database, *, percent=0.1, graphs=None, problem=""):
    signals = Signals(
        prometheus(FakePrometheus(percent, 0.1)), None, None, kubernetes(cluster(problem=problem))
    )
    marks: Marks = graphs or Graphs()
    return Rollouts(1, database, signals, marking(marks))


async def only(database):
    [found] = await RolloutLog(1, database).listing(since=minutes(-60), limit=10)
    return found


async def test_row_59_60_and_105_a_rollout_is_noted_judged_twice_and_marked(database):
    """Rows 59, 60, 105: in progress first, then a verdict with numbers, once more later, never in between."""
    graphs = Graphs()
    work = rollouts(database, graphs=graphs)
    assert await work.sweep(minutes(1)) == 1
    assert (await only(database)).state == "in_progress"
    assert graphs.marks["rollout:shop:web-2"].end is None
    assert await work.sweep(minutes(5)) == 1
    assert (await only(database)).state == "in_progress", "nothing tells its pods from the old ones"
    assert await work.sweep(minutes(6)) == 0
    assert await work.sweep(minutes(12)) == 1
    judged = await only(database)
    assert (judged.service, judged.state) == ("checkout", "no_difference")
    assert judged.numbers["requestsAfter"] > 100
    assert "web:1 to web:2" in judged.summary
    assert judged.compared.basis is RolloutBasis.SERVICE
    assert "no label" in judged.compared.why
    assert "the service after it against the service before it" in graphs.marks["rollout:shop:web-2"].text
    mark = graphs.marks["rollout:shop:web-2"]
    assert (mark.start, mark.end, mark.tags) == (
        minutes(0),
        minutes(12),
        ("rollout", "checkout", "no_difference"),
    )
    assert await work.sweep(minutes(13)) == 0
    assert await work.sweep(minutes(31)) == 1
    assert await work.sweep(minutes(100)) == 0


def undone(*, pods=()):
    """Version 1 comes back twelve minutes after version 2; the event of its first step tells when."""
    server = cluster()
    server.lists["/apis/apps/v1/replicasets"] = [
        replica_set("web-1", minutes(-900), 3, "web:1", past="1"),
        replica_set("web-2", minutes(0), 2, "web:2"),
    ]
    step = {
        "metadata": {"name": "e"},
        "regarding": {"kind": "Deployment", "name": "web", "namespace": "shop"},
        "reason": "ScalingReplicaSet",
        "note": "Scaled up replica set web-1 from 0 to 1",
        "eventTime": iso(minutes(12)),
    }
    server.lists["/apis/events.k8s.io/v1/events"] = [step]
    server.lists["/api/v1/pods"] = [
        {
            "metadata": {"name": name, "namespace": "shop", "creationTimestamp": iso(minutes(created))},
            "spec": {},
            "status": {"containerStatuses": [{"restartCount": restarts}]},
        }
        for name, created, restarts in pods
    ]
    return server


async def test_row_59_60_and_105_a_rollback_is_a_rollout_of_its_own(database):
    """Rows 59, 60, 105: the same version under another number, noted, judged and marked for itself."""
    graphs = Graphs()
    metrics = prometheus(FakePrometheus(0.1, 0.1))
    first = Rollouts(1, database, Signals(metrics, None, None, kubernetes(cluster())), marking(graphs))
    await first.sweep(minutes(11))
    server = undone()
    work = Rollouts(1, database, Signals(metrics, None, None, kubernetes(server)), marking(graphs))
    assert await work.sweep(minutes(13)) == 1
    back, bad = await RolloutLog(1, database).listing(since=minutes(-60), limit=10)
    assert (bad.version, bad.revision, bad.back_to, bad.change) == ("web-2", 2, None, "web-2")
    assert (back.version, back.revision, back.back_to, back.change) == ("web-1", 3, 1, "web-1#3")
    assert (back.started_at, back.known_by, back.state) == (minutes(12), KnownBy.FIRST_STEP, "in_progress")
    assert back.summary == "web revision 3: rolled back to revision 1, web:2 to web:1"
    assert [(each.before, each.after) for each in back.differences] == [("web:2", "web:1")]
    assert graphs.marks["rollout:shop:web-1#3"].text.startswith("checkout rolled back, in progress")
    # The event is forgotten after an hour; the start that it told is kept.
    server.lists["/apis/events.k8s.io/v1/events"] = []
    server.lists["/api/v1/pods"] = undone(pods=[("web-1-x", 14, 0)]).lists["/api/v1/pods"]
    assert await work.sweep(minutes(24)) == 1
    judged = (await RolloutLog(1, database).listing(since=minutes(-60), limit=10))[0]
    assert (judged.started_at, judged.known_by, judged.state) == (
        minutes(12),
        KnownBy.FIRST_STEP,
        "no_difference",
    )
    assert judged.compared.old.end == minutes(12)
    assert judged.compared.new.end == minutes(24)


@pytest.mark.parametrize(("created", "state"), [(-800, "no_difference"), (12, "worse")])
async def test_restarts_count_against_the_pods_that_came_with_the_rollback(database, created, state):
    """A pod that the old version never lost restarted in its first life."""
    server = undone(pods=[("web-1-x", created, 5)])
    metrics = prometheus(FakePrometheus(0.1, 0.1))
    await Rollouts(1, database, Signals(metrics, None, None, kubernetes(server))).sweep(minutes(25))
    assert (await only(database)).state == state


async def test_a_rollout_that_is_stuck_says_so_at_once(database):
    """It need not be old enough to be compared."""
    work = rollouts(database, problem="ProgressDeadlineExceeded")
    await work.sweep(minutes(1))
    assert (await only(database)).state == "stuck"


async def test_a_verdict_is_kept_although_grafana_is_away(database):
    """The seam to Grafana fails, the verdict does not."""
    work = rollouts(database, graphs=Graphs(down=True))
    await work.sweep(minutes(12))
    assert (await only(database)).state == "no_difference"


async def test_metrics_that_cannot_be_asked_leave_a_rollout_unjudged_and_say_why(database):
    """No number is made up; the reason of the source stands in the verdict."""
    down = prometheus(lambda _request: httpx.Response(503, text="out of memory"))
    work = Rollouts(1, database, Signals(down, None, None, kubernetes(cluster())))
    await work.sweep(minutes(5))
    assert (await only(database)).state == "in_progress"
    await work.sweep(minutes(12))
    judged = await only(database)
    assert (judged.state, judged.compared, judged.numbers) == ("not_enough_data", None, {})
    assert "503" in judged.reasons[-1]


async def test_a_cluster_that_may_not_be_read_as_a_whole_is_a_line_in_the_log(database, caplog):
    """A role for one namespace only: no rollouts, and no job that fails every minute."""
    refuse = kubernetes(lambda _request: httpx.Response(403))
    work = Rollouts(1, database, Signals(prometheus(FakePrometheus(1, 1)), None, None, refuse))
    assert await work.sweep(minutes(1)) == 0
    assert "rollouts could not be read" in caplog.text


async def test_without_a_cluster_nothing_is_asked(database):
    """H4: no Kubernetes is no error."""
    work = Rollouts(1, database, Signals(prometheus(FakePrometheus(1, 1)), None, None, None))
    assert await work.sweep(minutes(1)) == 0


@pytest.mark.parametrize(("query", "count"), [({}, 1), ({"service": ("other",)}, 0)])
async def test_the_route_lists_rollouts_of_a_service(database, query, count):
    """Newest first, of one service or of all."""
    work = rollouts(database)
    await work.sweep(minutes(12))
    router = Router(rollout_routes(RolloutLog(1, database), ManualClock(minutes(20))))
    answer = await router.answer(ResourceRequest(VERA, "GET", "rollouts", query, {}, b""))
    items = json.loads(answer.body)["items"]
    assert len(items) == count
    assert all(each["state"] == "no_difference" and each["revision"] == 2 for each in items)
    for each in items:
        assert each["compared"]["basis"] == "service_before_after"
        assert each["compared"]["new"]["requests"] > 100
        assert 'service="checkout"' in each["compared"]["new"]["queries"][0]
        shifts = {one["what"]: one["shift"] for one in each["compared"]["measures"]}
        assert shifts["error_percent"] == "alike"
        assert shifts["mib_per_pod"] == "no_data"
