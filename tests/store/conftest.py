"""Every test of the store runs on both databases: SQLite always, PostgreSQL with the integration tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from reliability_studio.store.engine import Database
from tests.support.servers import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]

DIALECTS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)]


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
