"""A cluster is followed by watches: bookmarks, forgotten history, closed streams, rights, bounded memory."""

import asyncio
import contextlib

import httpx
import pytest

from reliability_studio.clock import SystemClock
from reliability_studio.errors import SourceError
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.telemetry import Signals
from reliability_studio.settings.sources import SourceSettings
from reliability_studio.sources import cluster_watch
from reliability_studio.sources.http import SourceClient
from reliability_studio.sources.kubernetes import Kubernetes
from tests.sources.test_kubernetes import iso, replica_set
from tests.support.fake_cluster import FakeCluster
from tests.support.records import NOON, minutes

PODS, EVENTS = "/api/v1/pods", "/apis/events.k8s.io/v1/events"
DEPLOYMENTS, VERSIONS = "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets"
REVISIONS = "/apis/apps/v1/controllerrevisions"


def pod(name, namespace="shop", phase="Running"):
    return {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"containers": []},
        "status": {"phase": phase},
    }


@pytest.fixture(autouse=True)
def brisk(monkeypatch):
    monkeypatch.setattr(cluster_watch, "PAUSE_S", 0.01)


@pytest.fixture
def server():
    made = FakeCluster((PODS, EVENTS, DEPLOYMENTS, VERSIONS, REVISIONS))
    made.put(PODS, pod("web-1"))
    made.put(PODS, pod("db-1", "other"))
    return made


def reading(server):
    settings = SourceSettings(name="kubernetes", url="http://kubernetes.test", timeout_s=2)
    return Kubernetes(SourceClient(settings, clock=SystemClock(), transport=httpx.MockTransport(server)))


@contextlib.asynccontextmanager
async def followed(server, kubernetes, seconds=30):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(kubernetes.follow(seconds))
        await until(lambda: server.streams == len(server.objects) - len(server.forbidden))
        yield
        task.cancel()


async def until(condition):
    async with asyncio.timeout(5):
        while True:
            met = condition()
            if (await met) if asyncio.iscoroutine(met) else met:
                return
            await asyncio.sleep(0.01)


async def names(kubernetes, namespace=""):
    return [each.name for each in await kubernetes.pods(namespace)]


async def test_what_changes_is_known_without_listing_again(server):
    """Issue 5 item 1: one list, then added, changed and deleted objects come by the watch."""
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        listed = len(server.lists())
        assert await names(kubernetes) == ["db-1", "web-1"]
        assert await names(kubernetes, "shop") == ["web-1"]
        server.put(PODS, pod("web-2"))
        server.put(PODS, pod("web-1", phase="Failed"))
        server.delete(PODS, "db-1", "other")

        async def seen():
            return await names(kubernetes) == ["web-1", "web-2"]

        await until(seen)
        assert [each.phase for each in await kubernetes.pods("shop")] == ["Failed", "Running"]
        assert len(server.lists()) == listed == 5


async def test_after_a_closed_stream_the_watch_goes_on_at_the_bookmark(server):
    """The server closes connections at will; a bookmark spares what happened before it."""
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        for _ in range(3):
            server.put(DEPLOYMENTS, {"metadata": {"name": "x", "namespace": "n"}, "spec": {}, "status": {}})
        held = kubernetes._pods
        server.bookmark(PODS)
        await until(lambda: held._version == str(server.version))
        marked = held._version
        server.oldest = int(marked)
        listed = server.lists().count(PODS)
        server.hang_up()
        await until(lambda: server.streams < 4)
        server.put(PODS, pod("web-2"))

        async def seen():
            return await names(kubernetes, "shop") == ["web-1", "web-2"]

        await until(seen)
        assert server.lists().count(PODS) == listed


@pytest.mark.parametrize("gone_as", ["status", "event"])
async def test_forgotten_history_is_listed_anew_and_nothing_deleted_stays(server, gone_as):
    """410 Gone as the answer, and as an ERROR event within the stream."""
    server.gone_as = gone_as
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        listed = server.lists().count(PODS)
        # While nobody listens, an object goes and another comes, and the server forgets that they did.
        server.objects[PODS].pop(("shop", "web-1"))
        server.objects[PODS]["shop", "web-9"] = pod("web-9")
        server.compact()
        server.hang_up()

        async def seen():
            return await names(kubernetes) == ["db-1", "web-9"]

        await until(lambda: server.lists().count(PODS) > listed)
        await until(seen)
        assert server.lists().count(PODS) == listed + 1


async def test_a_server_that_always_forgets_is_not_stormed(server):
    """Three lists a session, then the place is lost and callers list as they always could."""
    kubernetes = reading(server)
    server.oldest = 10**9
    async with asyncio.timeout(5):
        await kubernetes.follow(30)
    assert server.lists().count(PODS) == cluster_watch.MOST_FORGOTTEN
    assert await names(kubernetes, "shop") == ["web-1"]
    assert "/api/v1/namespaces/shop/pods" in server.lists()


async def test_without_the_right_to_watch_everything_is_listed_when_asked(server):
    """403: the others are followed, this kind is listed, and the right is not asked for at once."""
    server.forbidden = {PODS}
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        server.put(PODS, pod("web-2"))
        assert await names(kubernetes, "shop") == ["web-1", "web-2"]
        assert "/api/v1/namespaces/shop/pods" in server.lists()
        assert await kubernetes.deployments("shop") == ()
        assert "/apis/apps/v1/namespaces/shop/deployments" not in server.lists()
    tried = server.asked.count((PODS, True))
    await kubernetes._pods.follow(0.05)
    assert server.asked.count((PODS, True)) == tried == 1
    assert "refuses the credentials (403)" in kubernetes._pods.problem


@pytest.mark.parametrize("grows", [False, True])
async def test_memory_is_bounded_and_more_than_fits_is_listed(server, monkeypatch, grows):
    """Neither a long list nor a long watch fills the memory: then nothing of the kind is held."""
    monkeypatch.setattr(cluster_watch, "MOST_HELD", 5)
    kubernetes = reading(server)
    if not grows:
        for n in range(10):
            server.put(PODS, pod(f"p{n}"))
        await kubernetes._pods.follow(0.2)
    else:
        async with followed(server, kubernetes):
            for n in range(10):
                server.put(PODS, pod(f"p{n}"))
            await until(lambda: kubernetes._pods.problem)
    assert "more than 5 objects" in kubernetes._pods.problem
    assert kubernetes._pods._objects == {}
    assert len(await kubernetes.pods("shop")) == 11


async def test_a_line_without_end_ends_the_watch_and_not_the_memory(server, monkeypatch):
    """An answer that is no watch is named; what is held is let go."""
    monkeypatch.setattr(cluster_watch, "MOST_LINE_BYTES", 1000)
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        big = pod("big")
        big["metadata"]["annotations"] = {"x": "y" * 5000}
        server.put(PODS, big)
        await until(lambda: kubernetes._pods.problem)
    assert "a line of more than 1000 bytes" in kubernetes._pods.problem


async def test_what_is_old_is_not_given_out(server, monkeypatch):
    """When no stream is open any more, callers list again after a short grace."""
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        pass
    assert kubernetes._pods.objects() is not None
    monkeypatch.setattr(cluster_watch, "GRACE_S", 0.0)
    listed = len(server.lists())
    assert await names(kubernetes, "shop") == ["web-1"]
    assert len(server.lists()) == listed + 1


async def test_a_server_that_is_gone_leaves_the_place_and_says_why(server):
    """The place in the history is kept; when the server is back, the watch goes on without a list."""
    broken = []

    def handle(request):
        return httpx.Response(503) if broken and "watch" in request.url.params else server(request)

    kubernetes = reading(handle)
    async with followed(server, kubernetes):
        pass
    broken.append(1)
    await kubernetes._pods.follow(0.2)
    assert "503" in kubernetes._pods.problem
    broken.clear()
    listed = len(server.lists())
    server.put(PODS, pod("web-2"))
    async with followed(server, kubernetes):

        async def seen():
            return await names(kubernetes, "shop") == ["web-1", "web-2"]

        await until(seen)
        assert len(server.lists()) == listed
        assert kubernetes._pods.problem == ""


async def test_row_59_a_rollout_is_seen_by_the_watch_alone(server):
    """C4, row 59: cluster changes are read off what the watches hold; no list is asked while they run."""
    deployment = {
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"template": {"spec": {"containers": [{"image": "web:2"}]}}},
        "status": {},
    }
    server.put(DEPLOYMENTS, deployment)
    first = replica_set("web-1", minutes(-60), 1, "web:1")
    first["metadata"]["namespace"] = "shop"
    server.put(VERSIONS, first)
    kubernetes = reading(server)
    signals = Signals(None, None, None, kubernetes)
    async with followed(server, kubernetes):
        listed = len(server.lists())
        second = replica_set("web-2", minutes(-5), 2, "web:2")
        second["metadata"]["namespace"] = "shop"
        server.put(VERSIONS, second)
        server.put(
            EVENTS,
            {
                "metadata": {"name": "e", "namespace": "shop"},
                "regarding": {"kind": "Pod", "name": "web-1", "namespace": "shop"},
                "type": "Warning",
                "reason": "Unhealthy",
                "eventTime": iso(minutes(-4)),
            },
        )

        async def seen():
            sight = await signals.cluster.workloads("shop", minutes(-30))
            return len(sight.versions) == 2 and len(sight.events) == 1

        await until(seen)
        [change] = changes(await signals.cluster.workloads("shop", minutes(-30)), (), minutes(-30), NOON)
        assert (change.service, change.kind) == ("web", "rollout")
        assert "web:1 to web:2" in change.summary
        assert len(server.lists()) == listed


async def test_an_unknown_kind_of_event_is_no_watch_of_kubernetes(server):
    """What is not documented is named; the list still answers."""
    kubernetes = reading(server)
    async with followed(server, kubernetes):
        server._tell(PODS, "RENAMED", pod("web-1"))
        await until(lambda: kubernetes._pods.problem)
    assert "RENAMED" in kubernetes._pods.problem
    with pytest.raises(SourceError):
        await kubernetes.nodes()
