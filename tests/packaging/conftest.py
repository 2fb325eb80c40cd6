"""Fixtures: the build in dist/, its zip, and an empty root folder with the installed zip."""

import os
import shutil
import stat
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import build, package
from tests.packaging.empty_root import EmptyRoot


@pytest.fixture(scope="session")
def dist() -> Path:
    """The build; where there is none the test is skipped, but never in CI."""
    stale = "backend" in build.stale()
    if stale and os.environ.get("CI"):
        pytest.fail("dist/ is not what the source says: make build")
    if stale:
        pytest.skip("dist/ is not what the source says (make build)")
    return build.DIST


@pytest.fixture(scope="session")
def archive(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip of the build, made as `make package` makes it."""
    path = tmp_path_factory.mktemp("archive") / "reliability-studio-app.zip"
    package.pack(dist, path)
    return path


@pytest.fixture(scope="session")
def empty_root(archive: Path) -> Iterator[EmptyRoot]:
    """A root folder that holds a static busybox and the installed plugin, nothing else."""
    busybox = shutil.which("busybox")
    if busybox is None:
        pytest.skip("busybox is not installed (Debian package busybox-static)")
    folder = Path(tempfile.mkdtemp(prefix="rs-root-"))  # short: a socket's path has at most 107 bytes
    try:
        root = EmptyRoot(folder)
        root.furnish(Path(busybox))
        install(archive, root.plugins)
        if (enter := root.way_in()) is None:
            pytest.skip("neither root nor user namespaces: no way into another root folder")
        subprocess.run([*enter, "/bin/busybox", "true"], check=True)
        yield root
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install(archive: Path, plugins: Path) -> None:
    """Unpack as Grafana's installer does: each file with the mode that the zip gives it."""
    with zipfile.ZipFile(archive) as bundle:
        for entry in bundle.infolist():
            path = Path(bundle.extract(entry, plugins))
            path.chmod(stat.S_IMODE(entry.external_attr >> 16))
