"""0020: an SLO has an alert for each of its objectives: the one that there was so far is the main one's."""

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.operations import Operations

ID = "0020"
TITLE = "alerts of SLOs by objective"

_SQLITE = """
UPDATE slo_states SET standing = json_set(
    json_remove(standing, '$.conditions', '$.alert'),
    '$.watches',
    json_object('', json_object(
        'conditions', json_extract(standing, '$.conditions'), 'alert', json_extract(standing, '$.alert')
    ))
)
WHERE json_type(standing, '$.alert') IS NOT NULL
"""

_POSTGRESQL = """
UPDATE slo_states SET standing = (standing - 'conditions' - 'alert') || jsonb_build_object(
    'watches',
    jsonb_build_object('', jsonb_build_object(
        'conditions', standing -> 'conditions', 'alert', standing -> 'alert'
    ))
)
WHERE standing -> 'alert' IS NOT NULL
"""


def upgrade(op: "Operations") -> None:
    """Put what is kept of the one alert where those of all objectives are."""
    op.execute(sa.text(_SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL))
