"""What the plugin needs to run: settings, lease, audit, idempotency keys, rules, messages to send."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata, one_of

KINDS = (
    "rule",
    "integration",
    "field",
    "template",
    "maintenance",
    "heartbeat",
    "route",
    "preference",
    "ladder",
    "identity",
    "enrichment",
)
STATES = ("waiting", "sent", "failed")

settings = Table(
    "settings",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("saved_at", Moment, nullable=False),
)
"""The last settings of each organisation, encrypted before they come here."""

leases = Table(
    "leases",
    metadata,
    Column("name", Name, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Words, nullable=False),
    Column("action", Words, nullable=False),
    Column("subject", Name, nullable=False),
    Column("before", Json),
    Column("after", Json),
    Column("reported_address", Words, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)
"""Append-only: a trigger refuses updates, and only retention deletes."""

Index("ix_audit_org", audit.c.org_id, audit.c.id)
Index("ix_audit_subject", audit.c.org_id, audit.c.subject, audit.c.id)
Index("ix_audit_at", audit.c.at)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Name, primary_key=True),
    Column("route", Name, primary_key=True),
    Column("response", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)

Index("ix_idempotency_keys_at", idempotency_keys.c.at)

documents = Table(
    "documents",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Words, primary_key=True),
    Column("name", Name, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("body", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
    CheckConstraint(one_of("kind", KINDS), "kind"),
    CheckConstraint("version >= 1", "version"),
)
"""Small things that people define and that are read whole: rules, integrations, field definitions, …"""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("target", Name, nullable=False),
    Column("dedupe_key", Name, nullable=False),
    Column("message", Json, nullable=False),
    Column("state", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("problem", Words, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("done_at", Moment),
    CheckConstraint(one_of("state", STATES), "state"),
    CheckConstraint("attempts >= 0", "attempts"),
    sqlite_autoincrement=True,
)
"""Messages to the outside and what became of them; written with the change that they tell."""

Index("ix_deliveries_key", deliveries.c.org_id, deliveries.c.target, deliveries.c.dedupe_key, unique=True)
Index(
    "ix_deliveries_due",
    deliveries.c.next_at,
    sqlite_where=deliveries.c.state == "waiting",
    postgresql_where=deliveries.c.state == "waiting",
)
Index("ix_deliveries_incident", deliveries.c.incident_id)
Index("ix_deliveries_created", deliveries.c.created_at)

heartbeat_signals = Table(
    "heartbeat_signals",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", Name, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)
"""When each heartbeat was heard last; apart from its definition, which changes rarely."""

grafana_annotations = Table(
    "grafana_annotations",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", Name, primary_key=True),
    Column("annotation_id", BigInteger, nullable=False),
    Column("written_at", Moment, nullable=False),
)
"""Annotations that we wrote into Grafana: what each tells, and the id under which it can be changed."""

Index("ix_grafana_annotations_written", grafana_annotations.c.written_at)
