"""0002: service level objectives, their counts, and where each stands."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0002"
TITLE = "service level objectives"


def upgrade(op: "Operations") -> None:
    """Create the three tables."""
    _slos(op)
    _chunks(op)
    _states(op)


def _slos(op: "Operations") -> None:
    op.create_table(
        "slos",
        sa.Column("id", Name(), nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("name", Name(), nullable=False),
        sa.Column("service", Name(), nullable=False),
        sa.Column("definition", Json(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("updated_by", Words(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_slos_version")),
        sa.CheckConstraint("generation >= 1", name=op.f("ck_slos_generation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slos")),
    )
    op.create_index("ix_slos_name", "slos", ["org_id", "service", "name"], unique=True)


def _chunks(op: "Operations") -> None:
    op.create_table(
        "slo_chunks",
        sa.Column("slo_id", Name(), nullable=False),
        sa.Column("generation", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tier", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slo_id"], ["slos.id"], name=op.f("fk_slo_chunks_slo_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slo_id", "generation", "tier", "start", name=op.f("pk_slo_chunks")),
    )
    op.create_index("ix_slo_chunks_age", "slo_chunks", ["tier", "start"], unique=False)


def _states(op: "Operations") -> None:
    op.create_table(
        "slo_states",
        sa.Column("slo_id", Name(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.BigInteger(), nullable=False),
        sa.Column("standing", Json(), nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slo_id"], ["slos.id"], name=op.f("fk_slo_states_slo_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slo_id", name=op.f("pk_slo_states")),
    )
