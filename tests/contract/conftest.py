"""Fixtures of the contract tests."""

import pytest

from tests.contract import gohost


@pytest.fixture(scope="session")
def go_host() -> gohost.GoHost:
    """Grafana's own Go code as a program; built once."""
    return gohost.need()
