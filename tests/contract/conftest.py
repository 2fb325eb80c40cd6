"""Fixtures of the contract tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract import gohost, launchers
from tests.contract.launchers import Launcher
from tests.support.waiting import eventually


def builds(role: str) -> list[Any]:
    """Parameters of the fixture `launcher`: the working tree, and the packaged build if there is one."""
    return [
        pytest.param(f"source {role}", id=f"source-{role}"),
        pytest.param(f"packaged {role}", id=f"packaged-{role}", marks=pytest.mark.packaged),
    ]


OURS = [each for role in launchers.ROLES for each in builds(role)]
ANY = [pytest.param("reference app", id="reference"), *OURS]


@pytest.fixture(scope="session")
def go_host() -> gohost.GoHost:
    """Grafana's own Go code as a program; built once."""
    return gohost.needed(gohost.built)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Go echo plugin."""
    folder = tmp_path_factory.mktemp("reference")
    module = launchers.ROOT / "benchmarks" / "goecho"
    binary = folder / f"gpx_goecho_{launchers.suffix()}"
    gohost.needed(lambda: gohost.build(module, ".", binary))
    return folder


@pytest.fixture
def launcher(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Launcher]:
    """The plugin that the test's parameter names; after the test nothing of it may be left running."""
    kind, role = str(request.param).split()
    found = _launcher(kind, role, tmp_path, request)
    yield found
    eventually(lambda: not found.processes(), limit=5.0)


def _launcher(kind: str, role: str, folder: Path, request: pytest.FixtureRequest) -> Launcher:
    if kind == "reference":
        plugin: Path = request.getfixturevalue("reference")
        (folder / "data").mkdir()
        return Launcher(plugin, "reliability-goecho-app", "gpx_goecho", role, folder / "data")
    if kind == "source":
        return launchers.from_source(role, folder)
    found = launchers.packaged(role, folder)
    if found is None:
        pytest.skip("there is no packaged build in dist/ (make build)")
    return found
