"""The host as a program: it says where it is, and leaves nothing behind however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.host.folders import plugin
from tests.support.waiting import eventually

pytestmark = [pytest.mark.integration, pytest.mark.timeout(60)]

PKG = Path(__file__).resolve().parents[2] / "pkg"


def _started(folder: Path, mark: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "grafana_host", "--plugins", str(folder), "--set", f"mark={mark}"]
    command += ["--data-dir", str(folder / "data"), "--datasource", "prom=prometheus,http://127.0.0.1:9090"]
    environ = {**os.environ, "PYTHONPATH": str(PKG)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)


def _children(mark: str) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"GF_PLUGIN_MARK={mark}\0".encode() in path.read_bytes():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_plugin_outlives_the_host(tmp_path: Path, how: signal.Signals):
    """9.2 (i): killed outright as well, within five seconds."""
    mark = f"outlive-{os.getpid()}-{how.value}"
    host = _started(plugin(tmp_path), mark)
    try:
        said = json.loads(host.stdout.readline())
        assert said["url"].startswith("http://127.0.0.1:")
        assert set(said) == {"url", "login", "token"}
        eventually(lambda: len(_children(mark)) == 2)
        time.sleep(0.5)
        host.send_signal(how)
        assert host.wait(10) == (0 if how is not signal.SIGKILL else -signal.SIGKILL)
        eventually(lambda: _children(mark) == [], 5)
    finally:
        host.kill()
        host.stdout.close()
        host.wait()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--set", "mark"),
        ("--datasource", "prom"),
        ("--datasource", "prom=prometheus,http://example.org"),
        ("--port", "65536"),
        ("--port", "-1"),
        ("--port", "http"),
    ],
)
def test_wrong_options_are_told(tmp_path: Path, wrong: tuple[str, str]):
    done = subprocess.run(
        [sys.executable, "-m", "grafana_host", "--plugins", str(plugin(tmp_path)), *wrong],
        env={**os.environ, "PYTHONPATH": str(PKG)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert wrong[1] in done.stderr


def test_a_folder_without_a_plugin_is_told(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "grafana_host", "--plugins", str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(PKG)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "plugin.json" in done.stderr


def test_a_port_that_is_taken_is_told_in_one_line_and_nothing_is_started(tmp_path: Path):
    mark = f"taken-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "grafana_host", "--plugins", str(plugin(tmp_path))]
        done = subprocess.run(
            [*command, "--port", port, "--set", f"mark={mark}"],
            env={**os.environ, "PYTHONPATH": str(PKG)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [f"port {port} of 127.0.0.1 cannot be used: Address already in use"]
    assert _children(mark) == []
