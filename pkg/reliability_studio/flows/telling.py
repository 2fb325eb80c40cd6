"""What an investigation tells: signals with the priors of their rules, and timeline entries, once each.

Signals carry the priors of their rules (pod not running 0.95, error rate over 1 % 0.8, p95 over a second 0.7,
a pattern seen more than five times 0.6); causes carry the engine's own probability.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from reliability_studio.domain.checks.check import Fact
from reliability_studio.domain.correlation.evidence import Finding, Outcome, Verdict
from reliability_studio.domain.correlation.kinds import Type
from reliability_studio.domain.correlation.signals import TRACE_PRIOR, SignalType
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.flows.gathered import Gathered
from reliability_studio.flows.sights import Sight
from reliability_studio.sources.cluster_objects import Pod
from reliability_studio.store.correlations import Signal

ERROR_PERCENT = 1.0
SLOW_MS = 1000.0
PATTERN_TIMES = 5
MOST_ENTRIES = 20


def rules(rates: Sight | None, times: Sight | None, verdict: Verdict) -> list[Signal]:
    """The absolute rules on requests and log patterns that are met (C10-C12)."""
    found: list[Signal] = []
    failed = rates.values.get("errorRate") if rates else None
    if rates and failed is not None and failed > ERROR_PERCENT:
        title = f"{failed:.2f}% of the requests of {rates.service} fail"
        details = {"query": rates.query, "value": failed, "unit": "percent", "threshold": ERROR_PERCENT}
        found.append(Signal(SignalType.METRIC.value, "prometheus", "error_rate", title, 0.8, details))
    p95 = times.values.get("p95") if times else None
    if times and p95 is not None and p95 > SLOW_MS:
        title = f"The 95th percentile of {times.service} is {p95:.0f} ms"
        details = {"query": times.query, "value": p95, "unit": "ms", "threshold": SLOW_MS}
        found.append(Signal(SignalType.METRIC.value, "prometheus", "latency_p95", title, 0.7, details))
    for each in verdict.findings:
        # Only patterns bring example lines; the mere number of error lines brings none.
        pattern = each.type is Type.LOG_PATTERN and each.samples_text and each.outcome is Outcome.FOUND
        if pattern and each.samples > PATTERN_TIMES:
            details = {
                "count": each.samples,
                "perMinute": each.now,
                "before": each.before,
                "examples": list(each.samples_text),
            }
            found.append(Signal(SignalType.LOG.value, "loki", each.id, each.subject, 0.6, details))
    return found


def pods(of_service: Sequence[Pod], now: datetime) -> list[Signal]:
    """Pods that do not run although they should (C9)."""
    found = [
        Signal(
            SignalType.INFRASTRUCTURE.value,
            "kubernetes",
            pod.name,
            f"Pod {pod.name}: {trouble}",
            0.95,
            {"reason": trouble, "exitCode": pod.exit_code, "restarts": pod.restarts, "node": pod.node},
        )
        for pod in of_service
        if (trouble := pod.trouble(now))
    ]
    return found[:MOST_ENTRIES]


def traces(facts: Sequence[Fact]) -> list[Signal]:
    """Where traces of the incident fail or wait, as Tempo told."""
    return [
        Signal(
            SignalType.TRACE.value,
            "tempo",
            f"{each.check}/{each.service}",
            each.text,
            TRACE_PRIOR,
            {"query": each.query, "service": each.service, "traces": each.samples},
        )
        for each in _in_traces(facts)
    ]


def _in_traces(facts: Sequence[Fact]) -> Sequence[Fact]:
    return [each for each in facts if each.check in {"failing-spans", "slow-spans"}][:MOST_ENTRIES]


def causes(verdict: Verdict) -> list[Signal]:
    """The leading cause, if one is named."""
    named = verdict.leading
    if named is None:
        return []
    details = {"kind": named.kind, "evidence": [each.id for each in named.evidence], "caps": verdict.caps}
    return [Signal(SignalType.CAUSE.value, "engine", named.service, named.summary, named.confidence, details)]


def entries(
    incident: Incident,
    verdict: Verdict,
    got: Gathered,
    found: Sequence[Signal],
    sources: Mapping[str, str],
    now: datetime,
) -> list[Entry]:
    """What the timeline is told, once each: the source key of a fact is the same in every run."""
    told = [
        Entry(
            EntryType.CORRELATION,
            now,
            now,
            verdict.headline,
            "investigation",
            f"investigation/{verdict.headline}"[:200],
            metadata={"signals": len(found), "sources": dict(sources)},
        )
    ]
    for each in verdict.findings:
        kind = _TOLD.get(each.type)
        if kind is not None and each.outcome is Outcome.FOUND and each.service == incident.service:
            told.append(_of_finding(kind, each, now))
    told.extend(_of_trace(each, verdict, now) for each in _in_traces(got.facts))
    for pod in got.pods.get(incident.service, ()):
        if pod.terminated and pod.ended is not None:
            key = f"pod/{pod.name}/{pod.ended.isoformat()}"
            title = f"Container of {pod.name} ended: {pod.terminated} (exit code {pod.exit_code})"
            told.append(Entry(EntryType.POD_CRASH, pod.ended, now, title, "kubernetes", key))
    mine = [event for owner, event in got.events if owner == incident.service]
    for event in mine[:MOST_ENTRIES]:
        key = f"event/{event.kind}/{event.name}/{event.reason}"
        title = f"{event.reason}: {event.kind} {event.name}"
        severity = "warning" if event.type == "Warning" else "info"
        meta = {"type": event.type, "count": event.count}
        told.append(
            Entry(
                EntryType.KUBERNETES_EVENT,
                event.at,
                now,
                title,
                "kubernetes",
                key,
                event.message,
                severity,
                metadata=meta,
            )
        )
    for change in (each for each in got.changes if each.service == incident.service):
        # The cluster's changes have names of their own; when a rollback began may be known better later.
        when = "" if change.source == "kubernetes" else f"/{change.at.isoformat()}"
        key = f"change/{change.kind}/{change.id}{when}"
        told.append(Entry(EntryType.DEPLOYMENT, change.at, now, change.summary, change.source, key))
    return told


_TOLD = {
    Type.ERROR: EntryType.METRIC_ANOMALY,
    Type.LATENCY: EntryType.METRIC_ANOMALY,
    Type.TRAFFIC: EntryType.METRIC_ANOMALY,
    Type.SATURATION: EntryType.METRIC_ANOMALY,
    Type.LOG_PATTERN: EntryType.LOG_SPIKE,
    Type.TRACE: EntryType.TRACE_ANOMALY,
}


def _of_trace(fact: Fact, verdict: Verdict, now: datetime) -> Entry:
    # Traces are samples: the first one that was seen is not when it began.
    return Entry(
        EntryType.TRACE_ANOMALY,
        min(verdict.onset.shown, now),
        now,
        fact.text[:300],
        "tempo",
        f"trace/{fact.check}/{fact.service}"[:200],
        metadata={"traces": fact.samples, "query": fact.query},
    )


def _of_finding(kind: EntryType, finding: Finding, now: datetime) -> Entry:
    return Entry(
        kind,
        min(finding.shown or finding.window.start, now),
        now,
        f"{finding.service}: {finding.subject}"[:300],
        "investigation",
        f"finding/{finding.service}/{finding.kind.value}/{finding.subject}"[:200],
        finding.detail,
        metadata={"before": finding.before, "now": finding.now, "query": finding.query},
    )
