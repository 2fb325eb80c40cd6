"""0001, what Alembic has no words for: full-text search, and an audit log that nobody rewrites.

SQLite: FTS5 tables over the contents of `incidents` and `timeline_entries`, kept by triggers. PostgreSQL: a
generated `tsvector` column with a GIN index. Both split words at every ASCII character that is neither letter
nor digit, so that `checkout-api` is found by `api` and `db.example.com` by `example`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from alembic.operations import Operations

INCIDENTS = ("title", "summary", "root_cause", "service", "environment")
TIMELINE = ("title", "description")

_PUNCTUATION = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'
_LIMIT = 100_000
"""Characters of a row that are searched; PostgreSQL's index entries end at a megabyte."""


def upgrade(op: "Operations") -> None:
    """Create search and the lock."""
    dialect = op.get_bind().dialect.name
    for table, columns in (("incidents", INCIDENTS), ("timeline_entries", TIMELINE)):
        statements = _fts(table, columns) if dialect == "sqlite" else _tsvector(table, columns)
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
    lock = (_APPEND_ONLY_SQLITE,) if dialect == "sqlite" else (_APPEND_ONLY_FUNCTION, _APPEND_ONLY_TRIGGER)
    for statement in lock:
        op.get_bind().exec_driver_sql(statement)


def _fts(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    listed = ", ".join(columns)
    new = ", ".join(f"new.{column}" for column in columns)
    old = ", ".join(f"old.{column}" for column in columns)
    index = f"{table}_fts"
    options = f"content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 0'"
    forget = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', old.id, {old});"
    add = f"INSERT INTO {index}(rowid, {listed}) VALUES (new.id, {new});"
    return (
        f"CREATE VIRTUAL TABLE {index} USING fts5({listed}, {options})",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN {add} END",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN {forget} END",
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF {listed} ON {table} BEGIN {forget} {add} END",
    )


def _tsvector(table: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    joined = " || ' ' || ".join(columns)
    # The driver reads % as the begin of a placeholder, and E'' reads a backslash as an escape.
    marks = _PUNCTUATION.replace("\\", "\\\\").replace("%", "%%")
    spaces = " " * len(_PUNCTUATION)
    words = f"translate(left({joined}, {_LIMIT}), E'{marks}', '{spaces}')"
    vector = f"to_tsvector('simple'::regconfig, {words})"
    return (
        f"ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS ({vector}) STORED",
        f"CREATE INDEX ix_{table}_search ON {table} USING gin (search)",
    )


_APPEND_ONLY_SQLITE = """
CREATE TRIGGER audit_append_only BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""

_APPEND_ONLY_FUNCTION = """
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
"""

_APPEND_ONLY_TRIGGER = """
CREATE TRIGGER audit_append_only BEFORE UPDATE ON audit
FOR EACH ROW EXECUTE FUNCTION audit_append_only()
"""
