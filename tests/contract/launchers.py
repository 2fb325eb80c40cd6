"""Plugins to hold to the contract: folders that look to the host like installed plugins.

reference   the Go echo plugin, written with Grafana's SDK: shows that the tests ask for the right things
source      our program from this working tree, behind a launcher script, once per role
packaged    what `make build` left in dist/, once per role
"""

import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
DIST = ROOT / "dist"
ROLES = ("app", "datasource")
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Launcher:
    """A plugin folder, and what the host must know to start and call it."""

    folder: Path
    plugin_id: str
    executable: str
    role: str
    data: Path
    """Its data folder; also the mark by which its processes are found."""
    environment: Mapping[str, str] = field(default_factory=dict)

    def processes(self) -> list[int]:
        """Processes that carry this launcher's data folder in their environment."""
        mark = f"GF_PLUGIN_DATA_DIR={self.data}\0".encode()
        found: list[int] = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:  # gone, or another user's
                continue
        return found


def suffix() -> str:
    """What Grafana adds to an executable's name on this machine."""
    machine = platform.machine()
    return f"{sys.platform}_{ARCHITECTURES.get(machine, machine)}"


def from_source(role: str, folder: Path) -> Launcher:
    """Our program from the working tree, started by a script as a package's launcher does it."""
    return installed(
        folder, f"reliability-studio-{role}", role, python(f"-m reliability_studio --role {role}")
    )


def python(arguments: str) -> str:
    """A shell line that becomes this interpreter, with the working tree importable and nothing else."""
    path = os.pathsep.join((str(ROOT / "pkg"), str(ROOT)))
    return f"PYTHONPATH='{path}' exec '{sys.executable}' -B -X utf8 {arguments}"


def installed(folder: Path, plugin_id: str, role: str, script: str) -> Launcher:
    """A plugin folder as an installation leaves it, whose executable is a shell script."""
    plugin, data = folder / "plugin", folder / "data"
    plugin.mkdir()
    data.mkdir()
    executable = "gpx_" + plugin_id.replace("-", "_")
    about = {"id": plugin_id, "type": role, "name": plugin_id, "backend": True, "executable": executable}
    (plugin / "plugin.json").write_text(json.dumps(about), encoding="utf-8")
    path = plugin / f"{executable}_{suffix()}"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return Launcher(plugin, plugin_id, executable, role, data)


def packaged(role: str, folder: Path) -> Launcher | None:
    """The build in dist/ for a role, if there is one."""
    plugin = DIST if role == "app" else DIST / "datasource"
    about = plugin / "plugin.json"
    if not about.is_file():
        return None
    described = json.loads(about.read_text(encoding="utf-8"))
    data = folder / "data"
    data.mkdir()
    return Launcher(plugin, described["id"], described["executable"], role, data)
