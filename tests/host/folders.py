"""Plugin folders for the host's own tests: the echo plugin as app and nested data source, or any script."""

import json
import sys
from pathlib import Path

from grafana_host.installed import suffix

APP = "reliability-studio-app"
SOURCE = "reliability-studio-datasource"
ECHO = Path(__file__).resolve().parents[1] / "support" / "echo_plugin.py"


def plugin(folder: Path, script: str = "", **app: object) -> Path:
    """A folder whose executables run the echo plugin, or a script of one's own."""
    text = f"#!/bin/sh\n{script or f'exec {sys.executable} -X utf8 {ECHO}'}\n"
    for where, about in (
        (folder, {"id": APP, "type": "app", **app}),
        (folder / "datasource", {"id": SOURCE, "type": "datasource"}),
    ):
        where.mkdir(parents=True, exist_ok=True)
        described = {"name": "Echo", "backend": True, "executable": "gpx_echo", "info": {"version": "1.2.3"}}
        (where / "plugin.json").write_text(json.dumps(described | about))
        program = where / f"gpx_echo_{suffix()}"
        program.write_text(text)
        program.chmod(0o755)
    return folder
