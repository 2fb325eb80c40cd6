"""Rollouts that were seen, and what was thought of them."""

from sqlalchemy import BigInteger, Column, Index, Integer, Table, UniqueConstraint

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata

rollouts = Table(
    "rollouts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("service", Name, nullable=False),
    Column("namespace", Name, nullable=False),
    Column("version", Name, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("state", Words, nullable=False),
    Column("summary", Words, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("numbers", Json, nullable=False),
    Column("judged_at", Moment, nullable=False),
    Column("differences", Json, nullable=False, server_default="[]"),
    Column("compared", Json, nullable=True),
    Column("measures", Json, nullable=False, server_default="[]"),
    Column("back_to", Integer, nullable=True),
    Column("known_by", Words, nullable=False, server_default="created"),
    UniqueConstraint("org_id", "namespace", "version", "revision"),
    sqlite_autoincrement=True,
)
"""`version` is the replica set's name; `numbers` holds requests before and after, `differences` lists
of field, text before and text after, `compared` both sides and `measures` how they differ. A rollback has the
revision that its version had before in `back_to`; `known_by` is what tells when it began."""

Index("ix_rollouts_started", rollouts.c.org_id, rollouts.c.started_at.desc(), rollouts.c.id)
