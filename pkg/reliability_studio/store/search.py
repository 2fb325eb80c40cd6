"""Full-text search, the one place where the dialects differ in what a statement says: FTS5 and tsvector.

All words must occur, in any order, in an incident's own text or in one entry of its timeline; each word may
be the beginning of a longer one, so that results come while somebody types. `INC-42` finds it too.
"""

import re

from sqlalchemy import ColumnElement, column, false, or_, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import parse_number
from reliability_studio.store.tables.incidents import incidents

MAX_WORDS = 16
"""More words make a search no sharper, only slower."""

_WORD = re.compile(r"[^\W_]+")

_FTS = text("""
    SELECT rowid AS id FROM incidents_fts WHERE incidents_fts MATCH :words
    UNION SELECT e.incident_id FROM timeline_entries_fts f JOIN timeline_entries e ON e.id = f.rowid
    WHERE timeline_entries_fts MATCH :words AND NOT e.deleted
""")

_TSVECTOR = text("""
    SELECT i.id FROM incidents i WHERE i.search @@ to_tsquery('simple', :words)
    UNION SELECT e.incident_id FROM timeline_entries e
    WHERE e.search @@ to_tsquery('simple', :words) AND NOT e.deleted
""")


def matches(connection: AsyncConnection, sought: str) -> ColumnElement[bool]:
    """Incidents in which this is found; a text without any word finds nothing."""
    words = _WORD.findall(sought)[:MAX_WORDS]
    found: list[ColumnElement[bool]] = []
    if words and connection.dialect.name == "sqlite":
        query = " ".join(f'"{word}"*' for word in words)
        found.append(incidents.c.id.in_(_FTS.bindparams(words=query).columns(column("id"))))
    elif words:
        query = " & ".join(f"'{word}':*" for word in words)
        found.append(incidents.c.id.in_(_TSVECTOR.bindparams(words=query).columns(column("id"))))
    if number := parse_number(sought.strip()):
        found.append(incidents.c.number == number)
    return or_(false(), *found)
