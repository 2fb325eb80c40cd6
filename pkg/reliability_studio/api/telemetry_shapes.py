"""JSON of the telemetry routes."""

from collections.abc import Mapping
from datetime import datetime

from reliability_studio.api.codec import Shape
from reliability_studio.flows.coverage import CoverageState


class MetricShape(Shape):
    """One number about a service over a window. `value` is null when nothing was measured."""

    service: str
    state: str
    """`ok` or `no_data`."""
    value: float | None
    unit: str
    start: datetime
    end: datetime
    dialect: str
    query: str
    values: Mapping[str, float | None]
    """Several numbers in the same unit, for example percentiles."""


class MetricPointShape(Shape):
    """What was measured up to one moment; null where it was not."""

    at: datetime
    request_rate: float | None
    """Per second."""
    error_rate: float | None
    """Percent."""
    p50: float | None
    """Milliseconds, as the other percentiles."""
    p95: float | None
    p99: float | None


class MetricCourseShape(Shape):
    """The rates and latencies of a service over a window; no points when nothing was measured."""

    service: str
    start: datetime
    end: datetime
    step_seconds: int
    dialect: str
    query: str
    points: tuple[MetricPointShape, ...]


class LogLineShape(Shape):
    """One log line; `ns` is its exact time as text, since numbers of JSON would round it."""

    at: datetime
    ns: str
    text: str
    level: str
    meaning: str
    labels: Mapping[str, str]


class LogListShape(Shape):
    """Log lines, newest first. An empty `query` means that no label names the service."""

    items: tuple[LogLineShape, ...]
    query: str


class TraceShape(Shape):
    """One trace."""

    id: str
    root_service: str
    root_name: str
    start: datetime
    duration_ms: float
    span_name: str
    """The service's span that made the trace match, the longest of those shown; empty when not told."""
    span_ms: float | None
    error: bool


class TraceListShape(Shape):
    """Traces, newest first."""

    items: tuple[TraceShape, ...]
    query: str


class FailingPodShape(Shape):
    """A pod that is not well."""

    name: str
    namespace: str
    reason: str


class ClusterShape(Shape):
    """How a cluster is."""

    nodes: int
    nodes_ready: int
    pressures: Mapping[str, tuple[str, ...]]
    pods: int
    phases: Mapping[str, int]
    failing: tuple[FailingPodShape, ...]
    failing_count: int


class PodShape(Shape):
    """One pod."""

    name: str
    namespace: str
    phase: str
    node: str
    ready: int
    containers: int
    restarts: int
    trouble: str
    last_exit: str
    exit_code: int | None
    images: tuple[str, ...]
    created: datetime | None


class PodListShape(Shape):
    """Pods of a service."""

    items: tuple[PodShape, ...]


class DeploymentShape(Shape):
    """One deployment."""

    name: str
    namespace: str
    desired: int
    ready: int
    updated: int
    images: tuple[str, ...]
    revision: str
    last_rollout: datetime | None
    problem: str


class DeploymentListShape(Shape):
    """Deployments of a service."""

    items: tuple[DeploymentShape, ...]


class EventShape(Shape):
    """One Kubernetes event."""

    at: datetime
    type: str
    reason: str
    message: str
    object: str
    count: int


class EventListShape(Shape):
    """Events, newest first."""

    items: tuple[EventShape, ...]


class CoveragePartShape(Shape):
    """One part of what can be seen of a service."""

    subject: str
    """`requests`, `errors`, `latency`, `calls`, `containers`, `workloads`, `logs`, `traces`, `cluster`."""
    state: CoverageState
    detail: str
    fix: str
    """The line of configuration that would show it; empty when nothing is missing."""


class CoverageShape(Shape):
    """What can be seen of a service, what is missing, and how to show it."""

    service: str
    dialect: str
    """How its request metrics are named; empty when no known name was found."""
    label: str
    share: float
    """Parts that are there among those whose source is there."""
    parts: tuple[CoveragePartShape, ...]
