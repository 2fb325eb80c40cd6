"""The shop's namespace as Kubernetes has it: pods, deployments, replica sets, events and two nodes.

It follows the simulated pods: a rollout makes a replica set, new pods and the events that a real cluster
would write; a rollback scales the old replica set up again under a new revision.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scripts.shop.exposition import MEMORY_LIMIT
from scripts.shop.fault import BAD, version
from scripts.shop.services import MARK, NAMESPACE, PODS, SERVICES
from scripts.shop.simulation import Pod, Shop, Tick
from scripts.stand_ins.kubernetes import Cluster, Object

POD_KIND, NODE_KIND = "/api/v1/pods", "/api/v1/nodes"
DEPLOYMENT_KIND, VERSION_KIND = "/apis/apps/v1/deployments", "/apis/apps/v1/replicasets"
EVENT_KIND = "/apis/events.k8s.io/v1/events"
REVISION_KIND = "/apis/apps/v1/controllerrevisions"
"""Every server lists them; the shop has no stateful set or daemon set."""
KINDS = (POD_KIND, NODE_KIND, DEPLOYMENT_KIND, VERSION_KIND, EVENT_KIND, REVISION_KIND)

EVENT_TTL_S = 3600.0
HISTORY = 2_000
"""Changes that watchers may still ask for."""
PROBE_S = 10.0
"""Seconds between two readiness probes of a pod."""
EVERY_S = 60.0


@dataclass(slots=True)
class ShopCluster:
    """A watcher of the shop that keeps the cluster's objects."""

    shop: Shop
    cluster: Cluster
    seed: int = 17
    _running: dict[tuple[str, int], Pod] = field(default_factory=dict)
    _revisions: dict[str, int] = field(default_factory=dict)
    _probed: float = 0.0
    _tidied: float = 0.0
    _named: int = 0
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a simulation, not a secret
        for node in ("demo-node-1", "demo-node-2"):
            self.cluster.put(NODE_KIND, _node(node, self.shop.now))
        for (name, slot), pod in self.shop.pods.items():
            self._running[name, slot] = pod
            self.cluster.put(POD_KIND, _pod(pod, slot))
        for service in SERVICES:
            self._revisions[service.name] = 1
            self._versions(service.name, 1, self.shop.now)

    def __call__(self, tick: Tick) -> None:
        """Follow what changed in one tick."""
        for (service, slot), pod in self.shop.pods.items():
            before = self._running[service, slot]
            if pod is not before:
                self._running[service, slot] = pod
                self._replace(before, pod, slot, tick.at)
        if tick.at - self._probed >= PROBE_S:
            self._probed = tick.at
            self._probe(tick.at)
        if tick.at - self._tidied >= EVERY_S:
            self._tidied = tick.at
            self._tidy(tick.at)

    def _replace(self, before: Pod, after: Pod, slot: int, at: float) -> None:
        name = after.service.name
        if after.revision != self._revisions[name]:
            self._revisions[name] = after.revision
            mine = [pod for (of, _), pod in self._running.items() if of == name and pod is not after]
            had = sum(pod.version == after.version for pod in mine)
            note = f"Scaled up replica set {_set_name(after)} from {had} to {PODS}"
            self._event(at, "Deployment", name, "ScalingReplicaSet", note)
        self._versions(name, after.revision, at)
        self.cluster.delete(POD_KIND, before.name, NAMESPACE)
        self.cluster.put(POD_KIND, _pod(after, slot))
        set_name, image = _set_name(after), _image(name, after.version)
        self._event(at, "ReplicaSet", set_name, "SuccessfulCreate", f"Created pod: {after.name}")
        self._event(
            at,
            "Pod",
            after.name,
            "Scheduled",
            f"Successfully assigned {NAMESPACE}/{after.name} to {_node_of(slot)}",
        )
        self._event(at, "Pod", after.name, "Pulled", f'Container image "{image}" already present on machine')
        self._event(at, "Pod", after.name, "Started", f"Started container {name}")
        self._event(at, "Pod", before.name, "Killing", f"Stopping container {name}")

    def _versions(self, service: str, revision: int, at: float) -> None:
        """The deployment and its replica sets, as many pods of each as run now."""
        running = [pod for (name, _), pod in self._running.items() if name == service]
        for each in sorted({version(revision)} | {pod.version for pod in running}):
            of = [pod for pod in running if pod.version == each]
            count = revision if each == version(revision) else BAD if each == version(BAD) else 1
            name = f"{service}-{each}"
            old = self.cluster.objects[VERSION_KIND].get((NAMESPACE, name))
            created = _created(old) if old else _at(at)
            self.cluster.put(VERSION_KIND, _replica_set(service, each, count, len(of), created))
        self._close(service, {pod.version for pod in running})
        there = self.cluster.objects[DEPLOYMENT_KIND].get((NAMESPACE, service))
        created = _created(there) if there else _at(at)
        self.cluster.put(DEPLOYMENT_KIND, _deployment(service, revision, running, created, at))

    def _close(self, service: str, running: set[str]) -> None:
        """Replica sets without pods stay, scaled to none."""
        for each in ("v1", "v2"):
            old = self.cluster.objects[VERSION_KIND].get((NAMESPACE, f"{service}-{each}"))
            if old is not None and each not in running:
                count = BAD if each == version(BAD) else 1
                self.cluster.put(VERSION_KIND, _replica_set(service, each, count, 0, _created(old)))

    def _probe(self, at: float) -> None:
        """Readiness probes of bad pods fail as often as their requests do."""
        for pod in self._running.values():
            if pod.bad and at > pod.started and self._random.random() < self.shop.fault.failing:
                text = "Readiness probe failed: HTTP probe failed with statuscode: 500"
                self._event(at, "Pod", pod.name, "Unhealthy", text, kind="Warning")

    def _tidy(self, at: float) -> None:
        """Forget old events and old history; tell watchers how far the server has come."""
        for (namespace, name), event in list(self.cluster.objects[EVENT_KIND].items()):
            if datetime.fromisoformat(_created(event)).timestamp() < at - EVENT_TTL_S:
                self.cluster.delete(EVENT_KIND, name, namespace)
        self.cluster.compact(keep=HISTORY)
        for kind in KINDS:
            self.cluster.bookmark(kind)

    def _event(self, at: float, of: str, name: str, reason: str, note: str, kind: str = "Normal") -> None:
        self._named += 1
        title = f"{name}.{self._named:x}"
        self.cluster.put(
            EVENT_KIND,
            {
                "metadata": _metadata(title, at=_at(at)),
                "eventTime": _at(at),
                "type": kind,
                "reason": reason,
                "note": note,
                "regarding": {"kind": of, "name": name, "namespace": NAMESPACE},
                "reportingController": "demo",
            },
        )


def _pod(pod: Pod, slot: int) -> Object:
    name = pod.service.name
    image = _image(name, pod.version)
    state = {"running": {"startedAt": _at(pod.started)}}
    return {
        "metadata": _metadata(pod.name, name, at=_at(pod.started), labels={"pod-template-hash": pod.version}),
        "spec": {
            "nodeName": _node_of(slot),
            "containers": [
                {"name": name, "image": image, "resources": {"limits": {"memory": str(int(MEMORY_LIMIT))}}}
            ],
        },
        "status": {
            "phase": "Running",
            "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {"name": name, "image": image, "ready": True, "restartCount": 0, "state": state}
            ],
        },
    }


def _deployment(service: str, revision: int, running: list[Pod], created: str, at: float) -> Object:
    updated = sum(pod.revision == revision for pod in running)
    done = updated == PODS
    got = "has successfully progressed" if done else "is progressing"
    progress = {
        "type": "Progressing",
        "status": "True",
        "reason": "NewReplicaSetAvailable" if done else "ReplicaSetUpdated",
        "message": f'ReplicaSet "{service}-{version(revision)}" {got}.',
        "lastUpdateTime": _at(at),
    }
    return {
        "metadata": _metadata(
            service, service, at=created, notes={"deployment.kubernetes.io/revision": str(revision)}
        ),
        "spec": {"replicas": PODS, "template": _template(service, version(revision))},
        "status": {
            "replicas": len(running),
            "readyReplicas": len(running),
            "updatedReplicas": updated,
            "conditions": [progress, {"type": "Available", "status": "True"}],
        },
    }


def _replica_set(service: str, of: str, revision: int, pods: int, created: str) -> Object:
    notes = {"deployment.kubernetes.io/revision": str(revision)}
    if revision > BAD:  # The version that came back was the first.
        notes["deployment.kubernetes.io/revision-history"] = "1"
    metadata = _metadata(f"{service}-{of}", service, at=created, notes=notes)
    return {
        "metadata": {**metadata, "ownerReferences": [{"kind": "Deployment", "name": service}]},
        "spec": {"replicas": pods, "template": _template(service, of)},
        "status": {"replicas": pods, "readyReplicas": pods},
    }


def _node(name: str, at: float) -> Object:
    conditions = [{"type": "Ready", "status": "True"}, {"type": "MemoryPressure", "status": "False"}]
    return {
        "metadata": {"name": name, "creationTimestamp": _at(at), "labels": {"environment": MARK}},
        "status": {"conditions": conditions},
    }


def _metadata(
    name: str,
    service: str = "",
    *,
    at: str,
    labels: dict[str, str] | None = None,
    notes: dict[str, str] | None = None,
) -> Object:
    named = {"app.kubernetes.io/name": service, "environment": MARK, **(labels or {})} if service else {}
    return {
        "name": name,
        "namespace": NAMESPACE,
        "creationTimestamp": at,
        "labels": named,
        "annotations": {"note": "simulated demo data", **(notes or {})},
    }


def _template(service: str, of: str) -> Object:
    return {"metadata": {}, "spec": {"containers": [{"name": service, "image": _image(service, of)}]}}


def _image(service: str, of: str) -> str:
    return f"demo.invalid/shop/{service}:{of}"


def _set_name(pod: Pod) -> str:
    return f"{pod.service.name}-{pod.version}"


def _node_of(slot: int) -> str:
    return f"demo-node-{slot % 2 + 1}"


def _created(item: Object) -> str:
    metadata = item["metadata"]
    return str(metadata["creationTimestamp"]) if isinstance(metadata, dict) else ""


def _at(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
