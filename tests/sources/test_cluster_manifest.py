"""Pod templates as manifests: what is read, and that nothing secret is (row 61)."""

import json

import httpx

from reliability_studio.domain.manifest import differences
from reliability_studio.flows.cluster_changes import changes
from reliability_studio.flows.telemetry import Signals
from tests.sources.test_kubernetes import kubernetes, replica_set
from tests.support.fake_sources import FakeKubernetes
from tests.support.records import NOON, minutes

BASE = "/apis/apps/v1/namespaces/shop"


def version(name, age, container, *, wanted="2", annotations=None, volumes=()):
    made = replica_set(name, minutes(-age), int(name[-1]), "web:1")
    spec = {"containers": [{"name": "web", "image": "web:1", **container}], "volumes": list(volumes)}
    made["spec"]["template"] = {"spec": spec, "metadata": {"annotations": annotations or {}}}
    made["metadata"]["annotations"]["deployment.kubernetes.io/desired-replicas"] = wanted
    return made


def server(*versions):
    deployment = {
        "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
        "spec": {"template": {"spec": {"containers": []}}},
        "status": {},
    }
    return FakeKubernetes(
        {
            "/api/v1/namespaces/shop/pods": [],
            "/apis/events.k8s.io/v1/namespaces/shop/events": [],
            f"{BASE}/deployments": [deployment],
            f"{BASE}/replicasets": list(versions),
        }
    )


BEFORE = version(
    "web-1",
    60,
    {
        "args": ["--db", "--password=hunter2"],
        "env": [
            {"name": "TOKEN", "value": "swordfish"},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "vault", "key": "old"}}},
        ],
        "resources": {"limits": {"memory": "512Mi", "cpu": 1}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "timeoutSeconds": 5},
    },
    annotations={"checksum/config": "aaa"},
    volumes=[{"name": "config", "configMap": {"name": "web-7"}}],
)
AFTER = version(
    "web-2",
    10,
    {
        "args": ["--db", "--password=correct"],
        "env": [
            {"name": "TOKEN", "value": "horse"},
            {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "vault", "key": "new"}}},
            {"name": "MORE"},
        ],
        "envFrom": [{"configMapRef": {"name": "flags"}}],
        "resources": {"limits": {"memory": "256Mi", "cpu": 1}},
        "readinessProbe": {"httpGet": {"path": "/ready", "port": 8080}, "timeoutSeconds": 1},
    },
    wanted="1",
    annotations={"checksum/config": "bbb"},
    volumes=[{"name": "config", "configMap": {"name": "web-8"}}],
)


async def test_row_61_a_change_tells_what_differs_and_nothing_secret():
    """Row 61: resources, probes, environment, volumes, arguments, replicas; no value of the environment."""
    signals = Signals(None, None, None, kubernetes(server(BEFORE, AFTER)))
    seen = await signals.cluster.workloads("shop", minutes(-30))
    [change] = changes(seen, (), minutes(-30), NOON)
    told = {each.field: (each.before, each.after) for each in change.differences}
    hidden = ("set, value not shown", "changed, value not shown")
    assert told == {
        "annotations.checksum/config": hidden,
        "replicas": ("2", "1"),
        "volumes.config": ("configMap web-7", "configMap web-8"),
        "web.args": ("--db --password=[redacted]", "changed, value not shown"),
        "web.env.KEY": ("from secret vault/old", "from secret vault/new"),
        "web.env.MORE": ("", "set, value not shown"),
        "web.env.TOKEN": hidden,
        "web.envFrom.0": ("", "configMap flags"),
        "web.limits.memory": ("512Mi", "256Mi"),
        "web.readinessProbe": (
            "GET :8080/ready after 0 s every 10 s, timeout 5 s, 3 failures",
            "GET :8080/ready after 0 s every 10 s, timeout 1 s, 3 failures",
        ),
    }
    assert change.kind == "config"
    assert change.summary.startswith(
        "web revision 2: same image (web:1), annotations.checksum/config changed"
    )
    said = json.dumps([change.summary, told]) + repr(seen.versions)
    assert not [word for word in ("hunter2", "correct", "swordfish", "horse", "aaa") if word in said]


async def test_row_61_a_huge_template_is_read_in_part():
    """Row 61: bounded, by fields and by their texts."""
    env = [{"name": f"V{n:04}", "value": "x"} for n in range(2000)]
    huge = version("web-1", 60, {"env": env, "command": ["x" * 5000]})
    [read] = await kubernetes(server(huge)).replica_sets("shop")
    assert len(read.manifest) == 300
    assert max(len(each.text) for each in read.manifest.values()) == 200
    assert differences(read.manifest, read.manifest) == ()


MAPS = "/api/v1/namespaces/shop/configmaps"


def config_map(name, made, *edits):
    """As the server tells of one when it is asked for metadata only."""
    fields = [
        {"manager": manager, "operation": "Update", "apiVersion": "v1", "time": iso(at)}
        for manager, at in edits
    ]
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "creationTimestamp": iso(made),
            "managedFields": fields,
        }
    }


def iso(at):
    return minutes(at).strftime("%Y-%m-%dT%H:%M:%SZ")


async def edited(source):
    """Changes of the last half hour."""
    cluster = Signals(None, None, None, source).cluster
    seen = await cluster.workloads("shop", minutes(-30))
    return changes(seen, await cluster.config_maps("shop"), minutes(-30), NOON)


async def test_a_config_map_that_is_edited_in_place_is_a_change_of_what_reads_it():
    """Issue 5 item 3: no version, no checksum; only the edit, of a map that the running version reads."""
    running = version(
        "web-2",
        600,
        {
            "envFrom": [{"configMapRef": {"name": "flags"}}],
            "env": [{"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "logging", "key": "level"}}}],
        },
        volumes=[{"name": "config", "configMap": {"name": "web"}}],
    )
    old = version("web-1", 900, {}, volumes=[{"name": "config", "configMap": {"name": "web-1"}}])
    old["spec"]["replicas"] = 0
    fake = server(old, running)
    fake.lists[MAPS] = [
        config_map("flags", -500, ("kubectl-create", -500), ("kubectl-edit", -7)),
        config_map("logging", -500, ("helm", -20)),
        config_map("web", -500, ("helm", -120)),
        config_map("web-1", -500, ("helm", -5)),
        config_map("leader-of-somebody", -500, ("controller", -1)),
        config_map("fresh", -3, ("kubectl-create", -3)),
        {"metadata": {"name": "of-an-old-server", "namespace": "shop"}},
    ]
    found = await edited(kubernetes(fake))
    assert [(each.service, each.kind, each.at) for each in found] == [
        ("web", "config", minutes(-20)),
        ("web", "config", minutes(-7)),
    ]
    assert found[1].summary == "config map flags edited in place by kubectl-edit; web reads it"
    assert len({each.id for each in found}) == 2


async def test_config_maps_are_asked_for_without_what_they_hold():
    """Metadata only, in the server's own way to say so; where they may not be listed nothing else suffers."""
    fake = server(BEFORE, AFTER)
    sent = []

    def strict(request):
        if request.url.path == MAPS:
            sent.append(request.headers["accept"])
            return httpx.Response(403, json={"kind": "Status", "code": 403, "reason": "Forbidden"})
        return fake(request)

    assert [each.id for each in await edited(kubernetes(strict))] == ["web-2"]
    assert sent == ["application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"]
