"""What an investigation reads: telemetry as columns, and what is asked of it, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind
from reliability_studio.domain.manifest import Difference

METRIC_COLUMNS: Mapping[str, pl.DataType] = {
    "ts": pl.Int64(),
    "service": pl.String(),
    "name": pl.String(),
    "kind": pl.String(),
    "value": pl.Float64(),
    "pod": pl.String(),
    "labels": pl.String(),
    "unit": pl.String(),
    "query": pl.String(),
}
SPAN_COLUMNS: Mapping[str, pl.DataType] = {
    "ts": pl.Int64(),
    "trace_id": pl.String(),
    "span_id": pl.String(),
    "parent_id": pl.String(),
    "service": pl.String(),
    "operation": pl.String(),
    "kind": pl.String(),
    "duration_ms": pl.Float64(),
    "error": pl.Boolean(),
    "pod": pl.String(),
}
LOG_COLUMNS: Mapping[str, pl.DataType] = {
    "ts": pl.Int64(),
    "service": pl.String(),
    "message": pl.String(),
    "level": pl.String(),
    "pod": pl.String(),
}
EDGE_COLUMNS: Mapping[str, pl.DataType] = {
    "caller": pl.String(),
    "callee": pl.String(),
    "rate": pl.Float64(),
}


def empty(columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """No rows of these columns."""
    return pl.DataFrame(schema=dict(columns))


class Source(StrEnum):
    """Where telemetry comes from; what is missing among them limits the confidence."""

    METRICS = "metrics"
    TRACES = "traces"
    LOGS = "logs"
    EVENTS = "kubernetes"
    CHANGES = "changes"
    TOPOLOGY = "topology"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that somebody or something did to a service."""

    at: datetime
    service: str
    kind: str
    """`rollout`, `config`, `flag`, `scale`, `restart`, `node`, …; unknown words count as `other`."""
    summary: str = ""
    id: str = ""
    source: str = "kubernetes"
    """Who knows of it: `kubernetes`, or `report` when somebody told."""
    differences: tuple[Difference, ...] = ()
    """What differs from before, field by field, where that is known."""
    worse_beside: bool = False
    """Its pods were measured to do worse than old pods that served at the same time."""


@dataclass(frozen=True, slots=True)
class ClusterEvent:
    """One Kubernetes event, already assigned to the service whose object it is about."""

    at: datetime
    service: str
    reason: str
    message: str = ""
    type: str = "Warning"
    object: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Telemetry:
    """All that is known, as columns. Any part may be empty. `Telemetry.of` completes missing columns."""

    metrics: pl.DataFrame = field(default_factory=lambda: empty(METRIC_COLUMNS))
    spans: pl.DataFrame = field(default_factory=lambda: empty(SPAN_COLUMNS))
    span_rows: pl.DataFrame = field(default_factory=lambda: empty(METRIC_COLUMNS))
    """What a trace store counted of its spans: rows like `metrics`, whose source are traces."""
    logs: pl.DataFrame = field(default_factory=lambda: empty(LOG_COLUMNS))
    edges: pl.DataFrame = field(default_factory=lambda: empty(EDGE_COLUMNS))
    changes: tuple[Change, ...] = ()
    events: tuple[ClusterEvent, ...] = ()
    failed: Mapping[Source, str] = field(default_factory=dict)
    """Sources that were asked and did not answer, with the reason."""

    @classmethod
    def of(
        cls,
        *,
        metrics: pl.DataFrame | None = None,
        spans: pl.DataFrame | None = None,
        span_rows: pl.DataFrame | None = None,
        logs: pl.DataFrame | None = None,
        edges: pl.DataFrame | None = None,
        changes: tuple[Change, ...] = (),
        events: tuple[ClusterEvent, ...] = (),
        failed: Mapping[Source, str] | None = None,
    ) -> "Telemetry":
        """Telemetry from frames that may lack optional columns; those become null."""
        return cls(
            metrics=_complete(metrics, METRIC_COLUMNS),
            spans=_complete(spans, SPAN_COLUMNS),
            span_rows=_complete(span_rows, METRIC_COLUMNS),
            logs=_complete(logs, LOG_COLUMNS),
            edges=_complete(edges, EDGE_COLUMNS),
            changes=changes,
            events=events,
            failed=failed or {},
        )


def _complete(frame: pl.DataFrame | None, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    if frame is None:
        return empty(columns)
    return frame.select(
        (
            pl.col(name).cast(kind, strict=False) if name in frame.columns else pl.lit(None, kind).alias(name)
        ).alias(name)
        for name, kind in columns.items()
    )


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier answer rested on, so that losing telemetry makes nobody surer than it was."""

    confidence: Mapping[str, float]
    """Of each service, under its caps."""
    told: frozenset[tuple[str, Kind]]
    """Services and kinds that spoke for or against somebody: what was found, and clean symptoms."""
    used: frozenset["Source"] = frozenset()
    """Sources that had data."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: where it hurts, since when, and up to when data may be used."""

    start: datetime
    """When the trouble was noticed (often late); the engine looks for the true onset around it."""
    at: datetime
    """The moment of asking: nothing after it is read."""
    service: str = ""
    """Where the symptom shows; empty if not known."""
    end: datetime | None = None
    """When it was over, if it is."""
    earlier: Earlier | None = None
    """The last answer about the same incident, if there was one."""
    namespace: str = ""
    """Of Kubernetes, for the commands that are recommended; empty if not known."""
