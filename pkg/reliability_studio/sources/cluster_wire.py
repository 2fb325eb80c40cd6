"""The API server's JSON as it comes, and how it becomes what the product knows.

Only what is read is named; the rest of an object is skipped while decoding. A kind is a shape and what is
made of it, which may be nothing: a replica set of nobody, an event without a time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

from reliability_studio.domain import annotated
from reliability_studio.sources.cluster_manifest import RESTARTED, Template, manifest
from reliability_studio.sources.cluster_objects import (
    Deployment,
    DisruptionBudget,
    Event,
    Node,
    Pod,
    ReplicaSet,
    Requirement,
)

R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)

_ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Kind(Generic[R, T_co]):
    """One kind of object."""

    shape: type[R]
    made: Callable[[R], T_co | None]


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
        annotations=annotated.ours(raw.metadata.annotations or {}),
    )


def _replica_set(raw: "_ReplicaSet") -> ReplicaSet | None:
    owner = next((each.name for each in raw.metadata.ownerReferences or () if each.kind == "Deployment"), "")
    annotations = raw.metadata.annotations or {}
    revision = annotations.get("deployment.kubernetes.io/revision", "")
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
        restarted=(template.metadata.annotations or {}).get(RESTARTED, ""),
        replicas=raw.spec.replicas if raw.spec.replicas is not None else 1,
        manifest=manifest(template, annotations),
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
    return Node(raw.metadata.name, ready, tuple(pressures), (raw.metadata.labels or {}).get(_ZONE, ""))


def _budget(raw: "_Budget") -> DisruptionBudget:
    selector = raw.spec.selector
    wanted = None
    if selector is not None:
        wanted = (
            *(
                Requirement(key, "In", frozenset({value}))
                for key, value in (selector.matchLabels or {}).items()
            ),
            *(
                Requirement(each.key, each.operator, frozenset(each.values or ()))
                for each in selector.matchExpressions or ()
            ),
        )
    return DisruptionBudget(raw.metadata.name, raw.metadata.namespace, wanted, raw.status.disruptionsAllowed)


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
    template: Template
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


class _Expression(msgspec.Struct):
    key: str
    operator: str
    values: list[str] | None = None


class _Selector(msgspec.Struct):
    matchLabels: dict[str, str] | None = None  # noqa: N815
    matchExpressions: list[_Expression] | None = None  # noqa: N815


class _BudgetSpec(msgspec.Struct):
    selector: _Selector | None = None


class _BudgetStatus(msgspec.Struct):
    disruptionsAllowed: int = 0  # noqa: N815


class _Budget(msgspec.Struct):
    metadata: _Meta
    spec: _BudgetSpec = msgspec.field(default_factory=_BudgetSpec)
    status: _BudgetStatus = msgspec.field(default_factory=_BudgetStatus)


class Version(msgspec.Struct):
    """What `/version` says."""

    gitVersion: str = ""  # noqa: N815


PODS = Kind(_Pod, _pod)
DEPLOYMENTS = Kind(_Deployment, _deployment)
REPLICA_SETS = Kind(_ReplicaSet, _replica_set)
EVENTS = Kind(_NewEvent, _new_event)
"""Of `events.k8s.io/v1`."""
CORE_EVENTS = Kind(_Event, _event)
NODES = Kind(_Node, _node)
BUDGETS = Kind(_Budget, _budget)
