"""The executable that Grafana starts: a shell script that becomes the bundled interpreter."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import build
from tests.packaging.plugin_process import app_context, started

pytestmark = [pytest.mark.packaged, pytest.mark.integration, pytest.mark.timeout(120)]


def executable(folder: Path, role: str) -> Path:
    """As plugin.json names it, on this machine."""
    return (folder if role == "app" else folder / "datasource") / f"gpx_reliability_studio_{build.suffix()}"


@pytest.mark.parametrize("role", ["app", "datasource"])
def test_it_starts_from_a_foreign_folder_with_the_environment_that_grafana_gives(
    dist: Path, role: str, tmp_path: Path
) -> None:
    """G4, G5: no PATH, no HOME, a folder that is not the plugin's; the handshake comes within a second."""
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started([executable(dist, role)], cwd=tmp_path, environment=data) as plugin:
        assert plugin.handshake.startswith("1|2|unix|/")
        assert plugin.serving()
        assert plugin.start_ms < 5_000, (
            "the budget of 1 s is held by the benchmark; this finds a broken start"
        )
        assert plugin.stop() == 0


def test_the_process_is_the_one_that_grafana_started(dist: Path, tmp_path: Path) -> None:
    """The script and the loader exec, so that a kill reaches the program and leaves no child."""
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started([executable(dist, "app")], cwd=tmp_path, environment=data) as plugin:
        words = Path(f"/proc/{plugin.pid}/cmdline").read_bytes().split(b"\0")
        assert any(word.endswith(b"/backend/gpx_reliability_studio") for word in words)
        assert words[-3:-1] == [b"--role", b"app"]
        assert not _children(plugin.pid)
        assert Path(f"/proc/{plugin.pid}/comm").read_text().strip() == "gpx_reliability"


def test_it_takes_nothing_from_this_machine_but_the_kernel(dist: Path, tmp_path: Path) -> None:
    """Every library in memory lies in the package."""
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started([executable(dist, "app")], cwd=tmp_path, environment=data) as plugin:
        assert plugin.health(app_context()).jsonDetails
        maps = Path(f"/proc/{plugin.pid}/maps").read_text().splitlines()
    libraries = {line.split(maxsplit=5)[5] for line in maps if ".so" in line}
    assert len(libraries) > 20
    assert {name for name in libraries if not Path(name).is_relative_to(dist)} == set()


def test_it_starts_by_a_relative_path_and_in_a_folder_with_a_space(dist: Path, tmp_path: Path) -> None:
    """The script finds its folder from its own name, whatever that looks like."""
    folder = tmp_path / "my plugins"
    shutil.copytree(dist, folder / "app", copy_function=os.link)
    command = [Path("app") / executable(dist, "datasource").relative_to(dist)]
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started(command, cwd=folder, environment=data) as plugin:
        assert plugin.serving()


def test_a_person_who_runs_it_by_hand_is_told_what_it_is(dist: Path, tmp_path: Path) -> None:
    """Without the host's cookie it refuses, on stderr, with exit code 1."""
    done = subprocess.run([executable(dist, "app")], cwd=tmp_path, env={}, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    assert b"plugin" in done.stderr


def test_nothing_is_written_into_the_plugins_folder(dist: Path, tmp_path: Path) -> None:
    """A new file breaks the signature: no bytecode, no log, no database, whatever the app does."""
    before = {path: path.stat().st_mtime_ns for path in dist.rglob("*")}
    data = {"GF_PLUGIN_DATA_DIR": str(tmp_path / "data")}
    with started([executable(dist, "app")], cwd=tmp_path, environment=data) as plugin:
        plugin.health(app_context())
        assert plugin.stop() == 0
    assert {path: path.stat().st_mtime_ns for path in dist.rglob("*")} == before
    assert list((tmp_path / "data").glob("*.sqlite"))


def _children(pid: int) -> str:
    return "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))
