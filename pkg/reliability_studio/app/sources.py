"""The configured sources of one organisation as clients; what cannot be opened is a problem, no failure."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from reliability_studio.api.health import Dependency
from reliability_studio.clock import Clock
from reliability_studio.errors import FieldProblem, SettingsError
from reliability_studio.flows.reconcile import Lister
from reliability_studio.settings.organisation import SOURCE_NAMES, Settings
from reliability_studio.settings.sources import Cluster, SourceSettings
from reliability_studio.sources import prometheus as prometheus_source
from reliability_studio.sources.alertmanager import Alertmanager, PrometheusAlerts
from reliability_studio.sources.cluster_access import reach
from reliability_studio.sources.grafana import GrafanaAlerts, GrafanaAnnotations
from reliability_studio.sources.http import Explain, SourceClient
from reliability_studio.sources.kubernetes import Kubernetes
from reliability_studio.sources.loki import Loki
from reliability_studio.sources.meter import SourceMeter
from reliability_studio.sources.prometheus import Prometheus
from reliability_studio.sources.tempo import Tempo


@dataclass(frozen=True, slots=True)
class Sources:
    """Clients of what is configured; None where nothing is."""

    prometheus: Prometheus | None
    alertmanager: Alertmanager | None
    loki: Loki | None
    tempo: Tempo | None
    kubernetes: Kubernetes | None
    annotations: GrafanaAnnotations | None
    """None unless they are wanted and Grafana's address is known."""
    listers: tuple[Lister, ...]
    """Those that are asked what fires."""
    problems: tuple[FieldProblem, ...]
    clients: tuple[SourceClient, ...]

    def dependencies(self) -> Sequence[Dependency]:
        """What health examines; a source that is not configured is listed as such."""
        return (
            _dependency("prometheus", self.prometheus),
            _dependency("alertmanager", self.alertmanager),
            _dependency("loki", self.loki),
            _dependency("tempo", self.tempo),
            _dependency("kubernetes", self.kubernetes),
        )

    async def aclose(self) -> None:
        """Close every connection."""
        async with asyncio.TaskGroup() as group:
            for client in self.clients:
                group.create_task(client.aclose())


class _Healthy(Protocol):
    async def health(self) -> str:
        """Version of the server, for a person."""
        ...


def _dependency(name: str, source: _Healthy | None) -> Dependency:
    return Dependency(name, required=False, probe=None if source is None else source.health)


async def open_sources(settings: Settings, clock: Clock, meter: SourceMeter) -> Sources:
    """Clients for one organisation's settings; waits for nothing but a kubeconfig and its login command."""
    opener = _Opener(settings, clock, meter)
    metrics = settings.source("prometheus")
    prometheus = await opener.client("prometheus", prometheus_source.explain)
    alerts = await opener.client("alertmanager")
    alertmanager = None if alerts is None else Alertmanager(alerts)
    logs, traces = await opener.client("loki"), await opener.client("tempo")
    cluster = await opener.client("kubernetes")
    listers: list[Lister] = [] if alertmanager is None else [alertmanager]
    if settings.alerts.poll_prometheus and prometheus is not None:
        listers.append(PrometheusAlerts(prometheus))
    back = opener.grafana()
    if settings.alerts.poll_grafana and back is not None:
        listers.append(GrafanaAlerts(back))
    wanted = settings.annotations.enabled and back is not None
    return Sources(
        annotations=GrafanaAnnotations(back) if wanted and back is not None else None,
        prometheus=None
        if prometheus is None or metrics is None
        else Prometheus(prometheus, resolution=metrics.resolution),
        alertmanager=alertmanager,
        loki=None if logs is None else Loki(logs),
        tempo=None if traces is None else Tempo(traces),
        kubernetes=None if cluster is None else Kubernetes(cluster),
        listers=tuple(listers),
        problems=tuple(opener.problems),
        clients=tuple(opener.clients),
    )


def source_names() -> tuple[str, ...]:
    """Every source that calls may go to, for the meter."""
    return (*SOURCE_NAMES, "grafana")


class _Opener:
    def __init__(self, settings: Settings, clock: Clock, meter: SourceMeter) -> None:
        self._settings = settings
        self._clock = clock
        self._meter = meter
        self.clients: list[SourceClient] = []
        self.problems: list[FieldProblem] = []

    def grafana(self) -> SourceClient | None:
        """Grafana itself, with the service account's token; None when nothing asks for it."""
        alerts, annotations = self._settings.alerts, self._settings.annotations
        asking = {"alerts.pollGrafana": alerts.poll_grafana, "annotations.enabled": annotations.enabled}
        back = self._settings.grafana
        if back is None or not back.token:
            self.problems += [
                FieldProblem(f"jsonData.{name}", "needs Grafana's address and the secret grafanaToken")
                for name, wanted in asking.items()
                if wanted
            ]
            return None
        if not any(asking.values()):
            return None
        settings = SourceSettings(name="grafana", url=back.url, token=back.token)
        client = SourceClient(settings, clock=self._clock, meter=self._meter)
        self.clients.append(client)
        return client

    async def client(self, name: str, explain: Explain | None = None) -> SourceClient | None:
        """The client of a configured source; None when it is not configured or cannot be opened."""
        found = self._settings.source(name)
        if found is None:
            return None
        try:
            if found.cluster is None:
                client = SourceClient(found, clock=self._clock, meter=self._meter, explain=explain)
            else:
                client = await self._of_cluster(found, found.cluster)
        except SettingsError as error:
            self.problems += [FieldProblem(f"{name}.{p.path}", p.problem) for p in error.problems]
            return None
        self.clients.append(client)
        return client

    async def _of_cluster(self, found: SourceSettings, cluster: Cluster) -> SourceClient:
        access = await reach(cluster)
        return SourceClient(
            replace(found, url=access.url),
            clock=self._clock,
            meter=self._meter,
            auth=access.auth,
            verify=access.verify,
        )
