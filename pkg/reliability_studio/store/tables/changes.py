"""Changes that pipelines, flag services and people told of."""

from sqlalchemy import BigInteger, Column, Index, Table, UniqueConstraint

from reliability_studio.store.tables.base import Id, Moment, Name, Words, metadata

reported_changes = Table(
    "reported_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("key", Name, nullable=False),
    Column("service", Name, nullable=False),
    Column("kind", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("version", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("author", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("reported_by", Words, nullable=False),
    UniqueConstraint("org_id", "key"),
    sqlite_autoincrement=True,
)
"""`key` is the sender's own name of the change: told again, the same row is written anew."""

Index(
    "ix_reported_changes_at", reported_changes.c.org_id, reported_changes.c.at.desc(), reported_changes.c.id
)
