"""What was seen of a service in a window of time, with the query that showed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reliability_studio.domain.catalog import owner_of
from reliability_studio.sources.cluster_objects import (
    SERVICE_KEYS,
    DisruptionBudget,
    Event,
    Node,
    Pod,
    Version,
    Workload,
)
from reliability_studio.sources.loki import Line


@dataclass(frozen=True, slots=True)
class Sight:
    """Numbers of one service over one window; None where nothing was measured."""

    service: str
    start: datetime
    end: datetime
    dialect: str
    """How the service's metrics are named; empty when no known name was found."""
    query: str
    values: Mapping[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogSight:
    """Log lines of one service, newest first."""

    query: str
    """The stream selector; empty when no label names the service."""
    lines: tuple[Line, ...]
    levels: tuple[str, ...]
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClusterSight:
    """How a cluster is."""

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where pods may be lost together; None is what could not be read."""

    zones: Mapping[str, str] | None
    """By node; empty for a node without the label."""
    budgets: tuple[DisruptionBudget, ...] | None


@dataclass(frozen=True, slots=True)
class WorkloadSight:
    """What runs in a namespace."""

    pods: tuple[Pod, ...]
    workloads: tuple[Workload, ...]
    events: tuple[Event, ...]
    versions: tuple[Version, ...]
    unread: tuple[str, ...] = ()
    """Kinds that rollouts are read off and the account may not list, as the server calls them."""

    def service_of(self, name: str, labels: Mapping[str, str]) -> str:
        """The service that an object belongs to: by the usual labels, else by its name."""
        named = next((labels[key] for key in SERVICE_KEYS if labels.get(key)), "")
        return named or self._annotated(name) or owner_of(name, [each.name for each in self.workloads])

    def _annotated(self, name: str) -> str:
        """What the workload that an object is named after says it is, where labels say nothing."""
        found = (each for each in self.workloads if name == each.name or name.startswith(f"{each.name}-"))
        closest = max(found, key=lambda each: len(each.name), default=None)
        return "" if closest is None else closest.annotations.get("service", "")

    def service_of_event(self, event: Event) -> str:
        """The service whose object an event is about; the object may be gone, then its name tells."""
        labelled = {each.name: each.labels for each in self.pods}
        labelled |= {each.name: each.labels for each in self.workloads}
        if event.name in labelled:
            return self.service_of(event.name, labelled[event.name])
        owner = _owner(event)
        for workload in self.workloads:
            if workload.name == owner:
                return self.service_of(workload.name, workload.labels)
        return owner_of(event.name, [each.name for each in self.workloads])


def about(
    events: Sequence[Event], service: str, pods: Sequence[Pod], workloads: Sequence[Workload]
) -> tuple[Event, ...]:
    """Those events that are about the service's objects; a replica set is named after its deployment.

    Objects that are gone cannot be looked up, so a pod also counts by its name, `<deployment>-<hash>-<hash>`.
    """
    names = {service, *(pod.name for pod in pods), *(each.name for each in workloads)}
    owners = {service, *(each.name for each in workloads)}
    return tuple(event for event in events if event.name in names or _owner(event) in owners)


def _owner(event: Event) -> str:
    parts = {"ReplicaSet": 1, "Pod": 2}.get(event.kind, 0)
    return event.name.rsplit("-", parts)[0] if parts else event.name
