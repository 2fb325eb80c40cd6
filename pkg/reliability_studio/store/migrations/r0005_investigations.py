"""0005: what a run of an investigation came to, beside its document; how people judged the answers."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0005"
TITLE = "investigations: versions, grades, checks"


def upgrade(op: "Operations") -> None:
    """Add the columns that lists of versions read, and the tables of grades and of checks."""
    for column in (
        sa.Column("trigger", Words(), server_default="age", nullable=False),
        sa.Column("by", Words(), server_default="", nullable=False),
        sa.Column("alerts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("headline", Words(), server_default="", nullable=False),
        sa.Column("likely", Words(), server_default="", nullable=False),
        sa.Column("cause", Words(), server_default="", nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
    ):
        op.add_column("investigations", column)
    op.create_table(
        "verdict_grades",
        sa.Column("incident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("investigation_id", sa.BigInteger(), nullable=False),
        sa.Column("right", sa.Boolean(), nullable=False),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("service", Words(), nullable=False),
        sa.Column("checks", Json(), nullable=False),
        sa.Column("note", Words(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_verdict_grades_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_verdict_grades")),
    )
    op.create_index("ix_verdict_grades_at", "verdict_grades", ["org_id", "at"], unique=False)
    op.create_table(
        "check_settings",
        sa.Column("org_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", Name(), nullable=False),
        sa.Column("body", Json(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_check_settings")),
    )
