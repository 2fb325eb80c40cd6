"""0023: a version that came back has a rollout of its own."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

from reliability_studio.store.tables.base import Id, Json, Moment, Name, Words

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0023"
TITLE = "rollbacks"

_OLD = "uq_rollouts_org_id_namespace_version"
_NEW = "uq_rollouts_org_id_namespace_version_revision"
_KEY = ("org_id", "namespace", "version", "revision")


def upgrade(op: "Operations") -> None:
    """Rollouts so far were of new versions, known by their creation."""
    if op.get_bind().dialect.name == "sqlite":
        _anew(op)
        return
    op.add_column("rollouts", sa.Column("back_to", sa.Integer(), nullable=True))
    op.add_column("rollouts", sa.Column("known_by", Words(), nullable=False, server_default="created"))
    op.drop_constraint(op.f(_OLD), "rollouts", type_="unique")
    op.create_unique_constraint(op.f(_NEW), "rollouts", list(_KEY))


def _anew(op: "Operations") -> None:
    """SQLite cannot change a constraint; nothing refers to this table, so it is made anew."""
    columns = (
        sa.Column("id", Id, nullable=False),
        sa.Column("org_id", sa.BigInteger(), nullable=False),
        *(sa.Column(name, Name(), nullable=False) for name in ("service", "namespace", "version")),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        *(sa.Column(name, Words(), nullable=False) for name in ("state", "summary")),
        *(sa.Column(name, Json(), nullable=False) for name in ("reasons", "numbers")),
        sa.Column("judged_at", Moment(), nullable=False),
        sa.Column("differences", Json(), nullable=False, server_default="[]"),
        sa.Column("compared", Json(), nullable=True),
        sa.Column("measures", Json(), nullable=False, server_default="[]"),
    )
    names = ", ".join(each.name for each in columns)
    op.drop_index("ix_rollouts_started", "rollouts")
    op.rename_table("rollouts", "rollouts_before")
    op.create_table(
        "rollouts",
        *columns,
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.Column("known_by", Words(), nullable=False, server_default="created"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollouts")),
        sa.UniqueConstraint(*_KEY, name=op.f(_NEW)),
        sqlite_autoincrement=True,
    )
    op.execute(f"INSERT INTO rollouts ({names}) SELECT {names} FROM rollouts_before")
    op.drop_table("rollouts_before")
    op.create_index(
        "ix_rollouts_started", "rollouts", ["org_id", sa.text("started_at DESC"), "id"], unique=False
    )
