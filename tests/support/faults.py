"""Faults of the database on purpose: the n-th step of a call fails as a full disk or a lost server would."""

import contextlib
from functools import partial

from sqlalchemy import event, select

from reliability_studio.store.tables.base import metadata


class Faults:
    """Counts the statements and commits of a database, and fails the chosen one."""

    def __init__(self):
        self.at = self.seen = 0
        self.steps = []

    @property
    def fired(self):
        """Whether the chosen step came."""
        return 0 < self.at <= self.seen

    def arm(self, at):
        """Fail the step of this number, counted from 1; 0 fails none."""
        self.at, self.seen, self.steps = at, 0, []

    def step(self, what, error):
        """A statement or a commit is about to run."""
        self.seen += 1
        self.steps.append(what)
        if self.seen == self.at:
            raise error("disk I/O error")


@contextlib.contextmanager
def faults_of(database):
    """Faults on every connection of a database until the end of the block, raised by its driver."""
    made = Faults()
    engines = {each.sync_engine for each in (database._readers, database._writers)}
    if database.dialect == "postgresql":
        engines = {database._writers.sync_engine}  # The reading one passes its events on to it.
    errors = database._writers.dialect.loaded_dbapi.OperationalError

    def execute(_cursor, text, *_more):
        made.step(text, errors)

    undone = []
    for engine in engines:
        for name in ("do_execute", "do_executemany", "do_execute_no_params"):
            event.listen(engine, name, execute)
            undone.append(partial(event.remove, engine, name, execute))
        real = engine.dialect.do_commit

        def commit(connection, real=real):
            made.step("COMMIT", errors)
            real(connection)

        engine.dialect.do_commit = commit
        undone.append(partial(setattr, engine.dialect, "do_commit", real))
    try:
        yield made
    finally:
        for undo in undone:
            undo()


async def everything(database):
    """Every row of every table but `users`: who called is noted before, whatever comes of the call."""
    async with database.reading() as connection:
        return {
            table.name: sorted(map(repr, await connection.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name != "users"
        }
