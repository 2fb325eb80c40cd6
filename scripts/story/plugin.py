"""The plugin's folder as a host wants it: the packaged build when it is fresh, else made from the source.

From source, the executables are shell scripts that become this Python interpreter; the rest of the folder
is what the package has too, so a host cannot tell the difference.
"""

import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "dist"
APP = "reliability-studio-app"
DATASOURCE = "reliability-studio-datasource"
EXECUTABLE = "gpx_reliability_studio"

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class PluginFolder:
    """A folder with `plugin.json` in it, and where it comes from: `packaged` or `source`."""

    path: Path
    kind: str

    def program(self, role: str) -> Path:
        """The executable of a role (`app` or `datasource`), as its plugin.json names it."""
        folder = self.path if role == "app" else self.path / "datasource"
        described: Mapping[str, object] = json.loads((folder / "plugin.json").read_text())
        return folder / f"{described['executable']}_{suffix()}"


def suffix() -> str:
    """What Grafana adds to an executable's name on this machine: `linux_amd64`."""
    machine = platform.machine()
    return f"{sys.platform}_{_ARCHITECTURES.get(machine, machine)}"


def packaged() -> PluginFolder | None:
    """What `make build` left in dist/, if it is there and not older than the source."""
    found = PluginFolder(DIST, "packaged")
    try:
        built = min(found.program(role).stat().st_mtime for role in ("app", "datasource"))
    except (OSError, KeyError, ValueError):
        return None
    sources = [*(ROOT / "pkg" / "reliability_studio").rglob("*.py"), ROOT / "plugin.json"]
    newest = max(path.stat().st_mtime for path in sources if path.exists())
    return found if built >= newest else None


def from_source(into: Path) -> PluginFolder:
    """Make `into` (a new folder) a plugin that runs this working tree with this interpreter."""
    into.mkdir(parents=True)
    nested = into / "datasource"
    nested.mkdir()
    _copy_description(ROOT / "plugin.json", into, {"id": APP, "type": "app", "name": "Reliability Studio"})
    _copy_description(
        ROOT / "src" / "datasource" / "plugin.json",
        nested,
        {"id": DATASOURCE, "type": "datasource", "name": "Reliability Studio"},
    )
    for folder, role in ((into, "app"), (nested, "datasource")):
        _launcher(folder / f"{EXECUTABLE}_{suffix()}", role)
    _copy_frontend(into)
    return PluginFolder(into, "source")


def _copy_frontend(into: Path) -> None:
    """What the browser loads, as far as it is built: scripts, pictures, panels, dashboards, texts."""
    if not (DIST / "module.js").is_file():
        return
    for script in (*DIST.glob("*.js"), *DIST.glob("datasource/*.js")):
        shutil.copyfile(script, into / script.relative_to(DIST))
    for name in ("img", "panels", "dashboards", "locales"):
        if (DIST / name).is_dir() and not (into / name).exists():
            shutil.copytree(DIST / name, into / name)


def _copy_description(source: Path, folder: Path, fallback: Mapping[str, object]) -> None:
    """The real plugin.json, with the executable beside it, as the launcher is here."""
    described: dict[str, object] = json.loads(source.read_text()) if source.exists() else dict(fallback)
    described |= {"backend": True, "executable": EXECUTABLE}
    (folder / "plugin.json").write_text(json.dumps(described, indent=2))
    logo = source.parent / "img"
    if logo.is_dir():
        shutil.copytree(logo, folder / "img")


def _launcher(path: Path, role: str) -> None:
    """The host passes no environment on, so the script itself says where the source is."""
    search = ROOT / "pkg"
    path.write_text(
        "#!/bin/sh\n"
        f"export PYTHONPATH='{search}'\n"
        f"exec '{sys.executable}' -B -X utf8 -m reliability_studio --role {role}\n"
    )
    path.chmod(0o755)
    if not os.access(path, os.X_OK):
        message = f"{path.parent} is mounted noexec: give another temporary folder with TMPDIR"
        raise PermissionError(message)
