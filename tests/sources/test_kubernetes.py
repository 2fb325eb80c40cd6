"""Kubernetes: both APIs of events, lists that expire, versions, and how a cluster is reached (H2, H5)."""

import asyncio
import base64
import contextlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from reliability_studio.app.sources import open_sources, source_names
from reliability_studio.clock import ManualClock
from reliability_studio.errors import SettingsError, SourceRejected, SourceUnavailable
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.telemetry import Signals
from reliability_studio.observability.metrics import Metrics
from reliability_studio.settings.organisation import decode
from reliability_studio.settings.sources import Cluster
from reliability_studio.sources.cluster_access import ClusterAuth, cluster_access, reach
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.meter import SourceMeter
from tests.support.fake_sources import FakeKubernetes, client
from tests.support.records import NOON, minutes
from tests.support.waiting import eventually

NEW = "/apis/events.k8s.io/v1/namespaces/shop/events"
OLD = "/api/v1/namespaces/shop/events"


def iso(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def kubernetes(stand_in):
    return Kubernetes(client("kubernetes", stand_in, NOON))


def new_event(**more):
    return {
        "metadata": {"name": "e"},
        "regarding": {"kind": "Pod", "name": "web-1", "namespace": "shop"},
        "type": "Warning",
        "reason": "Unhealthy",
        "note": "probe failed",
        **more,
    }


async def test_h2_events_are_read_from_the_new_api_with_their_best_time():
    """H2: series before eventTime before the deprecated time before creation; counts the same way."""
    server = FakeKubernetes(
        {
            NEW: [
                new_event(
                    series={"count": 7, "lastObservedTime": iso(minutes(4))}, eventTime=iso(minutes(1))
                ),
                new_event(eventTime=iso(minutes(3))),
                new_event(deprecatedLastTimestamp=iso(minutes(2)), deprecatedCount=5),
                new_event(metadata={"name": "e", "creationTimestamp": iso(minutes(1))}),
                new_event(),
            ]
        }
    )
    found = await kubernetes(server).events("shop", NOON)
    assert [(each.at, each.count) for each in found] == [
        (minutes(4), 7),
        (minutes(3), 1),
        (minutes(2), 5),
        (minutes(1), 1),
    ]
    assert (found[0].message, found[0].name) == ("probe failed", "web-1")


async def test_h2_where_the_new_api_is_refused_the_old_one_is_read():
    """Old servers, and roles that allow only the core API."""
    old = {
        "metadata": {"name": "e"},
        "involvedObject": {"kind": "Pod", "name": "web-1"},
        "reason": "BackOff",
        "lastTimestamp": iso(minutes(1)),
    }
    server = FakeKubernetes({OLD: [old]})
    [event] = await kubernetes(server).events("shop", NOON)
    assert event.reason == "BackOff"
    assert server.asked == [NEW, OLD]


async def test_a_list_whose_page_expired_is_read_anew():
    """410 Gone: the server forgot where the page began; nothing comes twice, nothing is lost."""
    pods = [{"metadata": {"name": f"p{n}"}, "spec": {}, "status": {}} for n in range(700)]
    server = FakeKubernetes({"/api/v1/pods": pods})
    gone = []

    def handle(request):
        if "continue" in request.url.params and not gone:
            gone.append(1)
            return httpx.Response(410, json={"kind": "Status", "reason": "Expired"})
        return server(request)

    found = await kubernetes(handle).pods()
    assert [each.name for each in found] == [f"p{n}" for n in range(700)]


def replica_set(name, created, revision, image, *, restarted="", past=""):
    """As a server gives it; `past` are earlier revisions, as `1,3`."""
    template = {"spec": {"containers": [{"image": image}]}}
    if restarted:
        template["metadata"] = {"annotations": {"kubectl.kubernetes.io/restartedAt": restarted}}
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "creationTimestamp": iso(created),
            "annotations": {"deployment.kubernetes.io/revision": str(revision)}
            | ({"deployment.kubernetes.io/revision-history": past} if past else {}),
            "ownerReferences": [{"kind": "Deployment", "name": "web"}],
        },
        "spec": {"template": template},
    }


async def test_row_59_rollouts_configuration_and_restarts_are_read_off_versions():
    """C4, row 59, 61: what differs from the version before says what kind of change it was."""
    base = "/apis/apps/v1/namespaces/shop"
    deployment = {
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "storefront"}},
        "spec": {"template": {"spec": {"containers": []}}},
        "status": {},
    }
    server = FakeKubernetes(
        {
            "/api/v1/namespaces/shop/pods": [],
            NEW: [new_event(regarding={"kind": "Pod", "name": "web-5d9c7b8f6-abcde"}, eventTime=iso(NOON))],
            f"{base}/deployments": [deployment],
            f"{base}/replicasets": [
                replica_set("web-1", minutes(-90), 1, "web:1"),
                replica_set("web-2", minutes(-30), 2, "web:2"),
                replica_set("web-3", minutes(-20), 3, "web:2"),
                replica_set("web-4", minutes(-10), 4, "web:2", restarted="now"),
            ],
        }
    )
    signals = Signals(None, None, None, kubernetes(server))
    seen = await signals.cluster.workloads("shop", NOON - timedelta(hours=1))
    found = changes(seen, (), minutes(-60), NOON)
    assert [(each.kind, each.at, each.service) for each in found] == [
        ("rollout", minutes(-30), "storefront"),
        ("config", minutes(-20), "storefront"),
        ("restart", minutes(-10), "storefront"),
    ]
    assert "web:1 to web:2" in found[0].summary
    assert seen.service_of_event(seen.events[0]) == "storefront"


KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "a",
    "clusters": [
        {"name": "a", "cluster": {"server": "http://127.0.0.1:6443"}},
        {"name": "b", "cluster": {"server": "http://127.0.0.1:6444/"}},
    ],
    "contexts": [
        {"name": "a", "context": {"cluster": "a", "user": "u"}},
        {"name": "b", "context": {"cluster": "b", "user": "u"}},
    ],
    "users": [{"name": "u", "user": {"token": "t0ken"}}],
}


@pytest.fixture
def kubeconfig(tmp_path):
    path = tmp_path / "config"
    path.write_text(json.dumps(KUBECONFIG))
    return path


@pytest.mark.parametrize(("context", "url"), [("", "http://127.0.0.1:6443"), ("b", "http://127.0.0.1:6444")])
async def test_h5_a_kubeconfig_gives_address_and_token(kubeconfig, context, url):
    """H5: its current context, or the one that is asked for."""
    access = cluster_access(Cluster(kubeconfig=str(kubeconfig), context=context))
    assert access.url == url
    request = await anext(access.auth.async_auth_flow(httpx.Request("GET", url)))
    assert request.headers["Authorization"] == "Bearer t0ken"


def test_h5_the_environment_names_the_kubeconfig():
    """H5: `KUBECONFIG` is respected where the settings say nothing."""
    found = decode(b"{}", {}, {"KUBECONFIG": "/somewhere/config"})
    assert found.problems == ()
    assert found.sources["kubernetes"].cluster == Cluster()


@pytest.mark.parametrize(
    ("section", "path"),
    [
        ({"inCluster": True, "kubeconfig": "/x"}, "jsonData.kubernetes.inCluster"),
        ({"inCluster": True, "url": "http://k"}, "jsonData.kubernetes.url"),
    ],
)
def test_ways_to_a_cluster_exclude_each_other(section, path):
    """The problem names the field."""
    found = decode(json.dumps({"kubernetes": section}).encode(), {})
    assert [each.path for each in found.problems] == [path]
    assert "kubernetes" not in found.sources


@pytest.mark.parametrize(
    ("cluster", "field"),
    [(Cluster(in_cluster=True), "inCluster"), (Cluster(kubeconfig="/nowhere/config"), "kubeconfig")],
)
def test_h4_a_cluster_that_cannot_be_found_is_a_problem_and_no_crash(cluster, field, monkeypatch):
    """H4, I2: outside a cluster, or without the file; the error says which setting."""
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    with pytest.raises(SettingsError) as refused:
        cluster_access(cluster)
    assert refused.value.problems[0].path == field


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "- a list",
        "a word",
        "users: 1",
        json.dumps({**KUBECONFIG, "users": None}),
        json.dumps({**KUBECONFIG, "users": ["u"]}),
        json.dumps({**KUBECONFIG, "users": [{"name": "u", "user": "t0ken"}]}),
        json.dumps({**KUBECONFIG, "users": [{"name": "u", "user": {"exec": "login"}}]}),
        json.dumps({**KUBECONFIG, "contexts": {}}),
        json.dumps({**KUBECONFIG, "current-context": ["a"]}),
    ],
)
def test_i2_a_kubeconfig_of_any_content_is_read_or_refused(kubeconfig, text):
    """I2: people write it; what cannot be used is a problem of that setting."""
    kubeconfig.write_text(text)
    try:
        access = cluster_access(Cluster(kubeconfig=str(kubeconfig)))
    except SettingsError as refused:
        (problem,) = refused.problems
        assert problem.path == "kubeconfig"
        assert problem.problem.startswith("cannot be used: ")
    else:
        assert access.url == "http://127.0.0.1:6443"


async def test_h4_the_other_sources_open_when_the_cluster_does_not():
    """H4: the problem is listed, the rest works."""
    settings = decode(
        json.dumps({"kubernetes": {"kubeconfig": "/nowhere"}, "loki": {"url": "http://loki"}}).encode(), {}
    )
    sources = await open_sources(settings, ManualClock(NOON), SourceMeter(Metrics(), source_names()))
    assert sources.kubernetes is None
    assert sources.loki is not None
    assert [each.path for each in sources.problems] == ["kubernetes.kubeconfig"]
    await sources.aclose()


async def test_a_token_that_rotates_is_read_again():
    """In a cluster the token file changes every hour: each call carries the present one."""

    class Rotating:
        tokens = iter(["Bearer one", "Bearer two"])

        def get_api_key_with_prefix(self, _name):
            return next(self.tokens)

    auth = ClusterAuth(Rotating())
    sent = [
        (await anext(auth.async_auth_flow(httpx.Request("GET", "http://k")))).headers["Authorization"]
        for _ in range(2)
    ]
    assert sent == ["Bearer one", "Bearer two"]


async def test_a_token_whose_file_is_gone_fails_its_call_only(tmp_path):
    """What the Kubernetes client raises for it is a failure of this source like any other."""

    class Gone:
        def get_api_key_with_prefix(self, _name):
            return (tmp_path / "token").read_text()

    with pytest.raises(SourceUnavailable, match=r"kubernetes has no token: .*No such file"):
        await anext(ClusterAuth(Gone()).async_auth_flow(httpx.Request("GET", "http://k")))


def logging_in(kubeconfig, script):
    """The kubeconfig with a command that logs in, as clouds have it."""
    command = kubeconfig.with_name("login")
    command.write_text(f"#!/bin/sh\n{script}\n")
    command.chmod(0o755)
    login = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": str(command),
        "interactiveMode": "Never",
    }
    told = {**KUBECONFIG, "users": [{"name": "u", "user": {"exec": login}}]}
    kubeconfig.write_text(json.dumps(told))
    return Cluster(kubeconfig=str(kubeconfig))


OUR_STDERR = str(Path("/proc/self/fd/2").readlink())
CREDENTIAL = json.dumps(
    {"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "asked"}}
)


async def test_pitfall_10_a_login_command_holds_up_nobody_else(kubeconfig):
    """Pitfalls 4 and 10: it runs beside the event loop, and has no hold of the host's pipes."""
    cluster = logging_in(
        kubeconfig, f"readlink /proc/self/fd/2 >{kubeconfig}.err; sleep 0.5; echo '{CREDENTIAL}'"
    )
    turns = 0
    async with asyncio.TaskGroup() as group:
        reached = group.create_task(reach(cluster))
        while not reached.done():
            turns += 1
            await asyncio.sleep(0.01)
    assert turns > 10
    request = await anext(reached.result().auth.async_auth_flow(httpx.Request("GET", "http://k")))
    assert request.headers["Authorization"] == "Bearer asked"
    held = kubeconfig.with_name("config.err").read_text().strip()
    assert held not in {"", OUR_STDERR}


async def test_a_login_command_without_end_is_a_problem_of_the_settings(kubeconfig, monkeypatch):
    """The other sources open; what is wrong is said; whoever else needs a thread has one (pitfall 10)."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    monkeypatch.setattr("reliability_studio.sources.cluster_access.LOGIN_S", 0.2)
    cluster = logging_in(kubeconfig, "exec sleep 1")
    with pytest.raises(SettingsError, match=r"did not end within 0\.2 s"):
        await reach(cluster)
    async with asyncio.timeout(0.5):
        assert await asyncio.to_thread(int) == 0


def alive(pid):
    """Whether a process runs; one that ended and waits for its parent does not."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


async def test_login_commands_that_hang_take_no_threads_for_good(kubeconfig, monkeypatch):
    """However many hang: once they are ended, whoever logs in properly gets in."""
    monkeypatch.setattr("reliability_studio.sources.cluster_access.LOGIN_S", 0.2)
    hanging = logging_in(kubeconfig, "trap '' TERM; sleep 600 & wait; wait")

    async def refused():
        with pytest.raises(SettingsError, match="did not end"):
            await reach(hanging)

    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(refused())
    monkeypatch.setattr("reliability_studio.sources.cluster_access.LOGIN_S", 10)
    access = await reach(logging_in(kubeconfig, f"echo '{CREDENTIAL}'"))
    request = await anext(access.auth.async_auth_flow(httpx.Request("GET", "http://k")))
    assert request.headers["Authorization"] == "Bearer asked"


KILLED = """
import sys
from reliability_studio.settings.sources import Cluster
from reliability_studio.sources import cluster_access
cluster_access.LOGIN_S = 1
cluster_access.cluster_access(Cluster(kubeconfig=sys.argv[1]))
"""


def test_pitfall_5_a_login_command_does_not_outlive_a_killed_process_for_long(kubeconfig):
    """A plugin that is killed with -9 ends nothing itself: the command has an end of its own."""
    told = kubeconfig.with_name("pid")
    logging_in(kubeconfig, f"echo $$ >{told}.new; mv {told}.new {told}; exec sleep 600")
    source = str(Path(cluster_access.__code__.co_filename).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(kubeconfig)], env={**os.environ, "PYTHONPATH": source}
    ) as process:
        eventually(told.exists)
        pid = int(told.read_text())
        assert alive(pid)
        process.kill()
    assert eventually(lambda: not alive(pid))


def test_a_certificate_that_cannot_be_read_is_named(kubeconfig):
    """Not a stack trace: the setting and why."""
    broken = json.loads(kubeconfig.read_text())
    cluster = {"server": "https://127.0.0.1", "certificate-authority-data": base64.b64encode(b"no").decode()}
    broken["clusters"][0]["cluster"] = cluster
    kubeconfig.write_text(json.dumps(broken))
    with pytest.raises(SettingsError, match="certificate that cannot be read"):
        cluster_access(Cluster(kubeconfig=str(kubeconfig)))


def budget(name, spec, **more):
    return {"metadata": {"name": name, "namespace": "shop"}, "spec": spec, **more}


async def test_row_112_a_disruption_budget_guards_what_its_selector_selects():
    """Row 112: labels and expressions as the server decides them; no selector selects nothing, {} all."""
    place = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"
    expression = {"key": "tier", "operator": "NotIn", "values": ["batch"]}
    server = FakeKubernetes(
        {
            place: [
                budget("by-label", {"selector": {"matchLabels": {"app": "web"}}}),
                budget("by-expression", {"selector": {"matchExpressions": [expression]}}),
                budget("all", {"selector": {}}, status={"disruptionsAllowed": 1}),
                budget("none", {}),
                budget("odd", {"selector": {"matchExpressions": [{"key": "app", "operator": "Gt"}]}}),
            ],
            "/api/v1/namespaces/shop/pods": [
                {
                    "metadata": {"name": "web-1", "namespace": "shop", "labels": {"app": "web"}},
                    "spec": {},
                    "status": {},
                }
            ],
        }
    )
    source = kubernetes(server)
    [pod] = await source.pods("shop")
    found = await source.disruption_budgets("shop")
    assert [each.name for each in found if each.guards(pod)] == ["by-label", "by-expression", "all"]
    assert [each.allowed for each in found] == [0, 0, 1, 0, 0]


async def test_row_112_zones_come_from_nodes_and_a_refusal_is_told_as_unknown():
    """Row 112: an account that may not list budgets still tells zones."""
    node = {
        "metadata": {"name": "n1", "labels": {"topology.kubernetes.io/zone": "a"}},
        "status": {"conditions": [{"type": "Ready", "status": "True"}]},
    }
    server = FakeKubernetes({"/api/v1/nodes": [node, {"metadata": {"name": "n2"}, "status": {}}]})
    seen = await Signals(None, None, None, kubernetes(server)).cluster.placement("shop")
    assert seen.zones == {"n1": "a", "n2": ""}
    assert seen.budgets is None


@pytest.fixture
def role():
    """The manifest of the docs."""
    page = (Path(__file__).parents[2] / "docs" / "deployment.md").read_text(encoding="utf-8")
    [text] = [part for part in page.split("```") if "kind: ClusterRole" in part]
    return msgspec.yaml.decode(text.removeprefix("yaml"))


async def test_h5_the_role_in_the_docs_allows_what_is_asked_for_and_no_more(role):
    """H5: every list of the source is in the manifest, and nothing else, above all no secrets."""
    allowed = {
        (group, what) for rule in role["rules"] for group in rule["apiGroups"] for what in rule["resources"]
    }
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} <= {"get", "list", "watch"}
    server = FakeKubernetes({})
    source = kubernetes(server)
    signals = Signals(None, None, None, source)
    for call in (
        source.events("", NOON),
        source.pods(),
        source.deployments(""),
        source.replica_sets(""),
        source.controller_revisions(""),
        signals.cluster.placement(""),
        signals.cluster.config_maps(""),
    ):
        with contextlib.suppress(SourceRejected):
            await call
    places = [path.strip("/").split("/") for path in server.asked]
    assert {("" if place[0] == "api" else place[1], place[-1]) for place in places} == allowed
