"""From an incident to ranked causes: gather, let the engine decide, keep the run and tell the timeline.

An incident is investigated when it is opened and again 1, 5, 15 and 45 minutes later: at first there are
hardly any points after the onset, and quiet is the honest answer. Every run is kept as it was. Signals carry
the priors of their rules (pod not running 0.95, error rate over 1 % 0.8, p95 over a second 0.7, a pattern
seen more than five times 0.6); causes carry the engine's own probability.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from reliability_studio.domain.correlation.engine import investigate
from reliability_studio.domain.correlation.evidence import Finding, Outcome, Question, Verdict
from reliability_studio.domain.correlation.kinds import Type
from reliability_studio.domain.incidents.model import UNASSIGNED, Incident, Milestone
from reliability_studio.domain.timeline import Entry, EntryType
from reliability_studio.errors import SourceError
from reliability_studio.flows.gather import Gathered, gather
from reliability_studio.flows.hub import Hub, Notice
from reliability_studio.flows.replay import Replayed, as_json
from reliability_studio.flows.telemetry import Sight, Signals
from reliability_studio.store import correlations, incidents, timeline
from reliability_studio.store.correlations import Signal
from reliability_studio.store.engine import Database

AGAIN = tuple(timedelta(minutes=age) for age in (0, 1, 5, 15, 45))
"""How old an incident is at each of its runs."""
AT_ONCE = 5
"""Incidents of one sweep; the rest waits for the next."""
ERROR_PERCENT = 1.0
SLOW_MS = 1000.0
PATTERN_TIMES = 5
MOST_ENTRIES = 20
NAMESPACE = "default"


class Investigations:
    """Runs investigations of one organisation's incidents."""

    def __init__(self, org_id: int, database: Database, hub: Hub, signals: Signals) -> None:
        self._org_id = org_id
        self._database = database
        self._hub = hub
        self._signals = signals

    async def sweep(self, now: datetime) -> int:
        """Investigate the incidents that are due; returns how many were. Without sources, none is."""
        if not self._signals.configured:
            return 0
        async with self._database.reading() as connection:
            active = await incidents.active(connection, self._org_id, resolved_since=now)
            due = [
                incident
                for incident in active
                if incident.service != UNASSIGNED
                and is_due(incident, await correlations.latest(connection, incident.id), now)
            ]
        for incident in due[:AT_ONCE]:
            await self.run(incident, now)
        return len(due[:AT_ONCE])

    async def run(self, incident: Incident, now: datetime) -> Verdict:
        """Investigate one incident and keep what came out."""
        start = incident.milestones[Milestone.STARTED].at
        namespace = incident.labels.get("namespace") or NAMESPACE
        async with asyncio.TaskGroup() as group:
            gathering = group.create_task(gather(self._signals, incident.service, namespace, start, now))
            seeing = group.create_task(self._rates(incident.service, start, now))
            timing = group.create_task(self._latencies(incident.service, start, now))
        got = gathering.result()
        question = Question(start=start, at=now, service=incident.service)
        # The engine is a second of arithmetic at worst; the loop must not stand still meanwhile.
        verdict = await asyncio.to_thread(investigate, got.telemetry(incident.service), question)
        found = (
            *_rules(seeing.result(), timing.result(), verdict),
            *_pods(got, now),
            *_causes(verdict),
        )
        answer = {**as_json(Replayed(verdict, 0.0, 0.0)), "sources": _states(verdict, got)}
        async with self._database.writing() as connection:
            await correlations.record(connection, self._org_id, incident.id, now, answer, found)
            await timeline.add(
                connection, self._org_id, incident.id, entries(incident, verdict, got, found, now)
            )
        self._hub.publish(
            self._org_id, Notice("incident", incident.key, incident.version, "correlation", now)
        )
        return verdict

    async def _rates(self, service: str, start: datetime, now: datetime) -> Sight | None:
        try:
            return await self._signals.rates(service, *_measured(start, now))
        except SourceError:
            return None  # `gather` asks the same source and writes down what is wrong with it.

    async def _latencies(self, service: str, start: datetime, now: datetime) -> Sight | None:
        try:
            return await self._signals.latencies(service, *_measured(start, now))
        except SourceError:
            return None


def is_due(incident: Incident, last: correlations.Investigation | None, now: datetime) -> bool:
    """Whether a run is wanted: none yet, or one of the later ones has come of age since the last."""
    if last is None:
        return True
    return any(last.at < incident.created_at + age <= now for age in AGAIN)


def _measured(start: datetime, now: datetime) -> tuple[datetime, datetime]:
    end = min(now, start + timedelta(minutes=15))
    return min(start, end - timedelta(minutes=5)), end


def _rules(rates: Sight | None, times: Sight | None, verdict: Verdict) -> list[Signal]:
    found: list[Signal] = []
    failed = rates.values.get("errorRate") if rates else None
    if rates and failed is not None and failed > ERROR_PERCENT:
        title = f"{failed:.2f} % of the requests of {rates.service} fail"
        details = {"query": rates.query, "value": failed, "unit": "percent", "threshold": ERROR_PERCENT}
        found.append(Signal("metric", "prometheus", "error_rate", title, 0.8, details))
    p95 = times.values.get("p95") if times else None
    if times and p95 is not None and p95 > SLOW_MS:
        title = f"The 95th percentile of {times.service} is {p95:.0f} ms"
        details = {"query": times.query, "value": p95, "unit": "ms", "threshold": SLOW_MS}
        found.append(Signal("metric", "prometheus", "latency_p95", title, 0.7, details))
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
            found.append(Signal("log", "loki", each.id, each.subject, 0.6, details))
    return found


def _pods(got: Gathered, now: datetime) -> list[Signal]:
    found = [
        Signal(
            "infrastructure",
            "kubernetes",
            pod.name,
            f"Pod {pod.name}: {trouble}",
            0.95,
            {"reason": trouble, "exitCode": pod.exit_code, "restarts": pod.restarts, "node": pod.node},
        )
        for pod in got.pods
        if (trouble := pod.trouble(now))
    ]
    return found[:MOST_ENTRIES]


def _causes(verdict: Verdict) -> list[Signal]:
    named = verdict.leading
    if named is None:
        return []
    details = {"kind": named.kind, "evidence": [each.id for each in named.evidence], "caps": verdict.caps}
    return [Signal("cause", "engine", named.service, named.summary, named.confidence, details)]


def _states(verdict: Verdict, got: Gathered) -> dict[str, str]:
    """Per source: used, no data, not configured, or what is wrong."""
    said = {source.value: state for source, state in verdict.sources.items()}
    return {**said, **{source.value: text for source, text in got.failed.items()}}


def entries(
    incident: Incident, verdict: Verdict, got: Gathered, found: Sequence[Signal], now: datetime
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
            metadata={"signals": len(found), "sources": _states(verdict, got)},
        )
    ]
    for each in verdict.findings:
        kind = _TOLD.get(each.type)
        if kind is not None and each.outcome is Outcome.FOUND and each.service == incident.service:
            told.append(_of_finding(kind, each, now))
    for pod in got.pods:
        if pod.terminated and pod.ended is not None:
            key = f"pod/{pod.name}/{pod.ended.isoformat()}"
            title = f"Container of {pod.name} ended: {pod.terminated} (exit code {pod.exit_code})"
            told.append(Entry(EntryType.POD_CRASH, pod.ended, now, title, "kubernetes", key))
    for event in got.events[:MOST_ENTRIES]:
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
    for change in got.changes:
        key = f"change/{change.kind}/{change.id}/{change.at.isoformat()}"
        told.append(Entry(EntryType.DEPLOYMENT, change.at, now, change.summary, "kubernetes", key))
    return told


_TOLD = {
    Type.ERROR: EntryType.METRIC_ANOMALY,
    Type.LATENCY: EntryType.METRIC_ANOMALY,
    Type.TRAFFIC: EntryType.METRIC_ANOMALY,
    Type.SATURATION: EntryType.METRIC_ANOMALY,
    Type.LOG_PATTERN: EntryType.LOG_SPIKE,
    Type.TRACE: EntryType.TRACE_ANOMALY,
}


def _of_finding(kind: EntryType, finding: Finding, now: datetime) -> Entry:
    return Entry(
        kind,
        finding.first_seen or finding.window.start,
        now,
        f"{finding.service}: {finding.subject}"[:300],
        "investigation",
        f"finding/{finding.service}/{finding.kind.value}/{finding.subject}"[:200],
        finding.detail,
        metadata={"before": finding.before, "now": finding.now, "query": finding.query},
    )
