"""What investigations found: the frozen answer of each run, and its signals as rows."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Float, ForeignKey, Index, Table

from reliability_studio.store.tables.base import Id, Json, Moment, Words, metadata

investigations = Table(
    "investigations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", Json, nullable=False),
    sqlite_autoincrement=True,
)
"""`answer` is the whole verdict with its evidence as it was then; a later run is another row."""

Index("ix_investigations_incident", investigations.c.incident_id, investigations.c.id)

correlations = Table(
    "correlations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("investigation_id", Id, ForeignKey("investigations.id", ondelete="CASCADE"), nullable=False),
    Column("type", Words, nullable=False),
    Column("source_type", Words, nullable=False),
    Column("source_id", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("details", Json, nullable=False),
    CheckConstraint("confidence >= 0 AND confidence <= 1", "confidence"),
    sqlite_autoincrement=True,
)

Index(
    "ix_correlations_incident",
    correlations.c.incident_id,
    correlations.c.investigation_id,
    correlations.c.confidence.desc(),
    correlations.c.id,
)
Index("ix_correlations_investigation", correlations.c.investigation_id)
