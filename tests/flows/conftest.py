"""Flows run on a real database: SQLite always, PostgreSQL with the integration tests."""

from tests.store.conftest import database, postgres, postgres_url, shared_url, url

__all__ = ["database", "postgres", "postgres_url", "shared_url", "url"]
