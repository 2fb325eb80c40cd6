"""One child process that serves on loopback: found, started unprivileged, awaited, logged, stopped.

Nothing here searches for processes: a server is stopped through the process id that its start gave. If
this program is killed outright, the kernel ends the servers with it (parent-death signal of setpriv).
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
"""User and group that servers run as when we are root; PostgreSQL refuses root altogether."""


class ProgramMissing(RuntimeError):
    """A program is not installed; the text names the Debian package that holds it."""


class StartFailed(RuntimeError):
    """A server ended before it was ready, or was not ready in time; the text holds its last log lines."""


@dataclass(frozen=True, slots=True)
class Program:
    """An executable and where to get it."""

    names: tuple[str, ...]
    package: str
    folders: str = ""
    """Glob below / for programs outside the search path."""

    def find(self) -> Path:
        """Path of the executable.

        Raises:
            ProgramMissing: it is nowhere.
        """
        for name in self.names:
            if found := shutil.which(name):
                return Path(found)
            beside = sorted(Path("/").glob(f"{self.folders}/{name}")) if self.folders else []
            if beside:
                return beside[-1]
        message = f"{self.names[0]} is not installed (Debian package {self.package})"
        raise ProgramMissing(message)


@dataclass(frozen=True, slots=True)
class Running:
    """A started process with the folder that it may write to."""

    name: str
    process: "subprocess.Popen[bytes]"
    folder: Path
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def pid(self) -> int:
        """Process id."""
        return self.process.pid

    def logs(self) -> str:
        """Everything it has written to stdout and stderr."""
        return self.log.read_text(errors="replace")

    def await_ready(self, ready: Callable[[], bool], limit: float = 30.0) -> None:
        """Return when `ready()` holds; it is asked every 50 ms.

        Raises:
            StartFailed: the process ended, or `limit` seconds passed.
        """
        deadline = time.monotonic() + limit
        while not ready():
            if self.process.poll() is not None:
                raise StartFailed(self._obituary(f"ended with {self.process.returncode}"))
            if time.monotonic() > deadline:
                raise StartFailed(self._obituary(f"was not ready after {limit:.0f} s"))
            time.sleep(0.05)

    def stop(self, grace: float = 8.0) -> None:
        """Ask it to end, wait `grace` seconds, then kill it. Harmless when it has ended already."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(grace)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """SIGKILL, as a crash would."""
        self.process.kill()
        self.process.wait()

    def _obituary(self, what: str) -> str:
        tail = "\n".join(self.logs().splitlines()[-15:])
        return f"{self.name} {what}:\n{tail}"


@contextlib.contextmanager
def folder(name: str) -> Iterator[Path]:
    """A temporary folder for one server, owned by the user that will run it, removed at the end."""
    path = Path(tempfile.mkdtemp(prefix=f"studio-{name}-"))
    try:
        give(path)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def give(path: Path) -> None:
    """Hand a file or a tree over to the unprivileged user; nothing to do unless we are root."""
    if os.geteuid() != 0:
        return
    os.chown(path, NOBODY, NOBODY)
    if path.is_dir():
        for inner in path.rglob("*"):
            os.chown(inner, NOBODY, NOBODY)


def run(command: Sequence[str | Path], where: Path, limit: float = 120.0) -> str:
    """Run a tool to its end, unprivileged, and return what it printed.

    Raises:
        StartFailed: it failed; the text holds its output.
    """
    done = subprocess.run(
        [*_unprivileged(), *map(str, command)],
        cwd=where,
        env=_environment(where),
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
    if done.returncode != 0:
        message = f"{command[0]} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise StartFailed(message)
    return done.stdout


@contextlib.contextmanager
def started(
    name: str,
    command: Sequence[str | Path],
    where: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Iterator[Running]:
    """Start a server in its own session, so that Ctrl-C reaches only us; stop it at the end."""
    log = where / f"{name}.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [*_unprivileged(), *map(str, command)],
            cwd=where,
            env=_environment(where),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Running(name, process, where, log, stop_signal)
    try:
        yield running
    finally:
        running.stop()


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str, limit: float = 1.0) -> bool:
    """Whether a GET of `url` (ours, on loopback) comes back with 200."""
    try:
        with urllib.request.urlopen(url, timeout=limit) as reply:  # noqa: S310
            return bool(reply.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def _unprivileged() -> list[str]:
    """The words before a command: nobody's identity under root, and death with our main thread.

    The signal is tied to the thread that starts the child, so other threads, which end early, go without.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        if os.geteuid() == 0:
            message = "setpriv is not installed (Debian package util-linux): servers never run as root"
            raise ProgramMissing(message)
        return []
    words = [setpriv]
    if threading.current_thread() is threading.main_thread():
        words += ["--pdeathsig", "KILL"]
    if os.geteuid() == 0:
        words += [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*words, "--"] if len(words) > 1 else []


def _environment(where: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "HOME": str(where), "TMPDIR": str(where), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
