"""Services as declared or discovered, and the people who were seen."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, UniqueConstraint

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata

services = Table(
    "services",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("name", Name, nullable=False),
    Column("description", Words, nullable=False),
    Column("owner_team", Words, nullable=False),
    Column("tier", Words, nullable=False),
    Column("labels", Json, nullable=False),
    Column("links", Json, nullable=False),
    Column("runbook_url", Words, nullable=False),
    Column("contacts", Json, nullable=False),
    Column("depends_on", Json, nullable=False),
    Column("declared", Boolean, nullable=False),
    Column("provisioned", Boolean, nullable=False),
    Column("discovered", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    UniqueConstraint("org_id", "name"),
    sqlite_autoincrement=True,
)
"""`depends_on` is what people or a file declared, `discovered` the edges that telemetry showed."""

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("login", Name, nullable=False),
    Column("uid", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("email", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("last_seen_at", Moment, nullable=False),
    UniqueConstraint("org_id", "login"),
    sqlite_autoincrement=True,
)
"""Who has called, as Grafana named them; for assignment and audit. No password, no session."""

Index("ix_users_seen", users.c.org_id, users.c.last_seen_at)
