"""Every test of the store runs on both databases: SQLite always, PostgreSQL with the integration tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest

from reliability_studio.store.engine import Database
from scripts.servers import Postgres
from tests.support.servers import postgres

__all__ = ["postgres"]

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]


@pytest.fixture(scope="session")
def shared_url(postgres: Postgres) -> str:
    """Address of the PostgreSQL database that one test after the other has for itself."""
    return postgres.database("store")


@pytest.fixture
def postgres_url(shared_url: str) -> Iterator[str]:
    """That database, emptied afterwards: a database per test leaves thousands of files to delete."""
    yield shared_url
    with psycopg.connect(shared_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


@pytest.fixture(params=DIALECTS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path}/studio.sqlite"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """An open, migrated, empty database."""
    opened = await Database.open(url)
    yield opened
    await opened.aclose()
