"""Fixtures over the real servers of `scripts.servers`; a missing one skips the test, but fails it in CI.

Use them through `pytest_plugins = ["tests.support.servers"]` in the folder's `conftest.py`, or import
`need` and the context managers directly where a test wants its own server.
"""

import os
from collections.abc import Iterator
from itertools import count

import pytest

from scripts.servers import Alertmanager, Postgres, Program, ProgramMissing, Prometheus
from scripts.servers import alertmanager as run_alertmanager
from scripts.servers import postgres as run_postgres
from scripts.servers import prometheus as run_prometheus
from scripts.servers.alertmanager import ALERTMANAGER
from scripts.servers.postgres import SERVER as POSTGRES
from scripts.servers.prometheus import PROMETHEUS, PROMTOOL

__all__ = ["alertmanager", "need", "need_program", "postgres", "postgres_url", "prometheus"]

_names = count(1)


def need(missing: str) -> None:
    """Skip the test because something is not at hand; in CI everything must be, so it fails there."""
    if os.environ.get("CI"):
        pytest.fail(f"{missing}; CI must have it")
    pytest.skip(missing)


def need_program(*programs: Program) -> None:
    """Go on only if these programs are installed."""
    for program in programs:
        try:
            program.find()
        except ProgramMissing as missing:
            need(str(missing))


@pytest.fixture(scope="session")
def prometheus() -> Iterator[Prometheus]:
    """A Prometheus that scrapes nothing; safe to share, its only data are its own."""
    need_program(PROMETHEUS, PROMTOOL)
    with run_prometheus() as running:
        yield running


@pytest.fixture
def alertmanager() -> Iterator[Alertmanager]:
    """An Alertmanager without a receiver, fresh for each test because it remembers alerts."""
    need_program(ALERTMANAGER)
    with run_alertmanager() as running:
        yield running


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL cluster for the session; take `postgres_url` for a database of one's own."""
    need_program(POSTGRES)
    with run_postgres() as running:
        yield running


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """URL of an empty database that only this test uses."""
    return postgres.database(f"test_{os.getpid()}_{next(_names)}")
