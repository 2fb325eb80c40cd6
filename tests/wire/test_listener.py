"""Where the server listens, and what it tidies up first."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from reliability_studio.wire.listener import LONGEST_PATH, Listener, listen, sweep


class Binder:
    """Binds as gRPC does: unix sockets for real, TCP to a made-up port."""

    def __init__(self) -> None:
        self.sockets: list[socket.socket] = []

    def __call__(self, address: str) -> int:
        if not address.startswith("unix:"):
            return 40123
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sockets.append(sock)
        sock.bind(address.removeprefix("unix:"))
        sock.listen()
        return 1

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()


@pytest.fixture
def bind():
    binder = Binder()
    yield binder
    binder.close()


@pytest.fixture
def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_the_operators_folder_comes_first_and_the_socket_is_private(tmp_path: Path, bind: Binder):
    listener = listen(bind, {"PLUGIN_UNIX_SOCKET_DIR": str(tmp_path), "TMPDIR": "/nowhere"})
    assert Path(listener.address).parent == tmp_path
    assert str(os.getpid()) in listener.address
    assert stat.S_IMODE(Path(listener.address).stat().st_mode) & 0o077 == 0
    listener.close()
    listener.close()
    assert list(tmp_path.iterdir()) == []


def test_a_group_of_the_operator_may_connect(tmp_path: Path, bind: Binder):
    environ = {"PLUGIN_UNIX_SOCKET_DIR": str(tmp_path), "PLUGIN_UNIX_SOCKET_GROUP": str(os.getgid())}
    status = Path(listen(bind, environ).address).stat()
    assert stat.S_IMODE(status.st_mode) == 0o660
    assert status.st_gid == os.getgid()


def test_a_group_that_does_not_exist_leaves_the_socket_private(
    tmp_path: Path, bind: Binder, caplog: pytest.LogCaptureFixture
):
    environ = {"PLUGIN_UNIX_SOCKET_DIR": str(tmp_path), "PLUGIN_UNIX_SOCKET_GROUP": "no-such-group"}
    assert stat.S_IMODE(Path(listen(bind, environ).address).stat().st_mode) & 0o077 == 0
    assert "group" in caplog.text


def test_a_folder_whose_path_is_too_long_is_passed_over(tmp_path: Path, bind: Binder):
    long = tmp_path / ("x" * LONGEST_PATH)
    long.mkdir()
    listener = listen(bind, {"PLUGIN_UNIX_SOCKET_DIR": str(long), "TMPDIR": str(tmp_path)})
    assert Path(listener.address).parent == tmp_path


@pytest.mark.parametrize("folder", ["/nowhere/at/all", "relative", "/proc"])
def test_a_folder_that_cannot_hold_a_socket_is_passed_over(tmp_path: Path, bind: Binder, folder: str):
    listener = listen(bind, {"PLUGIN_UNIX_SOCKET_DIR": folder, "TMPDIR": str(tmp_path)})
    assert Path(listener.address).parent == tmp_path


def test_where_no_socket_can_be_made_loopback_tcp_serves(tmp_path: Path):
    """A read-only root file system."""
    asked: list[str] = []

    def read_only(address: str) -> int:
        asked.append(address)
        if address.startswith("unix:"):
            raise RuntimeError("read-only file system")
        return 40123

    listener = listen(read_only, {"PLUGIN_UNIX_SOCKET_DIR": str(tmp_path)})
    assert listener == Listener("tcp", "127.0.0.1:40123")
    assert asked[-1] == "127.0.0.1:0"
    listener.close()


def test_a_dead_process_of_ours_leaves_no_socket_behind_the_next_start(
    tmp_path: Path, bind: Binder, dead_pid: int
):
    """What kill -9 leaves, the next start removes."""
    left = tmp_path / f"plugin-rs-{dead_pid}-0123abcd"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.bind(str(left))
    listen(bind, {"PLUGIN_UNIX_SOCKET_DIR": str(tmp_path)})
    assert not left.exists()


def test_only_abandoned_sockets_of_ours_are_swept(tmp_path: Path, dead_pid: int):
    answering = tmp_path / f"plugin-rs-{dead_pid}-00000001"
    living = tmp_path / f"plugin-rs-{os.getpid()}-00000002"
    foreign = tmp_path / "plugin4711"
    plain = tmp_path / f"plugin-rs-{dead_pid}-00000003"
    plain.write_text("not a socket")
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as another_container,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ours,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as others,
    ):
        another_container.bind(str(answering))
        another_container.listen()
        ours.bind(str(living))
        others.bind(str(foreign))
        assert sweep(tmp_path) == 0
        assert sorted(tmp_path.iterdir()) == sorted([answering, living, foreign, plain])
        another_container.close()
        assert sweep(tmp_path) == 1
    assert not answering.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_socket_of_another_user_is_left_alone(tmp_path: Path, dead_pid: int):
    """Two Grafanas under two users may share a temp folder."""
    theirs = tmp_path / f"plugin-rs-{dead_pid}-00000004"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
        sock.bind(str(theirs))
    os.chown(theirs, 65534, -1)
    assert sweep(tmp_path) == 0
    assert theirs.exists()


def test_a_folder_that_is_gone_is_swept_without_complaint(tmp_path: Path):
    assert sweep(tmp_path / "gone") == 0
