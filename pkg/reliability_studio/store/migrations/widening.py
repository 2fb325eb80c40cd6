"""A check constraint that allows more words than before, on both databases."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.operations import Operations


def allow(op: "Operations", table: str, column: str, before: Sequence[str], more: Sequence[str]) -> None:
    """Let the column of a table hold further words; `before` are those that it may hold so far, in order.

    SQLite cannot change a constraint, and making the table anew would delete what refers to it. A check that
    allows more than before needs no look at the rows, so its text is changed in the schema, as SQLite's own
    documentation of ALTER TABLE describes.
    """
    was, is_ = (f"IN ({_listed(words)})" for words in (before, (*before, *more)))
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        name = op.f(f"ck_{table}_{column}")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"{column} {is_}")
        return
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    connection.execute(sa.text("PRAGMA writable_schema = ON"))
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :was, :is) WHERE type = 'table' AND name = :table"
        ),
        {"was": was, "is": is_, "table": table},
    )
    connection.execute(sa.text(f"PRAGMA schema_version = {int(version or 0) + 1}"))
    connection.execute(sa.text("PRAGMA writable_schema = OFF"))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
