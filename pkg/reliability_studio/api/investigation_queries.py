"""QueryData from the whole answers of investigations, as they were kept.

    causes          the ranked causes of one incident, or of those that are active
    blast_radius    who feels the trouble of one incident: services as nodes, calls as edges
    log_patterns    patterns of log lines that one incident's investigation compared

An incident is told by its newest run. One that nobody has looked at yet has no rows and a notice that says
so, which is not the same as no cause found. Names of columns are part of the API: dashboards refer to them.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import polars as pl

from reliability_studio.api.finding_queries import one_incident, sought
from reliability_studio.api.incident_queries import IncidentFilter
from reliability_studio.api.queries import AnyQueryType, QueryCall, QueryModel, QueryType
from reliability_studio.domain.correlation import confidence as trust
from reliability_studio.domain.correlation.evidence import Affected, Cause, Finding, Outcome
from reliability_studio.domain.correlation.kinds import Type
from reliability_studio.flows.findings import Findings, Run, Runs
from reliability_studio.frames import shapes
from reliability_studio.frames.meta import Color, FieldConfig, Notice, Severity
from reliability_studio.frames.rows import Column
from reliability_studio.frames.shapes import Frames, Remarks

MAX_RUNS = 50
"""Incidents whose causes are in one answer, the newest first: each is a whole document to read."""

Schema: TypeAlias = Mapping[str, pl.DataType | type[pl.DataType]]

_TIME = pl.Datetime("us", "UTC")
_SHARE = FieldConfig(unit="percentunit", min=0.0, max=1.0)
_CAUSE: Schema = {
    "incident": pl.String,
    "rank": pl.Int64,
    "service": pl.String,
    "kind": pl.String,
    "confidence": pl.Float64,
    "log_odds": pl.Float64,
    "named": pl.Boolean,
    "summary": pl.String,
    "change": pl.String,
    "evidence": pl.Int64,
    "onset": _TIME,
    "investigated_at": _TIME,
}
_CAUSE_COLUMNS = {"confidence": Column(config=_SHARE)}
_PATTERN: Schema = {
    **dict.fromkeys(("incident", "service", "pattern", "kind", "outcome"), pl.String),
    **dict.fromkeys(("before", "now"), pl.Float64),
    "unit": pl.String,
    **dict.fromkeys(("effect", "strength"), pl.Float64),
    "first_seen": _TIME,
    "example": pl.String,
}
_PATTERN_COLUMNS = {
    "effect": Column(config=FieldConfig(display_name="Change", unit="percentunit")),
    "strength": Column(config=FieldConfig(display_name="Strength", unit="short")),
}
_ARCS = {"center": "red", "impaired": "orange", "reached": "yellow"}
_NODE: Schema = {
    **dict.fromkeys(("id", "title", "subtitle", "mainstat"), pl.String),
    "secondarystat": pl.Float64,
    **{f"arc__{name}": pl.Float64 for name in _ARCS},
}
_NODE_COLUMNS = {
    "mainstat": Column(config=FieldConfig(display_name="State")),
    "secondarystat": Column(config=FieldConfig(display_name="Requests to it", unit="percentunit")),
    **{
        f"arc__{name}": Column(config=FieldConfig(color=Color(mode="fixed", fixed_color=color)))
        for name, color in _ARCS.items()
    },
}
_EDGE: Schema = {**dict.fromkeys(("id", "source", "target"), pl.String), "mainstat": pl.Float64}
_EDGE_COLUMNS = {"mainstat": Column(config=FieldConfig(display_name="Share of requests", unit="percentunit"))}


class CausesModel(IncidentFilter, frozen=True):
    """`causes`."""

    number: str = ""
    """`INC-42`: of this incident alone; otherwise of those that the filter leaves, and that are active."""
    plausible: bool = True
    """Only causes above the floor of the incident's page; without it everything that was considered."""


class BlastRadiusModel(QueryModel, frozen=True):
    """`blast_radius`."""

    number: str = ""
    """`INC-42`; needed."""


class LogPatternsModel(QueryModel, frozen=True):
    """`log_patterns`."""

    number: str = ""
    """`INC-42`; needed."""
    services: tuple[str, ...] = ()
    """All when empty."""
    outcomes: tuple[Outcome, ...] = ()
    """`found`, `clean`, …; all when empty."""


def investigation_queries(findings: Findings) -> Sequence[AnyQueryType]:
    """The rows of the table of query types."""
    at = _Answers(findings)
    return (
        QueryType("causes", CausesModel, at.causes, summary="Ranked causes of incidents"),
        QueryType("blast_radius", BlastRadiusModel, at.blast_radius, summary="Who feels an incident"),
        QueryType("log_patterns", LogPatternsModel, at.log_patterns, summary="Log patterns of an incident"),
    )


class _Answers:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings

    async def causes(self, call: QueryCall[CausesModel]) -> Frames:
        model = call.model
        runs = await self._findings.runs(sought(model.number, model), MAX_RUNS)
        rows = [
            _cause(run, cause, at + 1)
            for run in runs.found
            for at, cause in enumerate(run.record.verdict.causes)
            if not model.plausible or trust.plausible(cause.confidence)
        ]
        return shapes.table(
            pl.DataFrame(rows, schema=_CAUSE),
            name="causes",
            columns=_CAUSE_COLUMNS,
            remarks=_remarks(runs, model.number),
        )

    async def blast_radius(self, call: QueryCall[BlastRadiusModel]) -> Frames:
        runs = await self._findings.runs(one_incident(call.model.number), 1)
        verdicts = [run.record.verdict for run in runs.found]
        nodes = [_node(each, verdict.center) for verdict in verdicts for each in verdict.impact]
        edges = [
            {
                "id": f"{each.caller} → {each.callee}",
                "source": each.caller,
                "target": each.callee,
                "mainstat": each.share,
            }
            for verdict in verdicts
            for each in verdict.calls
        ]
        return shapes.node_graph(
            pl.DataFrame(nodes, schema=_NODE),
            pl.DataFrame(edges, schema=_EDGE),
            node_columns=_NODE_COLUMNS,
            edge_columns=_EDGE_COLUMNS,
            remarks=_remarks(runs, call.model.number),
        )

    async def log_patterns(self, call: QueryCall[LogPatternsModel]) -> Frames:
        model = call.model
        runs = await self._findings.runs(one_incident(model.number), 1)
        rows = [
            _pattern(run, each)
            for run in runs.found
            for each in run.record.verdict.findings
            if each.type is Type.LOG_PATTERN
            and (not model.services or each.service in model.services)
            and (not model.outcomes or each.outcome in model.outcomes)
        ]
        return shapes.table(
            pl.DataFrame(rows, schema=_PATTERN).sort("strength", descending=True, maintain_order=True),
            name="log_patterns",
            columns=_PATTERN_COLUMNS,
            remarks=_remarks(runs, model.number),
        )


def _cause(run: Run, cause: Cause, rank: int) -> dict[str, object]:
    verdict = run.record.verdict
    return {
        "incident": run.incident.key,
        "rank": rank,
        "service": cause.service,
        "kind": cause.kind,
        "confidence": cause.confidence,
        "log_odds": cause.log_odds,
        "named": verdict.leading is cause,
        "summary": cause.summary,
        "change": cause.changes[0].summary if cause.changes else "",
        "evidence": len(cause.evidence),
        "onset": verdict.onset.at,
        "investigated_at": run.at,
    }


def _node(each: Affected, center: str) -> dict[str, object]:
    state = "center" if each.service == center else "impaired" if each.impaired else "reached"
    away = "1 call away" if each.hops == 1 else f"{each.hops} calls away"
    return {
        "id": each.service,
        "title": each.service,
        "subtitle": "where it began" if each.hops == 0 else away,
        "mainstat": state,
        "secondarystat": each.share,
        **{f"arc__{name}": float(name == state) for name in _ARCS},
    }


def _pattern(run: Run, finding: Finding) -> dict[str, object]:
    return {
        "incident": run.incident.key,
        "service": finding.service,
        "pattern": finding.subject,
        "kind": finding.kind,
        "outcome": finding.outcome,
        "before": finding.before,
        "now": finding.now,
        "unit": finding.unit,
        "effect": finding.effect,
        "strength": finding.strength,
        "first_seen": finding.first_seen,
        "example": next(iter(finding.samples_text), ""),
    }


def _remarks(runs: Runs, number: str) -> Remarks:
    """What rows cannot say: that nobody has looked yet, or that an answer cannot be read any more."""
    notices = []
    if runs.unreadable:
        text = f"{runs.unreadable} investigations were kept by another version of the program: run them again"
        notices.append(Notice(severity=Severity.WARNING, text=text))
    elif number and not runs.found:
        notices.append(Notice(severity=Severity.INFO, text=f"{number} has not been investigated yet"))
    return Remarks(notices=tuple(notices))
