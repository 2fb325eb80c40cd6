"""What happened in an incident: typed entries with two times, told once each.

`occurred_at` is when it happened (editable), `recorded_at` when the product learned of it. Entries are
ordered by the first. `source_key` makes a writer idempotent: the same key is the same entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EntryType(StrEnum):
    """Kinds of timeline entries; part of the API."""

    ALERT = "alert"
    METRIC_ANOMALY = "metric_anomaly"
    LOG_SPIKE = "log_spike"
    TRACE_ANOMALY = "trace_anomaly"
    POD_CRASH = "pod_crash"
    KUBERNETES_EVENT = "kubernetes_event"
    DEPLOYMENT = "deployment"
    SLO_BURN = "slo_burn"
    STATUS_CHANGE = "status_change"
    SEVERITY_CHANGE = "severity_change"
    ASSIGNMENT = "assignment"
    COMMENT = "comment"
    TASK = "task"
    CORRELATION = "correlation"
    EVIDENCE = "evidence"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as it is told in the timeline."""

    type: EntryType
    occurred_at: datetime
    recorded_at: datetime
    title: str
    source: str
    """What told it: `alertmanager`, `user`, `slo`, …"""
    source_key: str
    """Unique per incident; writing it twice changes nothing."""
    description: str = ""
    severity: str = ""
    author: str = ""
    metadata: Mapping[str, object] = field(default_factory=dict)
