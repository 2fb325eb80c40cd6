"""Pod templates as manifests: what is read, and that nothing secret is (row 61)."""

import json

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
        "metadata": {"name": "web", "labels": {"app": "web"}},
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
    [change] = changes(seen, minutes(-30), NOON)
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
