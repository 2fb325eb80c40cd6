"""The schema. Importing this package fills `metadata`; each module holds the tables of one group.

A new table module is imported here and its tables come into being through a migration
(`store/migrations`): a test compares the two.
"""

from reliability_studio.store.tables import (
    alerts,
    catalog,
    changes,
    evidence,
    incidents,
    operations,
    rollouts,
    slos,
    timeline,
)
from reliability_studio.store.tables.base import metadata

__all__ = [
    "alerts",
    "catalog",
    "changes",
    "evidence",
    "incidents",
    "metadata",
    "operations",
    "rollouts",
    "slos",
    "timeline",
]
