"""Alert episodes, and the history of which incident each belonged to and why."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)

from reliability_studio.domain.alerts import AlertSource
from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata, one_of

alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("source", Words, nullable=False),
    Column("fingerprint", Name, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("labels", Json, nullable=False),
    Column("annotations", Json, nullable=False),
    Column("generator_url", Words, nullable=False),
    Column("received_at", Moment),
    Column("first_received_at", Moment),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("reason", Words, nullable=False),
    Column("reason_text", Words, nullable=False),
    Column("identity", Json),
    Column("integration", Name, nullable=False, server_default=""),
    UniqueConstraint("org_id", "fingerprint", "starts_at"),
    CheckConstraint(one_of("source", AlertSource), "source"),
    sqlite_autoincrement=True,
)
"""One row per episode: `fingerprint` and `starts_at` identify it. `reason` is why it is where it is.

`identity` tells of the rule that made several alerts this one; then `alert_members` has them. `integration`
is the key of the generic sender, empty for every other.
"""

Index("ix_alerts_started", alerts.c.org_id, alerts.c.starts_at.desc(), alerts.c.id.desc())
Index("ix_alerts_incident", alerts.c.incident_id, alerts.c.starts_at)
Index(
    "ix_alerts_firing",
    alerts.c.org_id,
    alerts.c.starts_at.desc(),
    alerts.c.id.desc(),
    sqlite_where=alerts.c.ends_at.is_(None),
    postgresql_where=alerts.c.ends_at.is_(None),
)
Index(
    "ix_alerts_ended",
    alerts.c.org_id,
    alerts.c.ends_at,
    sqlite_where=alerts.c.ends_at.is_not(None),
    postgresql_where=alerts.c.ends_at.is_not(None),
)

alert_joins = Table(
    "alert_joins",
    metadata,
    Column("id", Id, primary_key=True),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="SET NULL")),
    Column("reason", Words, nullable=False),
    Column("reason_text", Words, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_autoincrement=True,
)
"""Every decision about an alert, oldest first; joining none is a decision too."""

Index("ix_alert_joins_alert", alert_joins.c.alert_id, alert_joins.c.id)
Index("ix_alert_joins_incident", alert_joins.c.incident_id)

alert_members = Table(
    "alert_members",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("source", Words, nullable=False),
    Column("fingerprint", Name, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("labels", Json, nullable=False),
    Column("annotations", Json, nullable=False),
    Column("generator_url", Words, nullable=False),
    Column("received_at", Moment),
    Column("integration", Name, nullable=False, server_default=""),
    UniqueConstraint("org_id", "fingerprint", "starts_at"),
    CheckConstraint(one_of("source", AlertSource), "source"),
    sqlite_autoincrement=True,
)
"""Alerts as their sources report them, that a rule takes for one: `alert_id` is the episode they make."""

Index("ix_alert_members_alert", alert_members.c.alert_id, alert_members.c.starts_at)
Index(
    "ix_alert_members_firing",
    alert_members.c.org_id,
    alert_members.c.source,
    sqlite_where=alert_members.c.ends_at.is_(None),
    postgresql_where=alert_members.c.ends_at.is_(None),
)

QUESTION_STATES = ("due", "done", "no_data", "failed", "not_run")
_DUE = "state = 'due'"

alert_questions = Table(
    "alert_questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("alert_id", Id, ForeignKey("alerts.id", ondelete="CASCADE"), nullable=False),
    Column("rule", Name, nullable=False),
    Column("title", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("query", Words, nullable=False),
    Column("window_s", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("answer", Json, nullable=False),
    Column("samples", Integer, nullable=False),
    Column("ran_at", Moment),
    UniqueConstraint("alert_id", "rule"),
    CheckConstraint(one_of("state", QUESTION_STATES), "state"),
    sqlite_autoincrement=True,
)
"""What rules have asked about an alert when it came in: written with the alert, answered by a job.

`query` has the alert's labels filled in; it is about the moment `due_at`. `answer` is what is kept of values
and lines.
"""

Index(
    "ix_alert_questions_due",
    alert_questions.c.org_id,
    alert_questions.c.id,
    sqlite_where=text(_DUE),
    postgresql_where=text(_DUE),
)
