"""The program's door: commands, refusals, and an import that fails."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from reliability_studio import __main__ as program
from reliability_studio import __version__
from tests.wire.child import ENVIRON, ROOT, Child
from tests.wire.strict import parse

PKG = str(ROOT / "pkg")


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]):
    assert program.main(["--version"]) == 0
    assert capsys.readouterr().out == f"reliability-studio {__version__}\n"


@pytest.mark.parametrize("arguments", [["dance"], ["--role"], ["--role", "panel"], ["--role", "app", "more"]])
def test_what_is_not_understood_is_answered_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
):
    assert program.main(arguments) == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.integration
def test_a_person_who_starts_the_program_is_told_what_it_is():
    command = [sys.executable, "-m", "reliability_studio"]
    done = subprocess.run(command, env={"PYTHONPATH": PKG}, capture_output=True, check=False, timeout=20)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"not meant to be executed directly" in done.stderr


@pytest.mark.integration
def test_an_import_that_fails_is_one_log_line_and_slows_the_hosts_restarts(tmp_path: Path):
    """The host starts a plugin that died again every second, without limit."""
    broken = "print('noise on stdout')\nraise ImportError('broken build')\n"
    (tmp_path / "typing_extensions.py").write_text(broken)  # even the logging needs it
    environ = {**ENVIRON, "PYTHONPATH": f"{tmp_path}:{PKG}"}
    command = [sys.executable, "-m", "reliability_studio", "--role", "app"]
    started = time.monotonic()
    done = subprocess.run(command, env=environ, capture_output=True, check=False, timeout=30)
    assert time.monotonic() - started > 2.5
    assert (done.returncode, done.stdout) == (1, b"")
    failed = [entry for line in done.stderr.splitlines() if (entry := parse(line)) and "stack" in entry]
    assert [entry["@message"] for entry in failed] == ["the plugin cannot start"]
    assert failed[0]["@level"] == "error"
    assert "broken build" in str(failed[0]["stack"])


TALKATIVE = """
import os, sys
print("noise at import")
os.write(1, b"noise of a C library\\n")
sys.path.remove(os.path.dirname(__file__))
del sys.modules["uvloop"]
import uvloop  # the real one takes its place
"""


@pytest.mark.integration
def test_pitfall_1_what_an_import_prints_never_comes_before_the_handshake(tmp_path: Path):
    """The host takes the first line on stdout for the handshake, and kills a plugin whose line is another."""
    modules, sockets = tmp_path / "modules", tmp_path / "sockets"
    modules.mkdir()
    sockets.mkdir()
    (modules / "uvloop.py").write_text(TALKATIVE)
    command = [sys.executable, "-B", "-m", "reliability_studio", "--role", "app"]
    with Child(sockets, command, PYTHONPATH=f"{modules}:{PKG}", GF_PLUGIN_DATA_DIR=str(tmp_path)) as child:
        assert child.line.startswith("1|2|unix|")
        child.process.terminate()
        assert child.end(5.0) == 0
        said = b"".join(child.stderr)
    assert b"noise at import" in said
    assert b"noise of a C library" in said
