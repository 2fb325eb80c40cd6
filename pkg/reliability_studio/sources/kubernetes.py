"""A Kubernetes API server, read only: pods, deployments, events and nodes, and whether it is well.

    pods = await kubernetes.pods("shop")            with restarts, reasons and exit codes
    events = await kubernetes.events("shop")        events.k8s.io/v1, or core/v1 where that is refused

Lists are read page by page (`limit` and `continue`), up to a bound, and begun anew when the server has
forgotten where a page began. Secrets are never read.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar
from urllib.parse import quote as in_path

import msgspec

from reliability_studio.errors import SourceGone, SourceMalformed, SourceRejected
from reliability_studio.sources.http import SourceClient

PAGE = 500
MOST_PAGES = 20
"""Pages of one list; a namespace with more objects is read in part."""
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

    async def pods(self, namespace: str = "") -> tuple[Pod, ...]:
        """Pods of a namespace, or of all.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return tuple([_pod(each) async for each in self._list(_place("/api/v1", namespace, "pods"), _Pod)])

    async def deployments(self, namespace: str) -> tuple[Deployment, ...]:
        """Deployments of a namespace.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        path = _place("/apis/apps/v1", namespace, "deployments")
        return tuple([_deployment(each) async for each in self._list(path, _Deployment)])

    async def replica_sets(self, namespace: str) -> tuple[ReplicaSet, ...]:
        """Replica sets of deployments: each is one version that was rolled out.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        path = _place("/apis/apps/v1", namespace, "replicasets")
        found = [_replica_set(each) async for each in self._list(path, _ReplicaSet)]
        return tuple(each for each in found if each is not None)

    async def events(self, namespace: str, since: datetime) -> tuple[Event, ...]:
        """Events of a namespace since a moment, newest first; those without any time are left out.

        Asked of `events.k8s.io/v1`, which every server has since 1.19; of the older API where it is refused.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        try:
            raw = [each async for each in self._list(_place(_EVENTS, namespace, "events"), _NewEvent)]
            found = [event for each in raw if (event := _new_event(each))]
        except SourceRejected:
            path = _place("/api/v1", namespace, "events")
            found = [event async for each in self._list(path, _Event) if (event := _event(each))]
        recent = [event for event in found if event.at >= since]
        return tuple(sorted(recent, key=lambda event: event.at, reverse=True))

    async def nodes(self) -> tuple[Node, ...]:
        """Every node.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return tuple([_node(each) async for each in self._list("/api/v1/nodes", _Node)])

    async def health(self) -> str:
        """Version of the server, for a person.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/version")
        return f"version {self._as(body, _Version).gitVersion or 'unknown'}"

    async def _list(self, path: str, kind: type[T]) -> AsyncIterator[T]:
        for raw in await self._pages(path):
            yield self._as(bytes(raw), kind)

    async def _pages(self, path: str) -> Sequence[msgspec.Raw]:
        """All items of a list. A page's token expires with the server's history (410): then once anew."""
        try:
            return await self._read(path)
        except SourceGone:
            return await self._read(path)

    async def _read(self, path: str) -> Sequence[msgspec.Raw]:
        found: list[msgspec.Raw] = []
        token = ""
        for _ in range(MOST_PAGES):
            params = {"limit": str(PAGE), **({"continue": token} if token else {})}
            page = self._as(await self._client.get(path, params), _Page)
            found.extend(page.items or ())
            token = page.metadata.continue_ if page.metadata else ""
            if not token:
                break
        return found

    def _as(self, body: bytes, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            text = f"{self.name} does not answer like Kubernetes: {error}"
            raise SourceMalformed(text, source=self.name) from error


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


class _PageMeta(msgspec.Struct):
    continue_: str = msgspec.field(default="", name="continue")


class _Page(msgspec.Struct):
    metadata: _PageMeta | None = None
    items: list[msgspec.Raw] | None = None


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
