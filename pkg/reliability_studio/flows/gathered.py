"""What an investigation has gathered, source by source, and the engine's view of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from reliability_studio.domain.checks.check import Fact
from reliability_studio.domain.correlation.telemetry import Change, ClusterEvent, Source, Telemetry
from reliability_studio.domain.correlation.topology import Graph
from reliability_studio.flows.measure import Measurements
from reliability_studio.flows.sights import Placement
from reliability_studio.sources.cluster_objects import Event, Pod

AWAITED = "not answered yet"
DEEP = 3
"""Hops from the incident's service to those that count as what it depends on."""


@dataclass(slots=True)
class Gathered:
    """What came back, filled source by source."""

    metrics: list[pl.DataFrame] = field(default_factory=list)
    edges: pl.DataFrame | None = None
    logs: pl.DataFrame | None = None
    spans: pl.DataFrame | None = None
    span_rows: pl.DataFrame | None = None
    """What Tempo counted of the spans of services that no metrics measure."""
    pods: Mapping[str, Sequence[Pod]] = field(default_factory=dict)
    """Of the namespace, by service."""
    placement: Placement = field(default_factory=lambda: Placement(None, None))
    events: Sequence[tuple[str, Event]] = ()
    """Of the namespace, each with the service whose object it is about."""
    changes: list[Change] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Checks that bring facts and were asked."""
    measurements: Measurements = field(default_factory=Measurements)
    failed: dict[Source, str] = field(default_factory=dict)
    traces: int = 0
    """Traces that were looked at."""
    seen_calls: frozenset[tuple[str, str]] = frozenset()
    """Caller and callee in these traces."""
    queries: int = 0
    dialect: str = ""
    """How the service's request metrics are named; empty when no known name was found."""
    requests: str = ""
    """Selector of its request counter."""
    native: bool = False
    """That counter is a native histogram."""

    def telemetry(self) -> Telemetry:
        """The engine's view of it."""
        metrics = [*self.metrics, *self.measurements.frames]
        return Telemetry.of(
            metrics=pl.concat(metrics, how="diagonal") if metrics else None,
            logs=self.logs,
            spans=self.spans,
            span_rows=self.span_rows,
            edges=self.edges,
            changes=tuple(self.changes),
            events=tuple(
                ClusterEvent(each.at, owner, each.reason, each.message, each.type, each.name, each.count)
                for owner, each in self.events
            ),
            failed=self.failed,
        )

    def so_far(self, waiting: Collection[Source]) -> "Gathered":
        """What is there at this moment, as a value of its own; sources that are awaited say so."""
        into = self.measurements
        return replace(
            self,
            metrics=[*self.metrics],
            changes=[*self.changes],
            facts=[*self.facts],
            asked={*self.asked},
            measurements=replace(
                into,
                frames=[*into.frames],
                measured={**into.measured},
                queries={**into.queries},
                unanswered={**into.unanswered},
            ),
            failed={**dict.fromkeys(waiting, AWAITED), **self.failed},
        )

    @property
    def anything(self) -> bool:
        """Whether any source has told something yet; who calls whom alone is no finding."""
        frames = (*self.metrics, *self.measurements.frames, self.logs, self.spans, self.span_rows)
        told = any(frame is not None and not frame.is_empty() for frame in frames)
        return told or bool(self.pods or self.events or self.changes or self.facts)

    def near(self, service: str) -> list[str]:
        """What the service depends on, the nearest first."""
        if self.edges is None or self.edges.is_empty():
            return []
        hops = Graph.of(self.edges).causes_of(service)
        return sorted(
            (name for name, hop in hops.items() if 0 < hop <= DEEP), key=lambda name: (hops[name], name)
        )

    def scope(self, service: str) -> frozenset[str]:
        """The service and what it depends on."""
        if self.edges is None or self.edges.is_empty():
            return frozenset({service})
        hops = Graph.of(self.edges).causes_of(service)
        return frozenset(name for name, hop in hops.items() if hop <= DEEP)
