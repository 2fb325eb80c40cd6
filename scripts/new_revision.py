#!/usr/bin/env python3
"""Print the Alembic operations that lead from the store's revisions to its tables.

    python3 -m scripts.new_revision          what is missing, as the body of the next revision's `upgrade`

An empty SQLite database is migrated and compared with `store/tables`. The text is a draft for a person:
search indexes, triggers and data changes are not in it.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "pkg"))


def draft() -> str:
    """The body of `upgrade`."""
    from alembic.autogenerate import produce_migrations, render_python_code  # noqa: PLC0415 - after the path
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from sqlalchemy import create_engine  # noqa: PLC0415

    from reliability_studio.store import migrations  # noqa: PLC0415
    from reliability_studio.store.tables import metadata  # noqa: PLC0415

    with create_engine("sqlite://").connect() as connection:
        migrations.upgrade(connection)
        known = {*metadata.tables}
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _parents: kind != "table" or name in known,
                "user_module_prefix": "",
                "target_metadata": metadata,
            },
        )
        operations = produce_migrations(context, metadata).upgrade_ops
        if operations is None or operations.is_empty():
            return ""
        return str(render_python_code(operations, user_module_prefix="", migration_context=context))


def main() -> int:
    """Print the draft."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    print(draft() or "# the revisions lead to the tables already")
    return 0


if __name__ == "__main__":
    sys.exit(main())
