"""Incidents, alerts, entries and tasks as their JSON shapes; used by every route that shows one."""

from datetime import timedelta
from typing import Any

from reliability_studio.api.alert_shapes import AlertIdentityShape, AlertShape
from reliability_studio.api.incident_shapes import (
    CorrelationShape,
    DurationsShape,
    EpisodeShape,
    IncidentDetailShape,
    IncidentShape,
    LinkShape,
    SloImpactShape,
    StampShape,
)
from reliability_studio.api.task_shapes import TaskShape
from reliability_studio.api.timeline_shapes import EntryShape
from reliability_studio.domain.correlation.signals import SignalType
from reliability_studio.domain.incidents.lifecycle import durations
from reliability_studio.domain.incidents.model import Incident
from reliability_studio.domain.incidents.tasks import Task
from reliability_studio.flows.incident_reader import Detail, SloImpact
from reliability_studio.store.alerts import StoredAlert
from reliability_studio.store.correlations import Signal
from reliability_studio.store.timeline import StoredEntry


def incident_shape(incident: Incident) -> IncidentShape:
    """One incident as lists show it."""
    return IncidentShape(**_fields(incident))


def detail_shape(detail: Detail) -> IncidentDetailShape:
    """One incident with everything that belongs to it."""
    return IncidentDetailShape(
        **_fields(detail.incident),
        alerts=[alert_shape(one) for one in detail.alerts],
        timeline=[entry_shape(one) for one in detail.timeline],
        tasks=[task_shape(one) for one in detail.tasks],
        correlations=[correlation_shape(one) for one in detail.signals],
        slo_impact=[impact_shape(one) for one in detail.impact],
    )


def alert_shape(stored: StoredAlert) -> AlertShape:
    """One alert episode."""
    event = stored.event
    number = stored.incident_number
    return AlertShape(
        id=stored.id,
        name=event.name,
        source=event.source.value,
        integration=event.integration,
        fingerprint=event.fingerprint,
        firing=not event.resolved,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        received_at=event.received_at or stored.first_received_at or event.starts_at,
        labels=dict(event.labels),
        annotations=dict(event.annotations),
        generator_url=event.generator_url,
        incident=None if number is None else f"INC-{number}",
        reason=stored.reason,
        reason_text=stored.reason_text,
        identity=None
        if event.identity is None
        else AlertIdentityShape(rule=event.identity.rule, text=event.identity.text),
    )


def entry_shape(stored: StoredEntry) -> EntryShape:
    """One timeline entry; of a deleted one only its place is shown."""
    entry = stored.entry
    return EntryShape(
        id=stored.id,
        type=entry.type,
        occurred_at=entry.occurred_at,
        recorded_at=entry.recorded_at,
        title=entry.title,
        description="" if stored.deleted else entry.description,
        source=entry.source,
        severity=entry.severity,
        author=entry.author,
        metadata=dict(entry.metadata),
        pinned=stored.pinned,
        public=stored.public,
        edited=stored.edited,
        deleted=stored.deleted,
    )


def task_shape(task: Task) -> TaskShape:
    """One task."""
    return TaskShape(
        id=task.id,
        kind=task.kind.value,
        title=task.title,
        assignee=task.assignee,
        done=task.done,
        due_at=task.due_at,
        created_at=task.created_at,
        created_by=task.created_by,
        done_at=task.done_at,
    )


def correlation_shape(signal: Signal) -> CorrelationShape:
    """One signal of an investigation."""
    return CorrelationShape(
        id=signal.id,
        type=SignalType(signal.type),
        source=signal.source_type,
        title=signal.title,
        confidence=signal.confidence,
        details=dict(signal.details),
    )


def impact_shape(impact: SloImpact) -> SloImpactShape:
    """What the incident cost one SLO."""
    return SloImpactShape(
        slo_id=impact.slo_id,
        name=impact.name,
        bad=impact.bad,
        total=impact.total,
        budget_share=impact.budget_share,
    )


def _fields(incident: Incident) -> dict[str, Any]:
    took = durations(incident)
    return {
        "number": incident.key,
        "version": incident.version,
        "title": incident.title,
        "summary": incident.summary,
        "severity": incident.severity,
        "level": incident.grade.name,
        "status": incident.status,
        "stage": incident.stage,
        "service": incident.service,
        "services": list(incident.services),
        "environment": incident.environment,
        "labels": dict(incident.labels),
        "fields": dict(incident.fields),
        "roles": dict(incident.roles),
        "assignee": incident.assignee,
        "links": [LinkShape(title=link.title, url=link.url) for link in incident.links],
        "drill": incident.drill,
        "origin": incident.origin,
        "root_cause": incident.root_cause,
        "milestones": {m: StampShape(at=s.at, by=s.by) for m, s in incident.milestones.items()},
        "durations": DurationsShape(
            detect=_seconds(took.detect),
            acknowledge=_seconds(took.acknowledge),
            mitigate=_seconds(took.mitigate),
            resolve=_seconds(took.resolve),
        ),
        "episodes": [
            EpisodeShape(started=past.started, resolved=past.resolved, resolved_by=past.resolved_by)
            for past in incident.episodes
        ],
        "created_at": incident.created_at,
        "created_by": incident.created_by,
        "updated_at": incident.updated_at,
        "updated_by": incident.updated_by,
        "hold_until": incident.hold_until,
        "merged_into": _key(incident.merged_into),
        "parent": _key(incident.parent),
    }


def _key(number: int | None) -> str | None:
    return None if number is None else f"INC-{number}"


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()
