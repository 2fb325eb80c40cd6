"""Incidents and what only they have: numbers, the services they affect, tasks, the post-incident text."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from reliability_studio.domain.incidents.model import Origin, Severity, Status
from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata, one_of

counters = Table(
    "counters",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("last_number", BigInteger, nullable=False),
    CheckConstraint("last_number >= 0", "last_number"),
)
"""The last incident number that each organisation has used; deleting an incident does not free its number."""

incidents = Table(
    "incidents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("root_cause", Words, nullable=False),
    Column("severity", Words, nullable=False),
    Column("severity_rank", SmallInteger, nullable=False),
    Column("status", Words, nullable=False),
    Column("status_rank", SmallInteger, nullable=False),
    Column("service", Name, nullable=False),
    Column("environment", Words, nullable=False),
    Column("origin", Words, nullable=False),
    Column("assignee", Name, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("rule", Words, nullable=False),
    Column("group_key", Words, nullable=False),
    Column("services", Json, nullable=False),
    Column("labels", Json, nullable=False),
    Column("fields", Json, nullable=False),
    Column("roles", Json, nullable=False),
    Column("links", Json, nullable=False),
    Column("episodes", Json, nullable=False),
    Column("stamped_by", Json, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("detected_at", Moment),
    Column("declared_at", Moment),
    Column("acknowledged_at", Moment),
    Column("mitigated_at", Moment),
    Column("resolved_at", Moment),
    Column("hold_until", Moment),
    Column("merged_into", BigInteger),
    Column("parent", BigInteger),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
    Column("level", Words, nullable=False, server_default=""),
    Column("step", SmallInteger, nullable=False, server_default="0"),
    Column("stage", Words, nullable=False, server_default=""),
    UniqueConstraint("org_id", "number"),
    CheckConstraint("number >= 1", "number"),
    CheckConstraint("version >= 1", "version"),
    CheckConstraint(one_of("severity", Severity), "severity"),
    CheckConstraint(one_of("status", Status), "status"),
    CheckConstraint(one_of("origin", Origin), "origin"),
    CheckConstraint("merged_into IS NULL OR merged_into <> number", "merged_into"),
    sqlite_autoincrement=True,
)
"""`stamped_by` says who set each milestone; the ranks order what words do not.

`severity` is what the level counts as; an empty `level` is the one that is called like it, and `step` is its
place among those that count alike (`domain.incidents.ladder`). `stage` is the own state within `status`;
empty: none (`domain.incidents.status_names`).
"""

Index("ix_incidents_started", incidents.c.org_id, incidents.c.started_at.desc(), incidents.c.id.desc())
Index("ix_incidents_parent", incidents.c.org_id, incidents.c.parent)
Index("ix_incidents_updated", incidents.c.org_id, incidents.c.updated_at.desc(), incidents.c.id.desc())
Index(
    "ix_incidents_status",
    incidents.c.org_id,
    incidents.c.status,
    incidents.c.started_at.desc(),
    incidents.c.id.desc(),
)
Index(
    "ix_incidents_severity",
    incidents.c.org_id,
    incidents.c.severity,
    incidents.c.started_at.desc(),
    incidents.c.id.desc(),
)
Index(
    "ix_incidents_assignee",
    incidents.c.org_id,
    incidents.c.assignee,
    incidents.c.started_at.desc(),
    incidents.c.id.desc(),
)
Index("ix_incidents_resolved", incidents.c.org_id, incidents.c.resolved_at)

incident_services = Table(
    "incident_services",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Name, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
)
"""Every service of an incident: its own and those that it affects."""

Index("ix_incident_services_name", incident_services.c.org_id, incident_services.c.name)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("assignee", Name, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("due_at", Moment),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
    Column("done_at", Moment),
    CheckConstraint("kind IN ('task', 'followup')", "kind"),
    sqlite_autoincrement=True,
)

Index("ix_tasks_incident", tasks.c.incident_id, tasks.c.id)
Index("ix_tasks_open", tasks.c.org_id, tasks.c.done, tasks.c.kind)

reports = Table(
    "reports",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("text", Words, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
    CheckConstraint("version >= 1", "version"),
)
"""What people wrote about an incident afterwards; while nobody has, the text is made from facts."""
