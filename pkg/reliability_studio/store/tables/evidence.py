"""What investigations found: the frozen answer of each run, and its signals as rows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
)

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words, metadata

investigations = Table(
    "investigations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("answer", Json, nullable=False),
    Column("trigger", Words, server_default="age", nullable=False),
    Column("by", Words, server_default="", nullable=False),
    Column("alerts", Integer, server_default="0", nullable=False),
    Column("headline", Words, server_default="", nullable=False),
    Column("likely", Words, server_default="", nullable=False),
    Column("cause", Words, server_default="", nullable=False),
    Column("confidence", Float, nullable=True),
    sqlite_autoincrement=True,
)
"""`answer` is the whole verdict with its evidence as it was then; a later run is another row. The columns
beside it are what lists of versions and the schedule read, so that they need not open documents."""

Index("ix_investigations_incident", investigations.c.incident_id, investigations.c.id)

running_investigations = Table(
    "running_investigations",
    metadata,
    Column(
        "incident_id",
        Id,
        ForeignKey("incidents.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("org_id", BigInteger, nullable=False),
    Column("run", Words, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("waiting", Json, nullable=False),
    Column("answer", Json, nullable=True),
)
"""At most one run of an incident at a time, in whichever process: `run` names it, `seen_at` says that it
lives, `answer` is what it has found so far. A row goes when its run is kept or fails."""

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

verdict_grades = Table(
    "verdict_grades",
    metadata,
    Column("incident_id", Id, ForeignKey("incidents.id", ondelete="CASCADE"), primary_key=True),
    Column("org_id", BigInteger, nullable=False),
    Column("investigation_id", BigInteger, nullable=False),
    Column("right", Boolean, nullable=False),
    Column("named", Boolean, nullable=False),
    Column("confidence", Float, nullable=True),
    Column("service", Words, nullable=False),
    Column("checks", Json, nullable=False),
    Column("note", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""How people judged an incident's answer. `checks` says of each check that found something whether it was
about the true cause, by its id."""

check_settings = Table(
    "check_settings",
    metadata,
    Column("org_id", BigInteger, primary_key=True, autoincrement=False),
    Column("id", Name, primary_key=True),
    Column("body", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("updated_by", Words, nullable=False),
)
"""What an organisation changed about checks that ship, and the checks that it added, by check id."""

Index("ix_verdict_grades_at", verdict_grades.c.org_id, verdict_grades.c.at)
