"""Timeline entries and what they said before somebody changed them."""

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
    UniqueConstraint,
    false,
)

from reliability_studio.domain.timeline import EntryType
from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata, one_of

timeline_entries = Table(
    "timeline_entries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("type", Words, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("title", Words, nullable=False),
    Column("description", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("source_key", Name, nullable=False),
    Column("severity", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("metadata", Json, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("edited", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("public", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("incident_id", "source_key"),
    CheckConstraint(one_of("type", EntryType), "type"),
    sqlite_autoincrement=True,
)

Index(
    "ix_timeline_entries_incident",
    timeline_entries.c.incident_id,
    timeline_entries.c.occurred_at,
    timeline_entries.c.id,
)

timeline_history = Table(
    "timeline_history",
    metadata,
    Column("id", Id, primary_key=True),
    Column("entry_id", Id, ForeignKey("timeline_entries.id", ondelete="CASCADE"), nullable=False),
    Column("description", Words, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("changed_by", Words, nullable=False),
    sqlite_autoincrement=True,
)
"""What an entry said until `changed_by` changed it."""

Index("ix_timeline_history_entry", timeline_history.c.entry_id, timeline_history.c.id)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Name, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("entry_id", Id, ForeignKey("timeline_entries.id", ondelete="CASCADE"), nullable=False),
    Column("name", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("created_by", Words, nullable=False),
    CheckConstraint("size >= 0", "size"),
)
"""Files and frozen results that people put into the timeline; they go where their entry goes."""

Index("ix_attachments_entry", attachments.c.entry_id)
