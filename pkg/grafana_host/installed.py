"""What is in a plugin folder: the app's plugin.json and those of the plugins nested below it."""

import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class Installed:
    """One plugin on disk."""

    folder: Path
    described: Mapping[str, Any] = field(repr=False)
    """plugin.json."""
    app: str
    """Id of the app that it belongs to; its own for the app."""

    @property
    def id(self) -> str:
        """Plugin id."""
        return str(self.described["id"])

    @property
    def type(self) -> str:
        """`app`, `datasource` or `panel`."""
        return str(self.described["type"])

    @property
    def version(self) -> str:
        """As plugin.json says."""
        return str(self.described.get("info", {}).get("version", ""))

    @property
    def backend(self) -> bool:
        """Whether it has a process of its own."""
        return self.described.get("backend") is True

    @property
    def program(self) -> Path:
        """What Grafana executes."""
        return self.folder / f"{self.described['executable']}_{suffix()}"


def suffix() -> str:
    """What Grafana adds to an executable's name on this machine: `linux_amd64`."""
    machine = platform.machine()
    return f"{sys.platform}_{_ARCHITECTURES.get(machine, machine)}"


def find(folder: Path) -> tuple[Installed, ...]:
    """The app in a folder, then what is nested in it, by path.

    Raises:
        FileNotFoundError: there is no plugin.json.
    """
    root = _read(folder.resolve() / "plugin.json")
    app = str(root["id"])
    nested = sorted(path for path in folder.resolve().rglob("plugin.json") if path.parent != folder.resolve())
    found = [Installed(folder.resolve(), root, app)]
    return (*found, *(Installed(path.parent, _read(path), app) for path in nested))


def _read(path: Path) -> Mapping[str, Any]:
    described: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return described
