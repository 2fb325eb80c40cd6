"""0001: incidents, alerts, timelines, evidence, catalogue, and what the plugin needs to run.

Made by `scripts/new_revision.py` from the tables as they were then; search indexes and the lock on the audit
log are in `r0001_search`. Never edited after its release.
"""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.migrations import r0001_search
from reliability_studio.store.tables.base import Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0001"
TITLE = "incidents, alerts, timelines, evidence, catalogue, operations"


def upgrade(op: "Operations") -> None:
    """Create everything."""
    _audit(op)
    _counters(op)
    _documents(op)
    _idempotency_keys(op)
    _incidents(op)
    _leases(op)
    _services(op)
    _settings(op)
    _users(op)
    _alerts(op)
    _deliveries(op)
    _incident_services(op)
    _investigations(op)
    _reports(op)
    _tasks(op)
    _timeline_entries(op)
    _alert_joins(op)
    _correlations(op)
    _timeline_history(op)
    r0001_search.upgrade(op)


def _audit(op: "Operations") -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("action", Words(), nullable=False),
        sa.Column("subject", Name(), nullable=False),
        sa.Column("before", Json(), nullable=True),
        sa.Column("after", Json(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    op.create_index("ix_audit_org", "audit", ["org_id", "id"], unique=False)
    op.create_index("ix_audit_subject", "audit", ["org_id", "subject", "id"], unique=False)


def _counters(op: "Operations") -> None:
    op.create_table(
        "counters",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_counters_last_number")),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_counters")),
    )


def _documents(op: "Operations") -> None:
    op.create_table(
        "documents",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("name", Name(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('rule', 'integration', 'field', 'template', 'maintenance', 'heartbeat', 'route', "
            "'preference')",
            name=op.f("ck_documents_kind"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_documents_version")),
        sa.PrimaryKeyConstraint("org_id", "kind", "name", name=op.f("pk_documents")),
    )


def _idempotency_keys(op: "Operations") -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", Name(), nullable=False),
        sa.Column("route", Name(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "key", "route", name=op.f("pk_idempotency_keys")),
    )
    op.create_index("ix_idempotency_keys_at", "idempotency_keys", ["at"], unique=False)


def _incidents(op: "Operations") -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("summary", Words(), nullable=False),
        sa.Column("root_cause", Words(), nullable=False),
        sa.Column("severity", Words(), nullable=False),
        sa.Column("severity_rank", sa.SmallInteger(), nullable=False),
        sa.Column("status", Words(), nullable=False),
        sa.Column("status_rank", sa.SmallInteger(), nullable=False),
        sa.Column("service", Name(), nullable=False),
        sa.Column("environment", Words(), nullable=False),
        sa.Column("origin", Words(), nullable=False),
        sa.Column("assignee", Name(), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("rule", Words(), nullable=False),
        sa.Column("group_key", Words(), nullable=False),
        sa.Column("services", Json(), nullable=False),
        sa.Column("labels", Json(), nullable=False),
        sa.Column("fields", Json(), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("links", Json(), nullable=False),
        sa.Column("episodes", Json(), nullable=False),
        sa.Column("stamped_by", Json(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("detected_at", Moment(), nullable=True),
        sa.Column("declared_at", Moment(), nullable=True),
        sa.Column("acknowledged_at", Moment(), nullable=True),
        sa.Column("mitigated_at", Moment(), nullable=True),
        sa.Column("resolved_at", Moment(), nullable=True),
        sa.Column("hold_until", Moment(), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Words(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.CheckConstraint("origin IN ('alert', 'manual', 'slo')", name=op.f("ck_incidents_origin")),
        sa.CheckConstraint(
            "severity IN ('critical', 'high', 'medium', 'low')", name=op.f("ck_incidents_severity")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'acknowledged', 'investigating', 'mitigated', 'resolved', 'closed')",
            name=op.f("ck_incidents_status"),
        ),
        sa.CheckConstraint(
            "merged_into IS NULL OR merged_into <> number", name=op.f("ck_incidents_merged_into")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_incidents_number")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_incidents_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_incidents_org_id_number")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_incidents_assignee",
        "incidents",
        ["org_id", "assignee", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index("ix_incidents_resolved", "incidents", ["org_id", "resolved_at"], unique=False)
    op.create_index(
        "ix_incidents_severity",
        "incidents",
        ["org_id", "severity", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_incidents_started",
        "incidents",
        ["org_id", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_incidents_status",
        "incidents",
        ["org_id", "status", sa.literal_column("started_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )
    op.create_index(
        "ix_incidents_updated",
        "incidents",
        ["org_id", sa.literal_column("updated_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )


def _leases(op: "Operations") -> None:
    op.create_table(
        "leases",
        sa.Column("name", Name(), nullable=False),
        sa.Column("holder", Words(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _services(op: "Operations") -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("name", Name(), nullable=False),
        sa.Column("description", Words(), nullable=False),
        sa.Column("owner_team", Words(), nullable=False),
        sa.Column("tier", Words(), nullable=False),
        sa.Column("labels", Json(), nullable=False),
        sa.Column("links", Json(), nullable=False),
        sa.Column("runbook_url", Words(), nullable=False),
        sa.Column("contacts", Json(), nullable=False),
        sa.Column("depends_on", Json(), nullable=False),
        sa.Column("declared", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("org_id", "name", name=op.f("uq_services_org_id_name")),
        sqlite_autoincrement=True,
    )


def _settings(op: "Operations") -> None:
    op.create_table(
        "settings",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("updated_ms", sa.BigInteger(), nullable=False),
        sa.Column("saved_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_settings")),
    )


def _users(op: "Operations") -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("login", Name(), nullable=False),
        sa.Column("uid", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("email", Words(), nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("first_seen_at", Moment(), nullable=False),
        sa.Column("last_seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("org_id", "login", name=op.f("uq_users_org_id_login")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_users_seen", "users", ["org_id", "last_seen_at"], unique=False)


def _alerts(op: "Operations") -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("fingerprint", Name(), nullable=False),
        sa.Column("starts_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("labels", Json(), nullable=False),
        sa.Column("annotations", Json(), nullable=False),
        sa.Column("generator_url", Words(), nullable=False),
        sa.Column("received_at", Moment(), nullable=True),
        sa.Column("first_received_at", Moment(), nullable=True),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("reason_text", Words(), nullable=False),
        sa.CheckConstraint(
            "source IN ('alertmanager', 'grafana', 'generic', 'prometheus', 'slo')",
            name=op.f("ck_alerts_source"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_alerts_incident_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint(
            "org_id", "fingerprint", "starts_at", name=op.f("uq_alerts_org_id_fingerprint_starts_at")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_alerts_ended",
        "alerts",
        ["org_id", "ends_at"],
        unique=False,
        sqlite_where=sa.text("ends_at IS NOT NULL"),
        postgresql_where=sa.text("ends_at IS NOT NULL"),
    )
    op.create_index(
        "ix_alerts_firing",
        "alerts",
        ["org_id", sa.literal_column("starts_at DESC"), sa.literal_column("id DESC")],
        unique=False,
        sqlite_where=sa.text("ends_at IS NULL"),
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_index("ix_alerts_incident", "alerts", ["incident_id", "starts_at"], unique=False)
    op.create_index(
        "ix_alerts_started",
        "alerts",
        ["org_id", sa.literal_column("starts_at DESC"), sa.literal_column("id DESC")],
        unique=False,
    )


def _deliveries(op: "Operations") -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("target", Name(), nullable=False),
        sa.Column("dedupe_key", Name(), nullable=False),
        sa.Column("message", Json(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("problem", Words(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name=op.f("ck_deliveries_state")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_deliveries_attempts")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_deliveries_incident_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deliveries_created", "deliveries", ["created_at"], unique=False)
    op.create_index(
        "ix_deliveries_due",
        "deliveries",
        ["next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_deliveries_incident", "deliveries", ["incident_id"], unique=False)
    op.create_index("ix_deliveries_key", "deliveries", ["org_id", "target", "dedupe_key"], unique=True)


def _incident_services(op: "Operations") -> None:
    op.create_table(
        "incident_services",
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", Name(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_incident_services_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "name", name=op.f("pk_incident_services")),
    )
    op.create_index("ix_incident_services_name", "incident_services", ["org_id", "name"], unique=False)


def _investigations(op: "Operations") -> None:
    op.create_table(
        "investigations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("answer", Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_investigations_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_investigations")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_investigations_incident", "investigations", ["incident_id", "id"], unique=False)


def _reports(op: "Operations") -> None:
    op.create_table(
        "reports",
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_reports_version")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_reports_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_reports")),
    )


def _tasks(op: "Operations") -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("assignee", Name(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", Words(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.CheckConstraint("kind IN ('task', 'followup')", name=op.f("ck_tasks_kind")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_tasks_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_tasks_incident", "tasks", ["incident_id", "id"], unique=False)
    op.create_index("ix_tasks_open", "tasks", ["org_id", "done", "kind"], unique=False)


def _timeline_entries(op: "Operations") -> None:
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", Words(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("description", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("source_key", Name(), nullable=False),
        sa.Column("severity", Words(), nullable=False),
        sa.Column("author", Words(), nullable=False),
        sa.Column("metadata", Json(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "type IN ('alert', 'metric_anomaly', 'log_spike', 'trace_anomaly', 'pod_crash', "
            "'kubernetes_event', 'deployment', 'slo_burn', 'status_change', 'severity_change', "
            "'assignment', 'comment', 'task', 'correlation', 'evidence', 'notification')",
            name=op.f("ck_timeline_entries_type"),
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["incidents.id"],
            name=op.f("fk_timeline_entries_incident_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entries")),
        sa.UniqueConstraint(
            "incident_id", "source_key", name=op.f("uq_timeline_entries_incident_id_source_key")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_timeline_entries_incident", "timeline_entries", ["incident_id", "occurred_at", "id"], unique=False
    )


def _alert_joins(op: "Operations") -> None:
    op.create_table(
        "alert_joins",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", Words(), nullable=False),
        sa.Column("reason_text", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name=op.f("fk_alert_joins_alert_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_alert_joins_incident_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_joins")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_joins_alert", "alert_joins", ["alert_id", "id"], unique=False)
    op.create_index("ix_alert_joins_incident", "alert_joins", ["incident_id"], unique=False)


def _correlations(op: "Operations") -> None:
    op.create_table(
        "correlations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("investigation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("type", Words(), nullable=False),
        sa.Column("source_type", Words(), nullable=False),
        sa.Column("source_id", Words(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("details", Json(), nullable=False),
        sa.CheckConstraint("confidence >= 0 AND confidence <= 1", name=op.f("ck_correlations_confidence")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_correlations_incident_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["investigation_id"],
            ["investigations.id"],
            name=op.f("fk_correlations_investigation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correlations")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_correlations_incident",
        "correlations",
        ["incident_id", "investigation_id", sa.literal_column("confidence DESC"), "id"],
        unique=False,
    )
    op.create_index("ix_correlations_investigation", "correlations", ["investigation_id"], unique=False)


def _timeline_history(op: "Operations") -> None:
    op.create_table(
        "timeline_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("description", Words(), nullable=False),
        sa.Column("occurred_at", Moment(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("changed_by", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["timeline_entries.id"],
            name=op.f("fk_timeline_history_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_history")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timeline_history_entry", "timeline_history", ["entry_id", "id"], unique=False)
