"""What runs in a cluster and how it is placed, as one organisation may read it.

Pods, deployments and events are asked for by service; zones and disruption budgets are asked for where they
may be read, and told as unknown where not.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from datetime import datetime
from itertools import chain
from typing import TypeVar

from reliability_studio.errors import SourceError, SourceNotConfigured, SourceRejected
from reliability_studio.flows.sights import ClusterSight, Placement, WorkloadSight, about
from reliability_studio.sources.cluster_objects import (
    ConfigMap,
    Deployment,
    Event,
    Pod,
    Version,
    Workload,
    belongs,
)
from reliability_studio.sources.kubernetes import ROLLED_OUT, Kubernetes

T = TypeVar("T")


class ClusterReading:
    """The cluster of one organisation; without one, every question but `configured` raises."""

    def __init__(self, kubernetes: Kubernetes | None) -> None:
        self._kubernetes = kubernetes

    @property
    def configured(self) -> bool:
        """Whether there is a cluster to ask."""
        return self._kubernetes is not None

    async def pods(self, namespace: str, service: str, key: str = "") -> tuple[Pod, ...]:
        """The service's pods.

        Raises:
            SourceError: Kubernetes is not configured or fails.
        """
        found = await self._needed().pods(namespace)
        return tuple(pod for pod in found if belongs(pod.name, pod.labels, service, key))

    async def deployments(self, namespace: str, service: str, key: str = "") -> tuple[Deployment, ...]:
        """The service's deployments.

        Raises:
            SourceError: Kubernetes is not configured or fails.
        """
        found = await self._needed().deployments(namespace)
        return tuple(each for each in found if belongs(each.name, each.labels, service, key))

    async def events(self, namespace: str, service: str, since: datetime, key: str = "") -> tuple[Event, ...]:
        """Events about the service's own objects (A23).

        Raises:
            SourceError: Kubernetes is not configured or fails.
        """
        pods = await self.pods(namespace, service, key)
        deployments = await self.deployments(namespace, service, key)
        return about(await self._needed().events(namespace, since), service, pods, deployments)

    async def workloads(self, namespace: str, since: datetime) -> WorkloadSight:
        """Everything that runs in a namespace, asked for at once.

        Versions are asked for only where they may be read. Stateful and daemon sets are known by theirs.

        Raises:
            SourceError: Kubernetes is not configured.
            ExceptionGroup: of a SourceError, when it fails.
        """
        source = self._needed()
        async with asyncio.TaskGroup() as group:
            pods = group.create_task(source.pods(namespace))
            deployments = group.create_task(source.deployments(namespace))
            events = group.create_task(source.events(namespace, since))
            replica_sets = group.create_task(_allowed(source.replica_sets(namespace)))
            revisions = group.create_task(_allowed(source.controller_revisions(namespace)))
        asked = dict(zip(ROLLED_OUT, (replica_sets.result(), revisions.result()), strict=True))
        return WorkloadSight(
            pods.result(),
            (*deployments.result(), *_owners(revisions.result() or ())),
            events.result(),
            tuple(chain.from_iterable(found or () for found in asked.values())),
            tuple(kind for kind, found in asked.items() if found is None),
        )

    async def config_maps(self, namespace: str) -> tuple[ConfigMap, ...]:
        """Config maps that were edited; none where the account may not list them.

        Raises:
            SourceError: Kubernetes is not configured.
        """
        return await _told(self._needed().config_maps(namespace)) or ()

    async def placement(self, namespace: str) -> Placement:
        """Zones of the nodes and disruption budgets of a namespace; each None where it cannot be read.

        How pods are placed is a risk at most: what fails here fails nothing else.

        Raises:
            SourceError: Kubernetes is not configured.
        """
        source = self._needed()
        async with asyncio.TaskGroup() as group:
            nodes = group.create_task(_told(source.nodes()))
            budgets = group.create_task(_told(source.disruption_budgets(namespace)))
        known = nodes.result()
        return Placement(
            None if known is None else {node.name: node.zone for node in known}, budgets.result()
        )

    async def whole(self) -> ClusterSight:
        """Every node and every pod.

        Raises:
            SourceError: Kubernetes is not configured or fails.
        """
        source = self._needed()
        return ClusterSight(await source.nodes(), await source.pods())

    def _needed(self) -> Kubernetes:
        if self._kubernetes is None:
            raise SourceNotConfigured(
                "kubernetes is not configured: give its address in the settings", source="kubernetes"
            )
        return self._kubernetes


def _owners(revisions: Iterable[Version]) -> tuple[Workload, ...]:
    """Whose versions these are, as their newest version has them: labels are those of its pods."""
    newest: dict[tuple[str, str, str], Version] = {}
    for each in sorted(revisions, key=lambda each: each.revision):
        newest[each.kind, each.namespace, each.workload] = each
    return tuple(
        Workload(each.workload, each.namespace, each.labels, each.images, str(each.revision), each.kind)
        for each in newest.values()
    )


async def _allowed(asked: Awaitable[tuple[T, ...]]) -> tuple[T, ...] | None:
    """The answer, or None where the role of the account does not allow to ask."""
    try:
        return await asked
    except SourceRejected:
        return None


async def _told(asked: Awaitable[tuple[T, ...]]) -> tuple[T, ...] | None:
    """The answer, or None where there is none, for whatever reason."""
    try:
        return await asked
    except SourceError:
        return None
