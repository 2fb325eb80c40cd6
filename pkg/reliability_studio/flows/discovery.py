"""Services that nobody declared: found in request metrics, in the service graph, and in the cluster.

What is found fills gaps of the catalogue and never overrules a declaration. Each way of finding stands for
itself; one that fails leaves the others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reliability_studio.domain import annotated
from reliability_studio.domain.annotated import Annotated
from reliability_studio.domain.catalog import Service
from reliability_studio.errors import SourceError, SourceNotConfigured
from reliability_studio.flows.catalog import Catalog
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects
from reliability_studio.sources.cluster_objects import WorkloadKind

_log = logging.getLogger(__name__)

MOST = 2_000
"""Services that one sweep takes in, by name; more are a sign that a label is not a service's name."""


@dataclass(slots=True)
class _Found:
    """What the ways of finding have shown so far."""

    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    """By service."""
    calls: dict[str, set[str]] = field(default_factory=dict)
    described: dict[str, Annotated] = field(default_factory=dict)

    def seen(self, name: str) -> Service:
        """One of them, with all that is known of it."""
        told = self.described[name].service if name in self.described else Service(name)
        calls = {*told.discovered, *self.calls.get(name, ())} - {name}
        return replace(told, labels=self.labels[name], discovered=tuple(sorted(calls)))

    def service(self, name: str) -> dict[str, str]:
        """Take a service in; its labels, to be filled."""
        return self.labels.setdefault(name, {})


class Discovery:
    """Finds the services of one organisation."""

    def __init__(self, org_id: int, catalog: Catalog, signals: Signals) -> None:
        self._org_id = org_id
        self._catalog = catalog
        self._signals = signals
        self._warned: dict[str, tuple[str, ...]] = {}
        """What was said of each workload's annotations."""

    async def sweep(self, now: datetime) -> int:
        """Look once; how many services were new or changed."""
        found = _Found()
        async with asyncio.TaskGroup() as group:
            for look in (self._metrics, self._graph, self._cluster):
                group.create_task(_guarded(look, found, now))
        services = [found.seen(name) for name in sorted(found.labels)[:MOST] if name]
        return await self._catalog.discovered(self._org_id, services, now) if services else 0

    async def _metrics(self, found: _Found, now: datetime) -> None:
        there = await self._signals.metric_names(now - timedelta(minutes=10), now)
        query = dialects.everybody(there)
        if query:
            answer = await self._signals.instant(query, now)
            for name in dialects.named(series.labels for series in answer.series):
                found.service(name)

    async def _graph(self, found: _Found, now: datetime) -> None:
        answer = await self._signals.instant(dialects.EDGES, now)
        for series in answer.series:
            client, server = series.labels.get("client", ""), series.labels.get("server", "")
            # "user" is what Tempo calls the world outside.
            if client and server and client != "user":
                found.service(client)
                found.service(server)
                found.calls.setdefault(client, set()).add(server)

    async def _cluster(self, found: _Found, now: datetime) -> None:
        if not self._signals.cluster.configured:
            return
        seen = await self._signals.cluster.workloads("", now)
        for each in seen.workloads:
            if each.kind is not WorkloadKind.DEPLOYMENT:
                continue  # Agents of nodes and stores are no services that anybody asked to see here.
            name = seen.service_of(each.name, each.labels)
            found.service(name)["namespace"] = each.namespace
            if each.annotations:
                found.described[name] = told = annotated.describe(name, each.annotations)
                self._warn(f"{each.namespace}/{each.name}", told.problems)

    def _warn(self, workload: str, problems: tuple[str, ...]) -> None:
        """Say what an annotation gets wrong; once, and not with every sweep."""
        if problems and self._warned.get(workload) != problems:
            _log.warning("annotations cannot be used", extra={"workload": workload, "problems": problems})
        self._warned[workload] = problems


async def _guarded(look: Callable[[_Found, datetime], Awaitable[None]], found: _Found, now: datetime) -> None:
    try:
        await look(found, now)
    except* SourceNotConfigured:
        pass
    except* SourceError as errors:
        reasons = [str(each) for each in errors.exceptions]
        _log.warning("services could not be looked for", extra={"reasons": reasons})
