"""A Kubernetes API server, read only: pods, deployments, events and nodes, and whether it is well.

    pods = await kubernetes.pods("shop")            with restarts, reasons and exit codes
    events = await kubernetes.events("shop")        events.k8s.io/v1, or core/v1 where that is refused

Lists are read page by page (`limit` and `continue`), up to a bound, and begun anew when the server has
forgotten where a page began. While `follow` runs, they are answered from what its watches hold
(`cluster_watch.py`). Secrets are never read.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote as in_path

import msgspec

from reliability_studio.errors import SourceRejected
from reliability_studio.sources.cluster_watch import Held, Listed, decoded, read_list
from reliability_studio.sources.http import SourceClient

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
SERVICE_KEYS = ("app.kubernetes.io/name", "app", "k8s-app", "app.kubernetes.io/instance")
"""Labels that may name the service."""

_EVENTS = "/apis/events.k8s.io/v1"

T = TypeVar("T")
R = TypeVar("R")


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


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment: what it wants and what it has."""

    name: str
    namespace: str
    labels: Mapping[str, str]
    desired: int
    ready: int
    updated: int
    images: tuple[str, ...]
    revision: str
    rolled_out: datetime | None
    """When its Progressing condition last moved: the last rollout."""
    problem: str


@dataclass(frozen=True, slots=True)
class ReplicaSet:
    """One version of a deployment."""

    name: str
    namespace: str
    deployment: str
    created: datetime
    revision: int
    images: tuple[str, ...]
    restarted: str
    """When somebody asked for a restart, as kubectl writes it; empty if nobody did."""
    replicas: int
    """Pods that it is to have; 0 when another version took over."""


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


class Kubernetes:
    """The API of one cluster."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

        def held(*choices: tuple[str, Callable[[bytes], T | None]]) -> Held[T]:
            return Held(client, [Listed(*each) for each in choices])

        self._pods = held(("/api/v1/pods", self._read(_Pod, _pod)))
        self._deployments = held(("/apis/apps/v1/deployments", self._read(_Deployment, _deployment)))
        self._replica_sets = held(("/apis/apps/v1/replicasets", self._read(_ReplicaSet, _replica_set)))
        self._events = held(
            (f"{_EVENTS}/events", self._read(_NewEvent, _new_event)),
            ("/api/v1/events", self._read(_Event, _event)),
        )

    async def follow(self, seconds: float) -> None:
        """Hold what runs in the cluster for so long, so that lists need not be asked for.

        What cannot be watched is listed as before; call it again to go on.
        """
        async with asyncio.TaskGroup() as group:
            for each in self._followed():
                group.create_task(each.follow(seconds))

    def _followed(self) -> tuple[Held[Any], ...]:
        return self._pods, self._deployments, self._replica_sets, self._events

    async def pods(self, namespace: str = "") -> tuple[Pod, ...]:
        """Pods of a namespace, or of all.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        held = self._pods.objects(namespace)
        return held if held is not None else await self._list("/api/v1", namespace, "pods", _Pod, _pod)

    async def deployments(self, namespace: str) -> tuple[Deployment, ...]:
        """Deployments of a namespace.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        held = self._deployments.objects(namespace)
        if held is not None:
            return held
        return await self._list("/apis/apps/v1", namespace, "deployments", _Deployment, _deployment)

    async def replica_sets(self, namespace: str) -> tuple[ReplicaSet, ...]:
        """Replica sets of deployments: each is one version that was rolled out.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        held = self._replica_sets.objects(namespace)
        if held is not None:
            return held
        return await self._list("/apis/apps/v1", namespace, "replicasets", _ReplicaSet, _replica_set)

    async def events(self, namespace: str, since: datetime) -> tuple[Event, ...]:
        """Events of a namespace since a moment, newest first; those without any time are left out.

        Asked of `events.k8s.io/v1`, which every server has since 1.19; of the older API where it is refused.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        found = self._events.objects(namespace)
        if found is None:
            try:
                found = await self._list(_EVENTS, namespace, "events", _NewEvent, _new_event)
            except SourceRejected:
                found = await self._list("/api/v1", namespace, "events", _Event, _event)
        recent = [event for event in found if event.at >= since]
        return tuple(sorted(recent, key=lambda event: event.at, reverse=True))

    async def nodes(self) -> tuple[Node, ...]:
        """Every node.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._list("/api/v1", "", "nodes", _Node, _node)

    async def health(self) -> str:
        """Version of the server, for a person; and what is listed when asked because it cannot be followed.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/version")
        version = f"version {decoded(self._client, body, _Version).gitVersion or 'unknown'}"
        problems = sorted({each.problem for each in self._followed() if each.problem})
        return f"{version}; not followed live: {'; '.join(problems)}" if problems else version

    async def _list(
        self, api: str, namespace: str, what: str, kind: type[R], made: Callable[[R], T | None]
    ) -> tuple[T, ...]:
        page = await read_list(self._client, _place(api, namespace, what))
        read = self._read(kind, made)
        return tuple(found for raw in page.items if (found := read(bytes(raw))) is not None)

    def _read(self, kind: type[R], made: Callable[[R], T | None]) -> Callable[[bytes], T | None]:
        return lambda raw: made(decoded(self._client, raw, kind))


def belongs(name: str, labels: Mapping[str, str], service: str, key: str = "") -> bool:
    """Whether an object is the service's: by the label `key`, or by the usual labels, or by its own name."""
    if key:
        return labels.get(key) == service
    return name == service or any(labels.get(each) == service for each in SERVICE_KEYS)


def _place(api: str, namespace: str, what: str) -> str:
    return f"{api}/namespaces/{in_path(namespace, safe='')}/{what}" if namespace else f"{api}/{what}"


def _pod(raw: "_Pod") -> Pod:
    # Native sidecars sit among the init containers, and a failing init container keeps the pod from starting.
    states = [*(raw.status.containerStatuses or ()), *(raw.status.initContainerStatuses or ())]
    ends = [end for each in states if (end := _end(each))]
    bad = next((end for end in ends if end.exitCode), None)
    return Pod(
        name=raw.metadata.name,
        namespace=raw.metadata.namespace,
        labels=raw.metadata.labels or {},
        phase=raw.status.phase,
        reason=raw.status.reason,
        created=raw.metadata.creationTimestamp,
        node=raw.spec.nodeName,
        ready=sum(each.ready for each in raw.status.containerStatuses or ()),
        containers=len(raw.spec.containers),
        restarts=sum(each.restartCount for each in states),
        waiting=next((each.state.waiting.reason for each in states if each.state.waiting), ""),
        terminated=bad.reason if bad else "",
        exit_code=bad.exitCode if bad else None,
        ended=bad.finishedAt if bad else None,
        images=tuple(each.image for each in raw.spec.containers),
        message=_message(raw, states),
    )


def _message(raw: "_Pod", states: "list[_ContainerStatus]") -> str:
    """Why a container waits, or why the pod is on no node, in the words of the kubelet or the scheduler."""
    waiting = next((each.state.waiting.message for each in states if each.state.waiting), "")
    unplaced = next(
        (
            each.message
            for each in raw.status.conditions or ()
            if each.type == "PodScheduled" and each.status == "False"
        ),
        "",
    )
    return (waiting or unplaced)[:500]


def _end(status: "_ContainerStatus") -> "_Terminated | None":
    """How the container last ended. One that crashes in a loop is often running at the moment of asking."""
    return status.state.terminated or status.lastState.terminated


def _deployment(raw: "_Deployment") -> Deployment:
    conditions = {each.type: each for each in raw.status.conditions or ()}
    progressing = conditions.get("Progressing")
    failing = [
        each.reason
        for name, wanted in (("Progressing", "True"), ("Available", "True"), ("ReplicaFailure", "False"))
        if (each := conditions.get(name)) and each.status != wanted
    ]
    return Deployment(
        name=raw.metadata.name,
        namespace=raw.metadata.namespace,
        labels=raw.metadata.labels or {},
        desired=raw.spec.replicas if raw.spec.replicas is not None else 1,
        ready=raw.status.readyReplicas,
        updated=raw.status.updatedReplicas,
        images=tuple(each.image for each in raw.spec.template.spec.containers),
        revision=(raw.metadata.annotations or {}).get("deployment.kubernetes.io/revision", ""),
        rolled_out=progressing.lastUpdateTime if progressing else None,
        problem=failing[0] if failing else "",
    )


def _replica_set(raw: "_ReplicaSet") -> ReplicaSet | None:
    owner = next((each.name for each in raw.metadata.ownerReferences or () if each.kind == "Deployment"), "")
    revision = (raw.metadata.annotations or {}).get("deployment.kubernetes.io/revision", "")
    created = raw.metadata.creationTimestamp
    if not owner or created is None:
        return None
    template = raw.spec.template
    return ReplicaSet(
        name=raw.metadata.name,
        namespace=raw.metadata.namespace,
        deployment=owner,
        created=created.astimezone(UTC),
        revision=int(revision) if revision.isdigit() else 0,
        images=tuple(each.image for each in template.spec.containers),
        restarted=(template.metadata.annotations or {}).get("kubectl.kubernetes.io/restartedAt", ""),
        replicas=raw.spec.replicas if raw.spec.replicas is not None else 1,
    )


def _new_event(raw: "_NewEvent") -> Event | None:
    """An event of `events.k8s.io/v1`, with its best time; the kubelet's old ones come with old fields."""
    series = raw.series
    at = (
        (series.lastObservedTime if series else None)
        or raw.eventTime
        or raw.deprecatedLastTimestamp
        or raw.metadata.creationTimestamp
    )
    if at is None:
        return None
    count = (series.count if series else None) or raw.deprecatedCount or 1
    about = raw.regarding
    return Event(
        at.astimezone(UTC), raw.type, raw.reason, raw.note, about.kind, about.name, about.namespace, count
    )


def _event(raw: "_Event") -> Event | None:
    """The event with its best time: newer writers leave `lastTimestamp` empty (H2)."""
    series = raw.series
    at = (
        (series.lastObservedTime if series else None)
        or raw.lastTimestamp
        or raw.eventTime
        or raw.metadata.creationTimestamp
    )
    if at is None:
        return None
    count = (series.count if series else None) or raw.count or 1
    about = raw.involvedObject
    return Event(
        at.astimezone(UTC), raw.type, raw.reason, raw.message, about.kind, about.name, about.namespace, count
    )


def _node(raw: "_Node") -> Node:
    ready = False
    pressures: list[str] = []
    for each in raw.status.conditions or ():
        if each.type == "Ready":
            ready = each.status == "True"
        elif each.status == "True":
            pressures.append(each.type)
    return Node(raw.metadata.name, ready, tuple(pressures))


class _Owner(msgspec.Struct):
    kind: str = ""
    name: str = ""


class _Meta(msgspec.Struct):
    name: str = ""
    ownerReferences: list[_Owner] | None = None  # noqa: N815
    namespace: str = ""
    labels: dict[str, str] | None = None
    annotations: dict[str, str] | None = None
    creationTimestamp: datetime | None = None  # noqa: N815 - the server's names, here and below


class _Waiting(msgspec.Struct):
    reason: str = ""
    message: str = ""


class _Terminated(msgspec.Struct):
    reason: str = ""
    exitCode: int = 0  # noqa: N815
    finishedAt: datetime | None = None  # noqa: N815


class _State(msgspec.Struct):
    waiting: _Waiting | None = None
    terminated: _Terminated | None = None


class _ContainerStatus(msgspec.Struct):
    ready: bool = False
    restartCount: int = 0  # noqa: N815
    state: _State = msgspec.field(default_factory=_State)
    lastState: _State = msgspec.field(default_factory=_State)  # noqa: N815


class _Container(msgspec.Struct):
    image: str = ""


class _PodSpec(msgspec.Struct):
    nodeName: str = ""  # noqa: N815
    containers: list[_Container] = []


class _PodStatus(msgspec.Struct):
    phase: str = ""
    reason: str = ""
    containerStatuses: list[_ContainerStatus] | None = None  # noqa: N815
    initContainerStatuses: list[_ContainerStatus] | None = None  # noqa: N815
    conditions: "list[_Condition] | None" = None


class _Pod(msgspec.Struct):
    metadata: _Meta
    spec: _PodSpec
    status: _PodStatus


class _Condition(msgspec.Struct):
    type: str
    status: str = ""
    reason: str = ""
    message: str = ""
    lastUpdateTime: datetime | None = None  # noqa: N815


class _Template(msgspec.Struct):
    spec: _PodSpec
    metadata: _Meta = msgspec.field(default_factory=_Meta)


class _DeploymentSpec(msgspec.Struct):
    template: _Template
    replicas: int | None = None


class _DeploymentStatus(msgspec.Struct):
    readyReplicas: int = 0  # noqa: N815
    updatedReplicas: int = 0  # noqa: N815
    conditions: list[_Condition] | None = None


class _Deployment(msgspec.Struct):
    metadata: _Meta
    spec: _DeploymentSpec
    status: _DeploymentStatus


class _ReplicaSetSpec(msgspec.Struct):
    template: _Template
    replicas: int | None = None


class _ReplicaSet(msgspec.Struct):
    metadata: _Meta
    spec: _ReplicaSetSpec


class _Series(msgspec.Struct):
    count: int | None = None
    lastObservedTime: datetime | None = None  # noqa: N815


class _About(msgspec.Struct):
    kind: str = ""
    name: str = ""
    namespace: str = ""


class _Event(msgspec.Struct):
    metadata: _Meta
    involvedObject: _About = msgspec.field(default_factory=_About)  # noqa: N815
    type: str = "Normal"
    reason: str = ""
    message: str = ""
    count: int | None = None
    lastTimestamp: datetime | None = None  # noqa: N815
    eventTime: datetime | None = None  # noqa: N815
    series: _Series | None = None


class _NewEvent(msgspec.Struct):
    metadata: _Meta
    regarding: _About = msgspec.field(default_factory=_About)
    type: str = "Normal"
    reason: str = ""
    note: str = ""
    eventTime: datetime | None = None  # noqa: N815
    deprecatedCount: int | None = None  # noqa: N815
    deprecatedLastTimestamp: datetime | None = None  # noqa: N815
    series: _Series | None = None


class _NodeStatus(msgspec.Struct):
    conditions: list[_Condition] | None = None


class _Node(msgspec.Struct):
    metadata: _Meta
    status: _NodeStatus


class _Version(msgspec.Struct):
    gitVersion: str = ""  # noqa: N815
