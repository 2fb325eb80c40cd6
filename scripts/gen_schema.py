#!/usr/bin/env python3
"""Draw the database as its migrations make it: store/migrations -> docs/schema.md.

    python scripts/gen_schema.py           write the file
    python scripts/gen_schema.py --check   exit 1 when it is not what the migrations make

An empty SQLite database is migrated and looked at, so the page shows what is there and not what was meant.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Inspector, Table, create_engine, inspect

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "pkg")]

from reliability_studio.store import migrations  # noqa: E402
from reliability_studio.store.tables import metadata  # noqa: E402
from scripts.generated import settle  # noqa: E402

OUT = ROOT / "docs" / "schema.md"
HEAD = """# Database schema

Made by `python scripts/gen_schema.py` from the migrations; do not edit. What the tables are for is in
[store.md](store.md). `Id` is a whole number that the database gives out, `Moment` a point in time, `Json` a
JSON value, `Words` and `Name` text (a `Name` is short enough to be looked up).
"""


def render() -> str:
    """The page."""
    with create_engine("sqlite://").connect() as connection:
        migrations.upgrade(connection)
        inspector = inspect(connection)
        present = [name for name in sorted(inspector.get_table_names()) if name in metadata.tables]
        diagram = ["```mermaid", "erDiagram", *_relations(inspector, present), "```"]
        tables = [line for name in present for line in _table(inspector, metadata.tables[name])]
    return "\n".join([HEAD, *diagram, "", *tables]).rstrip() + "\n"


def _relations(inspector: Inspector, present: list[str]) -> Iterator[str]:
    related: set[str] = set()
    for name in present:
        for key in inspector.get_foreign_keys(name):
            related |= {name, key["referred_table"]}
            column = key["constrained_columns"][0]
            yield f"  {key['referred_table']} ||--o{{ {name} : {column}"
    for name in present:
        if name not in related:
            yield f"  {name}"


def _table(inspector: Inspector, table: Table) -> Iterator[str]:
    key = set(inspector.get_pk_constraint(table.name)["constrained_columns"])
    yield f"## {table.name}\n"
    yield "| column | type | |"
    yield "|---|---|---|"
    for column in inspector.get_columns(table.name):
        name = column["name"]
        if name not in table.c:
            continue
        told = ["key"] if name in key else []
        told += ["may be missing"] if column["nullable"] else []
        told += [
            f"→ `{one['referred_table']}`, {one['options'].get('ondelete', 'no action').lower()} on delete"
            for one in inspector.get_foreign_keys(table.name)
            if name in one["constrained_columns"]
        ]
        yield f"| `{name}` | {_type(table, name)} | {'; '.join(told)} |"
    indexes = sorted(
        (str(one["name"]), ", ".join(str(each) for each in one["column_names"] if each), bool(one["unique"]))
        for one in inspector.get_indexes(table.name)
    )
    yield ""
    for name, columns, unique in indexes:
        yield f"- `{name}`{' (unique)' if unique else ''}: {columns}"
    if indexes:
        yield ""


def _type(table: Table, name: str) -> str:
    kind = type(table.c[name].type).__name__
    return {"BigInteger": "Id" if table.c[name].primary_key else "integer"}.get(kind, kind)


def main() -> int:
    """Write the page, or with --check say whether it is what it should be."""
    return settle("store/migrations", OUT, "scripts/gen_schema.py", render)


if __name__ == "__main__":
    sys.exit(main())
