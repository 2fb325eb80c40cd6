"""Labels of incidents in lists: which incidents have one, and how many have each.

Labels are JSON beside the incident; both databases take an object apart into rows, each by a function of its
own.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, FromClause, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from reliability_studio.store.tables.incidents import incidents

MAX_COUNTED = 200
"""Label values that are counted, the most frequent first."""


def carry(connection: AsyncConnection, wanted: Sequence[tuple[str, str]]) -> list[ColumnElement[bool]]:
    """Conditions that hold for incidents with these labels; several values of one label are alternatives."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for label, value in wanted:
        by_name[label].append(value)
    conditions: list[ColumnElement[bool]] = []
    for label, values in by_name.items():
        pairs = _pairs(connection)
        conditions.append(
            exists(select(1).select_from(pairs).where(pairs.c.key == label, pairs.c.value.in_(values)))
        )
    return conditions


async def count(
    connection: AsyncConnection, where: Sequence[ColumnElement[bool]]
) -> Mapping[str, Mapping[str, int]]:
    """How many of the incidents that match have each value of each label."""
    pairs = _pairs(connection)
    many = func.count().label("many")
    key, value = pairs.c.key, pairs.c.value
    chosen = select(key, value, many).select_from(incidents, pairs).where(*where)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    ordered = chosen.group_by(key, value).order_by(many.desc(), key, value).limit(MAX_COUNTED)
    for label, text, number in await connection.execute(ordered):
        counted[str(label)][str(text)] = int(number)
    return counted


def _pairs(connection: AsyncConnection) -> FromClause:
    apart = func.jsonb_each_text if connection.dialect.name == "postgresql" else func.json_each
    return apart(incidents.c.labels).table_valued("key", "value", joins_implicitly=True)
