"""Routes run on a real database: SQLite always, PostgreSQL with the integration tests."""

import pytest

from reliability_studio.store.engine import Database
from tests.store.conftest import database, postgres, postgres_url, shared_url, url
from tests.support.desk import Desk

__all__ = ["database", "postgres", "postgres_url", "shared_url", "url"]


@pytest.fixture
def desk(database: Database) -> Desk:
    """The incident routes over an empty store."""
    return Desk(database)
