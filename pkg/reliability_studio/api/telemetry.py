"""Routes that show what the sources say about a service: metrics, logs, traces, Kubernetes."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from reliability_studio.api import asked
from reliability_studio.api.calls import Role
from reliability_studio.api.router import Call, Reply, Route
from reliability_studio.api.telemetry_shapes import (
    ClusterShape,
    CoveragePartShape,
    CoverageShape,
    DeploymentListShape,
    DeploymentShape,
    EventListShape,
    EventShape,
    FailingPodShape,
    LogLineShape,
    LogListShape,
    MetricCourseShape,
    MetricPointShape,
    MetricShape,
    PodListShape,
    PodShape,
    TraceListShape,
    TraceShape,
)
from reliability_studio.clock import Clock
from reliability_studio.errors import Invalid
from reliability_studio.flows.coverage import coverage
from reliability_studio.flows.metric_course import metric_course
from reliability_studio.flows.sights import LogSight, Sight
from reliability_studio.flows.telemetry import Signals
from reliability_studio.sources.cluster_objects import Pod

_DAY_MS = 86_400_000
WINDOW = timedelta(minutes=10)
COURSE_WINDOW = timedelta(hours=1)
LOG_WINDOW = timedelta(minutes=15)
EVENT_WINDOW = timedelta(hours=1)
LONGEST = timedelta(days=31)
MOST_LINES = 1_000
MOST_TEXT = 1_000
MOST_FAILING = 500


def telemetry_routes(signals: Signals, clock: Clock) -> tuple[Route[Any], ...]:
    """The table of this file."""
    api = _Api(signals, clock)
    table = (
        ("metrics/availability/{service}", api.availability, "Share of good requests", MetricShape),
        ("metrics/error-rate/{service}", api.error_rate, "Share of failed requests", MetricShape),
        ("metrics/request-rate/{service}", api.request_rate, "Requests per second", MetricShape),
        ("metrics/latency/{service}", api.latency, "Latency percentiles", MetricShape),
        ("metrics/course/{service}", api.course, "Rates and latencies over time", MetricCourseShape),
        ("logs/{service}/errors", api.errors, "Error lines of a service", LogListShape),
        ("logs/{service}/search", api.search, "Lines that hold a text (`q`)", LogListShape),
        ("traces/{service}", api.traces, "Failed or slow (`overMs`) traces", TraceListShape),
        ("kubernetes/health", api.cluster, "Nodes and pods of the cluster", ClusterShape),
        ("kubernetes/pods/{namespace}/{service}", api.pods, "Pods of a service", PodListShape),
        (
            "kubernetes/deployments/{namespace}/{service}",
            api.deployments,
            "Deployments of a service",
            DeploymentListShape,
        ),
        ("kubernetes/events/{namespace}/{service}", api.events, "Events of a service", EventListShape),
    )
    seen = Route(
        "GET",
        "services/{service}/coverage",
        Role.VIEWER,
        api.coverage,
        "What can be seen of a service, and what would show the rest",
        returns=CoverageShape,
    )
    return seen, *(
        Route("GET", path, Role.VIEWER, handler, summary, returns=shape)
        for path, handler, summary, shape in table
    )


class _Api:
    def __init__(self, signals: Signals, clock: Clock) -> None:
        self._signals = signals
        self._clock = clock

    async def coverage(self, call: Call[None]) -> Reply:
        found = await coverage(self._signals, call.param("service"), self._clock.now())
        return Reply(
            CoverageShape(
                service=found.service,
                dialect=found.dialect,
                label=found.label,
                share=found.share,
                parts=tuple(
                    CoveragePartShape(
                        subject=each.subject, state=each.state, detail=each.detail, fix=each.fix
                    )
                    for each in found.parts
                ),
            )
        )

    async def availability(self, call: Call[None]) -> Reply:
        return await self._one(call, "availability", "percent")

    async def error_rate(self, call: Call[None]) -> Reply:
        return await self._one(call, "errorRate", "percent")

    async def request_rate(self, call: Call[None]) -> Reply:
        return await self._one(call, "requestRate", "requests/s")

    async def latency(self, call: Call[None]) -> Reply:
        seen = await self._signals.latencies(call.param("service"), *self._window(call, WINDOW))
        values = {name: seen.values.get(name) for name in ("p50", "p95", "p99")}
        return Reply(_metric(seen, values["p95"], "ms", values))

    async def course(self, call: Call[None]) -> Reply:
        seen = await metric_course(self._signals, call.param("service"), *self._window(call, COURSE_WINDOW))
        points = tuple(
            MetricPointShape(
                at=each.at,
                request_rate=each.values.get("requestRate"),
                error_rate=each.values.get("errorRate"),
                p50=each.values.get("p50"),
                p95=each.values.get("p95"),
                p99=each.values.get("p99"),
            )
            for each in seen.moments
        )
        return Reply(
            MetricCourseShape(
                service=seen.service,
                start=seen.start,
                end=seen.end,
                step_seconds=seen.step_s,
                dialect=seen.dialect,
                query=seen.query,
                points=points,
            )
        )

    async def errors(self, call: Call[None]) -> Reply:
        start, end = self._window(call, LOG_WINDOW)
        limit = asked.limit(call, 100, MOST_LINES)
        return Reply(_logs(await self._signals.errors(call.param("service"), start, end, limit)))

    async def search(self, call: Call[None]) -> Reply:
        start, end = self._window(call, LOG_WINDOW)
        text = call.first("q")
        if not text or len(text) > MOST_TEXT:
            raise Invalid.field("q", f"must be a text of 1 to {MOST_TEXT} characters")
        limit = asked.limit(call, 100, MOST_LINES)
        return Reply(_logs(await self._signals.search(call.param("service"), text, start, end, limit)))

    async def traces(self, call: Call[None]) -> Reply:
        start, end = self._window(call, LOG_WINDOW)
        over = asked.whole(call, "overMs", 0, most=_DAY_MS, least=0)
        limit = asked.limit(call, 20)
        query, found = await self._signals.traces(call.param("service"), start, end, limit, over or None)
        items = tuple(
            TraceShape(
                span_name=match.name if match else "",
                span_ms=match.duration_ms if match else None,
                id=each.id,
                root_service=each.root_service,
                root_name=each.root_name,
                start=each.start,
                duration_ms=each.duration_ms,
                error=not over,
            )
            for each in found
            for match in (max(each.matched, key=lambda span: span.duration_ms, default=None),)
        )
        return Reply(TraceListShape(items=items, query=query))

    async def cluster(self, _call: Call[None]) -> Reply:
        now = self._clock.now()
        seen = await self._signals.cluster.whole()
        failing = [pod for pod in seen.pods if pod.trouble(now)]
        return Reply(
            ClusterShape(
                nodes=len(seen.nodes),
                nodes_ready=sum(node.ready for node in seen.nodes),
                pressures={node.name: node.pressures for node in seen.nodes if node.pressures},
                pods=len(seen.pods),
                phases=dict(sorted(Counter(pod.phase for pod in seen.pods).items())),
                failing=tuple(
                    FailingPodShape(name=pod.name, namespace=pod.namespace, reason=pod.trouble(now))
                    for pod in failing[:MOST_FAILING]
                ),
                failing_count=len(failing),
            )
        )

    async def pods(self, call: Call[None]) -> Reply:
        now = self._clock.now()
        found = await self._signals.cluster.pods(
            call.param("namespace"), call.param("service"), call.first("label")
        )
        return Reply(PodListShape(items=tuple(_pod(each, now) for each in found)))

    async def deployments(self, call: Call[None]) -> Reply:
        found = await self._signals.cluster.deployments(
            call.param("namespace"), call.param("service"), call.first("label")
        )
        items = tuple(
            DeploymentShape(
                name=each.name,
                namespace=each.namespace,
                desired=each.desired,
                ready=each.ready,
                updated=each.updated,
                images=each.images,
                revision=each.revision,
                last_rollout=each.rolled_out,
                problem=each.problem,
            )
            for each in found
        )
        return Reply(DeploymentListShape(items=items))

    async def events(self, call: Call[None]) -> Reply:
        start, end = self._window(call, EVENT_WINDOW)
        found = await self._signals.cluster.events(
            call.param("namespace"), call.param("service"), start, call.first("label")
        )
        items = tuple(
            EventShape(
                at=each.at,
                type=each.type,
                reason=each.reason,
                message=each.message,
                object=f"{each.kind}/{each.name}",
                count=each.count,
            )
            for each in found
            if each.at <= end
        )
        return Reply(EventListShape(items=items))

    async def _one(self, call: Call[None], name: str, unit: str) -> Reply:
        seen = await self._signals.rates(call.param("service"), *self._window(call, WINDOW))
        return Reply(_metric(seen, seen.values.get(name), unit, {}))

    def _window(self, call: Call[None], default: timedelta) -> tuple[datetime, datetime]:
        end = asked.moment(call, "to") or self._clock.now()
        start = asked.moment(call, "from") or end - default
        if not timedelta() < end - start <= LONGEST:
            raise Invalid.field("from", f"must lie before `to`, at most {LONGEST.days} days")
        return start, end


def _metric(seen: Sight, value: float | None, unit: str, values: dict[str, float | None]) -> MetricShape:
    return MetricShape(
        service=seen.service,
        state="no_data" if value is None else "ok",
        value=value,
        unit=unit,
        start=seen.start,
        end=seen.end,
        dialect=seen.dialect,
        query=seen.query,
        values=values,
    )


def _logs(seen: LogSight) -> LogListShape:
    return LogListShape(
        query=seen.query,
        items=tuple(
            LogLineShape(
                at=line.at, ns=str(line.ns), text=line.text, level=level, meaning=meaning, labels=line.labels
            )
            for line, level, meaning in zip(seen.lines, seen.levels, seen.meanings, strict=True)
        ),
    )


def _pod(pod: Pod, now: datetime) -> PodShape:
    return PodShape(
        name=pod.name,
        namespace=pod.namespace,
        phase=pod.phase,
        node=pod.node,
        ready=pod.ready,
        containers=pod.containers,
        restarts=pod.restarts,
        trouble=pod.trouble(now),
        last_exit=pod.terminated,
        exit_code=pod.exit_code,
        images=pod.images,
        created=pod.created,
    )
