"""How the API server's JSON (`cluster_shapes`) becomes what the product knows.

A kind is a shape and what is made of it, which may be nothing: a replica set of nobody, an event without a
time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

from reliability_studio.domain import annotated
from reliability_studio.sources import cluster_shapes as shape
from reliability_studio.sources.cluster_manifest import RESTARTED, config_maps, manifest
from reliability_studio.sources.cluster_objects import (
    REVISION_HASH,
    ConfigMap,
    Deployment,
    DisruptionBudget,
    Event,
    Node,
    Pod,
    Requirement,
    Version,
    WorkloadKind,
)

R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)

_REVISION = "deployment.kubernetes.io/revision"
_PAST = "deployment.kubernetes.io/revision-history"
_NAMED = re.compile(r'replica ?set "(?P<name>[^"]+)"', re.IGNORECASE)
"""How the controller names a replica set in the message of a condition."""
_ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Kind(Generic[R, T_co]):
    """One kind of object."""

    shape: type[R]
    made: Callable[[R], T_co | None]


def _pod(raw: shape.Pod) -> Pod:
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


def _message(raw: shape.Pod, states: list[shape.ContainerStatus]) -> str:
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


def _end(status: shape.ContainerStatus) -> shape.Terminated | None:
    """How the container last ended. One that crashes in a loop is often running at the moment of asking."""
    return status.state.terminated or status.lastState.terminated


def _deployment(raw: shape.Deployment) -> Deployment:
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
        revision=(raw.metadata.annotations or {}).get(_REVISION, ""),
        rolled_out=progressing.lastUpdateTime if progressing else None,
        problem=failing[0] if failing else "",
        progressing=named["name"] if progressing and (named := _NAMED.search(progressing.message)) else "",
        annotations=annotated.ours(raw.metadata.annotations or {}),
        kind=WorkloadKind.DEPLOYMENT,
    )


def _replica_set(raw: shape.ReplicaSet) -> Version | None:
    owner = next((each.name for each in raw.metadata.ownerReferences or () if each.kind == "Deployment"), "")
    annotations = raw.metadata.annotations or {}
    revision = annotations.get(_REVISION, "")
    created = raw.metadata.creationTimestamp
    if not owner or created is None:
        return None
    template = raw.spec.template
    return Version(
        name=raw.metadata.name,
        namespace=raw.metadata.namespace,
        workload=owner,
        created=created.astimezone(UTC),
        revision=int(revision) if revision.isdigit() else 0,
        images=tuple(each.image for each in template.spec.containers),
        restarted=(template.metadata.annotations or {}).get(RESTARTED, ""),
        replicas=raw.spec.replicas if raw.spec.replicas is not None else 1,
        manifest=manifest(template, annotations),
        config_maps=config_maps(template),
        past=_numbers(annotations.get(_PAST, "")),
    )


_REVISED = {WorkloadKind.STATEFUL_SET.value, WorkloadKind.DAEMON_SET.value}


def _controller_revision(raw: shape.ControllerRevision) -> Version | None:
    """None for one of another owner: what that keeps in it is its own affair."""
    owner = next((each for each in raw.metadata.ownerReferences or () if each.kind in _REVISED), None)
    created = raw.metadata.creationTimestamp
    if owner is None or created is None:
        return None
    template = msgspec.json.decode(raw.data, type=shape.Revised).spec.template
    kind, name = WorkloadKind(owner.kind), raw.metadata.name
    # A stateful set labels its pods with the revision's name, a daemon set with its hash.
    own = (raw.metadata.labels or {}).get(REVISION_HASH) or name.removeprefix(f"{owner.name}-")
    return Version(
        name=name,
        namespace=raw.metadata.namespace,
        workload=owner.name,
        created=created.astimezone(UTC),
        revision=raw.revision,
        images=tuple(each.image for each in template.spec.containers),
        restarted=(template.metadata.annotations or {}).get(RESTARTED, ""),
        replicas=None,
        manifest=manifest(template, {}),
        config_maps=config_maps(template),
        kind=kind,
        labels=raw.metadata.labels or {},
        hash=name if kind is WorkloadKind.STATEFUL_SET else own,
        renumbered=_renumbered(raw.metadata, created),
    )


def _renumbered(raw: shape.EditedMeta, created: datetime) -> datetime | None:
    """Nothing but its number is ever changed of a controller revision: its last edit was that."""
    edits = [each.time for each in raw.managedFields or () if each.time is not None]
    last = max(edits, default=created)
    return last.astimezone(UTC) if last > created else None


def _numbers(text: str) -> tuple[int, ...]:
    """Of `1,3`, ascending; what is no number is left out."""
    return tuple(sorted(int(each) for each in text.split(",") if each.isdigit()))


def _config_map(raw: shape.ConfigMap) -> ConfigMap | None:
    """None for one that nobody touched since it was made: that came with whatever made it."""
    edits = [
        (each.time, each.manager)
        for each in raw.metadata.managedFields or ()
        if each.time is not None and not each.subresource
    ]
    at, by = max(edits, default=(None, ""))
    made = raw.metadata.creationTimestamp
    if at is None or (made is not None and at <= made):
        return None
    return ConfigMap(raw.metadata.name, raw.metadata.namespace, at.astimezone(UTC), by)


def _new_event(raw: shape.NewEvent) -> Event | None:
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


def _event(raw: shape.Event) -> Event | None:
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


def _node(raw: shape.Node) -> Node:
    ready = False
    pressures: list[str] = []
    for each in raw.status.conditions or ():
        if each.type == "Ready":
            ready = each.status == "True"
        elif each.status == "True":
            pressures.append(each.type)
    return Node(raw.metadata.name, ready, tuple(pressures), (raw.metadata.labels or {}).get(_ZONE, ""))


def _budget(raw: shape.Budget) -> DisruptionBudget:
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


PODS = Kind(shape.Pod, _pod)
DEPLOYMENTS = Kind(shape.Deployment, _deployment)
REPLICA_SETS = Kind(shape.ReplicaSet, _replica_set)
CONTROLLER_REVISIONS = Kind(shape.ControllerRevision, _controller_revision)
EVENTS = Kind(shape.NewEvent, _new_event)
"""Of `events.k8s.io/v1`."""
CORE_EVENTS = Kind(shape.Event, _event)
CONFIG_MAPS = Kind(shape.ConfigMap, _config_map)
"""Their metadata alone."""
NODES = Kind(shape.Node, _node)
BUDGETS = Kind(shape.Budget, _budget)
