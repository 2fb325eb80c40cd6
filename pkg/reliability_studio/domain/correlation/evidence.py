"""What an investigation reads and what it hands back, as frozen values.

    Telemetry + Question  ──engine.investigate──►  Verdict
                                                    ├ causes[]      every service, ranked, with evidence
                                                    ├ impact[]      who feels it, with hops
                                                    ├ findings[]    each check: found, clean, no_data, …
                                                    └ ruled_out[]   what was considered and why not

A `Finding` is one check's outcome on one service with its numbers: window, baseline, effect, sample size,
query. Nothing in here decides anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import polars as pl

from reliability_studio.domain.correlation.kinds import Kind, Type
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


class Outcome(StrEnum):
    """How a check ended."""

    FOUND = "found"
    CLEAN = "clean"
    NO_DATA = "no_data"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Window:
    """From (included) to (excluded)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One check on one service: what it measured, against what, and what came out."""

    id: str
    """Stable within a verdict; causes refer to it."""
    service: str
    kind: Kind
    type: Type
    outcome: Outcome
    subject: str
    """The metric, log pattern, operation, event reason or change that was looked at."""
    window: Window
    baseline: Window
    before: float | None = None
    now: float | None = None
    effect: float | None = None
    """Shift as a share of the usual level; signed."""
    samples: int = 0
    strength: float = 0.0
    """-log10 of how often its own noise looks like this; one unit for all evidence."""
    first_seen: datetime | None = None
    pod: str = ""
    query: str = ""
    link: str = ""
    """Filled in by whoever knows the data source's address."""
    detail: str = ""
    explained_by: str = ""
    """The neighbour that explains this away, if one does."""
    explained_share: float = 0.0
    samples_text: tuple[str, ...] = ()
    """A few example lines, for log findings."""
    unit: str = ""
    """Of `before` and `now`, where the source tells it."""


@dataclass(frozen=True, slots=True)
class Term:
    """One bar of the score: where log-odds come from."""

    name: str
    log_odds: float
    because: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One service as the root cause, with how likely that is and why."""

    service: str
    kind: str
    """A kind of evidence (`cpu`, `memory`, …), a kind of change (`rollout`, `config`, …) or `failure`."""
    confidence: float
    log_odds: float
    summary: str
    terms: tuple[Term, ...] = ()
    evidence: tuple[Finding, ...] = ()
    """At most five, strongest first."""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Affected:
    """One service that feels the cause."""

    service: str
    hops: int
    share: float | None
    """Share of its requests that go towards the cause; None if not known."""
    impaired: bool
    """Whether its own telemetry shows it."""


@dataclass(frozen=True, slots=True)
class Call:
    """One edge of the call graph."""

    caller: str
    callee: str
    share: float | None
    """Share of the caller's requests that make this call; None if not known."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The points behind one finding, kept with the answer: they outlive the source's retention.

    `values` begin at `start`, one per step; None where nothing was measured.
    """

    finding: str
    start: datetime
    step_ms: int
    values: tuple[float | None, ...]
    samples: int
    """Points before they were thinned to fit."""


@dataclass(frozen=True, slots=True)
class RuledOut:
    """Something that was considered and is not blamed."""

    service: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a person can do next; commands are shown, never run."""

    title: str
    command: str
    why: str


class Likely(StrEnum):
    """How the leading cause is worded."""

    LIKELY = "likely"
    SUSPECTED = "suspected"
    NONE = "no cause found"


@dataclass(frozen=True, slots=True)
class Onset:
    """When it began and how well that is known."""

    at: datetime
    reported: datetime
    found: bool
    """False: no step was found and `at` is the reported start."""
    votes: int
    """Series whose own step lies there."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer."""

    onset: Onset
    window: Window
    baseline: Window
    causes: tuple[Cause, ...]
    none: float
    """Probability that none of the services is to blame."""
    likely: Likely
    headline: str
    caps: tuple[str, ...]
    """Limits on the confidence that applied, in words."""
    impact: tuple[Affected, ...] = ()
    """Who feels trouble in `center`, with hops."""
    center: str = ""
    """The service whose blast radius `impact` is: the named cause, else where the symptom shows."""
    calls: tuple[Call, ...] = ()
    """The edges among the affected services."""
    charts: tuple[Chart, ...] = ()
    findings: tuple[Finding, ...] = ()
    ruled_out: tuple[RuledOut, ...] = ()
    steps: tuple[Step, ...] = ()
    sources: Mapping[Source, str] = field(default_factory=dict)
    """Per source: `used`, `no data`, or why it failed."""

    @property
    def leading(self) -> Cause | None:
        """The first cause if it is likely enough to be named in a headline."""
        return self.causes[0] if self.causes and self.likely is not Likely.NONE else None
