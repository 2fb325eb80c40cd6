"""Full-text search, the one place where the dialects differ in what a statement says: FTS5 and tsvector.

All words must occur, in any order, in an incident's own text or in one entry of its timeline; each word may
be the beginning of a longer one, so that results come while somebody types. `INC-42` finds it too.

A list asks many questions about the incidents that were found: how many, which on this page, how many of each
status. Words that few have are looked up once, and the questions name those incidents; for words that many
have, each question tests the words itself.
"""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, column, false, func, literal_column, or_, text
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.domain.incidents.model import parse_number
from reliability_studio.store.tables.incidents import incidents

MAX_WORDS = 16
"""More words make a search no sharper, only slower."""

NAMED = 500
"""Up to so many matches the incidents are named instead of the words."""

_WORD = re.compile(r"[^\W_]+")

_FTS = """
    SELECT rowid AS id FROM incidents_fts WHERE incidents_fts MATCH :words
    UNION ALL SELECT e.incident_id FROM timeline_entries_fts f JOIN timeline_entries e ON e.id = f.rowid
    WHERE timeline_entries_fts MATCH :words AND NOT e.deleted
"""
_TSVECTOR_ENTRIES = """
    SELECT e.incident_id AS id FROM timeline_entries e
    WHERE e.search @@ to_tsquery('simple', :words) AND NOT e.deleted
"""
_TSVECTOR = f"""
    SELECT i.id FROM incidents i WHERE i.search @@ to_tsquery('simple', :words)
    UNION ALL {_TSVECTOR_ENTRIES}
"""


async def matches(connection: AsyncConnection, sought: str) -> ColumnElement[bool]:
    """Incidents in which this is found; a text without any word finds nothing."""
    found: list[ColumnElement[bool]] = []
    if words := _WORD.findall(sought)[:MAX_WORDS]:
        found.append(await _with_words(connection, words))
    if number := parse_number(sought.strip()):
        found.append(incidents.c.number == number)
    return or_(false(), *found)


async def _with_words(connection: AsyncConnection, words: Sequence[str]) -> ColumnElement[bool]:
    sqlite = connection.dialect.name == "sqlite"
    query = (
        " ".join(f'"{word}"*' for word in words) if sqlite else " & ".join(f"'{word}':*" for word in words)
    )
    found = _FTS if sqlite else _TSVECTOR
    ids = (await connection.scalars(text(f"{found} LIMIT {NAMED + 1}").bindparams(words=query))).all()
    if len(ids) <= NAMED:
        return incidents.c.id.in_(sorted(set(ids)))
    if sqlite:
        return _among(_FTS, query)
    # Row by row: where most rows match an index brings nothing, and a join with what it found costs the most.
    in_own_text = literal_column("incidents.search").bool_op("@@")(func.to_tsquery("simple", query))
    return or_(in_own_text, _among(_TSVECTOR_ENTRIES, query))


def _among(found: str, query: str) -> ColumnElement[bool]:
    return incidents.c.id.in_(text(found).bindparams(words=query).columns(column("id")))
