"""How a database comes to the schema of this program: a list of revisions, applied in order, forward only.

Revisions are plain modules in a Python list, not files in a script directory, so that they also run out of a
frozen build where no file of ours lies on disk. Each is applied through Alembic's operations, all that are
missing in one transaction, under a lock (`Database.migrate`); `schema_revisions` remembers them.

To add one, for example 0002 for the tables of `store/tables/slos.py`:

1. Write the tables on `metadata` of `store/tables/base` and import their module in `store/tables/__init__`.
2. Write `store/migrations/r0002_slos.py` with `ID = "0002"`, `TITLE = "…"` and
   `def upgrade(op: "Operations") -> None`; `python -m scripts.new_revision` prints the operations that are
   missing between the revisions and the tables.
3. Add the module to `REVISIONS` below, and run `python scripts/gen_schema.py`, which draws `docs/schema.md`.

A revision that has been released is never edited. What differs by dialect (`op.get_bind().dialect.name`) is
spelled out in it. A test compares the migrated database with the tables, on both databases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, DateTime, MetaData, Table, Text, func, inspect, select

from reliability_studio.errors import StoreError
from reliability_studio.store import statistics
from reliability_studio.store.migrations import (
    r0001_first,
    r0002_slos,
    r0003_attachments,
    r0004_slo_corrections,
    r0005_investigations,
    r0006_rollouts,
    r0007_json,
    r0008_detector,
    r0009_public,
    r0011_parents,
    r0012_ladder,
    r0013_changes,
    r0014_rollout_differences,
    r0015_identity,
    r0016_stages,
    r0018_running,
    r0019_rollout_sides,
    r0020_watches,
    r0021_integration,
    r0022_reported_address,
    r0023_rollbacks,
)
from reliability_studio.store.tables import metadata

if TYPE_CHECKING:
    from alembic.operations import Operations


@dataclass(frozen=True, slots=True)
class Revision:
    """One step of the schema."""

    id: str
    title: str
    upgrade: Callable[["Operations"], None]


_MODULES = (
    r0001_first,
    r0002_slos,
    r0003_attachments,
    r0004_slo_corrections,
    r0005_investigations,
    r0006_rollouts,
    r0007_json,
    r0008_detector,
    r0009_public,
    r0011_parents,
    r0012_ladder,
    r0013_changes,
    r0014_rollout_differences,
    r0015_identity,
    r0016_stages,
    r0018_running,
    r0019_rollout_sides,
    r0020_watches,
    r0021_integration,
    r0022_reported_address,
    r0023_rollbacks,
)
REVISIONS = tuple(Revision(module.ID, module.TITLE, module.upgrade) for module in _MODULES)
"""Every revision, oldest first."""

revisions = Table(
    "schema_revisions",
    MetaData(),
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("applied_at", DateTime(timezone=True), nullable=False, server_default=func.current_timestamp()),
)


def applied(connection: Connection) -> tuple[str, ...]:
    """The revisions that this database has, oldest first."""
    if not inspect(connection).has_table(revisions.name):
        return ()
    return tuple(connection.scalars(select(revisions.c.id).order_by(revisions.c.id)))


def current(connection: Connection, known: tuple[Revision, ...] = REVISIONS) -> bool:
    """Whether nothing is missing.

    Raises:
        StoreError: the database was made by a newer program.
    """
    return not _missing(connection, known)


def upgrade(connection: Connection, known: tuple[Revision, ...] = REVISIONS) -> None:
    """Apply what is missing, inside the caller's transaction.

    Raises:
        StoreError: the database was made by a newer program.
    """
    missing = _missing(connection, known)
    if not missing:
        return
    # Only here: most starts find nothing missing, and Alembic takes 9 MB and a sixth of a second.
    from alembic.operations import Operations  # noqa: PLC0415
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    revisions.create(connection, checkfirst=True)
    operations = Operations(MigrationContext.configure(connection))
    for revision in missing:
        revision.upgrade(operations)
        connection.execute(revisions.insert().values(id=revision.id, title=revision.title))
    if connection.dialect.name == "sqlite":
        statistics.seed(connection, metadata.sorted_tables)


def _missing(connection: Connection, known: tuple[Revision, ...]) -> tuple[Revision, ...]:
    present = set(applied(connection))
    if newer := sorted(present - {revision.id for revision in known}):
        raise StoreError(f"the database is newer than this program (revision {newer[-1]}): update the plugin")
    return tuple(revision for revision in known if revision.id not in present)
