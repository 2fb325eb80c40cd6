"""What can be seen of a service, what is missing, and the line of configuration that would show it.

Each part of the picture is asked for by itself; one source that fails or is not there says so and hides
nothing of the others.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from reliability_studio.errors import SourceError, SourceNotConfigured, StudioError
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources import dialects, tempo
from reliability_studio.sources.dialect_table import TABLE
from reliability_studio.sources.dialects import Spoken
from reliability_studio.sources.literals import quote
from reliability_studio.sources.loki import SERVICE_LABELS

WINDOW = timedelta(hours=1)
COUNTED_S = 60
UNCOUNTED = "localblocks processor"
"""What Tempo 2 says when it keeps no spans that could be counted."""
SAMPLE = 300
"""Series that are looked through for a label that names the service."""


class CoverageState(StrEnum):
    """Whether a part of the picture is there."""

    PRESENT = "present"
    MISSING = "missing"
    NOT_CONFIGURED = "not_configured"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the picture."""

    subject: str
    state: CoverageState
    detail: str
    fix: str = ""
    """What to add where, if it is missing."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What can be seen of one service."""

    service: str
    dialect: str
    label: str
    """Label that names the service in its request metrics."""
    parts: tuple[Part, ...]

    @property
    def share(self) -> float:
        """Parts that are there among those whose source is there."""
        asked = [each for each in self.parts if each.state in {CoverageState.PRESENT, CoverageState.MISSING}]
        return sum(each.state is CoverageState.PRESENT for each in asked) / len(asked) if asked else 0.0


async def coverage(signals: Signals, service: str, now: datetime) -> Coverage:
    """Look at every source for one service."""
    look = _Look(signals, service, now)
    try:
        spoken = await signals.spoken(service, now)
    except StudioError:
        spoken = None  # `requests` asks the same and tells why.
    asking: dict[str, Callable[[], Awaitable[Part]]] = {
        "requests": lambda: look.requests(spoken),
        "errors": lambda: look.errors(spoken),
        "latency": lambda: look.latency(spoken),
        "calls": look.calls,
        "containers": look.containers,
        "workloads": look.workloads,
        "logs": look.logs,
        "traces": look.traces,
        "spans": look.spans,
        "cluster": look.cluster,
    }
    async with asyncio.TaskGroup() as group:
        parts = [group.create_task(_guarded(subject, ask)) for subject, ask in asking.items()]
    return Coverage(
        service,
        "" if spoken is None else spoken.dialect.name,
        "" if spoken is None else spoken.label,
        tuple(each.result() for each in parts),
    )


async def _guarded(subject: str, ask: Callable[[], Awaitable[Part]]) -> Part:
    try:
        return await ask()
    except SourceNotConfigured as error:
        return Part(subject, CoverageState.NOT_CONFIGURED, str(error))
    except StudioError as error:
        return Part(subject, CoverageState.FAILED, str(error))


@dataclass(frozen=True, slots=True)
class _Look:
    signals: Signals
    service: str
    now: datetime

    async def requests(self, spoken: Spoken | None) -> Part:
        if spoken is None:
            await self.signals.spoken(self.service, self.now)  # says what is wrong, if something is
            return await self._unnamed()
        dialect = spoken.dialect
        named = f'{dialect.requests} by {spoken.label}="{spoken.named or self.service}"'
        return Part("requests", CoverageState.PRESENT, f"{dialect.name}: {named}")

    async def _unnamed(self) -> Part:
        """No known label names the service: does another one, on a metric that is there?"""
        there = await self.signals.metric_names(self.now - WINDOW, self.now)
        known = [each for each in TABLE if each.requests in there]
        for dialect in known:
            answer = await self.signals.instant(
                f"topk({SAMPLE}, group without () ({dialect.requests}))", self.now
            )
            for series in answer.series:
                label = next((k for k, v in sorted(series.labels.items()) if v == self.service), "")
                if label:
                    wanted = dialect.services[0]
                    return Part(
                        "requests",
                        CoverageState.MISSING,
                        f"{dialect.requests} names the service in the label {label}, which is not one of "
                        f"{', '.join(dialect.services)}",
                        relabel(label, wanted),
                    )
        if known:
            names = ", ".join(each.requests for each in known)
            labels = " or ".join(known[0].services)
            detail = f"{names} is there, but no series is named '{self.service}' by {labels}"
            return Part(
                "requests", CoverageState.MISSING, detail, constant(known[0].services[0], self.service)
            )
        looked = ", ".join(each.requests for each in TABLE if not each.native)
        return Part(
            "requests",
            CoverageState.MISSING,
            f"none of the known request metrics is there ({looked})",
            "instrument the service, for example with OpenTelemetry, or name its own metric under `dialects` "
            "in the settings",
        )

    async def errors(self, spoken: Spoken | None) -> Part:
        if spoken is None:
            return Part("errors", CoverageState.MISSING, "needs the request metric")
        labels = tuple(dict.fromkeys(each.split("=")[0].rstrip("!") for each in spoken.dialect.failed))
        for label in labels:
            count = await self._count(f"count({spoken.selecting(self.service, label + '!=' + quote(''))})")
            if count:
                return Part("errors", CoverageState.PRESENT, f"failed requests are told by {label}")
        return Part(
            "errors",
            CoverageState.MISSING,
            f"{spoken.dialect.requests} has no label {' or '.join(labels)}: failures cannot be told",
            spoken.dialect.no_status or relabel("status_of_your_metric", labels[0]),
        )

    async def latency(self, spoken: Spoken | None) -> Part:
        if spoken is None or not spoken.dialect.durations:
            return Part("latency", CoverageState.MISSING, "needs the request metric")
        dialect = spoken.dialect
        if dialect.buckets and await self._has(spoken.selecting(self.service, metric=dialect.buckets)):
            return Part("latency", CoverageState.PRESENT, dialect.buckets)
        if await self._has(dialects.native(spoken, self.service)):
            return Part("latency", CoverageState.PRESENT, f"{dialect.durations} (native histogram)")
        detail = f"no series of {dialect.buckets}, nor of a native histogram {dialect.durations}"
        if dialect.spent and await self._has(spoken.selecting(self.service, metric=dialect.spent)):
            detail += f"; {dialect.spent} gives the mean only"
        fix = dialect.no_durations or f"let the service write a histogram of durations as {dialect.durations}"
        return Part("latency", CoverageState.MISSING, detail, fix)

    async def calls(self) -> Part:
        name = quote(self.service)
        metric = "traces_service_graph_request_total"
        if await self._count(f"count({metric}{{client={name}}} or {metric}{{server={name}}})"):
            return Part("calls", CoverageState.PRESENT, metric)
        return Part(
            "calls",
            CoverageState.MISSING,
            f"no series of {metric} with this service",
            "switch Tempo's metrics generator on (processor service_graphs, with remote_write)",
        )

    async def containers(self) -> Part:
        metric = "container_cpu_usage_seconds_total"
        if await self._count(f"count({metric}{{pod=~{quote(_pods(self.service))}}})"):
            return Part("containers", CoverageState.PRESENT, "cAdvisor")
        return Part(
            "containers",
            CoverageState.MISSING,
            f"no series of {metric} whose pod is called {self.service}-…",
            "scrape the kubelet's /metrics/cadvisor and keep the labels namespace, pod and container",
        )

    async def workloads(self) -> Part:
        if await self._count(f"count(kube_pod_info{{pod=~{quote(_pods(self.service))}}})"):
            return Part("workloads", CoverageState.PRESENT, "kube-state-metrics")
        return Part(
            "workloads",
            CoverageState.MISSING,
            f"no series of kube_pod_info whose pod is called {self.service}-…",
            "scrape kube-state-metrics with `honor_labels: true`, so that pod and namespace are the object's",
        )

    async def logs(self) -> Part:
        selector = await self.signals.log_selector(self.service, self.now - WINDOW, self.now)
        if selector is not None:
            return Part("logs", CoverageState.PRESENT, selector)
        return Part(
            "logs",
            CoverageState.MISSING,
            f"no stream is named '{self.service}' by {', '.join(SERVICE_LABELS)}",
            "add a label in the log collector: stage.static_labels "
            f'{{ values = {{ service_name = "{self.service}" }} }}',
        )

    async def traces(self) -> Part:
        query = tempo.usual(self.service)
        if await self.signals.found_traces(query, self.now - WINDOW, self.now, 1):
            return Part("traces", CoverageState.PRESENT, query)
        return Part(
            "traces",
            CoverageState.MISSING,
            f"no trace within {WINDOW.seconds // 3600} hour: {query}",
            f"set the resource attribute service.name={self.service} (OTEL_SERVICE_NAME)",
        )

    async def spans(self) -> Part:
        query = tempo.served(self.service)
        try:
            counted = await self.signals.measured_spans(query, self.now - WINDOW, self.now, COUNTED_S)
        except SourceError as error:
            if UNCOUNTED not in str(error):
                raise
            return Part(
                "spans",
                CoverageState.MISSING,
                str(error),
                "switch the processor local-blocks of Tempo's metrics generator on (version 3 needs none)",
            )
        if counted:
            return Part("spans", CoverageState.PRESENT, query)
        return Part(
            "spans",
            CoverageState.MISSING,
            f"no span of kind server or consumer within {WINDOW.seconds // 3600} hour: {query}",
            "let the service start a span of kind server for each request that it serves",
        )

    async def cluster(self) -> Part:
        pods = await self.signals.cluster.pods("", self.service)
        if pods:
            return Part("cluster", CoverageState.PRESENT, f"{len(pods)} pods in {pods[0].namespace}")
        return Part(
            "cluster",
            CoverageState.MISSING,
            "no pod is labelled with this service",
            f"label the pod template: app.kubernetes.io/name: {self.service}",
        )

    async def _has(self, selector: str) -> bool:
        return bool(await self._count(f"count({selector})"))

    async def _count(self, query: str) -> float:
        answer = await self.signals.instant(query, self.now)
        return answer.number() or 0.0


def relabel(source: str, target: str) -> str:
    """The rule that copies a label, for `metric_relabel_configs` of the scrape job."""
    return f"metric_relabel_configs: [{{source_labels: [{source}], target_label: {target}}}]"


def constant(target: str, value: str) -> str:
    """The rule that names the service of a whole scrape job."""
    return f"metric_relabel_configs: [{{target_label: {target}, replacement: {value}}}]"


def _pods(service: str) -> str:
    escaped = "".join(each if each.isalnum() or each == "-" else "." for each in service)
    return f"{escaped}(-.*)?"
