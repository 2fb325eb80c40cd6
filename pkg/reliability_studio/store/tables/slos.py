"""Service level objectives: what people defined, what was counted, and where each SLO stands."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from reliability_studio.store.tables.base import Json, Moment, Name, Words, metadata

slos = Table(
    "slos",
    metadata,
    Column("id", Name, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("name", Name, nullable=False),
    Column("service", Name, nullable=False),
    Column("definition", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
    CheckConstraint("version >= 1", "version"),
    CheckConstraint("generation >= 1", "generation"),
)

Index("ix_slos_name", slos.c.org_id, slos.c.service, slos.c.name, unique=True)

slo_chunks = Table(
    "slo_chunks",
    metadata,
    Column("slo_id", Name, ForeignKey("slos.id", ondelete="CASCADE"), primary_key=True),
    Column("generation", Integer, primary_key=True, autoincrement=False),
    Column("tier", Integer, primary_key=True, autoincrement=False),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""Counts as packed runs of buckets (`domain/slo/cells`); `start` is Unix seconds."""

Index("ix_slo_chunks_age", slo_chunks.c.tier, slo_chunks.c.start)

slo_states = Table(
    "slo_states",
    metadata,
    Column("slo_id", Name, ForeignKey("slos.id", ondelete="CASCADE"), primary_key=True),
    Column("generation", Integer, nullable=False),
    Column("as_of", BigInteger, nullable=False),
    Column("standing", Json, nullable=False),
    Column("memory", LargeBinary, nullable=False),
)
"""`as_of` is the end of the last counted bucket; writers compare it, so that no bucket counts twice."""

slo_corrections = Table(
    "slo_corrections",
    metadata,
    Column("id", Name, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
    CheckConstraint("version >= 1", "version"),
)
"""Time that does not count; what is inside belongs to `store/slo_corrections`."""

Index("ix_slo_corrections_org_id", slo_corrections.c.org_id)
