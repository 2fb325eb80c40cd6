"""A Kubernetes API server, read only: pods, workloads, events and nodes, and whether it is well.

    pods = await kubernetes.pods("shop")            with restarts, reasons and exit codes
    events = await kubernetes.events("shop")        events.k8s.io/v1, or core/v1 where that is refused

Lists are read page by page (`limit` and `continue`), up to a bound, and begun anew when the server has
forgotten where a page began. While `follow` runs, they are answered from what its watches hold
(`cluster_watch.py`). Secrets are never read, and of config maps only when they were edited.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote as in_path

import msgspec

from reliability_studio.errors import SourceError, SourceMalformed, SourceRejected
from reliability_studio.sources.cluster_objects import (
    ConfigMap,
    Deployment,
    DisruptionBudget,
    Event,
    Node,
    Pod,
    Version,
)
from reliability_studio.sources.cluster_shapes import ServerVersion
from reliability_studio.sources.cluster_watch import Held, Listed, decoded, read_list
from reliability_studio.sources.cluster_wire import (
    BUDGETS,
    CONFIG_MAPS,
    CONTROLLER_REVISIONS,
    CORE_EVENTS,
    DEPLOYMENTS,
    EVENTS,
    NODES,
    PODS,
    REPLICA_SETS,
    Kind,
)
from reliability_studio.sources.http import SourceClient

ROLLED_OUT = ("replicasets", "controllerrevisions")
"""What rollouts are read off, besides deployments; an account may lack the right to list some of it."""

_APPS = "/apis/apps/v1"
_EVENTS = "/apis/events.k8s.io/v1"
_METADATA_ONLY = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"}
"""What the server sends when the objects themselves are nobody's business."""

R = TypeVar("R")
T = TypeVar("T")


class Kubernetes:
    """The API of one cluster."""

    def __init__(self, client: SourceClient) -> None:
        self._client = client
        self.name = client.name

        def held(*choices: tuple[str, Callable[[bytes], T | None]]) -> Held[T]:
            return Held(client, [Listed(*each) for each in choices])

        self._pods = held(("/api/v1/pods", self._read(PODS)))
        self._deployments = held((f"{_APPS}/deployments", self._read(DEPLOYMENTS)))
        self._replica_sets = held((f"{_APPS}/replicasets", self._read(REPLICA_SETS)))
        self._revisions = held((f"{_APPS}/controllerrevisions", self._read(CONTROLLER_REVISIONS)))
        self._events = held(
            (f"{_EVENTS}/events", self._read(EVENTS)),
            ("/api/v1/events", self._read(CORE_EVENTS)),
        )

    async def follow(self, seconds: float) -> None:
        """Hold what runs in the cluster for so long, so that lists need not be asked for.

        What cannot be watched is listed as before; call it again to go on.
        """
        async with asyncio.TaskGroup() as group:
            for each in self._followed():
                group.create_task(each.follow(seconds))

    def _followed(self) -> tuple[Held[Any], ...]:
        return self._pods, self._deployments, self._replica_sets, self._revisions, self._events

    async def pods(self, namespace: str = "") -> tuple[Pod, ...]:
        """Pods of a namespace, or of all.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._known(self._pods, "/api/v1", namespace, "pods", PODS)

    async def deployments(self, namespace: str) -> tuple[Deployment, ...]:
        """Deployments of a namespace.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._known(self._deployments, _APPS, namespace, "deployments", DEPLOYMENTS)

    async def controller_revisions(self, namespace: str) -> tuple[Version, ...]:
        """Versions of stateful and daemon sets that were rolled out.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._known(
            self._revisions, _APPS, namespace, "controllerrevisions", CONTROLLER_REVISIONS
        )

    async def replica_sets(self, namespace: str) -> tuple[Version, ...]:
        """Replica sets of deployments: each is one version that was rolled out.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._known(self._replica_sets, _APPS, namespace, "replicasets", REPLICA_SETS)

    async def events(self, namespace: str, since: datetime) -> tuple[Event, ...]:
        """Events of a namespace since a moment, newest first; those without any time are left out.

        Asked of `events.k8s.io/v1`, which every server has since 1.19; of the older API where it is refused.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        found = self._events.objects(namespace)
        if found is None:
            try:
                found = await self._list(_EVENTS, namespace, "events", EVENTS)
            except SourceRejected:
                found = await self._list("/api/v1", namespace, "events", CORE_EVENTS)
        recent = [event for event in found if event.at >= since]
        return tuple(sorted(recent, key=lambda event: event.at, reverse=True))

    async def nodes(self) -> tuple[Node, ...]:
        """Every node.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._list("/api/v1", "", "nodes", NODES)

    async def disruption_budgets(self, namespace: str) -> tuple[DisruptionBudget, ...]:
        """Pod disruption budgets of a namespace.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._list("/apis/policy/v1", namespace, "poddisruptionbudgets", BUDGETS)

    async def config_maps(self, namespace: str) -> tuple[ConfigMap, ...]:
        """Config maps of a namespace that were edited after they were made; never what they hold.

        Raises:
            SourceError: the server refuses or cannot be reached.
        """
        return await self._list("/api/v1", namespace, "configmaps", CONFIG_MAPS, _METADATA_ONLY)

    async def health(self) -> str:
        """Version of the server, for a person; and what is listed when asked because it cannot be followed.

        Raises:
            SourceError: it is not well.
        """
        body = await self._client.get("/version")
        version = f"version {decoded(self._client, body, ServerVersion).gitVersion or 'unknown'}"
        if refused := await self._refused():
            version = f"{version}; {unseen(refused)}"
        problems = sorted({each.problem for each in self._followed() if each.problem})
        return f"{version}; not followed live: {'; '.join(problems)}" if problems else version

    async def _refused(self) -> list[str]:
        """What rollouts are read off and this account may not list."""

        async def refused(kind: str) -> bool:
            try:
                await self._client.get(f"{_APPS}/{kind}", {"limit": "1"})
            except SourceError as error:
                # Any other failure says nothing of the account's rights.
                return isinstance(error, SourceRejected)
            return False

        async with asyncio.TaskGroup() as group:
            asked = {kind: group.create_task(refused(kind)) for kind in ROLLED_OUT}
        return [kind for kind, answer in asked.items() if answer.result()]

    async def _known(
        self, held: Held[T], api: str, namespace: str, what: str, kind: Kind[R, T]
    ) -> tuple[T, ...]:
        """What is followed live; listed where it is not."""
        found = held.objects(namespace)
        return found if found is not None else await self._list(api, namespace, what, kind)

    async def _list(
        self,
        api: str,
        namespace: str,
        what: str,
        kind: Kind[R, T],
        headers: Mapping[str, str] | None = None,
    ) -> tuple[T, ...]:
        page = await read_list(self._client, _place(api, namespace, what), headers)
        read = self._read(kind)
        return tuple(found for raw in page.items if (found := read(bytes(raw))) is not None)

    def _read(self, kind: Kind[R, T]) -> Callable[[bytes], T | None]:
        def read(raw: bytes) -> T | None:
            shaped = decoded(self._client, raw, kind.shape)
            try:
                return kind.made(shaped)
            except msgspec.MsgspecError as error:
                text = f"{self.name} does not answer like Kubernetes: {error}"
                raise SourceMalformed(text, source=self.name) from error

        return read


def unseen(kinds: Collection[str]) -> str:
    """What it means that an account may not list these, in words."""
    return f"may not list {', '.join(kinds)}: their rollouts are not seen"


def _place(api: str, namespace: str, what: str) -> str:
    return f"{api}/namespaces/{in_path(namespace, safe='')}/{what}" if namespace else f"{api}/{what}"
