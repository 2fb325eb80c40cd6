"""The data source role asks nobody and writes no documents; what only those need would cost its memory."""

import subprocess
import sys

import pytest

from tests.wire.child import ROOT

UNUSED = {"promql_parser", "jinja2", "yaml"}
"""What reads queries, writes reports, and reads specifications."""

LOAD = """
import importlib, sys
importlib.import_module("reliability_studio.app")
importlib.import_module("reliability_studio.app.load_" + sys.argv[1])
print(*sys.modules)
"""


def _loaded(role: str) -> set[str]:
    """The modules that a new process has once it has loaded a role."""
    command = [sys.executable, "-c", LOAD, role]
    environ = {"PYTHONPATH": str(ROOT / "pkg")}
    done = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=30, text=True)
    return set(done.stdout.split())


@pytest.mark.integration
def test_the_data_source_role_does_not_load_what_only_the_app_role_uses():
    """Held against the app role, so that a name that is gone cannot pass for one that is not loaded."""
    assert _loaded("app") >= UNUSED
    assert not _loaded("datasource") & UNUSED
