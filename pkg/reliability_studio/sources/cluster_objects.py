"""What the product knows of a cluster: pods, workloads and their versions, events, nodes, budgets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.domain.manifest import Manifest

PENDING_TOO_LONG = timedelta(minutes=5)
RESTARTS = 3
"""A container that restarted more often is a sick one."""

_SICK_WAITING = frozenset(
    {
        "CrashLoopBackOff",
        "ImagePullBackOff",
        "ErrImagePull",
        "ErrImageNeverPull",
        "InvalidImageName",
        "CreateContainerConfigError",
        "CreateContainerError",
        "RunContainerError",
    }
)
REVISION_HASH = "controller-revision-hash"
"""The label of pods of stateful and daemon sets that names their version."""
SERVICE_KEYS = ("app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/instance")
"""Labels that may name the service."""


@dataclass(frozen=True, slots=True)
class Pod:
    """One pod and what its containers say."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    phase: str
    reason: str
    created: datetime | None
    node: str
    ready: int
    containers: int
    restarts: int
    waiting: str
    """Why a container waits; empty when none does."""
    terminated: str
    """Why a container last ended; empty when none did."""
    exit_code: int | None
    ended: datetime | None
    images: tuple[str, ...]
    message: str = ""
    """What Kubernetes says about why it waits, or fits on no node."""

    def trouble(self, now: datetime) -> str:
        """Why this pod is not well; empty when it is, or has finished its work (C9, H1)."""
        if self.phase == "Succeeded":
            return ""
        if self.phase == "Failed":
            return self.reason or self.terminated or "Failed"
        if self.terminated == "OOMKilled" and self.restarts:
            return "OOMKilled"
        if self.waiting in _SICK_WAITING:
            return self.waiting
        if self.phase == "Pending" and self.created and now - self.created > PENDING_TOO_LONG:
            return "Pending"
        return "Restarting" if self.restarts > RESTARTS else ""


class WorkloadKind(StrEnum):
    """What keeps pods running, in the server's words."""

    DEPLOYMENT = "Deployment"
    STATEFUL_SET = "StatefulSet"
    DAEMON_SET = "DaemonSet"


@dataclass(frozen=True, slots=True)
class Workload:
    """What keeps pods of one template running."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    images: tuple[str, ...]
    revision: str
    kind: WorkloadKind
    rolled_out: datetime | None = None
    """When its Progressing condition last moved: the last rollout. Only deployments have one."""
    problem: str = ""
    progressing: str = ""
    """Name of the version that this condition speaks of; empty where it names none."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Those that describe the service, see `domain.annotated`; no others are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment(Workload):
    """One deployment: what it wants and what it has."""

    desired: int
    ready: int
    updated: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a workload: a deployment's replica set, or another's controller revision."""

    name: str
    namespace: str
    workload: str
    """Its name."""
    created: datetime
    revision: int
    """The number that it was last rolled out under; 0 where nobody wrote it down."""
    images: tuple[str, ...]
    restarted: str
    """When somebody asked for a restart, as kubectl writes it; empty if nobody did."""
    replicas: int | None
    """Pods that it is to have, 0 when another version took over; None of a controller revision."""
    manifest: Manifest = field(default_factory=dict)
    """Its pod template, without anything secret."""
    config_maps: frozenset[str] = frozenset()
    """Those that its pods read, by name."""
    past: tuple[int, ...] = ()
    """Numbers that it was rolled out under before, ascending; empty for one that ran once, or unknown."""
    kind: WorkloadKind = WorkloadKind.DEPLOYMENT
    hash: str = ""
    """Of a controller revision, what the label `controller-revision-hash` of its pods says."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Of a controller revision, those of its pods."""
    renumbered: datetime | None = None
    """When a controller revision got its present number, which it was not created with."""

    def runs(self, pod: Pod) -> bool:
        """Whether a pod is one of its pods."""
        if pod.namespace != self.namespace:
            return False
        if self.kind is WorkloadKind.DEPLOYMENT:
            return pod.name.startswith(f"{self.name}-")
        return pod.name.startswith(f"{self.workload}-") and pod.labels.get(REVISION_HASH) == self.hash


@dataclass(frozen=True, slots=True)
class ConfigMap:
    """When a config map was last edited; what it holds is never read."""

    name: str
    namespace: str
    edited: datetime
    by: str
    """The program that did it, as the server knows it: `kubectl-edit`, `helm`, …"""


@dataclass(frozen=True, slots=True)
class Event:
    """One event about one object."""

    at: datetime
    type: str
    reason: str
    message: str
    kind: str
    name: str
    namespace: str
    count: int


@dataclass(frozen=True, slots=True)
class Node:
    """One node."""

    name: str
    ready: bool
    pressures: tuple[str, ...]
    zone: str = ""
    """Of the label `topology.kubernetes.io/zone`; empty where nobody set it."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One expression of a label selector."""

    key: str
    operator: str
    """`In`, `NotIn`, `Exists` or `DoesNotExist`."""
    values: frozenset[str] = frozenset()

    def met_by(self, labels: Mapping[str, str]) -> bool:
        """Whether labels meet it; an operator that is unknown is met by none."""
        if self.operator == "Exists":
            return self.key in labels
        if self.operator == "DoesNotExist":
            return self.key not in labels
        if self.operator == "In":
            return labels.get(self.key) in self.values
        # A label that is missing is in no set, so NotIn is met (as the server decides it).
        return self.operator == "NotIn" and labels.get(self.key) not in self.values


@dataclass(frozen=True, slots=True)
class DisruptionBudget:
    """How many pods may be evicted at once; of `policy/v1`."""

    name: str
    namespace: str
    wanted: tuple[Requirement, ...] | None
    """What the labels of a pod must meet. None selects nothing, an empty tuple every pod."""
    allowed: int
    """Evictions that are allowed at this moment."""

    def guards(self, pod: Pod) -> bool:
        """Whether a pod counts for it."""
        if self.wanted is None or pod.namespace != self.namespace:
            return False
        return all(each.met_by(pod.labels) for each in self.wanted)


def belongs(name: str, labels: Mapping[str, str], service: str, key: str = "") -> bool:
    """Whether an object is the service's: by the label `key`, or by the usual labels, or by its own name."""
    if key:
        return labels.get(key) == service
    return name == service or any(labels.get(each) == service for each in SERVICE_KEYS)
